import { h } from "./dom.js";
import { color } from "./embeds.js";
import { markdown } from "./markdown.js";
import { fileCard, gallery, local, picture } from "./pictures.js";
import { selectMenu } from "./select.js";

/**
 * @typedef {import("./types.js").Component} Component
 * @typedef {object} Actions What components need of the page around them.
 * @property {import("./markdown.js").Names} names
 * @property {(customId: string) => void} click
 * @property {(customId: string, values: string[]) => void} select
 * @property {(type: number) => import("./select.js").Entry[]} entries People, roles or channels to choose from.
 * @property {Set<string>} waiting Custom ids that were used and not answered yet.
 */

const TYPE = {
  row: 1,
  button: 2,
  stringSelect: 3,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
};
const STYLES = ["", "primary", "secondary", "success", "danger", "link", "premium"];

/**
 * @param {Component} component
 * @param {Actions} actions
 * @returns {HTMLElement | null}
 */
export function componentView(component, actions) {
  const inside = () => (component.components ?? []).map((child) => componentView(child, actions));
  switch (component.type) {
    case TYPE.row:
      return h("div", { class: "row" }, inside());
    case TYPE.button:
      return button(component, actions);
    case TYPE.section:
      return h(
        "div",
        { class: "section" },
        h("div", { class: "section-text" }, inside()),
        component.accessory && componentView(component.accessory, actions),
      );
    case TYPE.text:
      return h("div", { class: "content" }, markdown(component.content ?? "", actions.names));
    case TYPE.thumbnail:
      return component.media ? picture([media({ ...component, media: component.media })], 0) : null;
    case TYPE.gallery:
      return gallery((component.items ?? []).map(media));
    case TYPE.file:
      return fileCard({
        url: component.file?.url ?? "",
        filename: component.name ?? "file",
        size: component.size ?? 0,
      });
    case TYPE.separator:
      return h("hr", {
        class: `separator ${component.divider === false ? "no-line" : ""} ${component.spacing === 2 ? "wide" : ""}`,
      });
    case TYPE.container:
      return h(
        "div",
        {
          class: "container",
          vars: component.accent_color ? { "--bar": color(component.accent_color) } : {},
        },
        inside(),
      );
    default:
      return component.custom_id ? select(component, actions) : null;
  }
}

/**
 * @param {Component} component
 * @param {Actions} actions
 */
function button(component, { click, waiting }) {
  const { custom_id: customId = "", label, emoji, disabled, style = 2, url } = component;
  const text = [emoji?.name, label].filter(Boolean).join(" ");
  if (url)
    return h("a", { class: "button", href: url, target: "_blank", rel: "noopener noreferrer" }, `${text} ↗`);
  const isWaiting = waiting.has(customId);
  return h(
    "button",
    {
      class: `button ${STYLES[style] ?? ""} ${isWaiting ? "waiting" : ""}`,
      type: "button",
      disabled: disabled || isWaiting,
      "aria-busy": isWaiting ? "true" : undefined,
      "data-custom-id": customId,
      onclick: () => click(customId),
    },
    text,
  );
}

/**
 * @param {Component} component
 * @param {Actions} actions
 */
function select(component, actions) {
  const customId = component.custom_id ?? "";
  const entries =
    component.type === TYPE.stringSelect
      ? (component.options ?? []).map((option) => ({
          ...option,
          label: [option.emoji?.name, option.label].filter(Boolean).join(" "),
        }))
      : actions.entries(component.type);
  return selectMenu({
    placeholder: component.placeholder ?? "Make a selection",
    entries,
    min: component.min_values ?? 1,
    max: component.max_values ?? 1,
    disabled: component.disabled === true || actions.waiting.has(customId),
    onChoose: (values) => actions.select(customId, values),
  });
}

/** @param {{ media: import("./types.js").Media, description?: string | null, spoiler?: boolean }} item */
function media(item) {
  const { url, width, height } = item.media;
  const name = decodeURIComponent(new URL(url, location.href).pathname.split("/").pop() ?? "picture");
  return {
    url: local(url),
    alt: item.description ?? undefined,
    name,
    width,
    height,
    veiled: item.spoiler === true,
  };
}
