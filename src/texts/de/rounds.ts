/** What rounds of the quiz and /quiz say, in German; the sentences of verdicts are in quiz.ts. */
import type { Closing, rounds as english, Mode } from "../en/rounds.ts";
import { marks } from "../marks.ts";
import { ago, bold, code } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { percent as percentOf, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);
const votesOf = (count: number) => s(count, "Stimme", "Stimmen");
const roundsOf = (count: number) => s(count, "Runde", "Runden");

const TITLES: Record<Mode, string> = {
  "two-picture": "Welches ist quantisiert?",
  "find-original": "Finde das Original",
};

const closingRule = (closing: Closing) =>
  "minutes" in closing
    ? `jede ${s(closing.minutes, "Minute", "Minuten")} lang offen`
    : `jede offen, bis ${votesOf(closing.votes)} da ${closing.votes === 1 ? "ist" : "sind"}`;

export const rounds: Wording<typeof english> = {
  // Starting
  mayNotStart: (role) =>
    role === undefined
      ? "Das dürfen nur Mitglieder mit der Berechtigung **Server verwalten**. Mit `/settings quiz` können sie es einer Rolle erlauben."
      : `Das dürfen nur Mitglieder mit der Berechtigung **Server verwalten** und <@&${role}>.`,
  runsAlready: (channel) =>
    `Es läuft schon eine Studie, in <#${channel}>. \`/quiz status\` zeigt, wie weit sie ist, \`/quiz stop\` beendet sie.`,
  noThreads:
    "Ein eigener Thread lässt sich dafür nur in einem Textkanal öffnen. Starte ohne `thread` oder in einem Textkanal.",
  threadRefused:
    "Discord lässt mich hier keinen Thread öffnen. Starte ohne `thread` oder in einem anderen Kanal.",
  thread: (mode) => `Quiz · ${TITLES[mode]}`,
  startedIn: (id, thread) =>
    `🎲 Studie \`${id}\` läuft in <#${thread}>: Dort beginnt die erste Runde, sobald alle Bilder gerendert sind.`,
  noOriginal:
    "Die GPU-Worker bieten gerade das Original nicht an, es gibt also nichts, womit man vergleichen könnte.",
  nameBackends: "Nenne mindestens ein Backend, oder lass die Option weg, dann sind es alle.",
  noBackends: "Die GPU-Worker bieten gerade kein quantisiertes Backend an, es gibt also nichts zu fragen.",
  tooFewBackends: (needed) =>
    `Bei so vielen Bildern braucht eine Runde neben dem Original ${s(needed, "weiteres Backend", "verschiedene Backends")}. Gib mehr an oder nimm weniger Bilder.`,
  notQuantized: (backend) =>
    `\`${backend}\` ist das Original oder rendert dieselben Bilder wie ein anderes Backend, das es hier gibt. Gib quantisierte Backends an.`,
  badClosing:
    "`closes` ist eine Zeit oder eine Anzahl Stimmen: `30 Minuten`, `2 Stunden`, `1 Tag` oder `12 Stimmen`. Mehr als eine Woche geht nicht.",
  closes: ["10 Minuten", "30 Minuten", "1 Stunde", "6 Stunden", "1 Tag", "10 Stimmen", "25 Stimmen"],
  allPromptsBlocked:
    "Dieser Server sperrt jeden Prompt, den das Quiz nehmen würde. Gib mit `prompt` einen an.",

  // A round
  drawing: (number) => `🎲 **Runde ${number} wird gerendert** · erst alle Bilder, dann die Frage`,
  title: (number, mode) => `**Runde ${number} · ${TITLES[mode]}**`,
  task: {
    "two-picture": (shamPercent) =>
      `Ein Bild ist das Original, das andere ist quantisiert: gleicher Seed, gleiche Einstellungen.${shamPercent > 0 ? ` Etwa ${shamPercent} von 100 Runden sind Kontrollrunden mit zweimal dem Original.` : ""}`,
    "find-original": (_) =>
      "Ein Bild ist das Original, die anderen sind quantisiert, jedes auf andere Art: gleicher Seed, gleiche Einstellungen.",
  },
  closesAt: (at) => `Die erste Stimme gilt. Ende ${ago(at)}, sobald jemand abgestimmt hat.`,
  closesAfter: (votes) => `Die erste Stimme gilt. Ende nach ${votesOf(votes)}.`,
  kindNote: {
    daily: "-# Die Runde des Tages: Sie zählt für die Bestenliste und für kein Urteil einer Studie.",
    solo: "-# Nur für dich: Die Antwort kommt mit deiner Stimme, und sie zählt nirgends.",
  },
  commitment: (hash, id) =>
    `-# Die Antwort steht fest. SHA-256 \`${hash}\` · \`/quiz verify\` prüft das · Runde \`${id}\``,
  vote: (letter) => letter,
  alt: (letters, prompt) =>
    `${letters.length} Bilder zu einem Prompt, ${letters.join(", ")}, zeilenweise von links nach rechts. Prompt: ${prompt}`,
  cancelled: (by) => `${marks.cancelled} **Abgebrochen** von <@${by}>. Die Studie endet ohne Urteil.`,
  notRendered: `${marks.refused} **Nicht gestellt** · Nicht jedes Bild dieser Runde ließ sich rendern. Sie wird neu gerendert.`,
  identical:
    "**Nicht gestellt** · Bilder dieser Runde waren Pixel für Pixel identisch, es gibt also nichts zu sehen. Sie wird neu gerendert.",
  notShown: `${marks.refused} **Nicht gestellt** · Die Bilder dieser Runde ließen sich nicht posten. Es folgt eine andere, falls das Quiz nicht beendet wurde.`,
  over: "Diese Runde ist vorbei.",

  // The study, said with its first round
  study: (id, mode, named, backends, planned, each, shamPercent, closing) =>
    [
      `Studie \`${id}\`: ${named.map(code).join(", ")}${backends > named.length ? ` und ${backends - named.length} weitere` : ""}`,
      mode === "two-picture"
        ? `insgesamt ${roundsOf(planned)} mit Stimmen, ${each} pro Backend${shamPercent > 0 ? ", dazu Kontrollrunden" : ""}`
        : roundsOf(planned),
      closingRule(closing),
      mode === "two-picture" ? "das Urteil kommt am Ende" : "kein Urteil über einzelne Backends",
    ].join(" · "),
  cannotFind: (each, backends, leastP, needed) =>
    `Mit ${roundsOf(each)} für jedes von ${s(backends, "Backend", "Backends")} ist kein Beleg möglich: Selbst wenn jede Stimme richtig ist, ist ${leastP}. Nimm mindestens ${roundsOf(needed)} für jedes (\`rounds\` zählt alle: ${needed * backends}) oder weniger Backends.`,
  setAside: (backends) =>
    `Nicht mehr gefragt, weil Bilder sich nicht rendern oder zeigen ließen oder identisch waren: ${backends.map(code).join(", ")}. Das Urteil gilt den anderen.`,
  outOfReach: (each, needed, members) =>
    needed === undefined
      ? `Mit ${roundsOf(each)} pro Backend ist das Urteil „praktisch auf Zufallsniveau“ nicht erreichbar, egal wie viele abstimmen. Nimm mehr Runden oder weniger Backends.`
      : `Mit ${roundsOf(each)} pro Backend braucht das Urteil „praktisch auf Zufallsniveau“ mindestens ${s(needed, "Mitglied, das", "Mitglieder, die")} in jeder Runde ${needed === 1 ? "abstimmt" : "abstimmen"}${members === undefined ? "" : `; dieser Server hat ${members}`}. Mehr Runden oder weniger Backends bringen es näher.`,

  // Votes
  counted: (letter, closesAt) =>
    `Deine Stimme für **${letter}** zählt und ist endgültig. ${closesAt === undefined ? "Die Antwort kommt, wenn die Runde endet." : `Die Antwort kommt ${ago(closesAt)}.`}`,
  votedAlready: (letter) => `Du hast schon für **${letter}** gestimmt. Die erste Stimme gilt.`,
  late: "Diese Runde ist zu Ende: Spätere Stimmen zählen nicht.",
  ownRound: "Du hast diese Studie gestartet, deshalb kannst du darin nicht abstimmen.",
  sawMapping: "Du hast gesehen, was in dieser Runde wo steht, deshalb kannst du darin nicht abstimmen.",
  noRound: "So eine Runde gibt es auf diesem Server nicht.",
  stillOpen: "Das gehört zu einer Quizrunde, die noch nicht aufgelöst ist.",

  // Reveal
  revealTitle: (number) => `**Runde ${number} ist zu Ende · was war was**`,
  picture: (letter, name, votes, measured) =>
    `- **${letter}** · ${name} · ${votesOf(votes)}${measured ? ` · Gewichte ${measured.weights}, Spitze ${measured.peak}, ${measured.time}` : ""}`,
  alternate: (backend) => `${backend}, noch mal`,
  right: (letters, correct, votes) =>
    `**${letters}** war richtig: ${correct} von ${votesOf(votes)}${votes > 0 ? ` (${percent(correct / votes)})` : ""}.`,
  sham: (votes) =>
    `Eine Kontrollrunde: Beide sind das Original, zweimal so gerendert, dass sie sich nur durch Rundung unterscheiden. ${votesOf(votes)} ${votes === 1 ? "ging" : "gingen"} an ein Bild, das nicht stärker quantisiert war als das andere; ${votes === 1 ? "sie zählt" : "sie zählen"} für kein Backend.`,
  measured: (devices) => `-# Gewichte des Transformers; Spitze der ganzen Engine. Auf ${devices.join(", ")}.`,
  check: (command, hash) =>
    `-# Prüf das Versprechen nach: Hier muss \`${hash.slice(0, 16)}…\` herauskommen\n\`\`\`sh\n${command}\n\`\`\``,
  buttonDifference: "Differenz",
  buttonFlicker: "Wechselbild",
  notAgain: "Eine Quizrunde wird nur einmal gerendert. `/quiz start` beginnt eine neue Studie.",

  // The end of a study
  verdictTitle: (id) => `**Das Urteil der Studie \`${id}\`**`,
  more: (count) => `… und ${s(count, "weiteres Backend", "weitere Backends")}, in der Datei.`,
  altVerdict: "Die Urteile über alle Backends, als Text",
  foundTitle: (id) => `**Das Ergebnis der Studie \`${id}\` · Finde das Original**`,
  found: (correct, votes, members, interval, options) =>
    `${correct} von ${votesOf(votes)} ${correct === 1 ? "hat" : "haben"} das Original gefunden (${percent(correct / votes)}; 95-%-Intervall ${percent(interval.lower)} bis ${percent(interval.upper)}), von ${s(members, "Mitglied", "Mitgliedern")}. Raten ergibt ${percent(1 / options)}. Über ein einzelnes Backend sagt das nichts.`,
  gaveUp: (id) =>
    `${marks.refused} Die Studie \`${id}\` endet ohne Urteil: Ihre letzten Runden konnten nicht gestellt werden.`,
  buttonEvidence: "Belege",
  buttonDefault: (backend) => `${backend} als Standard`,
  notEquivalent:
    "Daraus kann nur ein Backend zum Standard werden, dem die Studie „praktisch auf Zufallsniveau“ bescheinigt.",
  why: (study) => `Studie ${study}: praktisch auf Zufallsniveau`,
  isDefault: (preset, backend) =>
    `**${preset}** mit \`${backend}\` ist jetzt der Standard dieses Servers. \`/preset undo\` macht das rückgängig.`,
  notOffered: (backend) =>
    `Gerade bietet kein GPU-Worker \`${backend}\` an. Versuch es wieder, wenn es einer tut.`,
  nameTaken: (preset) =>
    `Ein Preset **${preset}** gibt es schon, mit einem anderen Backend. Lösch es zuerst.`,

  // Stopping and status
  nothingRuns: "Auf diesem Server läuft keine Studie. `/quiz start` beginnt eine.",
  noStudies: "Dieser Server hatte noch keine Studie. `/quiz start` beginnt eine.",
  noSuchStudy: "So eine Studie gibt es auf diesem Server nicht.",
  stopped: (id) =>
    `Die Studie \`${id}\` ist ohne Urteil beendet. Eine offene Runde wird geschlossen und aufgelöst.`,
  states: { running: "läuft", complete: "abgeschlossen", stopped: "ohne Urteil beendet" },
  status: (id, mode, channel, state, done, planned) =>
    `**Studie \`${id}\`** · ${TITLES[mode]} · <#${channel}> · ${state} · ${done} von ${roundsOf(planned)} mit Stimmen`,
  openRound: (number, closesAt) =>
    `Runde ${number} ist offen${closesAt === undefined ? "" : `, Ende ${ago(closesAt)}`}.`,
  drawingNow: (number) => `Runde ${number} wird gerade gerendert.`,
  moreStudies: (count) =>
    `… und ${s(count, "frühere Studie", "frühere Studien")}: \`/quiz evidence\` nennt und zeigt sie.`,
  studies: (count) => `**${s(count, "Studie", "Studien")} auf diesem Server**`,

  // Daily and solo
  dailySet: (channel, hour) =>
    `Jeden Tag eine Runde in <#${channel}>, um ${hour}:00 Uhr UTC. Niemand wird angepingt. \`/quiz daily\` mit \`off\` beendet das.`,
  dailyOff: "Es gibt keine täglichen Runden mehr.",
  noDaily: "Auf diesem Server gibt es keine täglichen Runden.",
  dailyChannel: "Gib den Kanal an, in dem die tägliche Runde erscheinen soll.",
  cantPost: (channel, missing) =>
    `In <#${channel}> darf ich keine Bilder posten ohne ${missing.map(bold).join(", ")}.`,
  soloNotAsked: `${marks.refused} **Nicht gestellt** · Die Bilder dieser Runde waren nicht zu gebrauchen. Gib noch einmal \`/quiz solo\` ein.`,
  soloRight: (letter) => `✅ Richtig: Es war **${letter}**.`,
  soloWrong: (letter) => `❌ Falsch: Es war **${letter}**.`,

  // Verify
  verified: (id, trial, letter, backend) =>
    `✅ Runde \`${id}\`: Der Text unten stand vor der ersten Stimme fest. Richtig war **${letter}**, das war \`${backend}\` (${TITLES[trial]}).`,
  verifiedSham: (id) =>
    `✅ Runde \`${id}\`: Der Text unten stand vor der ersten Stimme fest. Es war eine Kontrollrunde mit zweimal dem Original.`,
  notVerified: (id) =>
    `${marks.refused} Runde \`${id}\`: Der Text unten passt nicht zu dem, was versprochen war. Etwas hat die Daten verändert.`,
  commitmentOf: (hash) =>
    `In der ersten Nachricht der Runde steht SHA-256 \`${hash}\`. Das kann jeder nachrechnen:`,
  notRevealed: "Diese Runde ist noch nicht aufgelöst. Ihr Text kommt, wenn sie endet.",
};
