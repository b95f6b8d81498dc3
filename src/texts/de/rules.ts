/** What /settings says, and what its rules say to members, in German. */

import { cut } from "../cut.ts";
import type { rules as english, Limits } from "../en/rules.ts";
import { code, hidden, plain, until } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { listed, s, steps as stepsOf } from "./words.ts";

const limits = ({ perMinute, waiting, gpuSeconds }: Limits): string =>
  [
    perMinute === undefined ? "" : `${s(perMinute, "Anfrage", "Anfragen")} pro Minute`,
    waiting === undefined ? "" : `${waiting} gleichzeitig wartend`,
    gpuSeconds === undefined ? "" : `${s(gpuSeconds, "GPU-Sekunde", "GPU-Sekunden")} in 24 Stunden`,
  ]
    .filter(Boolean)
    .join(", ") || "keine";

const scopeName = (scope: string) => (scope === "everyone" ? "alle" : `<@&${scope}>`);

export const rules: Wording<typeof english> = {
  // Refusals
  otherChannel: (channels) =>
    `Bilder gibt es hier: ${listed(channels.map((id) => `<#${id}>`))}. Stell deine Anfrage dort.`,
  ageRestrictedOnly:
    "Bilder gibt es auf diesem Server nur in Kanälen mit Altersbeschränkung. Stell deine Anfrage in einem davon.",
  noPrivate: "Private Ergebnisse sind auf diesem Server abgeschaltet. Frag noch einmal ohne `private`.",
  blockedPrompt: (entry) =>
    entry.startsWith("/")
      ? "Der Prompt enthält etwas, das auf diesem Server gesperrt ist. Formulier ihn anders."
      : `Der Prompt enthält ${code(plain(entry))}, das ist auf diesem Server gesperrt. Formulier ihn anders.`,
  tooOften: (most, retryAt) =>
    `Mehr als ${s(most, "Anfrage", "Anfragen")} pro Minute und Mitglied ${most === 1 ? "ist" : "sind"} hier nicht erlaubt. Die nächste geht ${until(retryAt)}.`,
  engineTimeUsed: (most, resetsAt) =>
    `Du hast ${most === 1 ? "die eine GPU-Sekunde" : `die ${most} GPU-Sekunden`} verbraucht, die ein Mitglied hier in 24 Stunden nutzen darf. Weiter geht es ${until(resetsAt)}.`,

  // /settings
  title: "**Einstellungen dieses Servers**",
  channels: (ids) => (ids.length === 0 ? "Kanäle: alle" : `Kanäle: ${listed(ids.map((id) => `<#${id}>`))}`),
  ageRestricted: (only) =>
    only ? "Nur Kanäle mit Altersbeschränkung: ja" : "Nur Kanäle mit Altersbeschränkung: nein",
  blocked: (count) =>
    count === 0
      ? "Gesperrte Wörter und Muster: keine"
      : `Gesperrte Wörter und Muster: ${count}, siehe \`/settings blocked\``,
  blockedTitle: (count) => `**Gesperrte Wörter und Muster: ${count}**`,
  blockedEntry: (entry) => `- ${hidden(entry)}`,
  moreLimits: (count) => `und Limits für ${s(count, "weitere Rolle", "weitere Rollen")}`,
  limitsOf: (scope, value) => `Limits pro Mitglied, ${scopeName(scope)}: ${limits(value)}`,
  maximum: (steps, size) =>
    `Höchstens: ${[steps === undefined ? "" : stepsOf(steps), size ? `die Größe ${size}` : ""].filter(Boolean).join(", ") || "was das Modell hergibt"}`,
  private: (allowed) => (allowed ? "Private Ergebnisse: erlaubt" : "Private Ergebnisse: abgeschaltet"),
  quiz: (role) =>
    role ? `Ein Quiz starten darf: die Moderation und <@&${role}>` : "Ein Quiz starten darf: die Moderation",
  language: (name) => `Sprache für das, was alle sehen: ${name ?? "die des Mitglieds, das anfragt"}`,

  nothingGiven: "Wähl mindestens eine Option aus, die gesetzt werden soll.",
  resetAlone: "Wähl entweder `reset` oder das, was gesetzt werden soll, nicht beides.",
  channelMissing: "Wähl auch den Kanal aus, mit `channel`.",
  saved: (what) => `Gespeichert. ${what}`,
  channelAllowed: (id) => `Bilder sind in <#${id}> erlaubt und nirgends, wo es nicht erlaubt wurde.`,
  channelRemoved: (id) => `<#${id}> gehört nicht mehr zu den Kanälen für Bilder.`,
  channelsOpen: "Bilder sind in jedem Kanal erlaubt.",
  notAllowedYet: (id) => `<#${id}> gehörte nicht zu den Kanälen für Bilder.`,
  blockedAdded: (entry) => `Prompts mit ${hidden(entry)} werden ab jetzt abgelehnt.`,
  blockedRemoved: (entry) => `${hidden(entry)} ist nicht mehr gesperrt.`,
  blockedUnknown: (entry) => `${code(plain(entry))} ist nicht gesperrt.`,
  blockedEmpty: "Ein gesperrtes Wort braucht einen Buchstaben oder eine Ziffer.",
  blockedExpression: (problem) =>
    `Dieser Ausdruck ist nicht nutzbar (es gilt die Syntax von RE2): ${cut(problem, 200)}`,
  blockedFull: (most) => `Es können höchstens ${most} Wörter und Muster gesperrt sein. Entsperr zuerst eins.`,
  patternsFull: (most) =>
    `Höchstens ${most} davon können Muster sein, mit \`*\` oder als Ausdruck. Entsperr zuerst eins.`,
  outOfRange:
    "Ein Wert liegt außerhalb seines Bereichs, es wurde nichts gespeichert. Wähl einen, den Discord anbietet.",

  // History
  listChanged: {
    channel: (id, there) => (there ? `<#${id}> erlaubt` : `<#${id}> aus den Kanälen genommen`),
    blocked: (entry, there) => (there ? `${hidden(entry)} gesperrt` : `${hidden(entry)} entsperrt`),
  },
  limitsChanged: (scope, after) => `Limits, ${scopeName(scope)}: ${limits(after ?? {})}`,
  singleChanged: (name, before, after) => `${name}: ${before} → ${after}`,
  names: {
    ageRestrictedOnly: "nur Kanäle mit Altersbeschränkung",
    maxSteps: "meiste Schritte",
    maxSize: "größte Größe",
    privateAllowed: "private Ergebnisse",
    quizRole: "Rolle, die ein Quiz starten darf",
    language: "Sprache",
  },
  notSet: "nicht gesetzt",
  flag: (value) => (value ? "ja" : "nein"),
};
