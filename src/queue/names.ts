/** Names of the queues. BullMQ forbids ':' in names and ids, and ids must not look like integers. */
export const PREFIX = "quantspot";

/** The parents of all flows: one delivery a request, released when its renders have ended. */
export const DELIVERIES = "deliveries";

/** The quiz's clock. */
export const QUIZ = "quiz";

const RENDERS = "req-";
export const renderQueue = (recipe: string) => `${RENDERS}${recipe}`;
/** What `renderQueue` was made of. */
export const recipeOf = (queue: string) => queue.slice(RENDERS.length);

/** The delivery's job id is the request's id; its renders are numbered. */
export const renderJobId = (requestId: string, index: number) => `${requestId}-${index}`;

/** What `renderJobId` was made of. */
export function parseRenderJobId(jobId: string): { requestId: string; index: number } {
  const dash = jobId.lastIndexOf("-");
  return { requestId: jobId.slice(0, dash), index: Number(jobId.slice(dash + 1)) };
}
