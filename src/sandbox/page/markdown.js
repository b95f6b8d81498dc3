import { h } from "./dom.js";

/**
 * Discord's Markdown, as far as bots write it: to nodes, never through HTML.
 *
 * @typedef {object} Names What ids stand for.
 * @property {(id: string) => string} user
 * @property {(id: string) => string} channel
 * @property {(id: string) => string} role
 * @property {(id: string) => string} command
 */

/**
 * @param {string} text
 * @param {Names} names
 * @returns {DocumentFragment}
 */
export function markdown(text, names) {
  const fragment = document.createDocumentFragment();
  // Code blocks are taken out first: nothing inside them means anything.
  const parts = text.split(/```(?:[\w+-]*\n)?([\s\S]*?)```\n?/);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) fragment.append(h("pre", {}, h("code", {}, part.replace(/\n$/, ""))));
    else if (part !== "")
      blocks(part.replace(/\n$/, index === parts.length - 1 ? "\n" : ""), names, fragment);
  }
  return fragment;
}

/**
 * @param {string} text
 * @param {Names} names
 * @param {DocumentFragment} fragment
 */
function blocks(text, names, fragment) {
  /** @type {{ kind: string, node: HTMLElement } | undefined} */
  let open;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const heading = /^(#{1,3}) (.+)/.exec(line);
    const small = /^-# (.+)/.exec(line);
    const bullet = /^\s*[-*] (.+)/.exec(line);
    const numbered = /^\s*\d+\. (.+)/.exec(line);
    const quote = /^> (.*)/.exec(line);
    const kind = bullet ? "ul" : numbered ? "ol" : quote ? "blockquote" : "";
    if (open && open.kind !== kind) open = undefined;
    if (kind !== "" && !open) {
      open = { kind, node: document.createElement(kind) };
      fragment.append(open.node);
    }
    if (bullet || numbered) open?.node.append(h("li", {}, ...inline((bullet ?? numbered)?.[1] ?? "", names)));
    else if (quote) open?.node.append(h("div", {}, ...inline(quote[1] ?? "", names)));
    else if (heading) {
      const level = /** @type {"h4" | "h5" | "h6"} */ (`h${(heading[1] ?? "").length + 3}`);
      fragment.append(h(level, {}, ...inline(heading[2] ?? "", names)));
    } else if (small) fragment.append(h("div", {}, h("small", {}, ...inline(small[1] ?? "", names))));
    else {
      fragment.append(...inline(line, names));
      if (index < lines.length - 1) fragment.append("\n");
    }
  }
}

/**
 * Each kind with how it is written; the first that fits at the leftmost place is taken.
 *
 * @type {[pattern: RegExp, make: (match: RegExpExecArray, names: Names) => Node | string][]}
 */
const KINDS = [
  [/\\([*_~`|\\<>#@[\]()-])/, (match) => match[1] ?? ""],
  [/``(.+?)``|`([^`\n]+)`/, (match) => h("code", {}, match[1] ?? match[2])],
  [/\*\*\*(.+?)\*\*\*/s, (match, names) => h("b", {}, h("i", {}, ...inline(match[1] ?? "", names)))],
  [/\*\*(.+?)\*\*/s, (match, names) => h("b", {}, ...inline(match[1] ?? "", names))],
  [/__(.+?)__/s, (match, names) => h("u", {}, ...inline(match[1] ?? "", names))],
  [/~~(.+?)~~/s, (match, names) => h("s", {}, ...inline(match[1] ?? "", names))],
  [/\|\|(.+?)\|\|/s, (match, names) => spoiler(inline(match[1] ?? "", names))],
  [
    /\*(?!\s)([^*\n]+?)\*|(?<!\w)_([^_\n]+?)_(?!\w)/,
    (match, names) => h("i", {}, ...inline(match[1] ?? match[2] ?? "", names)),
  ],
  [
    /\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    (match, names) => link(match[2] ?? "", inline(match[1] ?? "", names)),
  ],
  [/<(https?:\/\/[^\s>]+)>/, (match) => link(match[1] ?? "", [match[1] ?? ""])],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"')\]]/, (match) => link(match[0], [match[0]])],
  [/<@!?(\d+)>/, (match, names) => mention(`@${names.user(match[1] ?? "")}`)],
  [/<@&(\d+)>/, (match, names) => mention(`@${names.role(match[1] ?? "")}`)],
  [/<#(\d+)>/, (match, names) => mention(`#${names.channel(match[1] ?? "")}`)],
  [/<\/([^:>]+):\d+>/, (match) => mention(`/${match[1]}`)],
  [/<t:(-?\d+)(?::([tTdDfFR]))?>/, (match) => timestamp(Number(match[1]), match[2] ?? "f")],
  [/<a?:(\w+):\d+>/, (match) => `:${match[1]}:`],
  [/@(?:everyone|here)\b/, (match) => mention(match[0])],
];

/**
 * @param {string} text
 * @param {Names} names
 * @returns {(Node | string)[]}
 */
function inline(text, names) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let rest = text;
  while (rest !== "") {
    /** @type {{ match: RegExpExecArray, make: (typeof KINDS)[number][1] } | undefined} */
    let first;
    for (const [pattern, make] of KINDS) {
      const match = pattern.exec(rest);
      if (match && (!first || match.index < first.match.index)) first = { match, make };
    }
    if (!first) break;
    const { match, make } = first;
    nodes.push(rest.slice(0, match.index), make(match, names));
    rest = rest.slice(match.index + match[0].length);
  }
  nodes.push(rest);
  return nodes.filter((node) => node !== "");
}

/**
 * @param {string} address
 * @param {(Node | string)[]} children
 */
function link(address, children) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** @param {string} text */
function mention(text) {
  return h("span", { class: "mention" }, text);
}

/** @param {(Node | string)[]} children */
function spoiler(children) {
  const node = h(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler" },
    h("span", {}, ...children),
  );
  const show = () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
  return node;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

/**
 * @param {number} seconds
 * @param {string} style
 */
function timestamp(seconds, style) {
  const date = new Date(seconds * 1000);
  const full = new Intl.DateTimeFormat(undefined, STYLES.F).format(date);
  const node = h("time", { class: "timestamp", datetime: date.toISOString(), title: full });
  node.textContent =
    style === "R" ? relative(date) : new Intl.DateTimeFormat(undefined, STYLES[style]).format(date);
  if (style === "R") node.dataset.relative = date.toISOString();
  return node;
}

/** @param {Date} date */
export function relative(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  /** @type {[unit: Intl.RelativeTimeFormatUnit, seconds: number][]} */
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return format.format(Math.round(seconds / length), unit);
}
