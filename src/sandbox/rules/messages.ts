import {
  type APIAllowedMentions,
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  MessageFlags,
} from "discord-api-types/v10";
import { emptyMessage, type FormIssue, invalidForm } from "../errors.ts";
import { messageComponentIssues } from "./components.ts";
import { embedIssues } from "./embeds.ts";
import { allowedMentionsIssues } from "./mentions.ts";

const MAX_CONTENT = 2000;

/** A message as it would stand after the request. */
export interface Draft {
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
  attachments: APIAttachment[];
  flags: number;
}

/** Refuses what Discord would not store. */
export function checkDraft(draft: Draft, allowed: APIAllowedMentions | null | undefined): void {
  const isV2 = (draft.flags & MessageFlags.IsComponentsV2) !== 0;
  const issues: FormIssue[] = [
    ...allowedMentionsIssues(allowed),
    ...embedIssues(draft.embeds),
    ...messageComponentIssues(draft.components, isV2),
  ];
  // The schema of channel messages allows 4000, which only paying people have.
  if (draft.content.length > MAX_CONTENT) {
    issues.push({
      path: ["content"],
      code: "BASE_TYPE_MAX_LENGTH",
      message: `Must be ${MAX_CONTENT} or fewer in length.`,
    });
  }
  if (isV2) issues.push(...legacyFields(draft));
  if (issues.length > 0) throw invalidForm(issues);
  const isEmpty =
    draft.content.trim() === "" &&
    draft.embeds.length + draft.components.length + (isV2 ? 0 : draft.attachments.length) === 0;
  if (isEmpty) throw emptyMessage();
}

function legacyFields(draft: Draft): FormIssue[] {
  const used = [draft.content === "" ? [] : ["content"], draft.embeds.length === 0 ? [] : ["embeds"]].flat();
  return used.map((field) => ({
    path: [field],
    code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  }));
}
