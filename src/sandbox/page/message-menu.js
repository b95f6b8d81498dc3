import { act } from "./api.js";
import { openMenu } from "./menu.js";
import { person } from "./message.js";

const USER = 2;
const MESSAGE = 3;

/**
 * What can be done with a message: the bot's commands on it and on who wrote it, and what any client offers.
 *
 * @param {import("./types.js").Message} message
 * @param {{ x: number, y: number }} at
 * @param {object} context
 * @param {import("./types.js").State} context.state
 * @param {import("./types.js").Command[]} context.commands
 * @param {string} context.channelId
 * @param {(work: Promise<unknown>) => void} context.report
 */
export function openMessageMenu(message, at, { state, commands, channelId, report }) {
  const ofType = (/** @type {number} */ type, /** @type {Record<string, unknown>} */ action) =>
    commands
      .filter((command) => command.type === type)
      .map(({ name, name_localized: label = name }) => ({
        label,
        run: () => report(act({ as: state.as, channelId, name, ...action })),
      }));
  const onMessage = ofType(MESSAGE, { action: "messageCommand", messageId: message.id });
  const onAuthor = ofType(USER, { action: "userCommand", targetId: message.author.id });
  openMenu(
    [
      ...(onMessage.length > 0 ? [{ heading: "Apps" }, ...onMessage] : []),
      ...(onAuthor.length > 0
        ? [{ heading: `Apps, on ${person(state, message.author).displayName}` }, ...onAuthor]
        : []),
      { heading: "Message" },
      { label: "Copy text", run: () => void navigator.clipboard.writeText(message.content) },
      { label: "Copy message ID", run: () => void navigator.clipboard.writeText(message.id) },
    ],
    at,
  );
}
