/** Why a render failed, in the one string that BullMQ keeps of it. */
import { z } from "zod";
import { type Notice, noticeSchema } from "../engine/notices.ts";

/** What BullMQ writes when a job's worker went away too often. */
const STALLED = /stalled/i;

const storedSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("no JSON");
      return z.NEVER;
    }
  })
  .pipe(noticeSchema);

export const toReason = (notice: Notice): string => JSON.stringify(notice);

/** @param reason of this program, or of BullMQ itself */
export function fromReason(reason: string): Notice {
  const { data } = storedSchema.safeParse(reason);
  return data ?? { ...(STALLED.test(reason) && { code: "worker_gone" }), message: reason };
}
