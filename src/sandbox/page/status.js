import { byId } from "./dom.js";

const TYPING_MS = 9_000;

/**
 * @param {boolean} online
 * @param {string} [text]
 */
export function showOnline(online, text) {
  const badge = byId("bot-state");
  badge.classList.toggle("online", online);
  badge.textContent = text ?? (online ? "Bot online" : "Bot offline");
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typingTimer;

/** Stops by itself, as in Discord. @param {string} name */
export function showTyping(name) {
  byId("typing").textContent = `${name} is typing…`;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => {
    byId("typing").textContent = "";
  }, TYPING_MS);
}
