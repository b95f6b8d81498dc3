/** What a server's settings allow: checked for everything that renders, before it is queued. */
import type { Directory } from "../backends/directory.ts";
import { Refusal } from "../refusal.ts";
import { type Finder, finderOf } from "./blocked.ts";
import type { Settings } from "./settings.ts";

/** Where a request is made. */
export interface Place {
  channelId: string;
  /** Of a thread, the channel that it is in. */
  parentId: string | undefined;
  ageRestricted: boolean;
}

/** @throws Refusal saying what to do instead */
export function requireAllowed(
  settings: Settings,
  place: Place,
  request: { private: boolean; prompts: readonly string[] },
): void {
  const { channels } = settings;
  const here = [place.channelId, place.parentId];
  if (channels.length > 0 && !channels.some((channel) => here.includes(channel)))
    throw new Refusal((t) => t.rules.otherChannel(channels));
  if (settings.ageRestrictedOnly && !place.ageRestricted) throw new Refusal((t) => t.rules.ageRestrictedOnly);
  if (request.private && !settings.privateAllowed) throw new Refusal((t) => t.rules.noPrivate);
  const find = finderFor(settings.blocked);
  const entry = find && request.prompts.map(find).find((found) => found !== undefined);
  if (entry !== undefined) throw new Refusal((t) => t.rules.blockedPrompt(entry));
}

/** Whether nothing in a prompt is blocked. */
export const isAllowedPrompt = ({ blocked }: Settings, prompt: string): boolean =>
  finderFor(blocked)?.(prompt) === undefined;

/** What the workers offer, as far as this server may use it: fewer steps, smaller sizes. */
export function boundedBy({ maxSteps, maxSize }: Settings, directory: Directory): Directory {
  const { model } = directory;
  if (!model || (maxSteps === undefined && maxSize === undefined)) return directory;
  const max = Math.max(model.steps.min, Math.min(model.steps.max, maxSteps ?? model.steps.max));
  const steps = { ...model.steps, max, default: Math.min(model.steps.default, max) };
  const pixels = (size: { width: number; height: number }) => size.width * size.height;
  const [width = 0, height = 0] = maxSize?.split("x").map(Number) ?? [];
  const sizes = model.sizes.filter((size) => maxSize === undefined || pixels(size) <= width * height);
  // A maximum below everything that this model draws leaves its smallest: nothing at all would be no setting's sense.
  const smallest = model.sizes.toSorted((a, b) => pixels(a) - pixels(b)).slice(0, 1);
  return { ...directory, model: { ...model, steps, sizes: sizes.length > 0 ? sizes : smallest } };
}

/** Lists whose patterns are kept made up: the ones that were asked for last. */
const REMEMBERED = 200;
const finders = new Map<string, Finder>();

function finderFor(blocked: readonly string[]): Finder | undefined {
  if (blocked.length === 0) return undefined;
  const list = blocked.join("\n");
  const find = finders.get(list) ?? finderOf(blocked);
  finders.delete(list); // the newest stands last
  finders.set(list, find);
  const [oldest] = finders.keys();
  if (finders.size > REMEMBERED && oldest !== undefined) finders.delete(oldest);
  return find;
}
