/** What /preset says, and what presets say in other places, in German. */
import type { presets as english, PresetFigures } from "../en/presets.ts";
import { ago, bold, code, plain } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { bytes, images, listed, number, s, steps } from "./words.ts";

/** In the dative or the accusative, with the word that goes before it. */
const inScope = (scope: string) => (scope === "server" ? "auf dem ganzen Server" : `in <#${scope}>`);
const forScope = (scope: string) => (scope === "server" ? "für den ganzen Server" : `für <#${scope}>`);

/** At the beginning of a sentence. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A preset in one line; what is absent is as the model's default. */
const figures = (preset: PresetFigures): string =>
  [
    `\`${preset.backend}\``,
    preset.steps === undefined ? "" : steps(preset.steps),
    preset.size ?? "",
    preset.guidance === undefined ? "" : `Guidance ${number(preset.guidance)}`,
    preset.images === undefined ? "" : images(preset.images),
    preset.maxSteps === undefined ? "" : `höchstens ${steps(preset.maxSteps)}`,
    preset.maxImages === undefined ? "" : `höchstens ${images(preset.maxImages)}`,
  ]
    .filter(Boolean)
    .join(" · ");

const laidDown = (name: string, everywhere: boolean) =>
  `Die Moderation hat für ${everywhere ? "den ganzen Server" : "diesen Kanal"} das Preset **${name}** festgelegt.`;

