/**
 * The gate before the queue. Whatever renders comes through here: commands, buttons, menus and forms alike. What a
 * server has laid down is checked first, then the member's limits, then there must be room in the queue.
 */
import { Refusal } from "../refusal.ts";
import { type Place, requireAllowed } from "../settings/rules.ts";
import type { MemberLimits, Settings } from "../settings/settings.ts";
import type { Rates, Whose } from "../store/rates.ts";
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
  await check(to.rates, request, { private: request.private, prompts }, rules);
  const { waiting = to.limits.perMember, perMinute } = rules.limits;
  const perMember = Math.min(to.limits.perMember, waiting);
  await submit({ ...to, limits: { ...to.limits, perMember, perMinute } }, request, token);
}

/**
 * What is checked and counted of a study that starts without a render of its own.
 * @returns takes the count back
 * @throws Refusal with nothing counted
 */
export async function enter(
  rates: Rates,
  whose: Whose,
  asked: Asked,
  rules: Rules,
): Promise<() => Promise<void>> {
  await check(rates, whose, asked, rules);
  return countRequest(rates, whose, rules.limits);
}

interface Asked {
  private: boolean;
  prompts: readonly string[];
}

/** Before anything is counted. @throws Refusal */
async function check(
  rates: Rates,
  whose: Whose,
  asked: Asked,
  { settings, place, limits }: Rules,
): Promise<void> {
  requireAllowed(settings, place, asked);
  await requireEngineTime(rates, whose, limits);
}

/**
 * What runs already is not counted yet: a member can exceed the limit by as much as may be waiting at once.
 * @throws Refusal
 */
export async function requireEngineTime(
  rates: Rates,
  whose: Whose,
  { gpuSeconds: most }: MemberLimits,
): Promise<void> {
  if (most === undefined) return;
  const now = await rates.engineNow(whose).catch(redisAway);
  if (now && now.used >= most) throw new Refusal((t) => t.rules.engineTimeUsed(most, now.resetsAt));
}

/** @returns takes the count back */
async function countRequest(
  rates: Rates,
  whose: Whose,
  { perMinute: most }: MemberLimits,
): Promise<() => Promise<void>> {
  if (most === undefined) return async () => {};
  const exceeded = await rates.request(whose, most).catch(redisAway);
  if (exceeded) throw new Refusal((t) => t.rules.tooOften(most, exceeded.retryAt));
  // What is in the way is to be told, not that the count stands one too high.
  return () => rates.unrequest(whose).catch(() => {});
}

const redisAway = (cause: unknown): never => {
  throw new Refusal((t) => t.redisAway, { cause });
};
