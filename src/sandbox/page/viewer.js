import { byId, h, icon } from "./dom.js";

/**
 * @typedef {object} Picture
 * @property {string} url
 * @property {string} [alt]
 * @property {string} name
 * @property {number} [width]
 * @property {number} [height]
 */

/** Shows one picture large; arrows go to its neighbours, Esc or a click closes.
 *
 * @param {Picture[]} pictures
 * @param {number} start
 */
export function openViewer(pictures, start) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("viewer"));
  const before = document.activeElement;
  let index = start;

  const show = () => {
    const picture = pictures[index];
    if (!picture) return;
    const isTiny = (picture.width ?? 1000) < 300;
    const move = (/** @type {number} */ by, /** @type {string} */ name, /** @type {string} */ label) =>
      h(
        "button",
        { class: "icon-button", type: "button", "aria-label": label, onclick: () => step(by) },
        icon(name),
      );
    dialog.replaceChildren(
      h("img", {
        src: picture.url,
        alt: picture.alt ?? picture.name,
        class: isTiny ? "tiny" : undefined,
        onclick: () => dialog.close(),
      }),
      h(
        "div",
        { class: "viewer-bar" },
        pictures.length > 1 && move(-1, "left", "Previous picture"),
        h(
          "span",
          {},
          `${picture.name}${picture.width ? ` · ${picture.width} × ${picture.height}` : ""}${pictures.length > 1 ? ` · ${index + 1} of ${pictures.length}` : ""}`,
        ),
        pictures.length > 1 && move(1, "right", "Next picture"),
        h("a", { href: picture.url, target: "_blank", rel: "noopener", download: picture.name }, "Save"),
        h(
          "button",
          { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => dialog.close() },
          icon("close"),
        ),
        picture.alt && h("p", { class: "alt-text" }, picture.alt),
      ),
    );
  };
  const step = (/** @type {number} */ by) => {
    index = (index + by + pictures.length) % pictures.length;
    show();
  };
  dialog.onkeydown = (event) => {
    if (event.key === "ArrowRight") step(1);
    if (event.key === "ArrowLeft") step(-1);
  };
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.onclose = () => {
    dialog.replaceChildren();
    if (before instanceof HTMLElement) before.focus();
  };
  show();
  dialog.showModal();
}
