/** What /quiz leaderboard, /quiz me and /quiz export say, in German. */
import type { players as english, Trial } from "../en/players.ts";
import type { Wording } from "../wording.ts";
import { percent as percentOf, pValue, s } from "./words.ts";

const percent = (share: number) => percentOf(share, 1);

const question = ({ mode, options }: Trial) =>
  mode === "two-picture" ? "Welches ist quantisiert?" : `Finde das Original unter ${options}`;

export const players: Wording<typeof english> = {
  title: (season) =>
    season === undefined ? "**Bestenliste aller Saisons**" : `**Bestenliste der Saison ${season}**`,
  table: (trial) => `__${question(trial)}__ · Raten ergibt ${percent(1 / trial.options)}`,
  place: (place, { memberId, correct, votes, lower }) =>
    `${place}. <@${memberId}> · ${correct} von ${votes} (${percent(correct / votes)}), untere Grenze ${percent(lower)}`,
  nobodyYet: (votes) => `Noch niemand hat ${votes} Stimmen abgegeben.`,
  noVotes: "Noch ist keine Runde mit Stimmen aufgelöst.",
  order: (votes) =>
    `-# Sortiert nach dem unteren Ende des 95-%-Wilson-Intervalls, ab ${votes} Stimmen. Das ist eine Rangfolge und kein Test: Unter vielen, die raten, sieht der Beste gut aus.`,
  ownTitle: "**Deine Stimmen in aufgelösten Runden**",
  own: ({ trial, votes, correct, interval, p, streak, longest }) =>
    `__${question(trial)}__ · ${correct} von ${votes} richtig (${percent(correct / votes)}; 95-%-Intervall ${percent(interval.lower)} bis ${percent(interval.upper)}) · ebenso viele oder mehr durch Raten: ${pValue(p)} · gerade ${s(streak, "richtige Antwort", "richtige Antworten")} in Folge, höchstens ${longest}`,
  ownNote:
    "-# Wilson-Intervall und exakter Binomialtest: richtig für die Stimmen eines Mitglieds, eine pro Runde. Wer nach jeder Runde nachsieht, findet irgendwann eine kleine Wahrscheinlichkeit.",
  noOwnVotes: "Noch ist keine Runde aufgelöst, in der du abgestimmt hast.",
  exported: (study, barred) =>
    `Alles aus der Studie \`${study}\`, ohne Namen.${barred ? " Die Antwort der offenen Runde steht auch darin, deshalb kannst du in dieser Runde nicht mehr abstimmen." : ""}`,
  altCsv: "Die Stimmen einer Studie, eine pro Zeile, als CSV",
  altJson: "Eine Studie mit ihren Runden und Stimmen und der Bedeutung jeder Spalte, als JSON",
};
