/**
 * Rounds of the quiz and where they stand:
 *
 *   drawn → open → closed → revealed        (or drawn, open → void, when its pictures can't be asked about or shown)
 *
 * Every step is one script that happens at most once, so that whoever dies in between, the next one goes on. What time
 * it is says Redis, for every bot alike.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { memoryMeasureSchema } from "../../engine/protocol.ts";
import type { Closing, Plan } from "../../quiz/plan.ts";
import { type Round, roundSchema } from "../../quiz/round.ts";
import { keys } from "../keys.ts";

const roundStates = ["drawn", "open", "closed", "revealed", "void"] as const;
export type RoundState = (typeof roundStates)[number];

const figureSchema = z.object({
  label: z.string(),
  weightsBytes: z.number(),
  peakBytes: z.number(),
  measure: memoryMeasureSchema,
  /** Of the picture, loading left out. */
  seconds: z.number(),
  device: z.string(),
});
/** What was measured of one picture. */
export type Figure = z.infer<typeof figureSchema>;

const milliseconds = z.coerce.number().optional();
const storedSchema = z.object({
  round: z.string().transform((text) => roundSchema.parse(JSON.parse(text))),
  state: z.enum(roundStates),
  openedAt: milliseconds,
  /** Absent where votes close it. */
  closesAt: milliseconds,
  /** When it was closed. */
  closedAt: milliseconds,
  /** In the order of the round's renders; there once it was open. */
  figures: z
    .string()
    .optional()
    .transform((text) => z.array(figureSchema).parse(JSON.parse(text ?? "[]"))),
  /** The opening message, once a vote has told its id. */
  messageId: z.string().optional(),
});
export type StoredRound = z.output<typeof storedSchema>;

/** KEYS: round, rounds of the study, unrevealed, study. ARGV: id, round, creator, minutes or '', votes or ''. */
const DRAW = `
if redis.call('EXISTS', KEYS[1]) == 1 then return end
redis.call('HSET', KEYS[1], 'round', ARGV[2], 'state', 'drawn', 'creator', ARGV[3], 'minutes', ARGV[4], 'votes', ARGV[5])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
local left = redis.call('TTL', KEYS[4])
if left > 0 then
  redis.call('EXPIRE', KEYS[1], left)
  redis.call('EXPIRE', KEYS[2], left)
end`;

/** Stores a round unless one of its id is there: the first draw counts. @returns the one that counts */
export async function storeDraw(redis: Redis, plan: Plan, round: Round): Promise<Round> {
  const { minutes, votes } = limitsOf(plan.closing);
  await redis.eval(
    DRAW,
    4,
    keys.round(round.id),
    keys.roundsOf(plan.id),
    keys.unrevealed,
    keys.study(plan.id),
    ...[round.id, JSON.stringify(round), creatorOf(plan), minutes, votes],
  );
  return (await readRound(redis, round.id))?.round ?? round;
}

/** Nobody chose what a daily or solo round asks. */
const creatorOf = ({ kind, userId }: Plan): string => (kind === "study" ? userId : "");

const limitsOf = (closing: Closing) => ({
  minutes: "minutes" in closing ? closing.minutes : "",
  votes: "votes" in closing ? closing.votes : "",
});

/** KEYS: round. ARGV: figures. Answers the state afterwards. */
const OPEN = `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'drawn' then return state end
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('HSET', KEYS[1], 'state', 'open', 'openedAt', at, 'figures', ARGV[1])
local minutes = redis.call('HGET', KEYS[1], 'minutes')
if minutes ~= '' then redis.call('HSET', KEYS[1], 'closesAt', at + minutes * 60000) end
return 'open'`;

/** Votes count from now on; the closing time, where there is one, counts from the first call. */
export async function openRound(
  redis: Redis,
  id: string,
  figures: readonly Figure[],
): Promise<StoredRound | undefined> {
  await redis.eval(OPEN, 1, keys.round(id), JSON.stringify(figures));
  return readRound(redis, id);
}

/** KEYS: round, unrevealed. ARGV: id, state or ''. One that is closed is revealed all the same. */
const VOID = `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'drawn' and state ~= 'open' then return end
if ARGV[2] ~= '' and state ~= ARGV[2] then return end
redis.call('HSET', KEYS[1], 'state', 'void')
redis.call('SREM', KEYS[2], ARGV[1])`;

/**
 * It can't be asked: a picture is missing, all are the same, or its message reaches nobody.
 * @param from only if this is still its state: for whoever decides by what was read a moment ago
 */
export async function voidRound(redis: Redis, id: string, from?: "drawn" | "open"): Promise<void> {
  await redis.eval(VOID, 2, keys.round(id), keys.unrevealed, id, from ?? "");
}

/**
 * KEYS: round, votes. ARGV: 1 to close it in any case. Answers the state and, where it stays open, until when. A round
 * in which nobody has voted stays open for as long again.
 */
const CLOSE = `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'open' then return {state or 'void', 0} end
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
if ARGV[1] ~= '1' then
  local closesAt = tonumber(redis.call('HGET', KEYS[1], 'closesAt') or '0')
  if closesAt > at then return {'open', closesAt} end
  if redis.call('HLEN', KEYS[2]) == 0 then
    local minutes = redis.call('HGET', KEYS[1], 'minutes')
    if minutes == '' then return {'open', 0} end
    redis.call('HSET', KEYS[1], 'closesAt', at + minutes * 60000)
    return {'open', at + minutes * 60000}
  end
end
redis.call('HSET', KEYS[1], 'state', 'closed', 'closedAt', at)
return {'closed', 0}`;

const closedSchema = z.tuple([z.enum(roundStates), z.number()]);

/** @returns the state afterwards; `until` is its closing time where it is open still and has one */
export async function closeRound(
  redis: Redis,
  id: string,
  force: boolean,
): Promise<{ state: RoundState; until: number | undefined }> {
  const answer = await redis.eval(CLOSE, 2, keys.round(id), keys.votes(id), force ? "1" : "");
  const [state, until] = closedSchema.parse(answer);
  return { state, until: until || undefined };
}

/** KEYS: round, unrevealed, barred. ARGV: id. Answers 1 the first time. Nobody can vote any more, barred or not. */
const REVEALED = `
redis.call('SREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'state') ~= 'closed' then return 0 end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[1], 'state', 'revealed')
return 1`;

/** Its answer is public. @returns false when it was already */
export async function setRevealed(redis: Redis, id: string): Promise<boolean> {
  return (await redis.eval(REVEALED, 3, keys.round(id), keys.unrevealed, keys.barred(id), id)) === 1;
}

export async function readRound(redis: Redis, id: string): Promise<StoredRound | undefined> {
  const fields = await redis.hgetall(keys.round(id));
  return fields.round === undefined ? undefined : storedSchema.parse(fields);
}

/** A study's rounds in their order. */
export async function roundsOf(redis: Redis, studyId: string): Promise<StoredRound[]> {
  const ids = await redis.lrange(keys.roundsOf(studyId), 0, -1);
  const rounds = await Promise.all(ids.map((id) => readRound(redis, id)));
  return rounds.filter((round) => round !== undefined);
}

/** Ids of rounds that are drawn, open or closed, in every server. */
export async function unrevealed(redis: Redis): Promise<string[]> {
  return redis.smembers(keys.unrevealed);
}
