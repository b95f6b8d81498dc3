/** What /queue says, and what people are told while the queue is closed, in German. */
import type { queue as english } from "../en/queue.ts";
import { ago } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { s, units } from "./words.ts";

const STAYS = "Was gerade rendert, wird noch fertig, was wartet, behält seinen Platz.";

const closing = (running: number, waiting: number) =>
  `${running === 0 ? "Gerade lief nichts" : running === 1 ? "Ein angefangener Job wird noch fertig" : `${running} angefangene Jobs werden noch fertig`}; ${waiting === 1 ? "1 Job wartet" : `${waiting} Jobs warten`} bis \`/queue resume\`.`;

export const queue: Wording<typeof english> = {
  // Refusals
  draining:
    "Die Warteschlange nimmt gerade keine neuen Anfragen an: Sie wird für eine Wartung geleert. Es wurde nichts eingereiht; versuch es später noch einmal.",
  operatorsOnly:
    "Das dürfen nur Mitglieder mit **Server verwalten** auf dem Heimatserver des Bots und die Besitzer des Bots, denn es hält den Bot für alle an.",
  alreadyOpen: "Die Warteschlange läuft schon.",
  already: (mode, by, at) =>
    mode === "paused"
      ? `Die Warteschlange ist schon angehalten, von <@${by}> ${ago(at)}.`
      : `Die Warteschlange wird schon geleert, von <@${by}> ${ago(at)}.`,

  notThere:
    "Diese Anfrage gibt es hier nicht. Wähl eine, die beim Tippen vorgeschlagen wird; `/queue show` zeigt sie alle.",

  // The list
  heading: (running, waiting, estimate) =>
    `## Warteschlange\n${s(running, "Job läuft", "Jobs laufen")} · ${waiting === 1 ? "1 wartet" : `${waiting} warten`}${estimate !== undefined && running + waiting > 0 ? ` · alles fertig in etwa ${units.roughly(estimate)}` : ""}`,
  closed: (mode, by, at) =>
    mode === "paused"
      ? `⏸ **Angehalten** von <@${by}> ${ago(at)}. ${STAYS}`
      : `🚧 **Wird geleert**, von <@${by}> ${ago(at)}. ${STAYS} Neue Anfragen werden abgelehnt.`,
  nothingVisible: "Du hast nichts in der Warteschlange.",
  others: (count) => `-# und ${s(count, "Anfrage", "Anfragen")} von anderen`,
  row: (number, standing, backends) => `**${number}.** ${standing} · ${backends.join(", ")}`,
  asker: (user, at) => `-# <@${user}>, angefragt ${ago(at)}`,
  askedAt: (at) => `-# angefragt ${ago(at)}`,
  privatePrompt: "*eine private Anfrage*",
  several: (rendered, renders) => `🎨 **Rendert** · ${rendered} von ${renders} fertig`,
  starting: "🎨 **Rendert**",
  delivering: "📨 **Wird gesendet**",
  waitingForWorker: "⏸ **Wartet**, bis ein GPU-Worker online ist, der das rendert",
  waitingWhileClosed: (ahead) =>
    ahead === 0
      ? "⏸ **Wartet**, als Nächstes dran, sobald die Warteschlange wieder läuft"
      : `⏸ **Wartet** · noch ${ahead} davor, sobald die Warteschlange wieder läuft`,

  // Actions
  selectCancel: "Anfrage abbrechen …",
  refresh: "Aktualisieren",
  cancelChoice: (backends, prompt) => `${backends}: ${prompt}`,
  cancelChoiceOf: (name, backends, prompt) => `${name} · ${backends}: ${prompt}`,
  privateChoice: "eine private Anfrage",
  cancelled: "Die Anfrage ist abgebrochen.",
  paused: (running, waiting) =>
    `⏸ Die Warteschlange ist auf allen GPU-Workern angehalten. ${closing(running, waiting)} Neue Anfragen werden angenommen und warten ebenfalls.`,
  drains: (running, waiting) =>
    `🚧 Die Warteschlange wird geleert. ${closing(running, waiting)} Neue Anfragen werden abgelehnt.`,
  resumed: (waiting) =>
    waiting === 0
      ? "▶ Die Warteschlange läuft wieder. Es hat nichts gewartet."
      : `▶ Die Warteschlange läuft wieder, mit ${s(waiting, "wartenden Job", "wartenden Jobs")}.`,
};
