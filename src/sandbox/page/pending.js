import { avatar, h, icon } from "./dom.js";

/**
 * A command of mine before its first answer, or that nobody answered.
 *
 * @param {import("./types.js").Interaction} interaction
 * @param {string} botName
 * @param {() => void} dismiss
 */
export function pendingItem({ name, state }, botName, dismiss) {
  const failed = state === "failed";
  return h(
    "li",
    { class: `message ${failed ? "private" : ""}` },
    h(
      "div",
      { class: "context" },
      h("span", {}, "You used "),
      h("span", { class: "command-name" }, `/${name}`),
    ),
    h("span", { class: "message-avatar" }, avatar({ id: "", displayName: botName, bot: true })),
    h(
      "div",
      { class: "message-body" },
      h(
        "div",
        { class: "message-head" },
        h("span", { class: "author" }, botName),
        h("span", { class: "tag" }, "APP"),
      ),
      failed
        ? h("p", { class: "failed", role: "alert" }, "The application did not respond")
        : h("p", { class: "thinking" }, "Sending command…"),
      failed &&
        h(
          "p",
          { class: "private-note" },
          icon("eye"),
          "Only you can see this · ",
          h("button", { class: "text-button", type: "button", onclick: dismiss }, "Dismiss message"),
        ),
    ),
  );
}
