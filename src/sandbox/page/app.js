import { act, fetchChannel, fetchState, follow } from "./api.js";
import { createComposer } from "./composer.js";
import { byId, icon, replace } from "./dom.js";
import { relative } from "./markdown.js";
import { isEphemeral, messageItem, person } from "./message.js";
import { openMessageMenu } from "./message-menu.js";
import { openModal } from "./modal.js";
import { pendingItem } from "./pending.js";
import { drawSidebar } from "./sidebar.js";
import { showOnline, showTyping } from "./status.js";
import { setUpTheme } from "./theme.js";
import { drawWelcome } from "./welcome.js";

/**
 * The page: what it knows, and what changes when something happens.
 *
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Interaction} Interaction
 * @typedef {import("./types.js").Channel} Channel
 */

/** @type {import("./types.js").State} */
let state = {
  me: "",
  as: "",
  locale: "",
  botName: "",
  online: false,
  hints: [],
  guilds: [],
  directMessages: [],
  identities: [],
};
/** @type {Message[]} */
let messages = [];
/** @type {import("./types.js").Command[]} */
let commands = [];
/** Commands that nobody has answered yet, or that nobody did. @type {Map<string, Interaction>} */
const pending = new Map();
/** Components that were used, by message. @type {Map<string, Set<string>>} */
const waiting = new Map();
/** @type {Map<string, string>} */
const failures = new Map();
/** @type {Set<string>} */
const unread = new Set();
/** @type {Map<string, number>} */
const pings = new Map();
/** @type {Set<string>} */
const opened = new Set();
/** The component that was used last: while it waits it can't have the focus. @type {{ messageId: string, customId: string } | undefined} */
let used;
let channelId = "";
let stopFollowing = () => {};

const scroller = byId("scroller");
const list = byId("messages");
const composer = createComposer({
  context: () => ({ state, guild: guildOf(channelId), commands, channelId }),
  send: async (line, files) => {
    if (line.startsWith("/")) await act({ action: "command", as: state.as, channelId, line, files });
    else await act({ action: "say", as: state.as, channelId, content: line });
    scrollDown();
  },
});

/** @param {string} as */
async function start(as) {
  stopFollowing();
  // What was going on belongs to who was looking.
  for (const one of [pending, waiting, failures, unread, pings]) one.clear();
  await loadState(as);
  stopFollowing = follow(state.as, heard, () => showOnline(false, "Connection lost, trying again…"));
  const wanted = location.hash.slice(1);
  const channels = allChannels();
  await openChannel((channels.find((channel) => channel.id === wanted) ?? channels[0])?.id ?? "");
}

/** @param {string} as */
async function loadState(as) {
  state = await fetchState(as);
  sessionStorage.setItem("as", state.as);
  showOnline(state.online);
}

/** @param {string} locale */
async function speak(locale) {
  await act({ action: "locale", as: state.as, channelId, locale });
  await start(state.as);
}

function allChannels() {
  return [...state.guilds.flatMap((guild) => guild.channels), ...state.directMessages];
}

/** @param {string} id */
function guildOf(id) {
  return state.guilds.find((guild) => guild.channels.some((channel) => channel.id === id));
}

/** @param {string} id */
async function openChannel(id) {
  channelId = id;
  unread.delete(id);
  pings.delete(id);
  history.replaceState(null, "", `#${id}`);
  await loadChannel();
  drawFrame();
  drawMessages();
  scrollDown();
  closeSidebar();
  if (matchMedia("(min-width: 721px)").matches) composer.focus();
}

async function loadChannel() {
  ({ messages, commands } = await fetchChannel(state.as, channelId));
  composer.repaint();
}

function drawFrame() {
  const channel = allChannels().find((candidate) => candidate.id === channelId);
  const name = channel?.kind === "dm" ? state.botName : (channel?.name ?? "");
  replace(
    byId("channel-title"),
    icon(channel?.kind === "dm" ? "person" : channel?.kind === "thread" ? "thread" : "hash"),
    name,
  );
  byId("channel-topic").textContent = channel?.topic ?? "";
  document.title = `${channel?.kind === "dm" ? "@" : "#"}${name} · Local Discord`;
  composer.placeholder(`Message #${name}, or / for commands`);
  drawSidebar({
    ...{ state, channelId, unread, pings, openChannel },
    become: (id) => void start(id),
    speak: (locale) => report(speak(locale)),
  });
  const isFirst = messages.length === 0 && pending.size === 0 && channel?.kind === "text";
  drawWelcome(channel, name, isFirst ? state.hints : [], composer.offer);
}

