/** Every sentence of the quiz's verdicts, in German. None says 'the same': no study can show that. */
import type { quiz as english } from "../en/quiz.ts";
import type { Wording } from "../wording.ts";
import { fixed, percent as percentOf, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

/** Exact enough to compare with the thresholds, never rounded to zero. */
const pValue = (p: number) => (p < 0.001 ? `p < ${fixed(0.001, 3)}` : `p = ${fixed(p, 3)}`);

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
  figures: (correct, votes, members, rounds, interval, adjustedP) =>
    `${correct} von ${s(votes, "Stimme", "Stimmen")} ${correct === 1 ? "war" : "waren"} richtig (${percent(correct / votes)}; 95-%-Intervall ${percent(interval.lower)} bis ${percent(interval.upper)}; ${pValue(adjustedP)}), von ${s(members, "Mitglied", "Mitgliedern")} in ${s(rounds, "Runde", "Runden")}. Raten ergibt ${percentOf(0.5)}.`,
  reversed: (backend) =>
    `Die Stimmen waren seltener richtig als beim Raten: Man hielt eher das Original für das quantisierte Bild als \`${backend}\`.`,
  equivalent: (backend) =>
    `Die Trefferquote bei \`${backend}\`, wie hoch sie auch genau ist, liegt praktisch auf Zufallsniveau: Ihr ganzes Intervall liegt zwischen ${CHANCE}.`,
  undecided: (backend) =>
    `Das zeigt nicht, dass es niemand kann: Das Intervall für \`${backend}\` reicht über den Bereich zwischen ${CHANCE} hinaus, die Studie ist also zu klein, um es zu sagen.`,
};
