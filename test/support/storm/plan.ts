/** What happens in a storm, drawn from a seed: what is asked, where it strikes, and the pauses between. */

/** Every process that can be killed: each storm kills each of them, as far as it has kills enough. */
export const KILLS = ["engine killed", "worker killed", "bot killed", "Redis killed"] as const;

/** What else goes wrong, at length only. */
export const TROUBLES = [
  "worker told to stop",
  "bot told to stop",
  "Redis paused for 20 s",
  "Redis out of memory",
  "Redis's disk full",
  "Redis's connections broken",
  "gateway dropped",
  "gateway's session lost",
  "Discord answers 503",
  "Discord limits the rate",
  "Discord's answers lost",
  "tokens expired",
  "channel closed to the bot",
  "two bots",
  "clocks jump",
] as const;

export type Strike = (typeof KILLS)[number] | (typeof TROUBLES)[number];

/** First words of a prompt by which the fake engine fails once, or for good. */
const ENGINE_FAULTS = [
  "die",
  "hang",
  "mute",
  "garbage",
  "short",
  "extra",
  "half-frame",
  "wrong-size",
  "busy",
].map((fault) => `once-${fault}`);
const REFUSED_BY_ENGINE = "refuse";

/** After a pause somebody types a command, or something strikes. */
export type Step = { pauseMs: number } & (
  | { command: string; strike?: undefined }
  | { strike: Strike; command?: undefined }
);

/** A moderator makes a preset once in so many requests. */
const PRESET_EVERY = 5;

export interface StormOptions {
  seed: number;
  requests: number;
  kills: number;
  /** How often each of the other troubles comes. */
  troubles: number;
}

export function planStorm({ seed, requests, kills, troubles }: StormOptions): Step[] {
  const random = randomOf(seed);
  const below = (count: number) => Math.floor(random() * count);
  const steps: Step[] = Array.from({ length: requests }, (_, number) => ({
    pauseMs: below(500),
    command: commandOf(number, random, troubles > 0),
  }));
  const put = (step: Step) => steps.splice(1 + below(steps.length), 0, step);
  for (let number = 0; number < requests / PRESET_EVERY; number++)
    put({ pauseMs: 0, command: `/preset create name:kept-${number} backend:bf16 steps:${1 + number}` });
  for (let number = 0; number < kills; number++)
    put({ pauseMs: below(400), strike: KILLS[number % KILLS.length] ?? KILLS[0] });
  for (let round = 0; round < troubles; round++)
    for (const strike of TROUBLES) put({ pauseMs: below(400), strike });
  return steps;
}

function commandOf(number: number, random: () => number, faulty: boolean): string {
  const draw = random();
  const fault = ENGINE_FAULTS[Math.floor(random() * ENGINE_FAULTS.length)];
  const word = !faulty || draw < 0.75 ? "star" : draw < 0.95 ? fault : REFUSED_BY_ENGINE;
  const steps = 2 + Math.floor(random() * 20);
  if (random() < 0.15)
    return `/compare prompt:"${word} ${number}" backend1:bf16 backend2:torchao-int8 steps:${steps}`;
  const backend = random() < 0.5 ? "bf16" : "torchao-int8";
  const images = 1 + Math.floor(random() * 2);
  const manner = random() < 0.15 ? " private:True" : "";
  return `/generate prompt:"${word} ${number}" backend:${backend} images:${images} steps:${steps}${manner}`;
}

/** Numbers from 0 to 1, the same for a seed always (mulberry32, by Tommy Ettinger, public domain). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
