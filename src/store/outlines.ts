/** What every version understands of a request's record: enough to name it and to delete it. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { requestSchema } from "../generation/request.ts";
import { readAs } from "./requests.ts";

const outlineSchema = z.object({
  request: z
    .string()
    .transform((text) =>
      requestSchema
        .pick({ id: true, channelId: true, private: true })
        .extend({ kind: z.string() })
        .parse(JSON.parse(text)),
    ),
  state: z.string(),
  messageId: z.string().optional(),
});
export type RequestOutline = z.output<typeof outlineSchema>;

/** Undefined when there is no record, or nobody can read it. */
export const readOutline = (redis: Redis, id: string): Promise<RequestOutline | undefined> =>
  readAs(outlineSchema, redis, id);
