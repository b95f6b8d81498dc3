/** A study as a test wants it. */
import type { Plan } from "../../src/quiz/plan.ts";

export const plan = (change: Partial<Plan> = {}): Plan => ({
  id: "s100",
  kind: "study",
  guildId: "200",
  channelId: "300",
  applicationId: "400",
  interactionId: "100",
  userId: "500",
  locale: "en-US",
  attachmentSizeLimit: 10 * 1024 ** 2,
  startedAt: 1_700_000_000_000,
  mode: "two-picture",
  original: "bf16",
  backends: ["nf4", "int8", "q2"],
  prompts: ["a fox", "a boat", "a tree"],
  rounds: 14,
  options: 2,
  shamPercent: 0,
  closing: { votes: 3 },
  width: 256,
  height: 256,
  steps: 4,
  guidance: 3.5,
  ...change,
});
