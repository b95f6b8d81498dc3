import type { APIEmbed } from "discord-api-types/v10";
import type { FormIssue } from "../errors.ts";

const MAX_TEXT = 6000;

/** The limits on embeds that the schemas don't hold: their text together, and that there is something to show. */
export function embedIssues(embeds: readonly APIEmbed[]): FormIssue[] {
  const issues: FormIssue[] = embeds.flatMap((embed, index) =>
    hasSomething(embed)
      ? []
      : [
          {
            path: ["embeds", index, "description"],
            code: "BASE_TYPE_REQUIRED",
            message: "This field is required",
          },
        ],
  );
  const length = embeds.reduce((sum, embed) => sum + textOf(embed).length, 0);
  if (length > MAX_TEXT) {
    issues.push({
      path: ["embeds"],
      code: "MAX_EMBED_SIZE_EXCEEDED",
      message: `Embed size exceeds maximum size of ${MAX_TEXT}`,
    });
  }
  return issues;
}

function textOf(embed: APIEmbed): string {
  const fields = (embed.fields ?? []).flatMap((field) => [field.name, field.value]);
  return [embed.title, embed.description, embed.footer?.text, embed.author?.name, ...fields].join("");
}

function hasSomething(embed: APIEmbed): boolean {
  return textOf(embed) !== "" || embed.image !== undefined || embed.thumbnail !== undefined;
}
