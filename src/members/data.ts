/**
 * What is kept about a member, part by part: each part can be exported and deleted. Whoever keeps something new about
 * members adds a part here, and /me knows of it.
 */
import type { Redis } from "ioredis";
import type { Messages } from "../discord/messages.ts";
import type { RequestProducer } from "../queue/producer.ts";
import { keys } from "../store/keys.ts";
import { eraseVotes, exportVotes } from "./quiz.ts";
import { eraseRequests, exportRequests } from "./requests.ts";
import { readUsage } from "./usage.ts";

export interface MemberPorts {
  redis: Redis;
  producer: RequestProducer;
  messages: Messages;
}

export interface MemberPart {
  /** Everything that it holds of a member, fit for JSON. */
  export(ports: MemberPorts, userId: string): Promise<unknown>;
  /**
   * Deletes it, or makes it nobody's. May be called again after it broke off.
   * @returns how many things could not be deleted yet, and can be soon
   */
  erase(ports: MemberPorts, userId: string): Promise<number>;
}

/** By the names that the export has for them. */
export const memberParts: Record<string, MemberPart> = {
  requests: { export: exportRequests, erase: eraseRequests },
  quizVotes: { export: exportVotes, erase: eraseVotes },
  usage: {
    export: async ({ redis }, userId) => Object.fromEntries(await readUsage(redis, userId)),
    // The counters of the running limits stay until they run out, within a day: deleting must not reset a limit.
    async erase({ redis }, userId) {
      await redis.del(keys.usage(userId));
      return 0;
    },
  },
};

export async function exportMember(ports: MemberPorts, userId: string): Promise<Record<string, unknown>> {
  const parts = Object.entries(memberParts).map(async ([name, part]) => [
    name,
    await part.export(ports, userId),
  ]);
  return Object.fromEntries(await Promise.all(parts));
}

/** @returns how many things could not be deleted yet */
export async function eraseMember(ports: MemberPorts, userId: string): Promise<number> {
  const left = await Promise.all(Object.values(memberParts).map((part) => part.erase(ports, userId)));
  return left.reduce((sum, count) => sum + count, 0);
}
