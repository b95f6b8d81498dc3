/** Several moderators and many members at once, on a real Redis. */
import { beforeEach, describe, expect, it } from "vitest";
import { countUsage, readUsage } from "../../../src/members/usage.ts";
import { Conflict, commit, readBook, readHistory, revise } from "../../../src/store/books.ts";
import { Rates } from "../../../src/store/rates.ts";
import { undo } from "../../../src/store/undo.ts";
import { fileRedis } from "../../support/redis.ts";
import { member, request } from "../../support/request.ts";

const GUILD = "200000000000000001";
const by = (number: number) => ({ by: member(number), action: "set" });

const { redis } = await fileRedis();
beforeEach(() => redis.flushall());

describe("a book", () => {
  it("takes one of many changes that start from the same revision, and refuses the others", async () => {
    await commit(redis, "settings", GUILD, [{ key: "a", from: undefined, to: 0 }], by(0));
    const from = (await readBook(redis, "settings", GUILD)).get("a");
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        commit(redis, "settings", GUILD, [{ key: "a", from, to: i }], by(i)),
      ),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const made of tries) if (made.status === "rejected") expect(made.reason).toBeInstanceOf(Conflict);
    expect((await readHistory(redis, "settings", GUILD, { count: 50 })).total).toBe(2);
  });

  it("changes as a whole or not at all", async () => {
    await commit(redis, "settings", GUILD, [{ key: "a", from: undefined, to: 1 }], by(1));
    const edits = [
      { key: "b", from: undefined, to: 2 },
      { key: "a", from: undefined, to: 2 },
    ];
    await expect(commit(redis, "settings", GUILD, edits, by(2))).rejects.toThrow(Conflict);
    expect([...(await readBook(redis, "settings", GUILD)).keys()]).toEqual(["a"]);
  });

  it("loses none of the changes that are made anew on what others have written", async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        revise(redis, "settings", GUILD, by(i), (entries) => {
          const from = entries.get("sum");
          return [{ key: "sum", from, to: Number(from?.value ?? 0) + 1 }];
        }),
      ),
    );
    expect((await readBook(redis, "settings", GUILD)).get("sum")).toEqual({ value: 8, revision: 8 });
  });

  it("is undone change by change, back to nothing, and keeps all of it in its history", async () => {
    for (const to of [1, 2, undefined]) {
      const from = (await readBook(redis, "presets", GUILD)).get("a");
      await commit(redis, "presets", GUILD, [{ key: "a", from, to }], by(1));
    }
    const values: unknown[] = [];
    while (await undo(redis, "presets", GUILD, { by: member(2) }))
      values.push((await readBook(redis, "presets", GUILD)).get("a")?.value);
    expect(values).toEqual([2, 1, undefined]);
    const { changes, total } = await readHistory(redis, "presets", GUILD, { skip: 1, count: 2 });
    expect(total).toBe(6);
    expect(changes.map(({ revision, undoes }) => [revision, undoes])).toEqual([
      [5, 2],
      [4, 3],
    ]);
  });
});

describe("limits", () => {
  it("let exactly as many of 200 at once through as they say, for each member", async () => {
    const rates = new Rates(redis);
    const ask = (number: number) => rates.request({ guildId: GUILD, userId: member(number) }, 12);
    const refusals = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i % 2)));
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(24);
    const retryAt = refusals.find((refusal) => refusal !== undefined)?.retryAt ?? 0;
    expect(retryAt).toBeGreaterThan(Date.now());
    expect(retryAt).toBeLessThanOrEqual(Date.now() + 60_000);
    // Incident: a study in a thread that was refused counted all the same, and was refused again under a wider limit.
    const whose = { guildId: GUILD, userId: member(0) };
    expect((await rates.requestsNow(whose))?.used).toBe(12);
    expect(await rates.request(whose, 13)).toBeUndefined();
    await rates.unrequest(whose);
    expect((await rates.requestsNow(whose))?.used).toBe(12);
  });

  it("count the engine's seconds once a request, however often its delivery is tried", async () => {
    const asked = request({ userId: member(1) });
    const rendered = { images: [{}], stats: { seconds: { total: 2.5 } } };
    await Promise.all(Array.from({ length: 5 }, () => countUsage(redis, asked, [rendered])));
    expect((await new Rates(redis).engineNow(asked))?.used).toBe(2.5);
    expect((await readUsage(redis, asked.userId)).get(asked.guildId)).toEqual({
      requests: 1,
      images: 1,
      engineSeconds: 2.5,
    });
  });
});
