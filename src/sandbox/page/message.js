import { componentView } from "./components.js";
import { avatar, h, icon } from "./dom.js";
import { embedCard } from "./embeds.js";
import { markdown } from "./markdown.js";
import { attachmentPicture, fileCard, gallery } from "./pictures.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {object} View What a message needs to know of the page around it.
 * @property {import("./types.js").State} state
 * @property {import("./markdown.js").Names} names
 * @property {(message: Message) => import("./components.js").Actions} actions
 * @property {(message: Message, at: { x: number, y: number }) => void} openMenu
 * @property {(message: Message) => void} dismiss
 * @property {(message: Message) => string | undefined} failure
 */

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const SUPPRESS_EMBEDS = 1 << 2;
const TOGETHER_MS = 7 * 60_000;

/** @param {Message} message */
export const isEphemeral = (message) => ((message.flags ?? 0) & EPHEMERAL) !== 0;

/**
 * @param {Message} message
 * @param {Message | undefined} before
 * @param {View} view
 */
export function messageItem(message, before, view) {
  const { state } = view;
  const flags = message.flags ?? 0;
  const context = contextLine(message, view);
  const continued = !context && before !== undefined && belongTogether(before, message);
  const classes = [
    "message",
    continued && "continued",
    isEphemeral(message) && "private",
    message.mentions.some((user) => user.id === state.me) && "pings-me",
  ];
  const author = person(state, message.author);
  const item = h(
    "li",
    { class: classes.filter(Boolean).join(" "), id: `message-${message.id}`, oncontextmenu: openAtPointer },
    context,
    continued
      ? h("span", { class: "hover-time" }, clockTime(message.timestamp))
      : h("span", { class: "message-avatar avatar-cell" }, avatar(author)),
    h(
      "div",
      { class: "message-body" },
      !continued &&
        h(
          "div",
          { class: "message-head" },
          h(
            "span",
            { class: "author", vars: author.color ? { "--name": author.color } : {} },
            author.displayName,
          ),
          author.bot && h("span", { class: "tag" }, "APP"),
          h(
            "time",
            { datetime: message.timestamp, title: new Date(message.timestamp).toLocaleString() },
            dayTime(message.timestamp),
          ),
        ),
      (flags & LOADING) !== 0
        ? h(
            "p",
            { class: "thinking" },
            h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
            ` ${author.displayName} is thinking…`,
          )
        : body(message, view),
      failureLine(view.failure(message)),
      isEphemeral(message) && privateNote(message, view),
    ),
    h(
      "button",
      {
        class: "icon-button message-menu",
        type: "button",
        "aria-label": "More",
        "aria-haspopup": "menu",
        onclick: openAtButton,
      },
      icon("more"),
    ),
  );
  return item;

  /** @param {MouseEvent} event */
  function openAtButton(event) {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    view.openMenu(message, { x: box.right - 200, y: box.bottom + 4 });
  }

  /** The browser's own menu stays for pictures, links and chosen text. @param {MouseEvent} event */
  function openAtPointer(event) {
    const isOther = /** @type {Element} */ (event.target).closest("img, a, pre") !== null;
    if (isOther || String(getSelection()) !== "") return;
    event.preventDefault();
    view.openMenu(message, { x: event.clientX, y: event.clientY });
  }

  /** @param {string | undefined} failure */
  function failureLine(failure) {
    return failure && h("p", { class: "component-error", role: "alert" }, failure);
  }
}

/**
 * @param {Message} message
 * @param {View} view
 */
function body(message, view) {
  const { names } = view;
  const actions = view.actions(message);
  const components = /** @type {import("./types.js").Component[]} */ (message.components ?? []);
  const isV2 = ((message.flags ?? 0) & (1 << 15)) !== 0;
  const elsewhere = JSON.stringify([message.embeds, message.components]);
  // A file that an embed or a component shows is not shown a second time.
  const files = message.attachments.filter((file) => !elsewhere.includes(file.url));
  const pictures = files.filter((file) => file.content_type?.startsWith("image/"));
  const others = files.filter((file) => !pictures.includes(file));
  const embeds = (message.flags ?? 0) & SUPPRESS_EMBEDS ? [] : message.embeds;
  return h(
    "div",
    {},
    message.content !== "" &&
      h(
        "div",
        { class: "content" },
        markdown(message.content, names),
        message.edited_timestamp &&
          h(
            "span",
            { class: "edited", title: new Date(message.edited_timestamp).toLocaleString() },
            " (edited)",
          ),
      ),
    !isV2 && pictures.length > 0 && gallery(pictures.map(attachmentPicture)),
    !isV2 && others.map(fileCard),
    embeds.map((embed) => embedCard(embed, names)),
    components.length > 0 &&
      h(
        "div",
        { class: isV2 ? "v2" : "rows" },
        components.map((component) => componentView(component, actions)),
      ),
  );
}

/**
 * Above the answer: who used which command, or which message it answers.
 *
 * @param {Message} message
 * @param {View} view
 */
function contextLine(message, { state, names }) {
  const used = message.interaction_metadata;
  const commandName = message.interaction?.name;
  if (used && commandName) {
    const who = person(state, used.user);
    return h(
      "div",
      { class: "context" },
      avatar(who),
      h("span", {}, h("b", {}, who.displayName), " used "),
      h("span", { class: "command-name" }, message.type === 20 ? `/${commandName}` : commandName),
    );
  }
  const reference = message.message_reference;
  if (!reference) return null;
  const replied = message.referenced_message;
  if (!replied) return h("div", { class: "context" }, h("span", {}, "Original message was deleted"));
  const who = person(state, replied.author);
  const [firstLine = ""] = replied.content.split("\n");
  const text = firstLine !== "" ? markdown(firstLine, names).textContent : "Click to see attachment";
  return h("div", { class: "context" }, avatar(who), h("b", {}, who.displayName), h("span", {}, text));
}

/**
 * @param {Message} message
 * @param {View} view
 */
function privateNote(message, view) {
  return h(
    "p",
    { class: "private-note" },
    icon("eye"),
    "Only you can see this · ",
    h(
      "button",
      { class: "text-button", type: "button", onclick: () => view.dismiss(message) },
      "Dismiss message",
    ),
  );
}

/**
 * @param {import("./types.js").State} state
 * @param {{ id: string, username: string, global_name?: string | null, bot?: boolean }} user
 */
export function person(state, user) {
  const known = state.guilds.flatMap((guild) => guild.people).find((candidate) => candidate.id === user.id);
  return (
    known ?? {
      id: user.id,
      displayName: user.global_name ?? user.username,
      bot: user.bot ?? false,
      color: null,
    }
  );
}

/**
 * @param {Message} before
 * @param {Message} message
 */
function belongTogether(before, message) {
  const gap = Date.parse(message.timestamp) - Date.parse(before.timestamp);
  return (
    before.author.id === message.author.id &&
    gap < TOGETHER_MS &&
    isEphemeral(before) === isEphemeral(message)
  );
}

/** @param {string} timestamp */
function clockTime(timestamp) {
  return new Date(timestamp).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** @param {string} timestamp */
function dayTime(timestamp) {
  const date = new Date(timestamp);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? `Today at ${clockTime(timestamp)}`
    : date.toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });
}
