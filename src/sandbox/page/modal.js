import { byId, h } from "./dom.js";
import { markdown } from "./markdown.js";
import { selectMenu } from "./select.js";

/**
 * @typedef {import("./types.js").Component} Component
 * @typedef {string | string[]} Value
 */

const TYPE = { textInput: 4, stringSelect: 3, text: 10, label: 18 };
const PARAGRAPH = 2;

/**
 * A form that the bot opened.
 *
 * @param {import("./types.js").Modal} modal
 * @param {import("./components.js").Actions} actions
 * @param {(values: Record<string, Value>) => Promise<void>} submit Rejects with what is wrong.
 * @param {() => void} closed
 */
export function openModal(modal, actions, submit, closed) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("modal"));
  const before = document.activeElement;
  /** @type {Record<string, Value>} */
  const values = {};
  const problem = h("p", { class: "modal-error", role: "alert" });
  const form = h(
    "form",
    { method: "dialog" },
    h("h3", { id: "modal-title" }, modal.title),
    h("div", { class: "modal-fields" }, modal.components.map(top), problem),
    h(
      "div",
      { class: "modal-buttons" },
      h("button", { class: "button", type: "button", onclick: () => dialog.close() }, "Cancel"),
      h("button", { class: "button primary", type: "submit" }, "Submit"),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await submit(values);
      dialog.close();
    } catch (reason) {
      problem.textContent = reason instanceof Error ? reason.message : String(reason);
    }
  });
  dialog.setAttribute("aria-labelledby", "modal-title");
  dialog.replaceChildren(form);
  dialog.onclose = () => {
    dialog.replaceChildren();
    if (before instanceof HTMLElement) before.focus();
    closed();
  };
  dialog.showModal();
  /** @type {HTMLElement | null} */ (form.querySelector("input, textarea, .select-button"))?.focus();

  /** @param {Component} component */
  function top(component) {
    if (component.type === TYPE.text)
      return h("div", { class: "content" }, markdown(component.content ?? "", actions.names));
    if (component.type === TYPE.label && component.component) {
      return field(component.component, component.label ?? "", component.description);
    }
    return h(
      "div",
      {},
      (component.components ?? []).map((inner) => field(inner, inner.label ?? "")),
    );
  }

  /**
   * @param {Component} component
   * @param {string} label
   * @param {string} [description]
   */
  function field(component, label, description) {
    const customId = component.custom_id ?? "";
    const isNeeded = component.required !== false;
    const id = `field-${customId}`;
    const control =
      component.type === TYPE.textInput
        ? textInput(component, customId, id)
        : choice(component, customId, label);
    return h(
      "div",
      { class: "form-field" },
      h("label", { for: id }, label, isNeeded && h("span", { class: "needed", "aria-hidden": "true" }, " *")),
      description && h("small", {}, description),
      control,
    );
  }

  /**
   * @param {Component} component
   * @param {string} customId
   * @param {string} id
   */
  function textInput(component, customId, id) {
    const { placeholder, value = "", max_length: max, min_length: min, required } = component;
    const attributes = { id, placeholder, maxlength: max, minlength: min, required: required !== false };
    const input =
      component.style === PARAGRAPH ? h("textarea", attributes) : h("input", { ...attributes, type: "text" });
    const count = h("output");
    const read = () => {
      values[customId] = input.value;
      count.textContent = max ? `${input.value.length} / ${max}` : "";
    };
    input.value = value;
    input.addEventListener("input", read);
    read();
    return h("div", {}, input, count);
  }

  /**
   * @param {Component} component
   * @param {string} customId
   * @param {string} label
   */
  function choice(component, customId, label) {
    const entries = component.options ?? actions.entries(component.type);
    const chosen = entries.filter((entry) => entry.default).map((entry) => entry.value);
    if (chosen.length > 0) values[customId] = chosen;
    return selectMenu({
      label,
      placeholder: component.placeholder ?? "Make a selection",
      entries,
      min: component.min_values ?? 1,
      max: component.max_values ?? 1,
      disabled: component.disabled ?? false,
      onChoose: (picked) => {
        values[customId] = picked;
      },
    });
  }
}
