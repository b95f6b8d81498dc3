import { en } from "./texts/en/index.ts";
import type { Texts } from "./texts/texts.ts";

/**
 * A request that can't be done as asked. What it says is for the person who asked, in that person's language: what is
 * wrong and what to do. The router shows it to that person alone; `message` is the English, for the log.
 */
export class Refusal extends Error {
  override name = "Refusal";
  readonly say: (t: Texts) => string;

  constructor(say: (t: Texts) => string, options?: ErrorOptions) {
    super(say(en), options);
    this.say = say;
  }
}
