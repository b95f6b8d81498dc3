/** Votes under everything that can come at once: double clicks, retries, the closing time, Redis killed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { drawRound, NOTHING_ASKED } from "../../../src/quiz/round.ts";
import { type OwnRedis, startRedis } from "../../../src/setup/redis.ts";
import { keys } from "../../../src/store/keys.ts";
import { closeRound, openRound, readRound, setRevealed, storeDraw } from "../../../src/store/quiz/rounds.ts";
import { endStudy, runningStudy, startStudy, storePlan } from "../../../src/store/quiz/studies.ts";
import { anonymiseVotes, bar, castVote, roundsVotedBy, votesOf } from "../../../src/store/quiz/votes.ts";
import { plan } from "../../support/plan.ts";

const dir = mkdtempSync(join(tmpdir(), "quantspot-votes-"));
let server: OwnRedis;
let redis: Redis;
let others: Redis[];

beforeAll(async () => {
  server = await startRedis({ dir });
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  others = Array.from({ length: 4 }, () => new Redis(server.url, { maxRetriesPerRequest: null }));
  for (const connection of [redis, ...others]) connection.on("error", () => {});
});
afterAll(async () => {
  for (const connection of [redis, ...others]) connection.disconnect();
  await server.stop();
  rmSync(dir, { recursive: true });
});

let rounds = 0;
async function open(change: Parameters<typeof plan>[0] = {}): Promise<string> {
  rounds += 1;
  const of = plan({ id: `s${rounds}`, interactionId: `${1000 + rounds}`, ...change });
  const id = `r${1000 + rounds}`;
  await storeDraw(redis, of, drawRound(of, id, 1, NOTHING_ASKED));
  await openRound(redis, id, []);
  return id;
}

let clicks = 0;
const ballot = (roundId: string, memberId: string, choice: number, interactionId = String(++clicks)) => ({
  ...{ roundId, memberId, choice, interactionId, messageId: "900" },
});

describe("votes", () => {
  it("count once under clicks and retries that come all at once, the first of each member", async () => {
    const id = await open({ closing: { minutes: 60 } });
    const cast = Array.from({ length: 50 }, (_, member) =>
      Array.from({ length: 4 }, (_, click) => {
        const own = ballot(id, `60${member}`, click % 2);
        return others.map((connection) => castVote(connection, own)); // every bot gets the same click
      }),
    );
    const outcomes = await Promise.all(cast.flat(2));
    const votes = await votesOf(redis, id);
    expect(votes).toHaveLength(50);
    // Of each member one click is taken, by every bot that brings it, and the others are told what counts.
    expect(outcomes.filter(({ outcome }) => outcome === "taken")).toHaveLength(50 * others.length);
    for (const [index, { memberId, choice }] of votes.entries()) {
      expect(votes.findIndex((vote) => vote.memberId === memberId)).toBe(index);
      const own = outcomes.slice(Number(memberId.slice(2)) * 16, Number(memberId.slice(2)) * 16 + 16);
      expect(own.every((told) => told.choice === choice)).toBe(true);
    }
  });

  it("of a solo round leave with it, and a study's stay", async () => {
    // Each solo game left five keys for ever, and then still its id in the list of its member's votes.
    for (const kind of ["solo", "study"] as const) {
      const of = plan({ id: `own-${kind}`, kind });
      const id = `r-${kind}`;
      await storePlan(redis, of);
      await storeDraw(redis, of, drawRound(of, id, 1, NOTHING_ASKED));
      await openRound(redis, id, []);
      await castVote(redis, ballot(id, "650", 0));
      const listed = kind === "solo" ? keys.soloRoundsVotedBy("650") : keys.roundsVotedBy("650");
      const left = [keys.study(of.id), keys.roundsOf(of.id), keys.round(id), keys.votes(id), listed];
      const seconds = await Promise.all(left.map((key) => redis.ttl(key)));
      expect(seconds.map((ttl) => ttl > 0)).toEqual(left.map(() => kind === "solo"));
    }
    expect((await roundsVotedBy(redis, "650")).toSorted()).toEqual(["r-solo", "r-study"]);
    // The next one makes the list live on, but not what has left since.
    await redis.zadd(keys.soloRoundsVotedBy("650"), 1, "r-solo");
    const next = plan({ id: "own-next", kind: "solo" });
    await storePlan(redis, next);
    await storeDraw(redis, next, drawRound(next, "r-next", 1, NOTHING_ASKED));
    await openRound(redis, "r-next", []);
    await castVote(redis, ballot("r-next", "650", 0));
    expect((await roundsVotedBy(redis, "650")).toSorted()).toEqual(["r-next", "r-study"]);
    await anonymiseVotes(redis, "650", "anonymous-1");
    expect(await roundsVotedBy(redis, "650")).toEqual([]);
    expect((await votesOf(redis, "r-next")).map(({ memberId }) => memberId)).toEqual(["anonymous-1"]);
  });

  it("incident: the list of who can't vote led from a deleted member back to their votes", async () => {
    const [past, current] = [
      await open({ closing: { minutes: 60 } }),
      await open({ closing: { minutes: 60 } }),
    ];
    for (const id of [past, current]) await castVote(redis, ballot(id, "70", 0));
    await closeRound(redis, past, true);
    await setRevealed(redis, past);
    await anonymiseVotes(redis, "70", "anonymous-1");
    expect(await redis.smembers(keys.barred(past))).toEqual([]);
    // In the round that is open a second vote is none, until its end.
    expect((await castVote(redis, ballot(current, "70", 1))).outcome).toBe("barred");
    await closeRound(redis, current, true);
    await setRevealed(redis, current);
    expect(await redis.smembers(keys.barred(current))).toEqual([]);
    expect((await castVote(redis, ballot(current, "70", 1))).outcome).toBe("late");
    for (const id of [past, current])
      expect((await votesOf(redis, id)).map(({ memberId }) => memberId)).toEqual(["anonymous-1"]);
  });

  it("close the round with exactly the number that it takes", async () => {
    const id = await open({ closing: { votes: 7 } });
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, member) => castVote(redis, ballot(id, `70${member}`, 0))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "taken")).toHaveLength(7);
    expect(outcomes.filter(({ closes }) => closes)).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "late")).toHaveLength(23);
    expect((await readRound(redis, id))?.state).toBe("closed");
    expect(await setRevealed(redis, id)).toBe(true);
    expect(await setRevealed(redis, id)).toBe(false);
  });

  it("are not taken from who started it, from who has seen the answer, before it opens, and after its time", async () => {
    const id = await open({ closing: { minutes: 1 } });
    await bar(redis, id, "777");
    expect((await castVote(redis, ballot(id, "500", 0))).outcome).toBe("creator");
    expect((await castVote(redis, ballot(id, "777", 0))).outcome).toBe("barred");
    expect((await castVote(redis, ballot(id, "601", 1))).outcome).toBe("taken");
    await redis.hset(`quantspot:quiz:round:${id}`, "closesAt", Date.now() - 1);
    expect((await castVote(redis, ballot(id, "602", 1))).outcome).toBe("late");
    expect(await closeRound(redis, id, false)).toMatchObject({ state: "closed" });
    expect((await castVote(redis, ballot(id, "603", 1))).outcome).toBe("late");
    expect((await castVote(redis, ballot(id, "601", 0))).outcome).toBe("voted");
    expect((await castVote(redis, ballot("r1", "601", 0))).outcome).toBe("not-open");
    expect((await votesOf(redis, id)).map(({ memberId, choice }) => [memberId, choice])).toEqual([
      ["601", 1],
    ]);
  });

  it("are there after Redis was killed, every one that was confirmed", async () => {
    const id = await open({ closing: { minutes: 60 } });
    const confirmed: string[] = [];
    const casting = Array.from({ length: 400 }, async (_, member) => {
      await new Promise((resolve) => setTimeout(resolve, member));
      const { outcome } = await castVote(redis, ballot(id, `80${member}`, member % 2));
      if (outcome === "taken") confirmed.push(`80${member}`);
    });
    await vi.waitUntil(() => confirmed.length >= 100, { timeout: 10_000 });
    process.kill(server.pid, "SIGKILL");
    server = await startRedis({ dir, port: Number(new URL(server.url).port) });
    await Promise.all(casting); // what was not answered is sent again by the connection, and is the same click
    const votes = await votesOf(redis, id);
    expect(confirmed).toHaveLength(400);
    expect(votes.map(({ memberId }) => memberId).toSorted()).toEqual(confirmed.toSorted());
  });
});

describe("studies", () => {
  it("run one at a time in a server, and end once", async () => {
    const [one, two] = [plan({ id: "sA", guildId: "201" }), plan({ id: "sB", guildId: "201" })];
    const started = await Promise.all([one, two, one].map((of) => startStudy(redis, of)));
    expect(new Set(started).size).toBe(1);
    const winner = started[0] === "sA" ? one : two;
    expect(
      await Promise.all([endStudy(redis, winner, "complete"), endStudy(redis, winner, "stopped")]),
    ).toEqual([true, false]);
    expect(await runningStudy(redis, "201")).toBeUndefined();
    expect(await startStudy(redis, two)).toBe("sB");
  });
});
