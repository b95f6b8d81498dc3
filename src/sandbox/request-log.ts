import type { FormIssue } from "./errors.ts";

/** One request of the bot's, for assertions. Its token is not in it. */
export interface LoggedRequest {
  method: string;
  /** Without "/api/v10". Interaction tokens are shortened. */
  path: string;
  /** The route as documented, or undefined where there is none. */
  route: string | undefined;
  body: unknown;
  files: { filename: string; size: number }[];
  at: number;
  status: number;
  /** Discord's error code, where it answered with one. */
  code?: number;
  violation?: Violation;
}

/** A request that breaks Discord's rules, whoever it is that should have known. */
export interface Violation {
  method: string;
  route: string;
  code: number;
  reason: string;
  fields: { path: string; code: string; message: string }[];
  at: number;
}

export function describeIssues(issues: readonly FormIssue[]): Violation["fields"] {
  return issues.map((issue) => ({ path: issue.path.join("."), code: issue.code, message: issue.message }));
}

/** Keeps the last requests only: a soak test sends many. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  readonly violations: Violation[] = [];

  add(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > 5_000) this.requests.splice(0, 1_000);
    if (request.violation) this.violations.push(request.violation);
  }
}