/** @type {import("./markdown.js").Names} */
const names = {
  user: (id) => person(state, { id, username: "unknown-user" }).displayName,
  channel: (id) => allChannels().find((channel) => channel.id === id)?.name ?? "unknown",
  role: (id) =>
    state.guilds.flatMap((guild) => guild.roles).find((role) => role.id === id)?.name ?? "unknown-role",
  command: (name) => name,
};

/** @type {import("./message.js").View} */
const view = {
  get state() {
    return state;
  },
  names,
  actions: (message) => ({
    names,
    waiting: waiting.get(message.id) ?? new Set(),
    click: (customId) => use(message, customId, { action: "click", customId }),
    select: (customId, values) => use(message, customId, { action: "select", customId, values }),
    entries,
  }),
  openMenu: (message, at) => openMessageMenu(message, at, { state, commands, channelId, report }),
  dismiss: (message) => {
    messages = messages.filter((other) => other.id !== message.id);
    drawMessages();
    report(act({ action: "dismiss", as: state.as, channelId, messageId: message.id }));
  },
  failure: (message) => failures.get(message.id),
};

/** What a menu of people, roles or channels holds. @param {number} type */
function entries(type) {
  const guild = guildOf(channelId);
  const people = (guild?.people ?? []).map((one) => ({ value: one.id, label: one.displayName }));
  const roles = (guild?.roles ?? []).map((role) => ({ value: role.id, label: `@${role.name}` }));
  const channels = (guild?.channels ?? []).map((channel) => ({
    value: channel.id,
    label: `#${channel.name}`,
  }));
  return { 5: people, 6: roles, 7: [...people, ...roles], 8: channels }[type] ?? [];
}

/**
 * @param {Message} message
 * @param {string} customId
 * @param {Record<string, unknown>} action
 */
function use(message, customId, action) {
  waiting.set(message.id, new Set([...(waiting.get(message.id) ?? []), customId]));
  failures.delete(message.id);
  used = { messageId: message.id, customId };
  drawMessage(message.id);
  act({ ...action, as: state.as, channelId, messageId: message.id }).catch((error) => {
    waiting.delete(message.id);
    failures.set(message.id, error.message);
    drawMessage(message.id);
  });
}

/** @param {Promise<unknown>} work */
function report(work) {
  work.catch((error) => {
    byId("command-error").textContent = error.message;
  });
}

function drawMessages() {
  const near = isNearEnd();
  const sorted = [...messages].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  messages = sorted;
  list.replaceChildren(
    ...sorted.map((message, index) => messageItem(message, sorted[index - 1], view)),
    ...[...pending.values()].map((interaction) =>
      pendingItem(interaction, state.botName, () => {
        pending.delete(interaction.id);
        drawMessages();
      }),
    ),
  );
  giveFocusBack();
  if (near) scrollDown();
}

/** Back to the component that was used last, where nothing else has the focus by now. */
function giveFocusBack() {
  if (document.activeElement !== document.body) return;
  const buttons = used
    ? (document.getElementById(`message-${used.messageId}`)?.querySelectorAll("button") ?? [])
    : [];
  [...buttons].find((button) => button.dataset.customId === used?.customId)?.focus({ preventScroll: true });
}

/** Draws one message anew and leaves the rest, with its focus and its scrolling, alone. @param {string} id */
function drawMessage(id) {
  const index = messages.findIndex((message) => message.id === id);
  const message = messages[index];
  const old = document.getElementById(`message-${id}`);
  if (!message || !old) return drawMessages();
  const near = isNearEnd();
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.customId;
  const hadFocus = old.contains(document.activeElement);
  const item = messageItem(message, messages[index - 1], view);
  old.replaceWith(item);
  if (hadFocus) {
    const again = [...item.querySelectorAll("button")].find((button) => button.dataset.customId === focused);
    (again ?? byId("command")).focus();
  }
  giveFocusBack();
  if (near) scrollDown();
}

