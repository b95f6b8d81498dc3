/** What /generate, its buttons and every refusal say, in German. */
import type { core as english } from "../en/core.ts";
import { marks } from "../marks.ts";
import { bold, code, plain } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { bytes, images as imagesOf, number, percent, s, seconds, steps as stepsOf, units } from "./words.ts";

export const core: Wording<typeof english> = {
  refused: (reason) => `${marks.refused} ${reason}`,

  // Refusals
  onlyInServers: "Das geht nur auf einem Server.",
  leftServer:
    "Du bist nicht mehr auf dem Server, von dem dieses Ergebnis stammt, oder der Bot ist es nicht mehr; hier geht es darum nicht weiter.",
  managersOnly: "Das dürfen nur Mitglieder mit der Berechtigung **Server verwalten**.",
  permissions: {
    ViewChannel: "Kanal ansehen",
    AttachFiles: "Dateien anhängen",
    SendMessages: "Nachrichten senden",
    SendMessagesInThreads: "Nachrichten in Threads senden",
    CreatePublicThreads: "Öffentliche Threads erstellen",
  },
  missingPermissions: (names) =>
    `In diesem Kanal kann ich nicht antworten, mir fehlt: ${names.map(bold).join(", ")}. Bitte die Moderation darum oder nimm einen anderen Kanal.`,
  redisAway:
    "Die Warteschlange ist gerade nicht erreichbar, es wurde nichts eingereiht. Versuch es in einer Minute noch einmal.",
  redisAwayNow: "Die Warteschlange ist gerade nicht erreichbar. Versuch es in einer Minute noch einmal.",
  redisSlow:
    "Die Warteschlange hat nicht rechtzeitig geantwortet. Falls deine Anfrage doch angekommen ist, erscheint das Ergebnis hier; sonst versuch es in einer Minute noch einmal.",
  noWorkers:
    "Gerade ist kein GPU-Worker online, es wurde nichts eingereiht. Versuch es in ein paar Minuten noch einmal.",
  workersFailing: (problem) =>
    `Die GPU-Worker können gerade nicht rendern. Sag denen Bescheid, die sie betreiben; gemeldet wird: „${problem}“`,
  workersStarting: "Die GPU-Worker starten noch. Versuch es in ein paar Sekunden noch einmal.",
  workersFetching: (name, done, total) =>
    `Ein GPU-Worker lädt gerade ${name} herunter: ${bytes(done)} von ${bytes(total)}. Versuch es später noch einmal.`,
  nothingOffered:
    "Auf den GPU-Workern, die online sind, läuft kein Backend. Warum, sagt `/backends show`; sag es denen, die sie betreiben.",
  unknownBackend: (name, offered) =>
    `Ein Backend ${code(plain(name))} gibt es hier nicht. Zur Auswahl stehen: ${offered.map(code).join(", ")}.`,
  backendUnavailable: (name, reason) => `\`${name}\` läuft auf den GPU-Workern hier nicht: ${reason}`,
  unknownSize: (size, sizes) =>
    `Die Größe ${code(plain(size))} ist hier nicht möglich. Zur Auswahl stehen: ${sizes.join(", ")}.`,
  stepsOutOfRange: (min, max) => `\`steps\` muss hier zwischen ${min} und ${max} liegen.`,
  guidanceOutOfRange: (min, max) =>
    `\`guidance\` muss bei diesem Modell zwischen ${number(min)} und ${number(max)} liegen.`,
  noGuidance: "Dieses Modell kennt keine Guidance. Lass `guidance` weg.",
  imagesOutOfRange: (max) => `\`images\` muss zwischen 1 und ${max} liegen.`,
  seedOutOfRange: (max) => `\`seed\` muss eine ganze Zahl von 0 bis ${max} sein.`,
  promptTooLong: (max) => `Der Prompt ist länger als ${max} Zeichen. Kürze ihn.`,
  emptyPrompt: "Der Prompt ist leer. Beschreib ein Bild in ein paar Worten.",
  queueFull: (waiting) =>
    `Die Warteschlange ist voll (${s(waiting, "Anfrage wartet", "Anfragen warten")}). Es wurde nichts eingereiht; versuch es später noch einmal.`,
  memberFull: (waiting) =>
    `Von dir ${waiting === 1 ? "wartet schon 1 Anfrage" : `warten schon ${waiting} Anfragen`}. Warte, bis eine fertig ist, oder brich eine ab.`,
  unexpected: (id) => `Bei uns ist etwas schiefgegangen (Referenz \`${id}\`). Versuch es gleich noch einmal.`,
  recordGone: "Dieses Ergebnis ist dafür zu alt. Gib noch einmal `/generate` ein.",
  noVariation: "So eine Variation gibt es von diesem Ergebnis nicht.",
  notYours: "Das darf nur, wer die Anfrage gestellt hat, oder die Moderation ihres Kanals.",
  notYourRequest: "Das darf nur, wer die Anfrage gestellt hat.",
  alreadyDone: "Diese Anfrage ist schon fertig.",
  notDoneYet: "Diese Anfrage läuft noch. Brich sie zuerst ab.",

  // Progress
  waiting: (ahead, estimate) =>
    [
      "⏳ **Wartet**",
      ahead === undefined ? "" : ahead === 0 ? "als Nächstes dran" : `noch ${ahead} davor`,
      ahead && estimate !== undefined ? `etwa ${units.roughly(estimate)}` : "",
    ]
      .filter(Boolean)
      .join(" · "),
  loading: (backend) => `📦 **Lädt** ${backend}`,
  rendering: (image, images, step, steps) =>
    `🎨 **Rendert**${images > 1 ? ` Bild ${image} von ${images}` : ""} · Schritt ${step} von ${steps}`,
  interrupted:
    "🔁 **Unterbrochen** · Die Bild-Engine ist ausgefallen. Das hier beginnt von vorn, sobald wieder eine bereit ist.",
  willNotify: "Du bekommst Bescheid, sobald es fertig ist.",

  // Results
  settings: (images, size, steps, guidance, seed) =>
    [
      images === undefined ? "" : imagesOf(images),
      size,
      stepsOf(steps),
      guidance === undefined ? "" : `Guidance ${number(guidance)}`,
      `Seed ${seed}`,
    ]
      .filter(Boolean)
      .join(" · "),
  time: (total, perImage, waited) =>
    `⏱ ${seconds(perImage)} pro Bild, ${seconds(total)} insgesamt · ${seconds(waited)} gewartet`,
  loaded: (time) => `in ${seconds(time)} geladen`,
  switched: (time) => `in ${seconds(time)} zurückgeholt`,
  weights: (count) => `🧠 Transformer-Gewichte ${bytes(count)}`,
  memory: {
    "cuda-allocated": (resident, peak) =>
      `belegter GPU-Speicher ${bytes(resident)} vorher, ${bytes(peak)} in der Spitze`,
    "process-rss": (resident, peak) =>
      `Engine-Prozess (Resident Set) ${bytes(resident)}, ${bytes(peak)} in der Spitze`,
  },
  on: (device) => `auf ${device}`,
  preview: "Nur eine Vorschau: Das verlustfreie Bild ist für Discord hier zu groß.",
  textEncoder: (precision) => `Den Prompt hat T5 in ${precision} gelesen, wie bei jedem Backend hier.`,
  truncated: (tokens) =>
    `Der Prompt war ${s(tokens, "Token", "Tokens")} zu lang; sein Ende wurde nicht gelesen.`,
  cancelled: (by) => `${marks.cancelled} **Abgebrochen** von <@${by}>`,
  failed: (reason) => `${marks.refused} **Fehlgeschlagen** · ${reason}`,
  failedUnknown:
    "Der GPU-Worker konnte das nicht fertigstellen. Versuch es noch einmal oder nimm ein anderes Backend.",
  done: (user, hasImages) =>
    hasImages
      ? `<@${user}>, deine Bilder sind fertig.`
      : `<@${user}>, deine Anfrage ist fehlgeschlagen, siehe dort.`,
  sentHereInstead: (channel) =>
    `In <#${channel}> konnte ich nicht mehr antworten, deshalb kommt dein Ergebnis hier.`,
  privateInstead:
    "Dein privates Ergebnis hat länger gedauert, als Discord mich im Kanal antworten lässt, deshalb kommt es hier.",
  fullSize: "Bilder in voller Größe, verlustfrei:",
  fullSizeAgain:
    "Die Bilder in voller Größe waren nicht mehr gespeichert, deshalb wurden sie mit demselben Seed neu gerendert.",
  fullSizeChanged:
    "Das Preset, das hier vorgegeben ist, wurde seither geändert, also lassen sich diese Bilder nicht noch einmal rendern. Nimm **Nochmal, neuer Seed**.",
  kept: (count) =>
    count === 1
      ? "Hier ist das Ergebnis, das für dich aufbewahrt wurde."
      : `Hier sind die ${count} Ergebnisse, die für dich aufbewahrt wurden.`,
  nothingKept: "Für dich ist nichts aufbewahrt.",
  keptGone:
    "Die Bilder dieses Ergebnisses sind nicht mehr gespeichert. Drück darunter auf **Nochmal** oder gib `/generate` ein.",
  altGrid: (count, backend, prompt) =>
    `${count === 1 ? "Ein Bild" : `Ein Raster aus ${count} Bildern`}, gerendert mit ${backend}: ${prompt}`,
  altPreview: (prompt) => `So sieht das Bild bisher aus, grob und unscharf: ${prompt}`,
  variedSeed: (seed, by) => `${seed}, um ${percent(by)} variiert`,
  variation: {
    slight: (image) => `${image === undefined ? "" : `Bild ${image}, `}leicht verändert`,
    strong: (image) => `${image === undefined ? "" : `Bild ${image}, `}deutlich verändert`,
  },
  promptFormTitle: "Prompt ändern",
  promptFormLabel: "Was auf dem Bild zu sehen ist",
  promptFormHint: "Mit demselben Seed gerendert, damit du nur deine Änderung siehst.",
  altImage: (index, backend, prompt) => `Bild ${index}, gerendert mit ${backend}: ${prompt}`,

  // Buttons
  buttonAgain: "Nochmal, neuer Seed",
  buttonPrompt: "Prompt ändern",
  buttonFull: "Volle Größe",
  buttonCancel: "Abbrechen",
  buttonNotify: "Sag mir Bescheid",
  buttonDelete: "Löschen",
  selectVariations: "Vier Variationen von …",
  selectBackend: "Gleicher Seed, anderes Backend …",
};
