import { defineConfig } from "vitest/config";

const minute = 60_000;

/** In the order that `npm test` runs them. End-to-end tests and faults share the machine with engines: one at a time. */
export default defineConfig({
  test: {
    maxWorkers: 2, // on two cores Vitest would take one
    projects: [
      project("unit", { testTimeout: 10_000 }),
      project("integration", { testTimeout: 30_000, hookTimeout: minute }),
      project("e2e", { testTimeout: 2 * minute, hookTimeout: 3 * minute, fileParallelism: false }),
      project("faults", { testTimeout: 3 * minute, hookTimeout: 3 * minute, fileParallelism: false }),
    ],
  },
});

function project(
  name: string,
  limits: { testTimeout: number; hookTimeout?: number; fileParallelism?: boolean },
) {
  return { test: { name, include: [`test/${name}/**/*.test.ts`], pool: "forks" as const, ...limits } };
}
