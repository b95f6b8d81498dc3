/** Votes: one a member a round, the first is final. Taken by one script, so that nothing can come in between. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../keys.ts";

export interface Ballot {
  roundId: string;
  memberId: string;
  /** The position voted for, from 0. */
  choice: number;
  /** Of the click: the same one again is the same vote. */
  interactionId: string;
  /** The message that was clicked. */
  messageId: string;
}

const outcomes = ["taken", "voted", "late", "not-open", "creator", "barred"] as const;
export interface VoteOutcome {
  outcome: (typeof outcomes)[number];
  /** What counts for the member: of `taken` and `voted`. */
  choice: number;
  /** It was the last one that the round takes. */
  closes: boolean;
}

/**
 * KEYS: round, votes, barred, rounds voted in by the member, solo ones. ARGV: member, choice, interaction, round,
 * message. A vote is "choice time interaction".
 */
const VOTE = `
local state = redis.call('HGET', KEYS[1], 'state')
local cast = redis.call('HGET', KEYS[2], ARGV[1])
if cast then
  local choice, interaction = string.match(cast, '^(%d+) %d+ (%d+)$')
  local outcome = interaction == ARGV[3] and 'taken' or 'voted'
  return {outcome, tonumber(choice), state == 'closed' and 1 or 0}
end
if redis.call('HGET', KEYS[1], 'creator') == ARGV[1] then return {'creator', 0, 0} end
if redis.call('SISMEMBER', KEYS[3], ARGV[1]) == 1 then return {'barred', 0, 0} end
if state == 'closed' or state == 'revealed' or state == 'void' then return {'late', 0, 0} end
if state ~= 'open' then return {'not-open', 0, 0} end
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local closesAt = tonumber(redis.call('HGET', KEYS[1], 'closesAt') or '0')
if closesAt > 0 and at >= closesAt and redis.call('HLEN', KEYS[2]) > 0 then return {'late', 0, 0} end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. at .. ' ' .. ARGV[3])
redis.call('HSET', KEYS[1], 'messageId', ARGV[5])
local left = redis.call('TTL', KEYS[1])
if left > 0 then
  redis.call('EXPIRE', KEYS[2], left)
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', at)
  redis.call('ZADD', KEYS[5], at + left * 1000, ARGV[4])
  if redis.call('TTL', KEYS[5]) < left then redis.call('EXPIRE', KEYS[5], left) end
else
  redis.call('SADD', KEYS[4], ARGV[4])
end
local limit = tonumber(redis.call('HGET', KEYS[1], 'votes'))
if limit and redis.call('HLEN', KEYS[2]) >= limit then
  redis.call('HSET', KEYS[1], 'state', 'closed', 'closedAt', at)
  return {'taken', tonumber(ARGV[2]), 1}
end
return {'taken', tonumber(ARGV[2]), 0}`;

const answerSchema = z.tuple([z.enum(outcomes), z.number(), z.number()]);

/** Counts a vote, or says why not. Repeating the very same click changes nothing. */
export async function castVote(redis: Redis, ballot: Ballot): Promise<VoteOutcome> {
  const { roundId, memberId, choice, interactionId, messageId } = ballot;
  const touched = [
    keys.round(roundId),
    keys.votes(roundId),
    keys.barred(roundId),
    keys.roundsVotedBy(memberId),
    keys.soloRoundsVotedBy(memberId),
  ];
  const answer = await redis.eval(
    VOTE,
    touched.length,
    ...touched,
    ...[memberId, choice, interactionId, roundId, messageId],
  );
  const [outcome, counted, closes] = answerSchema.parse(answer);
  return { outcome, choice: counted, closes: closes === 1 };
}

export interface Vote {
  memberId: string;
  choice: number;
  /** Milliseconds. */
  at: number;
}

const castSchema = z
  .string()
  .regex(/^\d+ \d+ \d+$/)
  .transform((text) => text.split(" ").map(Number) as [number, number, number]);

/** In the order in which they came. */
export async function votesOf(redis: Redis, roundId: string): Promise<Vote[]> {
  const stored = Object.entries(await redis.hgetall(keys.votes(roundId)));
  return stored
    .map(([memberId, text]) => {
      const [choice, at] = castSchema.parse(text);
      return { memberId, choice, at };
    })
    .toSorted((a, b) => a.at - b.at || (a.memberId < b.memberId ? -1 : 1));
}

/** They have seen what stands where, or are about to: before that, so that there is no moment in between. */
export async function bar(redis: Redis, roundId: string, memberId: string): Promise<void> {
  await redis.sadd(keys.barred(roundId), memberId);
}

/** Ids of the rounds that a member voted in, in no order. */
export async function roundsVotedBy(redis: Redis, memberId: string): Promise<string[]> {
  const [rounds, solo] = await Promise.all([
    redis.smembers(keys.roundsVotedBy(memberId)),
    redis.zrange(keys.soloRoundsVotedBy(memberId), "0", "-1"),
  ]);
  return [...rounds, ...solo];
}

/**
 * KEYS: votes, barred, round. ARGV: member, pseudonym. In a round that is open still the member stays barred, since a
 * second vote is none; that list goes when the round is revealed.
 */
const ANONYMISE = `
local cast = redis.call('HGET', KEYS[1], ARGV[1])
if not cast then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[2], cast)
local state = redis.call('HGET', KEYS[3], 'state')
if state == 'open' or state == 'closed' then redis.call('SADD', KEYS[2], ARGV[1]) end
return 1`;

/**
 * Makes a member's votes nobody's: they stay counted under a pseudonym that nothing leads back from, one for all of
 * them, since an interval must know which votes are of one member.
 */
export async function anonymiseVotes(redis: Redis, memberId: string, pseudonym: string): Promise<void> {
  // One by one: a vote that is cast meanwhile stays in the list.
  for (const roundId of await roundsVotedBy(redis, memberId)) {
    const touched = [keys.votes(roundId), keys.barred(roundId), keys.round(roundId)];
    await redis.eval(ANONYMISE, touched.length, ...touched, memberId, pseudonym);
    await redis.srem(keys.roundsVotedBy(memberId), roundId);
    await redis.zrem(keys.soloRoundsVotedBy(memberId), roundId);
  }
}
