import { h, icon } from "./dom.js";
import { openViewer } from "./viewer.js";

/** @typedef {import("./viewer.js").Picture & { veiled?: boolean }} Shown */

/** Pictures as Discord lays them out: one large, or a mosaic.
 *
 * @param {Shown[]} pictures
 */
export function gallery(pictures) {
  const count = pictures.length;
  const kind = count === 1 ? "one" : count === 3 ? "three" : count % 2 === 1 ? "odd" : "";
  return h(
    "div",
    { class: `gallery ${kind}` },
    pictures.map((_, index) => picture(pictures, index)),
  );
}

/**
 * @param {Shown[]} pictures
 * @param {number} index
 */
export function picture(pictures, index) {
  const shown = /** @type {Shown} */ (pictures[index]);
  const { url, alt, name, width, height, veiled } = shown;
  const shownWidth = width && height ? { "--shown-width": `${widthWithin(width, height)}px` } : {};
  const image = h("img", {
    src: url,
    alt: alt ?? name,
    width,
    height,
    vars: shownWidth,
    class: (width ?? 1000) < 160 ? "tiny" : undefined,
  });
  const button = h(
    "button",
    {
      class: `picture ${veiled ? "veiled" : ""}`,
      type: "button",
      title: alt,
      "aria-label": veiled ? "Show spoiler" : `Enlarge: ${alt ?? name}`,
    },
    image,
    alt && !veiled && h("span", { class: "alt", "aria-hidden": "true" }, "ALT"),
    veiled && h("span", { class: "veil" }, h("b", {}, "SPOILER")),
  );
  button.addEventListener("click", () => {
    if (button.classList.contains("veiled")) {
      button.classList.remove("veiled");
      button.querySelector(".veil")?.remove();
    } else openViewer(pictures, index);
  });
  return button;
}

/**
 * The largest that fits the conversation; small pictures are enlarged by whole steps.
 *
 * @param {number} width
 * @param {number} height
 */
function widthWithin(width, height) {
  const fits = Math.min(550 / width, 420 / height);
  return Math.round(width * (fits >= 2 ? Math.min(Math.floor(fits), 4) : Math.min(fits, 1)));
}

/** @param {import("./types.js").Attachment} attachment */
export function attachmentPicture(attachment) {
  const { url, description, filename, width, height } = attachment;
  return {
    url: local(url),
    alt: description,
    name: filename,
    width: width ?? undefined,
    height: height ?? undefined,
    veiled: filename.startsWith("SPOILER_"),
  };
}

/** @param {{ url: string, filename: string, size: number }} file */
export function fileCard({ url, filename, size }) {
  return h(
    "div",
    { class: "file" },
    icon("file"),
    h("div", {}, h("a", { href: local(url), download: filename }, filename), h("span", {}, bytes(size))),
  );
}

/**
 * The server's own files, by path alone: the page may have been opened under another of its names.
 *
 * @param {string} url
 */
export function local(url) {
  const { pathname } = new URL(url, location.href);
  return pathname.startsWith("/attachments/") ? pathname : url;
}

/** @param {number} size */
function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  return size < 1024 ** 2 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1024 ** 2).toFixed(2)} MB`;
}
