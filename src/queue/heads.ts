/**
 * Which queue a worker takes its next job from. The lowest priority anywhere goes first, so that the fair order
 * holds across recipes; a variant that is loaded may go before it for a while, since switching costs time.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../store/keys.ts";
import { PREFIX, renderQueue } from "./names.ts";

/** The job that a queue would give out next. */
export interface Head {
  recipe: string;
  id: string;
  priority: number;
  timestamp: number;
}

/**
 * What `getNextJob` would find: `wait` first, where stalled jobs return, then `prioritized`. A paused queue gives
 * nothing, a closed gate (store/gate.ts) leaves none at all. KEYS: gate. ARGV: prefix of the queues' keys, then the
 * queues. All heads in one call: it runs every second.
 */
const PEEK = `
local heads = {}
if redis.call('EXISTS', KEYS[1]) == 1 then return heads end
for i = 2, #ARGV do
  local base = ARGV[1] .. ARGV[i] .. ':'
  if redis.call('HEXISTS', base .. 'meta', 'paused') == 0 then
    local id = redis.call('LINDEX', base .. 'wait', -1)
      or redis.call('ZRANGE', base .. 'prioritized', 0, 0)[1]
    if id then
      local job = redis.call('HMGET', base .. id, 'priority', 'timestamp')
      heads[#heads + 1] = { tostring(i - 2), id, job[1] or '0', job[2] or '0' }
    end
  end
end
return heads`;

const headsSchema = z.array(z.tuple([z.coerce.number(), z.string(), z.coerce.number(), z.coerce.number()]));

export async function peekHeads(redis: Redis, recipes: readonly string[]): Promise<Head[]> {
  const queues = recipes.map(renderQueue);
  const heads = headsSchema.parse(await redis.eval(PEEK, 1, keys.gate, `${PREFIX}:`, ...queues));
  return heads.flatMap(([index, id, priority, timestamp]) => {
    const recipe = recipes[index];
    return recipe === undefined ? [] : [{ recipe, id, priority, timestamp }];
  });
}

export class HeadOrder {
  readonly #boundMs: number;
  /** The head that was passed over for a loaded variant, and since when. */
  #passed: { id: string; since: number } | undefined;

  /** @param boundMs how long a head may be passed over. */
  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  /**
   * The heads in the order in which they should be tried. The bound counts from the moment that a head was first
   * passed over and not from its submission: with a long queue every head is old, and that is when switching
   * between variants at each job would hurt most.
   */
  order(heads: readonly Head[], resident: ReadonlySet<string>, now = performance.now()): Head[] {
    const fair = heads.toSorted((a, b) => a.priority - b.priority || a.timestamp - b.timestamp);
    const [first] = fair;
    const warm = fair.find(({ recipe }) => resident.has(recipe));
    if (!first || !warm || warm === first || warm.priority > first.priority + 1) return fair;
    if (this.#passed?.id !== first.id) this.#passed = { id: first.id, since: now };
    if (now - this.#passed.since >= this.#boundMs) return fair;
    return [warm, ...fair.filter((head) => head !== warm)];
  }
}
