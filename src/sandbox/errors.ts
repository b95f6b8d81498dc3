/** One thing wrong with a body, at a place in it. */
export interface FormIssue {
  path: readonly (string | number)[];
  code: string;
  message: string;
}

/** An answer other than success, in the shape that Discord gives it. */
export class DiscordError extends Error {
  override readonly name = "DiscordError";
  readonly status: number;
  readonly code: number;
  readonly issues: readonly FormIssue[];

  constructor(status: number, code: number, message: string, issues: readonly FormIssue[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
  }

  toBody(): Record<string, unknown> {
    const body: Record<string, unknown> = { message: this.message, code: this.code };
    if (this.issues.length > 0) body.errors = nested(this.issues);
    return body;
  }
}

/** Discord nests errors by the path of the field, with the leaves under `_errors`. */
function nested(issues: readonly FormIssue[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const issue of issues) {
    let node = root;
    for (const key of issue.path) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    const leaves = (node._errors as unknown[] | undefined) ?? [];
    leaves.push({ code: issue.code, message: issue.message });
    node._errors = leaves;
  }
  return root;
}

// Names and numbers as in Discord's "Opcodes and Status Codes".
export const unauthorized = () => new DiscordError(401, 0, "401: Unauthorized");
export const notFound = () => new DiscordError(404, 0, "404: Not Found");
export const unknownChannel = () => new DiscordError(404, 10003, "Unknown Channel");
export const unknownGuild = () => new DiscordError(404, 10004, "Unknown Guild");
export const unknownMember = () => new DiscordError(404, 10007, "Unknown Member");
export const unknownMessage = () => new DiscordError(404, 10008, "Unknown Message");
export const unknownUser = () => new DiscordError(404, 10013, "Unknown User");
export const unknownWebhook = () => new DiscordError(404, 10015, "Unknown Webhook");
export const unknownInteraction = () => new DiscordError(404, 10062, "Unknown interaction");
export const unknownCommand = () => new DiscordError(404, 10063, "Unknown application command");
export const badFormat = () => new DiscordError(400, 50109, "The request body contains invalid JSON.");
export const tooLarge = () => new DiscordError(413, 40005, "Request entity too large");
export const alreadyAcknowledged = () =>
  new DiscordError(400, 40060, "Interaction has already been acknowledged.");
export const missingAccess = () => new DiscordError(403, 50001, "Missing Access");
export const notYourMessage = () =>
  new DiscordError(403, 50005, "Cannot edit a message authored by another user");
export const emptyMessage = () => new DiscordError(400, 50006, "Cannot send an empty message");
export const cannotMessageUser = () => new DiscordError(403, 50007, "Cannot send messages to this user");
export const missingPermissions = () => new DiscordError(403, 50013, "Missing Permissions");
export const invalidWebhookToken = () => new DiscordError(401, 50027, "Invalid Webhook Token");
export const invalidForm = (issues: readonly FormIssue[]) =>
  new DiscordError(400, 50035, "Invalid Form Body", issues);
