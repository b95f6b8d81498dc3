/** Which of Discord's waits are waited out in place. */
import type { RateLimitData } from "discord.js";

/** Buckets of messages are full for less than this; more is an exception that can last for minutes. */
const LONGEST_WAIT_MS = 5000;

/**
 * For discord.js: a longer wait for a channel's messages fails the request, which was not carried out, instead of
 * holding up whoever sends it. Answers are sent a few beside each other, and their queue tries again later. Deleting is
 * left to wait, since a person asked for it and nobody would try again.
 */
export function rejectOnRateLimit({
  method,
  route,
  timeToReset,
  sublimitTimeout,
}: Pick<RateLimitData, "method" | "route" | "timeToReset" | "sublimitTimeout">): boolean {
  if (Math.max(timeToReset, sublimitTimeout) <= LONGEST_WAIT_MS) return false;
  if (method.toUpperCase() === "DELETE") return false;
  return route.startsWith("/channels/:id/messages") || route === "/users/@me/channels";
}
