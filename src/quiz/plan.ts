/**
 * The plan of a study: what is asked, of whom it is made, and when a round closes. It is stored when the study starts
 * and never changed, so that nothing can be chosen after a look at the votes.
 */
import { z } from "zod";
import { snowflake } from "../discord/snowflake.ts";

const count = z.number().int().positive();

/** One rule, fixed at the start: a time after opening, or a number of votes. */
export const closingSchema = z.union([
  z.strictObject({ minutes: count.max(7 * 24 * 60) }),
  z.strictObject({ votes: count.max(10_000) }),
]);
export type Closing = z.infer<typeof closingSchema>;

export const MODES = ["two-picture", "find-original"] as const;
export type Mode = (typeof MODES)[number];

/**
 * - `study`: of a server, with an end and a verdict;
 * - `daily`: a round a day without an end: it counts for players and in no verdict;
 * - `solo`: one round of one member alone, which counts nowhere.
 */
export const KINDS = ["study", "daily", "solo"] as const;

export const planSchema = z.object({
  id: z.string(),
  kind: z.enum(KINDS).default("study"),
  guildId: snowflake,
  channelId: snowflake,
  applicationId: snowflake,
  /** Of the command that started it: what Discord knows its first round by. */
  interactionId: snowflake,
  /** Who started it. */
  userId: snowflake,
  locale: z.string(),
  attachmentSizeLimit: count,
  startedAt: z.number(),
  mode: z.enum(MODES),
  /** The recipe of the original. */
  original: z.string(),
  backends: z.array(z.string()).min(1),
  prompts: z.array(z.string()).min(1),
  /** Two-picture: voted rounds of each backend. Find the original: voted rounds in all. */
  rounds: count,
  /** Pictures of one round. */
  options: z.number().int().min(2).max(4),
  /** Of 100 rounds, about so many are sham rounds. */
  shamPercent: z.number().int().min(0).max(100),
  closing: closingSchema,
  width: count,
  height: count,
  steps: count,
  guidance: z.number().nonnegative(),
  /** Of the server when it started, as far as Discord said. */
  members: count.optional(),
  /** GPU seconds in 24 hours that whoever started it may use; absent for no limit. */
  gpuSeconds: count.optional(),
});
export type Plan = z.infer<typeof planSchema>;

/** How many voted rounds the whole study needs; sham rounds come on top. */
export const plannedRounds = ({ mode, rounds, backends }: Plan): number =>
  mode === "two-picture" ? rounds * backends.length : rounds;
