/** Requests as tests want them. */

import type { Redis } from "ioredis";
import { noiseOf } from "../../src/generation/parse.ts";
import type { Request } from "../../src/generation/request.ts";
import { type Admission, admit, type Limits } from "../../src/queue/order.ts";
import type { RequestProducer } from "../../src/queue/producer.ts";
import { confirm } from "../../src/store/requests.ts";

export const LIMITS: Limits = { queue: 100_000, perMember: 100_000 };

let counter = 0;
/** An id such as Discord gives, of an interaction of this moment. */
export function snowflake(): string {
  counter += 1;
  return String((BigInt(Date.now() - 1_420_070_400_000) << 22n) + BigInt(counter % 4096));
}

export function request(change: Partial<Request> & { recipe?: string } = {}): Request {
  const interactionId = snowflake();
  const { recipe = "bf16", ...rest } = change;
  return {
    id: `r${interactionId}`,
    kind: "generate",
    userId: "100000000000000001",
    guildId: "200000000000000001",
    channelId: "300000000000000001",
    applicationId: "400000000000000001",
    interactionId,
    locale: "en-US",
    private: false,
    notify: false,
    attachmentSizeLimit: 10 * 1024 ** 2,
    createdAt: Date.now(),
    fullSize: false,
    renders: [
      {
        recipe,
        prompt: "a red star",
        width: 256,
        height: 256,
        steps: 2,
        guidance: 3.5,
        noise: noiseOf(1, 1),
      },
    ],
    ...rest,
  };
}

export const member = (number: number): string => String(100_000_000_000_000_000n + BigInt(number));

/** Admits and queues, as the bot does. */
export async function enqueue(
  redis: Redis,
  producer: RequestProducer,
  asked: Request,
  limits = LIMITS,
): Promise<Admission> {
  const admission = await admit(redis, asked, limits, "test");
  if (admission.verdict === "admitted") {
    await producer.submit(asked, admission.priority);
    await confirm(redis, asked.id);
  }
  return admission;
}
