/** Every Redis key outside BullMQ's own, in one place. */
const P = "quantspot";

export const keys = {
  /** JSON WorkerPresence of one worker, renewed with a TTL. */
  worker: (id: string) => `${P}:workers:${id}`,
  /** Sorted set: worker id by when it was last seen (milliseconds). */
  workers: `${P}:workers`,
  /** One PNG. */
  image: (requestId: string, render: number, image: number) => `${P}:image:${requestId}:${render}:${image}`,
  /** Sorted set: image key by the time it was stored, to let the oldest go when the budget is full. */
  imageIndex: `${P}:images`,
  /** Hash: image key to bytes. */
  imageBytes: `${P}:images:bytes`,
  /** Number: the sum of those bytes. */
  imageSum: `${P}:images:sum`,
  /** Who cancelled a request, JSON; its presence is the cancellation. */
  cancelled: (requestId: string) => `${P}:cancelled:${requestId}`,
  /** JSON Progress. */
  progress: (requestId: string) => `${P}:progress:${requestId}`,
  /** The interaction's token, for as long as Discord takes it. */
  token: (requestId: string) => `${P}:token:${requestId}`,
  /** Hash RequestRecord: where the request's answer stands. */
  request: (requestId: string) => `${P}:request:${requestId}`,
  /** Sorted set: ids of requests that were admitted and whose jobs are on their way, by time of admission. */
  reserved: `${P}:reserved`,
  /** Sorted set: ids of unanswered requests by submission time. */
  open: `${P}:open`,
  /** Set: ids of one member's unanswered requests. */
  openOfMember: (guildId: string, userId: string) => `${P}:open:${guildId}:${userId}`,
  /** Set: names of the render queues that ever held a request, to look through them all. */
  queues: `${P}:queues`,
  /** Sorted set: ids of answered private results that a member could not be sent, by time. */
  kept: (userId: string) => `${P}:kept:${userId}`,
  /** Lock: somebody is editing a request's progress message. */
  editing: (requestId: string) => `${P}:editing:${requestId}`,
  /** Hash: a route of Discord to what was registered there, JSON. */
  registered: `${P}:registered`,
  /** List: seconds of the last jobs of a recipe, newest first. */
  durations: (recipe: string) => `${P}:durations:${recipe}`,
} as const;

/** Pub/sub channels. */
export const channels = {
  /** JSON Progress. */
  progress: `${P}:progress`,
  /** A request's id: its cancellation was stored. */
  cancel: `${P}:cancel`,
  /** Published after a submission, so that idle workers look at once. */
  submitted: `${P}:submitted`,
} as const;
