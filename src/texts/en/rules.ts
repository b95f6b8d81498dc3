/** What /settings says, and what its rules say to members. */
import { cut } from "../cut.ts";
import { code, hidden, plain, until } from "../markup.ts";
import { listed, s } from "./words.ts";

export interface Limits {
  perMinute?: number | undefined;
  waiting?: number | undefined;
  gpuSeconds?: number | undefined;
}

const limits = ({ perMinute, waiting, gpuSeconds }: Limits): string =>
  [
    perMinute === undefined ? "" : `${s(perMinute, "request")} a minute`,
    waiting === undefined ? "" : `${waiting} waiting at once`,
    gpuSeconds === undefined ? "" : `${s(gpuSeconds, "GPU second")} in 24 hours`,
  ]
    .filter(Boolean)
    .join(", ") || "none";

const scopeName = (scope: string) => (scope === "everyone" ? "everyone" : `<@&${scope}>`);

export const rules = {
  // Refusals
  otherChannel: (channels: string[]) =>
    `Images can only be made in ${listed(channels.map((id) => `<#${id}>`))}. Ask again there.`,
  ageRestrictedOnly:
    "Images can only be made in age-restricted channels of this server. Ask again in one of them.",
  noPrivate: "Private results are switched off in this server. Ask again without `private`.",
  blockedPrompt: (entry: string) =>
    entry.startsWith("/")
      ? "The prompt contains something that this server blocks. Reword it."
      : `The prompt contains ${code(plain(entry))}, which this server blocks. Reword it.`,
  tooOften: (most: number, retryAt: number) =>
    `You have made ${most === 1 ? "the one request" : `the ${most} requests`} that a member may make in a minute here. You can ask again ${until(retryAt)}.`,
  engineTimeUsed: (most: number, resetsAt: number) =>
    `You have used the ${most} GPU seconds that a member may use in 24 hours here. You can ask again ${until(resetsAt)}.`,

  // /settings
  title: "**Settings of this server**",
  channels: (ids: string[]) =>
    ids.length === 0 ? "Channels: all" : `Channels: ${listed(ids.map((id) => `<#${id}>`))}`,
  ageRestricted: (only: boolean) =>
    only ? "Age-restricted channels only: yes" : "Age-restricted channels only: no",
  blocked: (count: number) =>
    count === 0
      ? "Blocked words and patterns: none"
      : `Blocked words and patterns: ${count}, see \`/settings blocked\``,
  blockedTitle: (count: number) => `**Blocked words and patterns: ${count}**`,
  blockedEntry: (entry: string) => `- ${hidden(entry)}`,
  moreLimits: (count: number) => `and limits for ${s(count, "more role")}`,
  limitsOf: (scope: string, value: Limits) => `Limits per member, ${scopeName(scope)}: ${limits(value)}`,
  maximum: (steps: number | undefined, size: string | undefined) =>
    `Maximum: ${[steps === undefined ? "" : s(steps, "step"), size ? `the size ${size}` : ""].filter(Boolean).join(", ") || "what the model takes"}`,
  private: (allowed: boolean) => (allowed ? "Private results: allowed" : "Private results: switched off"),
  quiz: (role: string | undefined) =>
    role ? `Who may start a quiz: moderators and <@&${role}>` : "Who may start a quiz: moderators",
  language: (name: string | undefined) =>
    `Language of what everybody sees: ${name ?? "that of the member who asks"}`,

  nothingGiven: "Choose at least one option to set.",
  resetAlone: "Choose either `reset` or what to set, not both.",
  channelMissing: "Choose the channel too, with `channel`.",
  saved: (what: string) => `Saved. ${what}`,
  channelAllowed: (id: string) => `Images may be made in <#${id}>, and nowhere that is not allowed.`,
  channelRemoved: (id: string) => `<#${id}> is no longer among the channels for images.`,
  channelsOpen: "Images may be made in every channel.",
  notAllowedYet: (id: string) => `<#${id}> was not among the channels for images.`,
  blockedAdded: (entry: string) => `Prompts with ${hidden(entry)} are refused from now on.`,
  blockedRemoved: (entry: string) => `${hidden(entry)} is no longer blocked.`,
  blockedUnknown: (entry: string) => `${code(plain(entry))} is not blocked.`,
  blockedEmpty: "A blocked word needs a letter or a digit.",
  blockedExpression: (problem: string) =>
    `This expression can't be used (its syntax is RE2's): ${cut(problem, 200)}`,
  blockedFull: (most: number) => `At most ${most} words and patterns can be blocked. Unblock one first.`,
  patternsFull: (most: number) =>
    `At most ${most} of them can be patterns, with \`*\` or as an expression. Unblock one first.`,
  outOfRange: "A value is out of its range, so nothing was saved. Choose one that Discord offers.",

  // History
  listChanged: {
    channel: (id: string, there: boolean) =>
      there ? `allowed <#${id}>` : `removed <#${id}> from the channels`,
    blocked: (entry: string, there: boolean) =>
      there ? `blocked ${hidden(entry)}` : `unblocked ${hidden(entry)}`,
  },
  limitsChanged: (scope: string, after: Limits | undefined) =>
    `limits for ${scopeName(scope)}: ${limits(after ?? {})}`,
  singleChanged: (name: string, before: string, after: string) => `${name}: ${before} → ${after}`,
  names: {
    ageRestrictedOnly: "age-restricted channels only",
    maxSteps: "maximum steps",
    maxSize: "largest size",
    privateAllowed: "private results",
    quizRole: "role that may start a quiz",
    language: "language",
  },
  notSet: "not set",
  flag: (value: boolean) => (value ? "yes" : "no"),
};
