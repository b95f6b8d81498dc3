/** Every Redis key outside BullMQ's own, in one place. */
const P = "quantspot";

export const keys = {
  /** Number: see version.ts. */
  version: `${P}:version`,
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
  /** Hash: index of a render to its JSON Progress. */
  progress: (requestId: string) => `${P}:progress:${requestId}`,
  /** WebP: the newest latent preview. */
  preview: (requestId: string) => `${P}:preview:${requestId}`,
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
  /** Sorted set: ids of one server's unanswered requests by submission time. */
  openOfGuild: (guildId: string) => `${P}:open:${guildId}`,
  /** Hash ClosedGate: there while no render may start. */
  gate: `${P}:gate`,
  /** Set: names of the render queues that ever held a request, to look through them all. */
  queues: `${P}:queues`,
  /** Number: the clock of the fair order, see queue/virtualTime.ts. */
  virtualTime: `${P}:virtual-time`,
  /** Sorted set: ids of answered private results that a member could not be sent, by time. */
  kept: (userId: string) => `${P}:kept:${userId}`,
  /** Lock: somebody is editing a request's progress message. */
  editing: (requestId: string) => `${P}:editing:${requestId}`,
  /** Hash: a route of Discord to what was registered there, JSON. */
  registered: `${P}:registered`,
  /** List: JSON Duration of the last jobs of a recipe, newest first. */
  durations: (recipe: string) => `${P}:durations:${recipe}`,
  /** Sorted set: JSON Distance of the last comparisons of a recipe with the original, by time. */
  distances: (recipe: string) => `${P}:distances:${recipe}`,
  /** Hash: the sums of one day in UTC ("2026-11-21"). */
  day: (date: string) => `${P}:day:${date}`,
  /** Hash: what a server's moderators have decided, entry by entry: its revision and JSON value. Never expires. */
  book: (book: string, guildId: string) => `${P}:${book}:${guildId}`,
  /** List: JSON of every change of a book, oldest first: revision n is the n-th. Never expires. */
  history: (book: string, guildId: string) => `${P}:${book}:${guildId}:history`,
  /** JSON: what somebody typed into a form that could not be taken. */
  draft: (id: string) => `${P}:draft:${id}`,
  /** Sorted set: ids of a member's requests, in every server, by when they were answered, or made until then. */
  requestsOf: (userId: string) => `${P}:requests:${userId}`,
  /** Mark: what a request's renders took is counted against its member. */
  counted: (requestId: string) => `${P}:counted:${requestId}`,
  /** Mark: somebody tells, or has told, the member that a request is done. */
  notified: (requestId: string) => `${P}:notified:${requestId}`,
  /** Hash: what a member has used up in all, by server and measure. */
  usage: (userId: string) => `${P}:usage:${userId}`,
  /** Hash: a study's plan and where it stands. Never expires, like everything of the quiz. */
  study: (id: string) => `${P}:quiz:study:${id}`,
  /** Sorted set: ids of a server's studies by their start. */
  studies: (guildId: string) => `${P}:quiz:studies:${guildId}`,
  /** Hash: server id to the id of the study that runs there. */
  runningStudies: `${P}:quiz:running`,
  /** List: ids of a study's rounds in their order. */
  roundsOf: (studyId: string) => `${P}:quiz:study:${studyId}:rounds`,
  /** Hash: a round of the quiz, its secrets included, and where it stands. */
  round: (id: string) => `${P}:quiz:round:${id}`,
  /** Hash: member id to JSON vote, of one round. */
  votes: (roundId: string) => `${P}:quiz:round:${roundId}:votes`,
  /** Set: ids of members who have seen a round's mapping while it was open. */
  barred: (roundId: string) => `${P}:quiz:round:${roundId}:barred`,
  /** Set: ids of rounds that are drawn, open or closed, and not yet revealed. */
  unrevealed: `${P}:quiz:unrevealed`,
  /** Sorted set: ids of the solo rounds that a member voted in, by when they leave (milliseconds). */
  soloRoundsVotedBy: (userId: string) => `${P}:quiz:solo-voted:${userId}`,
  /** Set: ids of the other rounds that a member voted in. */
  roundsVotedBy: (userId: string) => `${P}:quiz:voted:${userId}`,
  /** Prefix of rate-limiter-flexible's counters of one kind. */
  rate: (kind: string) => `${P}:rate:${kind}`,
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
