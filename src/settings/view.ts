/** Settings in words: all of a server's, and what a change did to them. */
import type { Recorded } from "../store/books.ts";
import { isLanguage, languageNames, type Texts } from "../texts/texts.ts";
import { EVERYONE, limitsSchema, type Settings, type SingleName, singles } from "./settings.ts";

/** In one message: so that all of the longest fit 2,000 characters. */
const SHOWN_LIMITS = 8;

export function settingsText(t: Texts, settings: Settings): string {
  const { language, limits } = settings;
  const scopes = [EVERYONE, ...[...limits.keys()].filter((scope) => scope !== EVERYONE).sort()];
  return [
    t.rules.title,
    t.rules.channels(settings.channels),
    t.rules.ageRestricted(settings.ageRestrictedOnly),
    t.rules.blocked(settings.blocked.length),
    ...scopes.slice(0, SHOWN_LIMITS).map((scope) => t.rules.limitsOf(scope, limits.get(scope) ?? {})),
    ...(scopes.length > SHOWN_LIMITS ? [t.rules.moreLimits(scopes.length - SHOWN_LIMITS)] : []),
    t.rules.maximum(settings.maxSteps, settings.maxSize),
    t.rules.private(settings.privateAllowed),
    t.rules.quiz(settings.quizRole),
    t.rules.language(language && languageNames[language]),
  ].join("\n");
}

export function describeChange(t: Texts, { edits }: Recorded): string {
  return edits
    .map(({ key, before, after }) => {
      const [list = "", ...rest] = key.split(":");
      const item = rest.join(":");
      if (list === "limits") return t.rules.limitsChanged(item, limitsSchema.optional().parse(after));
      if (list === "channel" || list === "blocked")
        return t.rules.listChanged[list](item, after !== undefined);
      if (!isSingle(list)) return key;
      return t.rules.singleChanged(
        t.rules.names[list],
        valueText(t, list, before),
        valueText(t, list, after),
      );
    })
    .join("; ");
}

const isSingle = (name: string): name is SingleName => Object.hasOwn(singles, name);

function valueText(t: Texts, name: SingleName, value: unknown): string {
  if (value === undefined) return t.rules.notSet;
  if (typeof value === "boolean") return t.rules.flag(value);
  const text = String(value);
  if (name === "quizRole") return `<@&${text}>`;
  return name === "language" && isLanguage(text) ? languageNames[text] : text;
}
