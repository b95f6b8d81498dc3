import { byId, h, replace } from "./dom.js";

/**
 * The head of a conversation; with hints for who is here first.
 *
 * @param {import("./types.js").Channel | undefined} channel
 * @param {string} name
 * @param {string[]} hints
 * @param {(line: string) => void} offer
 */
export function drawWelcome(channel, name, hints, offer) {
  const isFirst = hints.length > 0;
  replace(
    byId("welcome"),
    h("h3", {}, channel?.kind === "dm" ? `Direct messages with ${name}` : `Welcome to #${name}`),
    h("p", {}, isFirst ? "Type / for commands, or start with one of these:" : (channel?.topic ?? "")),
    isFirst &&
      h(
        "div",
        { class: "chips" },
        hints.map((hint) => h("button", { class: "chip", type: "button", onclick: () => offer(hint) }, hint)),
      ),
  );
}