export const presets: Wording<typeof english> = {
  figures,

  // In /generate
  usedHere: (name) => `Preset **${name}**`,
  instead: {
    backend: (name, asked, used) =>
      `Das Preset **${name}** will \`${asked}\`, das gerade kein GPU-Worker anbietet; stattdessen kommt \`${used}\` zum Einsatz.`,
    steps: (name, asked, used) =>
      `Das Preset **${name}** will ${asked} Schritte, die hier nicht möglich sind; stattdessen werden es ${used}.`,
    size: (name, asked, used) =>
      `Das Preset **${name}** will die Größe ${asked}, die hier nicht möglich ist; stattdessen wird es ${used}.`,
    guidance: (name, asked, used) =>
      `Das Preset **${name}** will Guidance ${number(Number(asked))}, die dieses Modell nicht annimmt; stattdessen wird es ${number(Number(used))}.`,
  },
  unknown: (name, names) =>
    `Ein Preset ${code(plain(name))} gibt es hier nicht. Zur Auswahl stehen: ${listed(names.map(code))}.`,
  unknownOwn: (name, names) =>
    names.length === 0
      ? "Dieser Server hat noch keine eigenen Presets. Leg eins mit `/preset create` an."
      : `Ein eigenes Preset ${code(plain(name))} hat dieser Server nicht. Zur Auswahl stehen: ${listed(names.map(code))}.`,
  limitBelow: (name) => `\`max_${name}\` darf nicht kleiner als \`${name}\` sein.`,
  locked: (name, setting, everywhere) =>
    `${laidDown(name, everywhere)} Lass \`${setting}\` weg${everywhere ? "" : " oder nimm einen anderen Kanal"}.`,
  lockedAlone: (name, everywhere) =>
    `${laidDown(name, everywhere)} Bilder anderer Backends würden es verlassen, also geht das hier nicht.${everywhere ? "" : " Nimm einen anderen Kanal."}`,
  overLimit: (name, setting, most) =>
    `Mit dem Preset **${name}** darf \`${setting}\` höchstens ${most} sein.`,

  // /preset
  shipped: {
    fast: "das Backend, das als schnellstes gemessen wurde, mit halb so vielen Schritten wie üblich",
    balanced: "das schnellste Backend mit 8 Bit oder etwas mehr",
    original: "die Gewichte, wie sie veröffentlicht wurden",
  },
  listTitle: (count) => `**${count} Presets.** Mitglieder nutzen sie mit \`/generate preset:\`.`,
  listed: (name, preset) => `- **${name}** · ${figures(preset)}`,
  listedShipped: (name, meaning, now, measured) =>
    [
      `- **${name}** · ${meaning}`,
      now === undefined ? "" : `: gerade \`${now}\``,
      measured ? "" : ", nach dem, was geladen ist, denn gemessen wurde noch nichts",
    ].join(""),
  meansNow: (preset) => `Gerade ist das ${figures(preset)}`,
  defaultIn: (name, scope, locked) =>
    `Standard ${inScope(scope)}: **${name}**${locked ? ", verbindlich" : ""}`,
  noDefault: "Es ist kein Standard gesetzt: Was Mitglieder weglassen, bestimmt das Modell.",
  tooMany: (most) => `Ein Server kann ${most} Presets haben. Lösch zuerst eins.`,
  badName:
    "Der Name eines Presets besteht aus 1 bis 32 Zeichen: a-z, 0-9, `-` und `_`. Er beginnt mit einem Buchstaben oder einer Ziffer.",
  reserved: (name) =>
    `**${name}** ist ein Preset, das jeder Server hat. Es lässt sich nicht ändern; wähl einen anderen Namen.`,
  exists: (name) => `Ein Preset **${name}** gibt es schon. Ändere es mit \`/preset edit\`.`,
  created: (name, preset) => `Preset **${name}** angelegt: ${figures(preset)}`,
  edited: (name, preset) => `Preset **${name}** geändert: ${figures(preset)}`,
  unchanged: (name) => `Nichts geändert: Das Preset **${name}** ist, wie es war.`,
  deleted: (name) => `Preset **${name}** gelöscht. \`/preset undo\` holt es zurück.`,
  deletedDefault: (name, scopes) =>
    `Preset **${name}** gelöscht. Es war der Standard ${listed(scopes.map(inScope))}; dort gibt es jetzt keinen. \`/preset undo\` holt alles zurück.`,
  defaultSet: (name, scope) =>
    `**${name}** ist jetzt der Standard ${inScope(scope)}: Er gilt, wo ein Mitglied etwas weglässt.`,
  defaultCleared: (scope) => `${capital(inScope(scope))} gibt es keinen Standard mehr.`,
  noDefaultThere: (scope) =>
    `${capital(forScope(scope))} ist kein Standard gesetzt. Setz zuerst einen mit \`/preset default\`.`,
  lockedNow: (name, scope) =>
    `**${name}** ist ${inScope(scope)} jetzt verbindlich: Mitglieder können dort nichts anderes nutzen, die Moderation schon.`,
  unlockedNow: (name, scope) =>
    `**${name}** ist ${inScope(scope)} nicht mehr verbindlich: Mitglieder haben die Wahl.`,

  // Forms
  formTitle: (name) => `Preset ${name} ändern`,
  formBackend: "Backend",
  formNotOffered: (backend) => `${backend} (gerade nicht verfügbar)`,
  formSize: "Größe",
  formModelSize: "Standard des Modells",
  formFigures: "Werte",
  formFiguresHelp:
    "Einer pro Zeile: steps, guidance, images, max_steps, max_images. Was fehlt, bestimmt das Modell.",
  formWhy: "Warum? Steht dann im Verlauf",
  badLine: (line) =>
    `Die Zeile ${code(plain(line))} verstehe ich nicht. Schreib einen Namen und eine Zahl, etwa \`steps: 20\`.`,
  badFigure: (line, min, max, whole) =>
    `In der Zeile ${code(plain(line))} muss eine ${whole ? "ganze Zahl" : "Zahl"} von ${min} bis ${max} stehen.`,
  conflict: (name, by, at, now) =>
    now
      ? `<@${by}> hat das Preset **${name}** ${ago(at)} geändert, während dein Formular offen war, deshalb wurde deins nicht gespeichert. Jetzt ist es: ${figures(now)}\nÖffne das Formular noch einmal und entscheide dann: Was du eingegeben hast, steht noch darin.`
      : `<@${by}> hat das Preset **${name}** ${ago(at)} gelöscht, während dein Formular offen war, deshalb wurde deins nicht gespeichert.`,
  buttonFormAgain: "Formular noch einmal öffnen",
  draftGone: "Was du eingegeben hattest, ist zu alt und weg. Nutze noch einmal `/preset edit`.",

  // History
  undoBreaks: (name, scope) =>
    `Damit wäre das Preset **${name}** weg, das der Standard ${inScope(scope)} ist. Ändere zuerst den Standard.`,
  imported: (count) => `${s(count, "Preset", "Presets")} importiert`,
  presetCreated: (name, after) => `**${name}** angelegt (${figures(after)})`,
  presetDeleted: (name, before) => `**${name}** gelöscht (${figures(before)})`,
  presetChanged: (name, before, after) => `**${name}** geändert: ${figures(before)} → ${figures(after)}`,
  defaultChanged: (scope, after) =>
    after
      ? `Standard ${inScope(scope)}: **${after.preset}**${after.locked ? ", verbindlich" : ""}`
      : `kein Standard ${inScope(scope)}`,

  // Files
  exported: (count) =>
    `Hier ${count === 1 ? "ist das Preset" : `sind die ${count} Presets`} dieses Servers, für \`/preset import\`.`,
  nothingToExport: "Dieser Server hat keine eigenen Presets, die man exportieren könnte.",
  exportAlt: "Die Presets dieses Servers als JSON",
  fileTooLarge: (limit) =>
    `Die Datei ist größer als ${bytes(limit)}. Eine Datei von \`/preset export\` ist viel kleiner.`,
  fileUnreachable: "Die Datei ließ sich nicht von Discord abrufen. Häng sie noch einmal an.",
  fileUnreadable: (where) =>
    `Die Datei stammt nicht von \`/preset export\`: ${where}. Es wurde nichts importiert.`,
  fileNotJson: "sie ist kein JSON",
  importDone: (added, replaced, kept) =>
    [
      added.length > 0 ? `Hinzugefügt: ${listed(added.map(bold))}.` : "",
      replaced.length > 0 ? `Ersetzt: ${listed(replaced.map(bold))}.` : "",
      kept.length > 0 ? `Unverändert: ${listed(kept.map(bold))}.` : "",
      added.length + replaced.length > 0
        ? "`/preset undo` macht alles davon rückgängig."
        : "Es wurde nichts geändert.",
    ]
      .filter(Boolean)
      .join("\n"),
};
