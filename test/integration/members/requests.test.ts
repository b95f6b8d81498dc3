/** A member's requests while two versions of the bot run, as they do during an upgrade. */
import { beforeEach, describe, expect, it } from "vitest";
import { visibleTo } from "../../../src/generation/overview.ts";
import type { Request } from "../../../src/generation/request.ts";
import { eraseRequests, exportRequests } from "../../../src/members/requests.ts";
import { keys } from "../../../src/store/keys.ts";
import { close, requestsOf, setAcknowledged } from "../../../src/store/requests.ts";
import { fileQuizPorts } from "../../support/quizPorts.ts";
import { enqueue, request } from "../../support/request.ts";

const { sandbox, ...started } = await fileQuizPorts();
beforeEach(() => started.redis.flushall());

async function asked(): Promise<Request> {
  const made = request({ channelId: sandbox.channelId });
  await enqueue(started.redis, started.ports.producer, made);
  return made;
}

/** One of a kind that only the newer version knows. */
async function newer(): Promise<Request> {
  const made = await asked();
  await started.redis.hset(keys.request(made.id), "request", JSON.stringify({ ...made, kind: "poem" }));
  return made;
}

describe("incident: one request of another version", () => {
  it("made /queue fail for everybody who may see it", async () => {
    const [mine] = [await asked(), await newer()];
    for (const moderates of ["server", "channel", "nothing"] as const) {
      const visible = await visibleTo(started.redis, { ...mine, moderates });
      expect(visible.map(({ request: { id } }) => id)).toEqual([mine.id]);
    }
  });

  it("made /me export fail", async () => {
    const [mine, other] = [await asked(), await newer()];
    expect(await exportRequests(started.ports, mine.userId)).toMatchObject([
      { id: mine.id, kind: "generate", renders: mine.renders },
      { id: other.id, kind: "poem", state: "waiting" },
    ]);
  });

  it("made /me delete fail, and is deleted itself", async () => {
    const { redis, ports } = started;
    const [mine, other] = [await asked(), await newer()];
    for (const each of [mine, other]) {
      const { id, channelId } = each;
      await setAcknowledged(redis, id, await ports.messages.post(channelId, { content: `of ${id}` }, id));
      await close(redis, each, []);
    }
    expect(await eraseRequests(ports, mine.userId)).toBe(0);
    expect(await requestsOf(redis, mine.userId)).toEqual([]);
    expect(await redis.exists(keys.request(mine.id), keys.request(other.id))).toBe(0);
    const left = sandbox.messages(sandbox.channelId).map(({ content }) => content);
    for (const { id } of [mine, other]) expect(left).not.toContain(`of ${id}`);
  });
});
