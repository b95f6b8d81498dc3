/** The way to the page's server. */

/** @typedef {import("./types.js").State} State */

/** @param {string} as */
export function fetchState(as) {
  return /** @type {Promise<State>} */ (get(`/page-api/state?as=${encodeURIComponent(as)}`));
}

/**
 * @param {string} as
 * @param {string} channelId
 * @returns {Promise<{ messages: import("./types.js").Message[], commands: import("./types.js").Command[] }>}
 */
export function fetchChannel(as, channelId) {
  return get(`/page-api/channel?as=${encodeURIComponent(as)}&channel=${channelId}`);
}

/**
 * @param {Record<string, unknown>} action
 * @returns {Promise<any>}
 */
export async function act(action) {
  return read(
    await fetch("/page-api/action", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action),
    }),
  );
}

/**
 * Follows what happens. EventSource comes back by itself after a restart; `hello` then asks for everything anew.
 *
 * @param {string} as
 * @param {(event: any) => void} onEvent
 * @param {() => void} onLost
 */
export function follow(as, onEvent, onLost) {
  const source = new EventSource(`/page-api/events?as=${encodeURIComponent(as)}`);
  source.addEventListener("message", (event) => onEvent(JSON.parse(event.data)));
  source.addEventListener("error", onLost);
  return () => source.close();
}

/** @param {string} address */
async function get(address) {
  return read(await fetch(address));
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `The server answered ${response.status}.`);
  return body;
}
