/**
 * A request that can't be done as asked. The message is for the person who asked: what is wrong and what to do.
 * The router shows it to that person alone.
 */
export class Refusal extends Error {
  override name = "Refusal";
}
