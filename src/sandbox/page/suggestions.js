import { act } from "./api.js";
import { quoted } from "./command-line.js";

/**
 * What could come next on the command line.
 *
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {string} about
 * @property {string} from
 * @property {boolean} [must]
 * @property {string} line The whole line once it is taken.
 *
 * @typedef {object} Suggested
 * @property {string} title
 * @property {Suggestion[]} list
 * @property {boolean} [isComplete] The line could be sent as it is: nothing is to be taken by itself.
 */

const TYPE = {
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
};
const MOST = 25;

/**
 * @typedef {object} Context
 * @property {import("./types.js").State} state
 * @property {import("./types.js").Guild | undefined} guild
 * @property {readonly import("./types.js").Command[]} commands
 * @property {string} channelId
 *
 * @param {string} line
 * @param {import("./command-line.js").Typed} typed
 * @param {Context} context
 * @returns {Promise<Suggested>}
 */
export async function suggest(line, typed, context) {
  const { stage, word } = typed;
  const head = line.slice(0, line.length - word.length);
  const begins = (/** @type {string} */ name) => name.toLowerCase().includes(word.toLowerCase());
  switch (stage) {
    case "command": {
      const commands = context.commands.filter((command) => command.type === 1 && begins(command.name));
      const best = [...commands].sort(
        (a, b) => Number(b.name.startsWith(word)) - Number(a.name.startsWith(word)),
      );
      return {
        title: best.length > 0 ? "Commands" : "No command of that name",
        list: best.slice(0, MOST).map((command) => ({
          label: `/${command.name}`,
          about: command.description_localized ?? command.description,
          from: context.state.botName,
          line: `/${command.name} `,
        })),
      };
    }
    case "subcommand":
      return {
        title: `/${[typed.command?.name, ...typed.path].join(" ")}`,
        list: typed.subcommands
          .filter((option) => begins(option.name))
          .map((option) => ({
            label: option.name,
            about: option.description_localized ?? option.description,
            from: "",
            line: `${head}${option.name} `,
          })),
      };
    case "option": {
      const left = typed.options.filter((option) => !typed.values.has(option.name) && begins(option.name));
      const isComplete = word === "" && !left.some((option) => option.required);
      return {
        title: isComplete
          ? "Enter sends the command"
          : left.length > 0
            ? "Options"
            : "No option of that name",
        isComplete,
        list: left.map((option) => ({
          label: option.name,
          about: option.description_localized ?? option.description,
          from: "",
          must: option.required ?? false,
          line: `${/\s$/.test(head) ? head : `${head} `}${option.name}:`,
        })),
      };
    }
    case "value": {
      if (!typed.option) return { title: "", list: [] };
      const { option } = typed;
      const start = line.slice(0, line.lastIndexOf(`${option.name}:`) + option.name.length + 1);
      const choices = await choicesFor(option, line, typed, context);
      return {
        title: `${option.name} — ${option.description_localized ?? option.description}${limits(option)}`,
        list: choices.slice(0, MOST).map((choice) => ({
          label: choice.name,
          about: "",
          from:
            choice.name === String(choice.value)
              ? ""
              : String(choice.value).length > 40
                ? ""
                : String(choice.value),
          line: `${start}${quoted(choice.value)} `,
        })),
      };
    }
    default:
      return { title: "", list: [] };
  }
}

/**
 * @param {import("./types.js").Option} option
 * @param {string} line
 * @param {import("./command-line.js").Typed} typed
 * @param {Context} context
 * @returns {Promise<import("./types.js").Choice[]>}
 */
async function choicesFor(option, line, typed, { state, guild, channelId }) {
  if (option.autocomplete) {
    const answer = await act({ action: "autocomplete", as: state.as, channelId, line, option: option.name });
    return answer.choices;
  }
  const fits = (/** @type {import("./types.js").Choice} */ choice) =>
    choice.name.toLowerCase().includes(typed.word.replace(/^[@#]/, "").toLowerCase());
  if (option.choices?.length)
    return option.choices
      .map((choice) => ({ ...choice, name: choice.name_localized ?? choice.name }))
      .filter(fits);
  const people = () =>
    (guild?.people ?? []).map((person) => ({ name: `@${person.displayName}`, value: `@${person.name}` }));
  const roles = () => (guild?.roles ?? []).map((role) => ({ name: `@${role.name}`, value: `@${role.name}` }));
  switch (option.type) {
    case TYPE.boolean:
      return [
        { name: "True", value: "True" },
        { name: "False", value: "False" },
      ].filter(fits);
    case TYPE.user:
      return people().filter(fits);
    case TYPE.role:
      return roles().filter(fits);
    case TYPE.mentionable:
      return [...people(), ...roles()].filter(fits);
    case TYPE.channel:
      return (guild?.channels ?? [])
        .map((channel) => ({ name: `#${channel.name}`, value: `#${channel.name}` }))
        .filter(fits);
    default:
      return [];
  }
}

/** @param {import("./types.js").Option} option */
function limits({ type, min_value: min, max_value: max, max_length: longest }) {
  if (type === TYPE.attachment) return " (choose a file with +)";
  if (min !== undefined && max !== undefined) return ` (${min} to ${max})`;
  if (min !== undefined) return ` (${min} or more)`;
  if (max !== undefined) return ` (${max} or less)`;
  return longest !== undefined && longest < 6000 ? ` (up to ${longest} characters)` : "";
}
