import { byId, h } from "./dom.js";

/** @typedef {{ label: string, run: () => void } | { heading: string }} Entry */

/**
 * A small menu at an element or a point.
 *
 * @param {Entry[]} entries
 * @param {{ x: number, y: number }} at
 */
export function openMenu(entries, at) {
  const menu = byId("menu");
  const before = document.activeElement;
  const close = () => {
    menu.hidden = true;
    document.removeEventListener("pointerdown", outside, true);
    if (before instanceof HTMLElement) before.focus();
  };
  const outside = (/** @type {Event} */ event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) close();
  };
  menu.replaceChildren(
    ...entries.map((entry) =>
      "heading" in entry
        ? h("p", {}, entry.heading)
        : h(
            "button",
            {
              type: "button",
              role: "menuitem",
              onclick: () => {
                close();
                entry.run();
              },
            },
            entry.label,
          ),
    ),
  );
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.x, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - height - 8))}px`;
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll("button")]);
  menu.onkeydown = (event) => {
    const index = buttons().indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      buttons()[(index + by + buttons().length) % buttons().length]?.focus();
    }
    if (event.key === "Escape" || event.key === "Tab") close();
  };
  document.addEventListener("pointerdown", outside, true);
  buttons()[0]?.focus();
}
