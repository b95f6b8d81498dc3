/** What a server's moderators have laid down for everybody in it. */
import { z } from "zod";
import { snowflake } from "../discord/snowflake.ts";
import type { Held } from "../store/books.ts";
import { isLanguage, type Language } from "../texts/texts.ts";

const count = z.number().int().positive();

/** Limits of one member; what is absent is not limited beyond what the operator has laid down. */
export const limitsSchema = z.object({
  /** Requests in a minute. */
  perMinute: count.optional(),
  /** Requests waiting or running at once. */
  waiting: count.optional(),
  /** Seconds of measured engine time in the 24 hours from the first one on. */
  gpuSeconds: count.optional(),
});
export type MemberLimits = z.infer<typeof limitsSchema>;

/** Under this key, in the place of a role, stand the limits of everybody without a role that has its own. */
export const EVERYONE = "everyone";

export interface Settings {
  /** Where pictures may be asked for; everywhere when there is none. */
  channels: string[];
  ageRestrictedOnly: boolean;
  /** Words and patterns, see blocked.ts. */
  blocked: string[];
  /** By role id, or EVERYONE. */
  limits: Map<string, MemberLimits>;
  maxSteps: number | undefined;
  /** The largest size, by its name; others with no more pixels are allowed too. */
  maxSize: string | undefined;
  /** Whether results may be shown to the requester alone. */
  privateAllowed: boolean;
  /** Who may start a quiz besides moderators. */
  quizRole: string | undefined;
  /** Of what everybody sees; each member's own when there is none. */
  language: Language | undefined;
}

/** The single settings, as the book holds them. Lists are entries of their own, by `listKey`. */
export const singles = {
  ageRestrictedOnly: z.boolean(),
  maxSteps: count,
  maxSize: z.string().regex(/^\d{2,4}x\d{2,4}$/),
  privateAllowed: z.boolean(),
  quizRole: snowflake,
  language: z.string().refine(isLanguage),
} as const;
export type SingleName = keyof typeof singles;
export type SingleValue<N extends SingleName> = z.infer<(typeof singles)[N]>;

type ListName = "channel" | "blocked" | "limits";
export const listKey = (list: ListName, item: string) => `${list}:${item}`;

export function toSettings(entries: ReadonlyMap<string, Held>): Settings {
  const single = <N extends SingleName>(name: N): SingleValue<N> | undefined => {
    const held = entries.get(name);
    return held && (singles[name].parse(held.value) as SingleValue<N>);
  };
  const list = (name: ListName) =>
    [...entries].flatMap(([key, { value }]): [string, unknown][] =>
      key.startsWith(`${name}:`) ? [[key.slice(name.length + 1), value]] : [],
    );
  return {
    channels: list("channel").map(([id]) => id),
    ageRestrictedOnly: single("ageRestrictedOnly") ?? false,
    blocked: list("blocked").map(([pattern]) => pattern),
    limits: new Map(list("limits").map(([scope, value]) => [scope, limitsSchema.parse(value)])),
    maxSteps: single("maxSteps"),
    maxSize: single("maxSize"),
    privateAllowed: single("privateAllowed") ?? true,
    quizRole: single("quizRole"),
    language: single("language"),
  };
}

/**
 * The limits of a member: of each kind the widest that one of the member's roles gives, else what holds for everyone.
 * @param roles ids
 */
export function limitsFor({ limits }: Settings, roles: readonly string[]): MemberLimits {
  const own = roles.flatMap((role) => limits.get(role) ?? []);
  const everyone = limits.get(EVERYONE);
  const widest = (kind: keyof MemberLimits) => {
    const values = own.flatMap((limit) => limit[kind] ?? []);
    return values.length > 0 ? Math.max(...values) : everyone?.[kind];
  };
  return { perMinute: widest("perMinute"), waiting: widest("waiting"), gpuSeconds: widest("gpuSeconds") };
}
