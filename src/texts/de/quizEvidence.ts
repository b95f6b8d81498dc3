/** What /quiz evidence says, in German: figures of a study, complete or not. */
import type { quizEvidence as english, Interval } from "../en/quizEvidence.ts";
import type { Wording } from "../wording.ts";
import { fixed, percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);
const votesOf = (count: number) => s(count, "Stimme", "Stimmen");
const roundsOf = (count: number) => s(count, "Runde", "Runden");
const range = ({ lower, upper }: Interval) => `${percent(lower)} bis ${percent(upper)}`;

export const quizEvidence: Wording<typeof english> = {
  backend: ({ backend, rounds, votes, correct, members, wilson, clopperPearson, interval, dPrime }) =>
    `- \`${backend}\` · ${correct} von ${votesOf(votes)} richtig: **${percent(correct / votes)}**, Intervall **${range(interval)}** · ${roundsOf(rounds)}, ${s(members, "Mitglied", "Mitglieder")}` +
    `\n-# Wilson ${range(wilson)}, Clopper-Pearson ${range(clopperPearson)}${dPrime ? `, d' ${fixed(dPrime.estimate, 2)} (${fixed(dPrime.lower, 2)} bis ${fixed(dPrime.upper, 2)})` : ""}`,
  nothing: "Noch ist keine Runde mit Stimmen aufgelöst.",
  more: (count) => `… und ${s(count, "weiteres Backend", "weitere Backends")}, in \`/quiz export\`.`,
  complete: `Abgeschlossen. Raten ergibt ${percentOf(0.5)}.`,
  stopped: "Ohne Urteil beendet: nur Zahlen und Intervalle, kein Test.",
  noVerdict:
    "Eine andere Frage mit einem anderen Zufallsniveau: Sie geht in kein Urteil über ein Backend ein.",
  intervals:
    "-# Die Intervalle gelten für 95\u00a0% und nehmen Runden und Mitglieder als Stichproben; Wilson und Clopper-Pearson nehmen Stimmen als unabhängig an und sind hier deshalb zu schmal.",
  sham: (rounds, correct, votes, interval, p) =>
    `Kontrollen: ${roundsOf(rounds)}, ${correct} von ${votesOf(votes)} auf der anderen Ausführung (${percent(correct / votes)}; ${range(interval)}${p === undefined ? "" : `; ${pValue(p)}`}). Nur Rundung unterscheidet sie, zu erwarten sind also ${percentOf(0.5)}.`,
  positions: (shares, p) =>
    `-# Position in Kontrollrunden: ${shares.map(({ letter, share, interval }) => `${letter} ${percent(share)} (${range(interval)})`).join(", ")}${p === undefined ? "" : `; ${pValue(p)}`}`,
  chartTitle: (unfinished) =>
    unfinished ? "Wie oft Mitglieder es erkennen (nicht abgeschlossen)" : "Wie oft Mitglieder es erkennen",
  chartSubtitle: (study) => `Studie ${study}. 95-%-Intervalle, Runden und Mitglieder als Stichproben.`,
  memoryAxis: "Gewichte des Transformers, MiB",
  rateAxis: "Richtige Stimmen, %",
  chance: "Raten",
  alt: (points) =>
    `Trefferquote über dem Speicher, mit einer Linie bei ${percentOf(0.5)}, die Raten ergibt. ${points
      .map(
        ({ label, memory, rate, lower, upper }) =>
          `${label}: ${fixed(memory, 1)} MiB, ${percent(rate / 100)} (${fixed(lower, 1)} bis ${fixed(upper, 1)})`,
      )
      .join("; ")}.`,
};
