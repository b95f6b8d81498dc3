import { avatar, byId, h, icon } from "./dom.js";
import { openMenu } from "./menu.js";

/**
 * @typedef {import("./types.js").Channel} Channel
 * @typedef {object} SidebarOptions
 * @property {import("./types.js").State} state
 * @property {string} channelId
 * @property {Set<string>} unread
 * @property {Map<string, number>} pings
 * @property {(id: string) => void} openChannel
 * @property {(id: string) => void} become
 * @property {(locale: string) => void} speak
 */

/** A person's client has a language, which the bot is told; the page itself is in English. */
const LANGUAGES = [
  { locale: "en-US", name: "English" },
  { locale: "de", name: "Deutsch" },
];

/** @param {SidebarOptions} options */
export function drawSidebar(options) {
  const { state } = options;
  const [first] = state.guilds;
  byId("server-name").textContent = first?.name ?? "Local Discord";
  byId("channels").replaceChildren(
    ...state.guilds.map((guild) =>
      h(
        "section",
        {},
        h("h3", {}, state.guilds.length > 1 ? guild.name : "Channels"),
        h(
          "ul",
          {},
          inOrder(guild.channels).map((channel) => item(channel, options)),
        ),
      ),
    ),
    state.directMessages.length > 0
      ? h(
          "section",
          {},
          h("h3", {}, "Direct messages"),
          h(
            "ul",
            {},
            state.directMessages.map((channel) => item({ ...channel, name: state.botName }, options)),
          ),
        )
      : "",
  );
  drawAccount(options);
  drawPeople(options);
}

/** Threads under their channel.
 *
 * @param {Channel[]} channels
 */
function inOrder(channels) {
  const tops = channels.filter((channel) => channel.kind !== "thread");
  return tops.flatMap((top) => [
    top,
    ...channels.filter((channel) => channel.kind === "thread" && channel.parentId === top.id),
  ]);
}

/**
 * @param {Channel} channel
 * @param {SidebarOptions} options
 */
function item(channel, { channelId, unread, pings, openChannel }) {
  const count = pings.get(channel.id) ?? 0;
  const isHere = channel.id === channelId;
  return h(
    "li",
    {},
    h(
      "button",
      {
        class: `channel ${channel.kind} ${unread.has(channel.id) && !isHere ? "unread" : ""}`,
        type: "button",
        "aria-current": isHere ? "page" : undefined,
        onclick: () => openChannel(channel.id),
      },
      icon(channel.kind === "dm" ? "person" : channel.kind === "thread" ? "thread" : "hash"),
      h("span", { class: "channel-name" }, channel.name),
      channel.nsfw && h("span", { class: "age", title: "Age-restricted" }, "18+"),
      count > 0 && !isHere && h("span", { class: "badge", "aria-label": `${count} mentions` }, String(count)),
    ),
  );
}

/** @param {SidebarOptions} options */
function drawAccount({ state, become, speak }) {
  const me = state.identities.find((person) => person.id === state.me);
  if (!me) return;
  const choose = (/** @type {MouseEvent} */ event) => {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    openMenu(
      [
        { heading: "See the server as" },
        ...state.identities.map((person) => ({
          label: `${person.displayName}${person.role ? ` · ${person.role}` : ""}${person.id === state.me ? " ✓" : ""}`,
          run: () => become(person.id),
        })),
        { heading: "Discord's language" },
        ...LANGUAGES.map(({ locale, name }) => ({
          label: `${name}${locale === state.locale ? " ✓" : ""}`,
          run: () => speak(locale),
        })),
      ],
      { x: box.left, y: box.top - 44 * (state.identities.length + LANGUAGES.length) - 92 },
    );
  };
  byId("account").replaceChildren(
    h(
      "button",
      {
        class: "account-button",
        type: "button",
        "aria-haspopup": "menu",
        title: "Switch identity",
        onclick: choose,
      },
      avatar(me, "small"),
      h(
        "span",
        { class: "account-names" },
        h("strong", {}, me.displayName),
        h("span", {}, me.role ?? "Member"),
      ),
      h("span", { "aria-hidden": "true" }, "⇅"),
    ),
  );
}

/** @param {SidebarOptions} options */
function drawPeople({ state }) {
  const people = state.guilds[0]?.people ?? [];
  const groups = new Map([
    ["Apps", people.filter((person) => person.bot)],
    ["Moderators", people.filter((person) => !person.bot && person.role !== null)],
    ["Members", people.filter((person) => !person.bot && person.role === null)],
  ]);
  byId("people").replaceChildren(
    ...[...groups].map(([name, group]) =>
      h(
        "section",
        {},
        h("h3", {}, `${name} — ${group.length}`),
        h(
          "ul",
          {},
          group.map((person) =>
            h(
              "li",
              { class: "person" },
              avatar(person, "small"),
              h(
                "span",
                { class: "person-name", vars: person.color ? { "--name": person.color } : {} },
                person.displayName,
              ),
              person.bot && h("span", { class: "tag" }, "APP"),
            ),
          ),
        ),
      ),
    ),
  );
}
