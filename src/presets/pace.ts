/** How fast the backends are beside each other, from jobs that ran: what the shipped presets choose by. */
import type { Redis } from "ioredis";
import type { Directory } from "../backends/directory.ts";
import { measuredOf } from "../backends/measured.ts";
import { Fresh } from "../fresh.ts";

/** Median seconds an image by recipe, all in one setting; a recipe that was never measured in it is absent. */
export type Paces = ReadonlyMap<string, number>;

/** Medians move slowly, and every request with a preset asks for them. */
const FRESH_MS = 10_000;

export class PaceCache {
  readonly #redis: Redis;
  readonly #fresh = new Fresh<Paces>(FRESH_MS);

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws when Redis is away */
  get({ offered, model }: Directory): Promise<Paces> {
    const recipes = offered.map(({ report }) => report.id);
    const look = () => this.#look(recipes, model?.name);
    return this.#fresh.get(look, [model?.name, ...recipes].join(" "));
  }

  async #look(recipes: readonly string[], model: string | undefined): Promise<Paces> {
    const { figures } = await measuredOf(this.#redis, recipes, model);
    return new Map([...figures].map(([recipe, { seconds }]) => [recipe, seconds.median]));
  }
}
