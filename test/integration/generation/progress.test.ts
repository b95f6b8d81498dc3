/** When progress is edited into a message. */
import { it, vi } from "vitest";
import { ProgressReporter } from "../../../src/generation/progress.ts";
import { announce } from "../../../src/store/presence.ts";
import { setAcknowledged } from "../../../src/store/requests.ts";
import { silent } from "../../support/engine.ts";
import { presence } from "../../support/presence.ts";
import { fileQuizPorts } from "../../support/quizPorts.ts";
import { enqueue, request } from "../../support/request.ts";

const MESSAGE = "100000000000000009";
const { sandbox, redis, ports } = await fileQuizPorts();

it("incident: once the clock was set back, progress stood still for as long", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  await announce(redis, presence());
  const asked = request({ channelId: sandbox.channelId });
  await enqueue(redis, ports.producer, asked);
  await setAcknowledged(redis, asked.id, MESSAGE);
  const { messages, directory } = ports;
  const isEdit = ({ method, path }: { method: string; path: string }) =>
    method === "PATCH" && path.endsWith(`/channels/${asked.channelId}/messages/${MESSAGE}`);
  const reporter = new ProgressReporter({ redis, messages, directory, log: silent, shows: () => true });
  reporter.noteShown(asked.id, { content: "7 ahead" });
  vi.advanceTimersByTime(6000);
  vi.setSystemTime(Date.now() - 3_600_000);
  const subscriber = redis.duplicate();
  reporter.start(subscriber);
  await vi
    .waitUntil(() => sandbox.requests.some(isEdit), { timeout: 5000 })
    .finally(() => {
      vi.useRealTimers();
      reporter.stop();
      subscriber.disconnect();
    });
});
