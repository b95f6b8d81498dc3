/** What /me says, in German. */
import type { members as english } from "../en/members.ts";
import { until } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { fixed, images as imagesOf, number, s, seconds, steps as stepsOf } from "./words.ts";

const resets = (at: number | undefined) => (at === undefined ? "" : ` · wird ${until(at)} zurückgesetzt`);
const of = (used: string, most: number | undefined) =>
  most === undefined ? used : `${used} von ${number(most)}`;

export const members: Wording<typeof english> = {
  usageTitle: "**Dein Verbrauch auf diesem Server**",
  usageEverywhere: "**Dein Verbrauch auf allen Servern**",
  minute: ({ used, most, resetsAt }) =>
    `Anfragen in dieser Minute: ${of(String(used), most)}${resets(resetsAt)}`,
  waiting: ({ used, most }) => `Warten oder laufen gerade: ${of(String(used), most)}`,
  gpu: ({ used, most, resetsAt }) =>
    `GPU-Sekunden in 24 Stunden: ${of(fixed(used, 1), most)}${resets(resetsAt)}`,
  maximum: (steps, size) =>
    `Höchstens: ${[steps === undefined ? "" : stepsOf(steps), size ? `die Größe ${size}` : ""].filter(Boolean).join(", ") || "was das Modell hergibt"}`,
  total: (requests, images, engineSeconds) =>
    `Insgesamt: ${s(requests, "Anfrage", "Anfragen")}, ${imagesOf(images)}, ${seconds(engineSeconds)} GPU-Zeit`,
  counted: "-# Es zählt die Zeit, die am Ende einer Anfrage gemessen wurde, das Laden inbegriffen.",

  exported: "Hier ist alles, was über dich gespeichert ist, als JSON.",
  exportedPacked:
    "Hier ist alles, was über dich gespeichert ist, als JSON; weil es viel ist, mit gzip gepackt.",
  exportAlt: "Alles, was über dich gespeichert ist",
  exportTooLarge:
    "Was über dich gespeichert ist, passt hier nicht in eine Datei. Nutze den Befehl auf einem Server, der größere Dateien erlaubt.",

  confirmDelete:
    "Das löscht auf allen Servern, was du angefragt hast: Prompts, Ergebnisse, Bilder und die Nachrichten dazu, und deinen bisherigen Verbrauch. Deine Stimmen in Quizrunden bleiben, aber ohne deinen Namen. Anfragen, die warten oder laufen, werden abgebrochen.\nDas lässt sich nicht rückgängig machen. Mit `/me export` bekommst du vorher eine Kopie.\n-# Limits, die du ausgeschöpft hast, gelten weiter, bis sie innerhalb eines Tages ablaufen. Was du als Moderator geändert hast, bleibt im Verlauf des Servers. An private Ergebnisse auf deinem Bildschirm komme ich nicht heran: Verwirf sie selbst.",
  buttonDelete: "Alles über mich löschen",
  deleted: "Alles über dich ist gelöscht.",
  deletedPartly: (left) =>
    `${left === 1 ? "Eine Anfrage läuft" : `${left} Anfragen laufen`} noch. Alles andere über dich ist gelöscht; nutze \`/me delete\` in einer Minute noch einmal.`,
};
