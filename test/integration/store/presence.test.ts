import { expect, it } from "vitest";
import { announce, leave, present } from "../../../src/store/presence.ts";
import { presence } from "../../support/presence.ts";
import { fileRedis } from "../../support/redis.ts";

const HOUR_MS = 3_600_000;
const { redis } = await fileRedis();

it("of workers whose clocks disagree is that of all of them", async () => {
  // A host whose clock was ahead struck all other workers off the list with each of its announcements: their backends
  // were offered at one moment and "no worker is online" at the next.
  await announce(redis, { ...presence(), id: "right" });
  await announce(redis, { ...presence(), id: "ahead", seenAt: Date.now() + HOUR_MS });
  await announce(redis, { ...presence(), id: "behind", seenAt: Date.now() - HOUR_MS });
  expect((await present(redis)).map(({ id }) => id).toSorted()).toEqual(["ahead", "behind", "right"]);
  await leave(redis, "ahead");
  expect((await present(redis)).map(({ id }) => id).toSorted()).toEqual(["behind", "right"]);
});
