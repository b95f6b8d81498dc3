/** Every sentence of the quiz's verdicts, in German. None says 'the same': no study can show that. */

import { digitsApart } from "../digits.ts";
import type { quiz as english } from "../en/quiz.ts";
import type { Wording } from "../wording.ts";
import { percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);
/** On its side of chance and of the margin around it. */
const limit = (share: number) => percentOf(share, digitsApart(100 * share, [45, 50, 55], 1));

const canTell = (backend: string) => `dafür, dass man hier \`${backend}\` vom Original unterscheiden kann`;
const CHANCE = `${percentOf(0.45)} und ${percentOf(0.55)}`;

export const quiz: Wording<typeof english> = {
  unfinished: (done, planned) =>
    `**Nicht abgeschlossen** · ${done} von ${planned} Runden. Nur Zahlen und Intervalle: Das Urteil kommt einmal, am Ende der Studie.`,
  evidence: {
    "very-strong": (backend) => `Es gibt sehr starke Belege ${canTell(backend)}.`,
    strong: (backend) => `Es gibt starke Belege ${canTell(backend)}.`,
    moderate: (backend) => `Es gibt mäßige Belege ${canTell(backend)}.`,
    weak: (backend) => `Es gibt nur schwache Belege ${canTell(backend)}.`,
    none: (backend) => `Es gibt keine Belege ${canTell(backend)}.`,
  },
  tooFewRounds: (backend, rounds, leastP) =>
    `Ob man hier \`${backend}\` vom Original unterscheiden kann, lässt sich nicht sagen: Mit ${s(rounds, "Runde", "Runden")} dazu ist selbst dann, wenn jede Stimme richtig ist, ${pValue(leastP)}.`,
  figures: ({ correct, votes, members, rounds, prompts, interval, adjustedP }) =>
    `${correct} von ${s(votes, "Stimme", "Stimmen")} ${correct === 1 ? "war" : "waren"} richtig (${percent(correct / votes)}; 95-%-Intervall ${limit(interval.lower)} bis ${limit(interval.upper)}; ${pValue(adjustedP)}), von ${s(members, "Mitglied", "Mitgliedern")} in ${s(rounds, "Runde", "Runden")} zu ${s(prompts, "Prompt", "Prompts")}. Raten ergibt ${percentOf(0.5)}.`,
  reversed: (backend) =>
    `Die Stimmen waren seltener richtig als beim Raten: Man hielt eher das Original für das quantisierte Bild als \`${backend}\`.`,
  equivalent: (backend) =>
    `Die Trefferquote bei \`${backend}\`, wie hoch sie auch genau ist, liegt praktisch auf Zufallsniveau: Ihr ganzes Intervall liegt zwischen ${CHANCE}, auch mit je einer Runde und einem Mitglied mehr, die sich einig sind.`,
  undecided: (backend) =>
    `Das zeigt nicht, dass es niemand kann: Das Intervall für \`${backend}\` reicht über den Bereich zwischen ${CHANCE} hinaus, oder täte es mit einer Runde und einem Mitglied mehr, die Studie ist also zu klein, um es zu sagen.`,
};
