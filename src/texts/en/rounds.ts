/** What rounds of the quiz and /quiz say; the sentences of verdicts are in quiz.ts. */

import { marks } from "../marks.ts";
import { ago, bold, code } from "../markup.ts";
import { percent as percentOf, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

export type Mode = "two-picture" | "find-original";
export type Closing = { minutes: number } | { votes: number };

const TITLES: Record<Mode, string> = {
  "two-picture": "Which one is quantized?",
  "find-original": "Find the original",
};

const closingRule = (closing: Closing) =>
  "minutes" in closing
    ? `each open for ${s(closing.minutes, "minute")}`
    : `each open until ${s(closing.votes, "vote")} ${closing.votes === 1 ? "is" : "are"} in`;

export const rounds = {
  // Starting
  mayNotStart: (role: string | undefined) =>
    role === undefined
      ? "Only members with the permission **Manage Server** can do this. They can allow it to a role with `/settings quiz`."
      : `Only members with the permission **Manage Server** and <@&${role}> can do this.`,
  runsAlready: (channel: string) =>
    `A study is already running, in <#${channel}>. \`/quiz status\` shows how far it is, \`/quiz stop\` ends it.`,
  noThreads: "A thread can be opened for it in a text channel only. Start it without `thread`, or in one.",
  threadRefused:
    "Discord did not let me open a thread here. Start it without `thread`, or in another channel.",
  thread: (mode: Mode) => `Quiz · ${TITLES[mode]}`,
  startedIn: (id: string, thread: string) =>
    `🎲 Study \`${id}\` runs in <#${thread}>: its first round opens there as soon as every picture is drawn.`,
  noOriginal: "The workers online don't offer the original, so there is nothing to compare with.",
  nameBackends: "Name at least one backend, or leave the option out for all.",
  noBackends: "The workers online offer no quantized backend, so there is nothing to ask.",
  tooFewBackends: (needed: number) =>
    `With that many pictures a round needs ${s(needed, "different backend")} beside the original. Name more, or ask for fewer pictures.`,
  notQuantized: (backend: string) =>
    `\`${backend}\` is the original, or draws the pictures of another backend that is offered. Name quantized backends.`,
  badClosing:
    "`closes` is a time or a number of votes: `30 minutes`, `2 hours`, `1 day` or `12 votes`. A week is the longest.",
  /** Offered for `closes`; what is typed for it can be said in any of the languages. */
  closes: ["10 minutes", "30 minutes", "1 hour", "6 hours", "1 day", "10 votes", "25 votes"],
  allPromptsBlocked: "This server blocks every prompt that the quiz would use. Name one with `prompt`.",

  // A round
  drawing: (number: number) =>
    `🎲 **Round ${number} is being drawn** · every picture first, then the question`,
  title: (number: number, mode: Mode) => `**Round ${number} · ${TITLES[mode]}**`,
  task: {
    "two-picture": (shamPercent: number): string =>
      `One picture is the original, the other is quantized: same seed, same settings.${shamPercent > 0 ? ` About ${shamPercent} in 100 rounds are controls, with the original twice.` : ""}`,
    "find-original": (_: number): string =>
      "One picture is the original, the others are quantized, each in another way: same seed, same settings.",
  },
  closesAt: (at: number) => `The first vote is final. Closes ${ago(at)}, as soon as anybody has voted.`,
  closesAfter: (votes: number) => `The first vote is final. Closes after ${s(votes, "vote")}.`,
  kindNote: {
    daily: "-# Today's round: it counts for the leaderboard, and in no study's verdict.",
    solo: "-# For you alone: the answer comes with your vote, and it counts nowhere.",
  },
  commitment: (hash: string, id: string) =>
    `-# The answer is fixed. SHA-256 \`${hash}\` · \`/quiz verify\` checks it · round \`${id}\``,
  vote: (letter: string) => letter,
  alt: (letters: string[], prompt: string) =>
    `${letters.length} pictures of one prompt, ${letters.join(", ")}, in rows from left to right. Prompt: ${prompt}`,
  cancelled: (by: string) =>
    `${marks.cancelled} **Cancelled** by <@${by}>. The study has ended without a verdict.`,
  notRendered: `${marks.refused} **Not asked** · not every picture of this round could be rendered. It is drawn again.`,
  identical:
    "**Not asked** · pictures of this round came out identical, pixel by pixel, so there is nothing to see. It is drawn again.",
  notShown: `${marks.refused} **Not asked** · this round's pictures could not be posted. Another one follows unless the quiz has been stopped.`,
  over: "This round is over.",

  // The study, said with its first round
  study: (
    id: string,
    mode: Mode,
    named: string[],
    backends: number,
    planned: number,
    each: number,
    shamPercent: number,
    closing: Closing,
  ) =>
    [
      `Study \`${id}\`: ${named.map(code).join(", ")}${backends > named.length ? ` and ${backends - named.length} more` : ""}`,
      mode === "two-picture"
        ? `${s(planned, "round")} with votes in all, ${each} of each backend${shamPercent > 0 ? ", and controls on top" : ""}`
        : s(planned, "round"),
      closingRule(closing),
      mode === "two-picture" ? "the verdict comes at the end" : "no verdict on single backends",
    ].join(" · "),
  cannotFind: (each: number, backends: number, leastP: string, needed: number) =>
    `With ${s(each, "round")} of each of ${s(backends, "backend")} no evidence is possible: even if every vote is right, ${leastP}. Ask for at least ${s(needed, "round")} of each (\`rounds\` counts them all: ${needed * backends}), or for fewer backends.`,
  setAside: (backends: string[]) =>
    `Asked no more, since pictures could not be rendered or shown, or came out identical: ${backends.map(code).join(", ")}. The verdict is on the others.`,
  outOfReach: (each: number, needed: number | undefined, members: number | undefined) =>
    needed === undefined
      ? `With ${s(each, "round")} a backend the verdict 'practically at chance' is out of reach, however many vote. Ask for more rounds or fewer backends.`
      : `With ${s(each, "round")} a backend the verdict 'practically at chance' needs at least ${s(needed, "member")} who vote in every round${members === undefined ? "" : `; this server has ${members}`}. More rounds or fewer backends bring it nearer.`,

  // Votes
  counted: (letter: string, closesAt: number | undefined) =>
    `Your vote for **${letter}** is counted, and final. ${closesAt === undefined ? "The answer comes when the round closes." : `The answer comes ${ago(closesAt)}.`}`,
  votedAlready: (letter: string) => `You have voted for **${letter}** already. The first vote is final.`,
  late: "This round is closed: votes that come later don't count.",
  ownRound: "You started this study, so you can't vote in it.",
  sawMapping: "You have seen what stands where in this round, so you can't vote in it.",
  noRound: "There is no such round in this server.",
  stillOpen: "This belongs to a round of the quiz that is not revealed yet.",

  // Reveal
  revealTitle: (number: number) => `**Round ${number} is closed · which was which**`,
  picture: (
    letter: string,
    name: string,
    votes: number,
    measured: { weights: string; peak: string; time: string } | undefined,
  ) =>
    `- **${letter}** · ${name} · ${s(votes, "vote")}${measured ? ` · weights ${measured.weights}, peak ${measured.peak}, ${measured.time}` : ""}`,
  alternate: (backend: string) => `${backend}, again`,
  right: (letters: string, correct: number, votes: number) =>
    `**${letters}** was right: ${correct} of ${s(votes, "vote")}${votes > 0 ? ` (${percent(correct / votes)})` : ""}.`,
  sham: (votes: number) =>
    `A control: both are the original, in two executions that differ by rounding alone. ${s(votes, "vote")} went to a picture that was no more quantized than the other; ${votes === 1 ? "it counts" : "they count"} for no backend.`,
  measured: (devices: string[]) =>
    `-# Weights of the transformer; peak of the whole engine. On ${devices.join(", ")}.`,
  check: (command: string, hash: string) =>
    `-# Check the promise: this must give \`${hash.slice(0, 16)}…\`\n\`\`\`sh\n${command}\n\`\`\``,
  buttonDifference: "Difference",
  buttonFlicker: "Flicker",
  notAgain: "A round of the quiz is drawn once. `/quiz start` begins another study.",

  // The end of a study
  verdictTitle: (id: string) => `**The verdict of study \`${id}\`**`,
  more: (count: number) => `… and ${s(count, "more backend")}, in the file.`,
  altVerdict: "The verdicts of all backends, as text",
  foundTitle: (id: string) => `**The result of study \`${id}\` · Find the original**`,
  found: (
    correct: number,
    votes: number,
    members: number,
    interval: { lower: number; upper: number },
    options: number,
  ) =>
    `${correct} of ${s(votes, "vote")} found the original (${percent(correct / votes)}; 95% interval ${percent(interval.lower)} to ${percent(interval.upper)}), by ${s(members, "member")}. Guessing gives ${percent(1 / options)}. This says nothing about a single backend.`,
  gaveUp: (id: string) =>
    `${marks.refused} Study \`${id}\` has ended without a verdict: its last rounds could not be asked.`,
  buttonEvidence: "Evidence",
  buttonDefault: (backend: string) => `Make ${backend} the default`,
  notEquivalent:
    "Only a backend that passed the study as practically at chance can be made the default from it.",
  why: (study: string) => `Study ${study}: practically at chance`,
  isDefault: (preset: string, backend: string) =>
    `**${preset}** with \`${backend}\` is the default of this server now. \`/preset undo\` takes it back.`,
  notOffered: (backend: string) =>
    `No worker online offers \`${backend}\` right now. Try again when one does.`,
  nameTaken: (preset: string) =>
    `There is already a preset **${preset}**, with another backend. Delete it first.`,

  // Stopping and status
  nothingRuns: "No study runs in this server. `/quiz start` begins one.",
  noStudies: "This server has no study yet. `/quiz start` begins one.",
  noSuchStudy: "There is no such study in this server.",
  stopped: (id: string) =>
    `Study \`${id}\` has ended without a verdict. A round that was open is closed and revealed.`,
  states: { running: "running", complete: "complete", stopped: "stopped without a verdict" },
  status: (id: string, mode: Mode, channel: string, state: string, done: number, planned: number) =>
    `**Study \`${id}\`** · ${TITLES[mode]} · <#${channel}> · ${state} · ${done} of ${s(planned, "round")} with votes`,
  openRound: (number: number, closesAt: number | undefined) =>
    `Round ${number} is open${closesAt === undefined ? "" : `, until ${ago(closesAt)}`}.`,
  drawingNow: (number: number) => `Round ${number} is being drawn.`,
  moreStudies: (count: number) =>
    `… and ${s(count, "earlier study", "earlier studies")}: \`/quiz evidence\` lists and shows them.`,
  studies: (count: number) => `**${s(count, "study", "studies")} in this server**`,

  // Daily and solo
  dailySet: (channel: string, hour: number) =>
    `A round a day in <#${channel}>, at ${hour}:00 UTC. It pings nobody. \`/quiz daily\` with \`off\` ends it.`,
  dailyOff: "There are no daily rounds any more.",
  noDaily: "There are no daily rounds in this server.",
  dailyChannel: "Name the channel in which the daily round is to appear.",
  cantPost: (channel: string, missing: string[]) =>
    `I may not post pictures in <#${channel}> without ${missing.map(bold).join(", ")}.`,
  soloNotAsked: `${marks.refused} **Not asked** · this round's pictures could not be used. Type \`/quiz solo\` again.`,
  soloRight: (letter: string) => `✅ Right: it was **${letter}**.`,
  soloWrong: (letter: string) => `❌ Wrong: it was **${letter}**.`,

  // Verify
  verified: (id: string, trial: Mode, letter: string, backend: string) =>
    `✅ Round \`${id}\`: the text below was fixed before the first vote. Right was **${letter}**, which was \`${backend}\` (${TITLES[trial]}).`,
  verifiedSham: (id: string) =>
    `✅ Round \`${id}\`: the text below was fixed before the first vote. It was a control with the original twice.`,
  notVerified: (id: string) =>
    `${marks.refused} Round \`${id}\`: the text below does not match what was promised. Something has changed the records.`,
  commitmentOf: (hash: string) => `The opening message carries SHA-256 \`${hash}\`. Anybody can compute it:`,
  notRevealed: "That round is not revealed yet. Its text comes when it closes.",
};
