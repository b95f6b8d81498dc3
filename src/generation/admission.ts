/**
 * The gate before the queue. Whatever renders comes through here: commands, buttons, menus and forms alike. What a
 * server has laid down is checked first, then the member's limits, then there must be room in the queue.
 */
import { Refusal } from "../refusal.ts";
import { type Place, requireAllowed } from "../settings/rules.ts";
import type { MemberLimits, Settings } from "../settings/settings.ts";
import type { Rates } from "../store/rates.ts";
import type { Request } from "./request.ts";
import { type Submission, submit } from "./submit.ts";

export interface Admitting extends Submission {
  rates: Rates;
}

export interface Rules {
  settings: Settings;
  place: Place;
  /** Of the member who asks, in this server. */
  limits: MemberLimits;
}

/**
 * @param token the interaction's
 * @throws Refusal saying what is in the way and when or how it can be done; nothing is queued or counted then
 */
export async function admit(to: Admitting, request: Request, token: string, rules: Rules): Promise<void> {
  const prompts = request.renders.map(({ prompt }) => prompt);
  requireAllowed(rules.settings, rules.place, { private: request.private, prompts });
  await requireEngineTime(to.rates, request, rules.limits);
  const uncount = await countRequest(to.rates, request, rules.limits);
  const perMember = Math.min(to.limits.perMember, rules.limits.waiting ?? to.limits.perMember);
  try {
    await submit({ ...to, limits: { ...to.limits, perMember } }, request, token);
  } catch (error) {
    await uncount().catch(() => {}); // what is in the way is to be told, not that the count stands one too high
    throw error;
  }
}

/** What runs already is not counted yet: a member can exceed the limit by as much as may be waiting at once. */
async function requireEngineTime(
  rates: Rates,
  request: Request,
  { gpuSeconds: most }: MemberLimits,
): Promise<void> {
  if (most === undefined) return;
  const now = await rates.engineNow(request).catch(redisAway);
  if (now && now.used >= most) throw new Refusal((t) => t.rules.engineTimeUsed(most, now.resetsAt));
}

/** @returns takes the count back */
async function countRequest(
  rates: Rates,
  request: Request,
  { perMinute: most }: MemberLimits,
): Promise<() => Promise<void>> {
  if (most === undefined) return async () => {};
  const exceeded = await rates.request(request, most).catch(redisAway);
  if (exceeded) throw new Refusal((t) => t.rules.tooOften(most, exceeded.retryAt));
  return () => rates.unrequest(request);
}

const redisAway = (cause: unknown): never => {
  throw new Refusal((t) => t.redisAway, { cause });
};
