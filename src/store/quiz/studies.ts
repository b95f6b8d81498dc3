/** Studies of the quiz: stored when they start, one at a time in a server, and never deleted but for solo rounds. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { type Plan, planSchema } from "../../quiz/plan.ts";
import { keys } from "../keys.ts";
import { RECORD_TTL_SECONDS } from "../requests.ts";

const studySchema = z.object({
  plan: z.string().transform((text) => planSchema.parse(JSON.parse(text))),
  state: z.enum(["running", "complete", "stopped"]),
});
export type StoredStudy = z.output<typeof studySchema>;

/** KEYS: running, study, studies. ARGV: server, id, plan, start. Answers the id of the study that runs there now. */
const START = `
local running = redis.call('HGET', KEYS[1], ARGV[1])
if running then return running end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], 'plan', ARGV[3], 'state', 'running')
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return ARGV[2]`;

/** @returns the id of the study that runs in the server now: this one's, or that of an earlier one */
export async function startStudy(redis: Redis, plan: Plan): Promise<string> {
  const { guildId, id, startedAt } = plan;
  const touched = [keys.runningStudies, keys.study(id), keys.studies(guildId)];
  const running = await redis.eval(START, 3, ...touched, guildId, id, JSON.stringify(plan), startedAt);
  return z.string().parse(running);
}

/** KEYS: study, rounds of the study. ARGV: plan. A round that is drawn asks where the study was started. */
const MOVE = `
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('HGET', KEYS[1], 'state') == 'running' then
  redis.call('HSET', KEYS[1], 'plan', ARGV[1])
  return 1
end
return 0`;

/** Before its first round: to another channel. @returns the one where it asks */
export async function moveStudy(redis: Redis, plan: Plan, channelId: string): Promise<string> {
  const moved = JSON.stringify({ ...plan, channelId });
  const isMoved = await redis.eval(MOVE, 2, keys.study(plan.id), keys.roundsOf(plan.id), moved);
  return isMoved === 1 ? channelId : plan.channelId;
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
export async function withdrawStudy(redis: Redis, { guildId, id }: Plan, roundId: string): Promise<void> {
  const own = [keys.study(id), keys.roundsOf(id), keys.round(roundId)];
  const touched = [keys.runningStudies, ...own, keys.unrevealed, keys.studies(guildId)];
  await redis.eval(WITHDRAW, touched.length, ...touched, guildId, id, roundId);
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
