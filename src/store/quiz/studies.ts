/** Studies of the quiz: stored when they start, one at a time in a server, and never deleted but for solo rounds. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { type Plan, planSchema } from "../../quiz/plan.ts";
import { keys } from "../keys.ts";
import { RECORD_TTL_SECONDS } from "../requests.ts";

const studySchema = z.object({
  plan: z.string().transform((text) => planSchema.parse(JSON.parse(text))),
  state: z.enum(["running", "complete", "stopped"]),
  /** Since when (milliseconds) it waits for its first round to be taken in; absent where no command is to do that. */
  starting: z.coerce.number().optional(),
});
export type StoredStudy = z.output<typeof studySchema>;

/** KEYS: running, study, studies. ARGV: server, id, plan, start. Answers the id of the study that runs there now. */
const START = `
local running = redis.call('HGET', KEYS[1], ARGV[1])
if running then return running end
local now = redis.call('TIME')[1] * 1000
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], 'plan', ARGV[3], 'state', 'running', 'starting', now)
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return ARGV[2]`;

/**
 * It runs once its first round is taken in as a request, or `moveStudy` has said where it asks. Until then whoever
 * starts it may die or be refused: see `takeBackUnstarted`.
 * @returns the id of the study that runs in the server now: this one's, or that of an earlier one
 */
export async function startStudy(redis: Redis, plan: Plan): Promise<string> {
  const { guildId, id, startedAt } = plan;
  const touched = [keys.runningStudies, keys.study(id), keys.studies(guildId)];
  const running = await redis.eval(START, 3, ...touched, guildId, id, JSON.stringify(plan), startedAt);
  return z.string().parse(running);
}

/** KEYS: study, rounds of the study. ARGV: plan. */
const MOVE = `
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('HGET', KEYS[1], 'state') == 'running' then
  redis.call('HSET', KEYS[1], 'plan', ARGV[1])
  redis.call('HDEL', KEYS[1], 'starting')
  return 1
end
return 0`;

/** It asks in this channel, from its first round on. @returns false when it has ended meanwhile */
export async function moveStudy(redis: Redis, plan: Plan, channelId: string): Promise<boolean> {
  const moved = JSON.stringify({ ...plan, channelId });
  return (await redis.eval(MOVE, 2, keys.study(plan.id), keys.roundsOf(plan.id), moved)) === 1;
}

/**
 * A plan that is no server's study: it ends no other and waits for none. `daily` ones are listed; `solo` ones are not,
 * count nowhere, and leave with their round after as long as a request's record.
 */
export async function storePlan(redis: Redis, plan: Plan): Promise<void> {
  const { guildId, id, startedAt, kind } = plan;
  await redis.hset(keys.study(id), "plan", JSON.stringify(plan), "state", "running");
  if (kind === "daily") await redis.zadd(keys.studies(guildId), startedAt, id);
  if (kind === "solo") await redis.expire(keys.study(id), RECORD_TTL_SECONDS);
}

/** KEYS: running, study, rounds of the study, round, unrevealed, studies. ARGV: server, id, round. */
const WITHDRAW = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('SREM', KEYS[5], ARGV[3])
redis.call('ZREM', KEYS[6], ARGV[2])`;

/** Takes a plan of any kind back whose first round was refused: nobody has seen anything of it. */
export async function withdrawStudy(redis: Redis, plan: Plan, roundId: string): Promise<void> {
  const touched = touchedOf(plan, roundId);
  await redis.eval(WITHDRAW, touched.length, ...touched, plan.guildId, plan.id, roundId);
}

const touchedOf = ({ guildId, id }: Plan, roundId: string) => [
  keys.runningStudies,
  ...[keys.study(id), keys.roundsOf(id), keys.round(roundId)],
  ...[keys.unrevealed, keys.studies(guildId)],
];

/** As WITHDRAW, and KEYS: the first round's request. ARGV: milliseconds. */
const TAKE_BACK = `
local since = redis.call('HGET', KEYS[2], 'starting')
if not since or redis.call('EXISTS', KEYS[7]) == 1 then return 'started' end
if (redis.call('HGET', KEYS[4], 'state') or 'drawn') ~= 'drawn' then return 'started' end
if redis.call('TIME')[1] * 1000 - since < tonumber(ARGV[4]) then return 'starting' end
${WITHDRAW}
return 'taken back'`;

/**
 * Takes a study back whose start was refused without that being possible then, or whose bot died before its first round
 * was taken in: nobody has been told that it runs.
 * @param withinMs of its start, by Redis's clock: whoever starts it may still be about to
 */
export async function takeBackUnstarted(
  redis: Redis,
  plan: Plan,
  roundId: string,
  withinMs: number,
): Promise<"started" | "starting" | "taken back"> {
  const touched = [...touchedOf(plan, roundId), keys.request(roundId)];
  const { guildId, id } = plan;
  const standing = await redis.eval(TAKE_BACK, touched.length, ...touched, guildId, id, roundId, withinMs);
  return z.enum(["started", "starting", "taken back"]).parse(standing);
}

/** KEYS: study, running. ARGV: id, server, new state. A study ends once. */
const END = `
if redis.call('HGET', KEYS[1], 'state') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[3])
if redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[2], ARGV[2]) end
return 1`;

/** @returns false when it has ended already */
export async function endStudy(
  redis: Redis,
  { id, guildId }: Plan,
  state: "complete" | "stopped",
): Promise<boolean> {
  return (await redis.eval(END, 2, keys.study(id), keys.runningStudies, id, guildId, state)) === 1;
}

export async function readStudy(redis: Redis, id: string): Promise<StoredStudy | undefined> {
  const fields = await redis.hgetall(keys.study(id));
  return fields.plan === undefined ? undefined : studySchema.parse(fields);
}

/** The study that runs in a server. */
export async function runningStudy(redis: Redis, guildId: string): Promise<StoredStudy | undefined> {
  const id = await redis.hget(keys.runningStudies, guildId);
  return id === null ? undefined : readStudy(redis, id);
}

/** Ids of the studies that run anywhere. */
export async function runningStudies(redis: Redis): Promise<string[]> {
  return redis.hvals(keys.runningStudies);
}

/** A server's studies, the newest first. */
export async function studiesOf(redis: Redis, guildId: string): Promise<StoredStudy[]> {
  const plans = await plansOf(redis, guildId);
  return plans.filter(({ plan }) => plan.kind === "study");
}

/** The same and its daily rounds, of today and of before. */
export async function plansOf(redis: Redis, guildId: string): Promise<StoredStudy[]> {
  const ids = await redis.zrange(keys.studies(guildId), "0", "-1", "REV");
  const studies = await Promise.all(ids.map((id) => readStudy(redis, id)));
  return studies.filter((study) => study !== undefined);
}
