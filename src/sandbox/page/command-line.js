/**
 * Reads a command line while it is being typed, the way the server reads a finished one.
 *
 * @typedef {import("./types.js").Option} Option
 * @typedef {import("./types.js").Command} Command
 * @typedef {{ text: string, kind: "slash" | "name" | "value" | "bad" | "plain" }} Part
 *
 * @typedef {object} Typed
 * @property {Command} [command]
 * @property {string[]} path Names of group and subcommand.
 * @property {Option[]} options Of the command or subcommand.
 * @property {Map<string, string>} values
 * @property {Part[]} parts All of the text, for colouring.
 * @property {"none" | "command" | "subcommand" | "option" | "value"} stage What the end of the text is part of.
 * @property {string} word What of it is typed already.
 * @property {Option} [option] Whose value is being typed.
 * @property {Option[]} subcommands To choose from, at that stage.
 */

const SUBCOMMAND = 1;
const GROUP = 2;
const STRING = 3;

/**
 * @param {string} line
 * @param {readonly Command[]} commands
 * @returns {Typed}
 */
export function readLine(line, commands) {
  /** @type {Typed} */
  const typed = {
    path: [],
    options: [],
    values: new Map(),
    parts: [],
    stage: "none",
    word: "",
    subcommands: [],
  };
  const start = /^\/(\S*)/.exec(line);
  if (!start) {
    typed.parts.push({ text: line, kind: "plain" });
    return typed;
  }
  const name = start[1] ?? "";
  let position = start[0].length;
  const command = commands.find((candidate) => candidate.type === 1 && candidate.name === name);
  if (!command || position === line.length) {
    const kind = command || position === line.length ? "slash" : "bad";
    typed.parts.push({ text: line.slice(0, position), kind }, { text: line.slice(position), kind: "plain" });
    typed.stage = position === line.length ? "command" : "none";
    typed.word = name;
    if (command) typed.command = command;
    return typed;
  }
  typed.command = command;
  let options = /** @type {Option[]} */ (command.options ?? []);
  while (options.some(isNested)) {
    const [all = "", space = "", word = ""] = /^(\s*)(\S*)/.exec(line.slice(position)) ?? [];
    const found = options.find((option) => isNested(option) && option.name === word);
    const isEnd = position + all.length === line.length;
    if (!found || isEnd) {
      typed.stage = isEnd ? "subcommand" : "none";
      typed.word = word;
      typed.subcommands = options;
      typed.parts.push(
        { text: line.slice(0, position) + space, kind: "slash" },
        { text: line.slice(position + space.length), kind: isEnd ? "plain" : "bad" },
      );
      return typed;
    }
    typed.path.push(found.name);
    position += all.length;
    options = found.options ?? [];
  }
  typed.options = options;
  typed.parts.push({ text: line.slice(0, position), kind: "slash" });
  readOptions(line, position, typed);
  return typed;
}

/**
 * @param {string} line
 * @param {number} start
 * @param {Typed} typed
 */
function readOptions(line, start, typed) {
  const { options, values, parts } = typed;
  let position = start;
  for (;;) {
    const rest = line.slice(position);
    const mark = nextMark(rest, options);
    const before = rest.slice(0, mark ? mark.index : rest.length);
    if (before.trim() !== "" && mark) parts.push({ text: before, kind: "bad" });
    else if (mark) parts.push({ text: before, kind: "plain" });
    if (!mark) {
      const word = before.trimStart();
      typed.stage = "option";
      typed.word = word;
      const couldBeName =
        !word.includes(" ") && options.some((option) => option.name.startsWith(word.replace(/:$/, "")));
      parts.push({ text: before, kind: word === "" || couldBeName ? "plain" : "bad" });
      return;
    }
    position += mark.index + mark.text.length;
    parts.push({ text: mark.text, kind: "name" });
    const [raw, value, isClosed] = readValue(line.slice(position), mark.option, options);
    values.set(mark.option.name, value);
    parts.push({ text: raw, kind: "value" });
    position += raw.length;
    if (position >= line.length && !isClosed) {
      typed.stage = "value";
      typed.option = mark.option;
      typed.word = value;
      return;
    }
  }
}

/**
 * The next `name:` of an option.
 *
 * @param {string} text
 * @param {Option[]} options
 */
function nextMark(text, options) {
  for (const match of text.matchAll(/(?<=^|\s)([-_'\p{L}\p{N}]{1,32}):/gu)) {
    const option = options.find((candidate) => candidate.name === match[1]);
    if (option) return { index: match.index, text: match[0], option };
  }
  return undefined;
}

/**
 * @param {string} text What follows the colon.
 * @param {Option} option
 * @param {Option[]} options
 * @returns {[raw: string, value: string, isClosed: boolean]}
 */
function readValue(text, option, options) {
  const quoted = /^\s*"((?:[^"\\]|\\[\s\S])*)"(?=\s|$)/.exec(text);
  if (quoted) return [quoted[0], (quoted[1] ?? "").replaceAll(/\\(["\\])/g, "$1"), true];
  const open = /^\s*"([\s\S]*)$/.exec(text);
  if (open) return [text, open[1] ?? "", false];
  const mark = nextMark(text, options);
  const raw = mark ? text.slice(0, mark.index) : text;
  // Free text may go on after a space; a value out of a list, a number or a name is complete.
  const isFree = option.type === STRING && !option.autocomplete && !option.choices?.length;
  return [raw, raw.trim(), mark !== undefined || (!isFree && /^\S+\s+$/.test(raw))];
}

/** @param {Option} option */
function isNested(option) {
  return option.type === SUBCOMMAND || option.type === GROUP;
}

/**
 * A value as it must be typed: quoted where it could be read as something else.
 *
 * @param {string | number} value
 */
export function quoted(value) {
  const text = String(value);
  return /[\s":]/.test(text) ? `"${text.replaceAll(/["\\]/g, "\\$&")}"` : text;
}
