/** What is in the way of a process's work, as sentences for /readyz. */
import type { Redis } from "ioredis";
import type { Supervisor } from "../engine/supervisor.ts";

/** @param redis a connection that fails fast */
export async function redisProblems(redis: Redis): Promise<string[]> {
  return redis.ping().then(
    () => [],
    (error: Error) => [`Redis does not answer: ${error.message}`],
  );
}

/** One engine that works or is about to is enough: each has its own device. */
export function engineProblems(supervisors: readonly Supervisor[]): string[] {
  const problems = supervisors.map(({ status }) => (status.state === "failing" ? status.problem : undefined));
  return problems.includes(undefined) ? [] : problems.filter((problem) => problem !== undefined);
}