/** @param {any} event */
function heard(event) {
  switch (event.type) {
    case "hello":
      // After a break anything may have happened.
      void refresh();
      break;
    case "messageCreate":
    case "messageUpdate":
      heardMessage(event.message);
      break;
    case "messageDelete":
      messages = messages.filter((message) => message.id !== event.id);
      drawMessages();
      break;
    case "interaction":
      heardInteraction(event.interaction);
      break;
    case "typing":
      if (event.channelId === channelId) showTyping(state.botName);
      break;
    case "ping":
      if (event.ping.channelId !== channelId)
        pings.set(event.ping.channelId, (pings.get(event.ping.channelId) ?? 0) + 1);
      drawFrame();
      break;
    case "gateway":
      showOnline(event.online);
      break;
    default:
      void refresh();
  }
}

/** @param {Message} message */
function heardMessage(message) {
  waiting.delete(message.id);
  if (message.channel_id !== channelId) {
    if (!isEphemeral(message)) unread.add(message.channel_id);
    if (!allChannels().some((channel) => channel.id === message.channel_id)) return void refresh();
    return drawFrame();
  }
  const index = messages.findIndex((other) => other.id === message.id);
  if (index >= 0) {
    messages[index] = message;
    drawMessage(message.id);
    return;
  }
  if (message.interaction_metadata) pending.delete(message.interaction_metadata.id);
  const isFirst = messages.length === 0;
  messages.push(message);
  const near = isNearEnd();
  drawMessages();
  if (isFirst) drawFrame();
  if (!near && message.author.id !== state.me) byId("to-newest").hidden = false;
}

/** @param {Interaction} interaction */
function heardInteraction(interaction) {
  const { id, sourceMessageId, modal } = interaction;
  if (interaction.state !== "acknowledged" && interaction.isCommand && interaction.channelId === channelId) {
    pending.set(id, interaction);
    drawMessages();
    scrollDown();
    return;
  }
  if (pending.delete(id)) drawMessages();
  if (sourceMessageId && interaction.state !== "waiting") {
    waiting.delete(sourceMessageId);
    if (interaction.state === "failed") failures.set(sourceMessageId, "This interaction failed");
    drawMessage(sourceMessageId);
  }
  if (modal && !opened.has(id)) {
    opened.add(id);
    const source = messages.find((message) => message.id === sourceMessageId);
    openModal(
      modal,
      view.actions(/** @type {Message} */ (source ?? { id: "" })),
      (values) =>
        act({ action: "modal", as: state.as, channelId: interaction.channelId, interactionId: id, values }),
      giveFocusBack,
    );
  }
}

async function refresh() {
  await loadState(state.as);
  const [first] = allChannels();
  // Gone: deleted, or the server is a new one with new ids.
  if (first && !allChannels().some((channel) => channel.id === channelId)) return openChannel(first.id);
  await loadChannel();
  drawFrame();
  drawMessages();
}

function isNearEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160;
}

function scrollDown() {
  scroller.scrollTop = scroller.scrollHeight;
  byId("to-newest").hidden = true;
}

function closeSidebar() {
  byId("app").classList.remove("sidebar-open");
  byId("open-sidebar").setAttribute("aria-expanded", "false");
}

scroller.addEventListener("scroll", () => {
  if (isNearEnd()) byId("to-newest").hidden = true;
});
byId("to-newest").addEventListener("click", scrollDown);
byId("scrim").addEventListener("click", closeSidebar);
byId("open-sidebar").addEventListener("click", () => {
  const isOpen = byId("app").classList.toggle("sidebar-open");
  byId("open-sidebar").setAttribute("aria-expanded", String(isOpen));
});
document.addEventListener("pointerdown", () => {
  used = undefined;
});
document.addEventListener("focusin", ({ target }) => {
  const element = /** @type {HTMLElement} */ (target);
  if (!element.closest("dialog") && element.dataset.customId !== used?.customId) used = undefined;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSidebar();
  // A slash anywhere begins a command, as in Discord.
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key === "/" && !isTyping && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    composer.offer("/");
  }
});
setInterval(() => {
  for (const node of document.querySelectorAll("[data-relative]")) {
    node.textContent = relative(new Date(/** @type {HTMLElement} */ (node).dataset.relative ?? 0));
  }
}, 5_000);

setUpTheme();
void start(sessionStorage.getItem("as") ?? "member").catch(() => start("member"));
