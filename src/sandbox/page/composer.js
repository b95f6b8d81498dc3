import { readLine } from "./command-line.js";
import { byId, h } from "./dom.js";
import { suggest } from "./suggestions.js";

/** @param {import("./suggestions.js").Suggestion} suggestion */
const lineOf = ({ line }) => line;

/**
 * The command line: what is typed, what could come next, and what was typed before.
 *
 * @param {object} options
 * @param {() => import("./suggestions.js").Context} options.context
 * @param {(line: string, files: Record<string, string>) => Promise<void>} options.send Rejects with what is wrong.
 */
export function createComposer({ context, send }) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const field = /** @type {HTMLTextAreaElement} */ (byId("command"));
  const shadow = byId("command-shadow");
  const box = byId("suggestions");
  const title = byId("suggestions-title");
  const list = byId("suggestions-list");
  const error = byId("command-error");
  const attach = byId("attach");
  const fileInput = /** @type {HTMLInputElement} */ (byId("file"));

  /** @type {import("./suggestions.js").Suggestion[]} */
  let suggestions = [];
  let active = -1;
  let request = 0;
  /** @type {string[]} */
  let history = JSON.parse(sessionStorage.getItem("history") ?? "[]");
  let at = history.length;
  /** @type {Record<string, string>} */
  let files = {};

  const paint = () => {
    const { parts } = readLine(field.value, context().commands);
    shadow.replaceChildren(...parts.map(({ text, kind }) => h("span", { class: kind }, text)), "\u200b");
    shadow.scrollTop = field.scrollTop;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };

  const update = async () => {
    paint();
    error.textContent = "";
    const line = field.value;
    const isAtEnd = field.selectionStart === line.length;
    const typed = readLine(line, context().commands);
    attach.hidden = !(typed.stage === "value" && typed.option?.type === 11);
    if (typed.stage === "none" || !isAtEnd) return hide();
    request += 1;
    const mine = request;
    // Discord's client waits for a pause in typing before it asks a bot.
    if (typed.stage === "value" && typed.option?.autocomplete)
      await new Promise((done) => setTimeout(done, 120));
    if (mine !== request) return;
    try {
      const { title: heading, list: found, isComplete } = await suggest(line, typed, context());
      if (mine !== request || document.activeElement !== field) return;
      const isAsBefore = String(found.map(lineOf)) === String(suggestions.map(lineOf));
      if (!isAsBefore || suggestions.length === 0) active = found.length > 0 && !isComplete ? 0 : -1;
      suggestions = found;
      title.textContent = heading;
      draw();
    } catch (reason) {
      if (mine !== request) return;
      suggestions = [];
      title.textContent = reason instanceof Error ? reason.message : "Loading options failed";
      draw();
    }
  };

  const draw = () => {
    list.replaceChildren(
      ...suggestions.map((suggestion, index) =>
        h(
          "div",
          {
            class: "suggestion",
            role: "option",
            id: `suggestion-${index}`,
            "aria-selected": index === active ? "true" : "false",
            // The field keeps the focus, so that typing can go on.
            onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
            onclick: () => take(index),
            onmousemove: () => activate(index),
          },
          h("b", {}, suggestion.label),
          suggestion.must && h("span", { class: "must" }, "required"),
          h("span", { class: "about" }, suggestion.about),
          h("span", { class: "from" }, suggestion.from),
        ),
      ),
    );
    box.hidden = false;
    field.setAttribute("aria-expanded", suggestions.length > 0 ? "true" : "false");
    mark();
  };

  const mark = () => {
    for (const [index, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", index === active ? "true" : "false");
    }
    if (active >= 0) field.setAttribute("aria-activedescendant", `suggestion-${active}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };

  const activate = (/** @type {number} */ index) => {
    if (index === active || suggestions.length === 0) return;
    active = (index + suggestions.length) % suggestions.length;
    mark();
  };

  const hide = () => {
    request += 1;
    box.hidden = true;
    suggestions = [];
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const put = (/** @type {string} */ line) => {
    field.value = line;
    field.setSelectionRange(line.length, line.length);
    void update();
  };

  const take = (/** @type {number} */ index) => {
    const suggestion = suggestions[index];
    if (suggestion) put(suggestion.line);
  };

  const submit = async () => {
    const line = field.value.trim();
    if (line === "") return;
    hide();
    try {
      await send(line, files);
      history = [...history.filter((entry) => entry !== line), line].slice(-50);
      sessionStorage.setItem("history", JSON.stringify(history));
      at = history.length;
      files = {};
      field.value = "";
      error.textContent = "";
      paint();
      attach.hidden = true;
    } catch (reason) {
      error.textContent = reason instanceof Error ? reason.message : String(reason);
    }
  };

  const recall = (/** @type {number} */ by) => {
    at = Math.min(Math.max(at + by, 0), history.length);
    field.value = history[at] ?? "";
    field.setSelectionRange(field.value.length, field.value.length);
    paint();
    hide();
  };

  field.addEventListener("input", () => void update());
  field.addEventListener("focus", () => field.value !== "" && void update());
  field.addEventListener("blur", hide);
  field.addEventListener("scroll", () => {
    shadow.scrollTop = field.scrollTop;
  });
  field.addEventListener("keydown", (event) => {
    const isOpen = !box.hidden && suggestions.length > 0;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (isOpen && active >= 0) take(active);
      else void submit();
    } else if (event.key === "Tab" && isOpen && !event.shiftKey) {
      event.preventDefault();
      take(Math.max(active, 0));
    } else if (event.key === "Escape") hide();
    else if (event.key === "ArrowDown" && isOpen) {
      event.preventDefault();
      activate(active + 1);
    } else if (event.key === "ArrowUp" && isOpen) {
      event.preventDefault();
      activate(active < 0 ? suggestions.length - 1 : active - 1);
    } else if (event.key === "ArrowUp" && (field.value === "" || field.value === history[at])) {
      event.preventDefault();
      recall(-1);
    } else if (event.key === "ArrowDown" && field.value !== "" && field.value === history[at]) {
      event.preventDefault();
      recall(1);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    field.focus();
    void submit();
  });
  fileInput.addEventListener("change", async () => {
    const [file] = fileInput.files ?? [];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    const name = file.name.replaceAll(/\s+/g, "_");
    files = { ...files, [name]: btoa(binary) };
    fileInput.value = "";
    field.focus();
    put(`${field.value.trimEnd()}${name} `);
  });

  return {
    /** @param {string} line */
    offer: (line) => {
      field.focus();
      put(line);
    },
    placeholder: (/** @type {string} */ text) => {
      field.placeholder = text;
    },
    /** The commands may have changed: what they offered for the line is offered anew. */
    repaint: () => (box.hidden ? paint() : void update()),
    focus: () => field.focus(),
  };
}
