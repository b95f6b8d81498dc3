import { z } from "zod";

/** An id as Discord gives them to all that it has. */
export const snowflake = z.string().regex(/^\d{1,20}$/, "must be a Discord id, digits alone");
