/** What is in the way of a process's work, as sentences for /readyz. */
import type { Redis } from "ioredis";
import type { Supervisor } from "../engine/supervisor.ts";
import { troubleText } from "../store/trouble.ts";

/** @param redis a connection that fails fast, and is new: a command says that it is away, but not why */
export function redisProblems(redis: Redis): () => Promise<string[]> {
  let reason: Error | undefined;
  redis.on("error", (error: Error) => {
    reason = error;
  });
  redis.on("ready", () => {
    reason = undefined;
  });
  return () =>
    redis.ping().then(
      () => [],
      (error: Error) => [troubleText(redis, reason ?? error)],
    );
}

/** One engine that works or is about to is enough: each has its own device. */
export function engineProblems(supervisors: readonly Supervisor[]): string[] {
  const problems = supervisors.map(({ status }) => (status.state === "failing" ? status.problem : undefined));
  return problems.includes(undefined) ? [] : problems.filter((problem) => problem !== undefined);
}
