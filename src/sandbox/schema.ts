import type { ZodMiniType } from "zod/mini";
import type { FormIssue } from "./errors.ts";

export type Schema = ZodMiniType;

/** What a body breaks of one of Discord's own schemas, as Discord's paths and codes. */
export function schemaIssues(schema: Schema, body: unknown): FormIssue[] {
  const result = schema.safeParse(body);
  return result.success ? [] : result.error.issues.flatMap((issue) => toFormIssues(issue as RawIssue, body));
}

interface RawIssue {
  code: string;
  path: (string | number)[];
  message: string;
  expected?: string;
  format?: string;
  origin?: string;
  minimum?: number;
  maximum?: number;
  errors?: RawIssue[][];
}

function toFormIssues(issue: RawIssue, body: unknown): FormIssue[] {
  const value = at(body, issue.path);
  if (issue.code === "invalid_union") {
    return closestBranch(issue.errors ?? [])
      .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      .flatMap((inner) => toFormIssues(inner, body));
  }
  // The specification wants times in UTC with a Z; Discord takes any ISO 8601 offset.
  if (issue.format === "datetime" && typeof value === "string" && !Number.isNaN(Date.parse(value))) return [];
  return [{ path: issue.path, ...described(issue, value) }];
}

/** Discord's unions are told apart by `type`: the branch whose type fits is the one that was meant. */
function closestBranch(branches: RawIssue[][]): RawIssue[] {
  const isOfType = (branch: RawIssue[]) => !branch.some((issue) => issue.path[0] === "type");
  const fitting = branches.filter(isOfType);
  return (fitting.length > 0 ? fitting : branches).reduce<RawIssue[]>(
    (best, branch) => (best.length === 0 || branch.length < best.length ? branch : best),
    [],
  );
}

function described(issue: RawIssue, value: unknown): { code: string; message: string } {
  if (value === undefined && issue.code === "invalid_type") {
    return { code: "BASE_TYPE_REQUIRED", message: "This field is required" };
  }
  if (issue.code === "too_big") {
    return issue.origin === "number"
      ? { code: "NUMBER_TYPE_MAX", message: `int value should be less than or equal to ${issue.maximum}.` }
      : { code: "BASE_TYPE_MAX_LENGTH", message: `Must be ${issue.maximum} or fewer in length.` };
  }
  if (issue.code === "too_small") {
    return issue.origin === "number"
      ? { code: "NUMBER_TYPE_MIN", message: `int value should be greater than or equal to ${issue.minimum}.` }
      : { code: "BASE_TYPE_MIN_LENGTH", message: `Must be ${issue.minimum} or more in length.` };
  }
  if (issue.code === "invalid_value") {
    return {
      code: "BASE_TYPE_CHOICES",
      message: `Value ${JSON.stringify(value)} is not one of the choices.`,
    };
  }
  return { code: "BASE_TYPE_INVALID", message: issue.message };
}

function at(body: unknown, path: readonly (string | number)[]): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
