import type { APIAllowedMentions } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";

/** Saying "all users" and "these users" at once is a contradiction that Discord refuses. */
export function allowedMentionsIssues(allowed: APIAllowedMentions | null | undefined): FormIssue[] {
  return (["users", "roles"] as const).flatMap((kind) =>
    (allowed?.[kind]?.length ?? 0) > 0 && allowed?.parse?.some((type) => type === kind)
      ? [
          {
            path: ["allowed_mentions"],
            code: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
          },
        ]
      : [],
  );
}
