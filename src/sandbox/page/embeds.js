import { h } from "./dom.js";
import { markdown } from "./markdown.js";
import { local, picture } from "./pictures.js";

/**
 * @param {import("./types.js").Embed} embed
 * @param {import("./markdown.js").Names} names
 */
export function embedCard(embed, names) {
  const bar = embed.color ? { "--bar": color(embed.color) } : {};
  const title = embed.title && markdown(embed.title, names);
  return h(
    "article",
    { class: "embed", vars: bar },
    embed.thumbnail && h("div", { class: "embed-thumbnail" }, image(embed.thumbnail, embed.title)),
    embed.author && h("div", { class: "embed-author" }, linked(embed.author.url, embed.author.name)),
    title && h("div", { class: "embed-title" }, linked(embed.url, title)),
    embed.description && h("div", { class: "content" }, markdown(embed.description, names)),
    embed.fields?.length
      ? h(
          "dl",
          { class: "fields" },
          embed.fields.map((field) =>
            h(
              "div",
              { class: `field ${field.inline ? "inline" : ""}` },
              h("dt", {}, markdown(field.name, names)),
              h("dd", { class: "content" }, markdown(field.value, names)),
            ),
          ),
        )
      : null,
    embed.image && h("div", { class: "embed-image" }, image(embed.image, embed.title)),
    (embed.footer || embed.timestamp) && h("div", { class: "embed-footer" }, footer(embed)),
  );
}

/**
 * @param {string | undefined} address
 * @param {Node | string} child
 */
function linked(address, child) {
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, child) : child;
}

/**
 * @param {{ url: string, width?: number, height?: number }} media
 * @param {string | undefined} title
 */
function image(media, title) {
  const { width, height } = media;
  return picture([{ url: local(media.url), name: title ?? "Picture", width, height }], 0);
}

/** @param {import("./types.js").Embed} embed */
function footer(embed) {
  const when = embed.timestamp ? new Date(embed.timestamp).toLocaleString() : "";
  return [embed.footer?.text, when].filter(Boolean).join(" • ");
}

/** @param {number} value */
export function color(value) {
  return `#${value.toString(16).padStart(6, "0")}`;
}
