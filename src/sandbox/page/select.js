import { h } from "./dom.js";

/** @typedef {{ value: string, label: string, description?: string, default?: boolean }} Entry */

let counter = 0;

/** A menu as Discord's: a button that opens a list, with one choice or several.
 *
 * @param {{ placeholder: string, label?: string, entries: Entry[], min: number, max: number, disabled: boolean, onChoose: (values: string[]) => void }} options
 */
export function selectMenu({ placeholder, label, entries, min, max, disabled, onChoose }) {
  counter += 1;
  const listId = `menu-list-${counter}`;
  const chosen = new Set(entries.filter((entry) => entry.default).map((entry) => entry.value));
  let active = 0;
  const text = h("span");
  const button = h(
    "button",
    {
      class: "select-button",
      type: "button",
      disabled,
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-label": label ?? placeholder,
    },
    text,
    h("span", { "aria-hidden": "true" }, "⌄"),
  );
  const list = h("div", {
    class: "options",
    id: listId,
    role: "listbox",
    "aria-multiselectable": max > 1 ? "true" : "false",
    "aria-label": placeholder,
    hidden: true,
  });
  const root = h("div", { class: "select" }, button, list);

  const draw = () => {
    const labels = entries.filter((entry) => chosen.has(entry.value)).map((entry) => entry.label);
    text.textContent = labels.length > 0 ? labels.join(", ") : placeholder;
    button.classList.toggle("placeholder", labels.length === 0);
    list.replaceChildren(
      ...entries.map((entry, index) =>
        h(
          "div",
          {
            class: `option ${index === active ? "active" : ""}`,
            id: `${listId}-${index}`,
            role: "option",
            "aria-selected": chosen.has(entry.value) ? "true" : "false",
            onclick: () => choose(index),
            onmousemove: () => activate(index),
          },
          h("span", {}, entry.label, entry.description && h("small", {}, entry.description)),
          chosen.has(entry.value) && h("span", { class: "check", "aria-hidden": "true" }, "✓"),
        ),
      ),
    );
    button.setAttribute("aria-activedescendant", list.hidden ? "" : `${listId}-${active}`);
  };
  const activate = (/** @type {number} */ index) => {
    if (index === active) return;
    active = (index + entries.length) % entries.length;
    draw();
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    const room = button.closest(".scroller")?.getBoundingClientRect().bottom ?? window.innerHeight;
    list.classList.toggle("above", room - button.getBoundingClientRect().bottom < 220);
    draw();
    document.addEventListener("pointerdown", outside, true);
  };
  const close = (/** @type {boolean} */ send) => {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    draw();
    if (send && chosen.size >= min && chosen.size <= max) onChoose([...chosen]);
  };
  const outside = (/** @type {Event} */ event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) close(max > 1);
  };
  const choose = (/** @type {number} */ index) => {
    const entry = entries[index];
    if (!entry) return;
    active = index;
    if (max === 1) {
      chosen.clear();
      chosen.add(entry.value);
      close(true);
    } else {
      if (chosen.has(entry.value)) chosen.delete(entry.value);
      else if (chosen.size < max) chosen.add(entry.value);
      draw();
    }
  };
  button.addEventListener("click", () => (list.hidden ? open() : close(max > 1)));
  button.addEventListener("keydown", (event) => {
    const keys = ["ArrowDown", "ArrowUp", "Enter", " ", "Escape", "Tab"];
    if (!keys.includes(event.key)) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        open();
      }
      return;
    }
    if (event.key === "Tab") return close(max > 1);
    event.preventDefault();
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Escape") close(max > 1);
    else choose(active);
  });
  draw();
  return root;
}
