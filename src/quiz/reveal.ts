/** The message that says which was which. */

import type { OutgoingMessage } from "../discord/messages.ts";
import { quote, row } from "../generation/view.ts";
import type { Figure, StoredRound } from "../store/quiz/rounds.ts";
import type { Vote } from "../store/quiz/votes.ts";
import { cut } from "../texts/cut.ts";
import type { Texts } from "../texts/texts.ts";
import { quizButton } from "./button.ts";
import { checkCommand } from "./commitment.ts";
import { letterOf, type Round } from "./round.ts";

/** Characters of a backend's name. */
const NAME_SHOWN = 60;
const PROMPT_SHOWN = 400;

export function revealMessage(t: Texts, stored: StoredRound, votes: readonly Vote[]): OutgoingMessage {
  const { round } = stored;
  const { mapping, number } = round;
  const { trial, answer } = mapping;
  const correct = votes.filter(({ choice }) => choice === answer).length;
  const devices = [...new Set(stored.figures.map(({ device }) => device))];
  return {
    content: [
      t.rounds.revealTitle(number),
      quote(round.prompt, PROMPT_SHOWN),
      ...pictures(t, stored, votes),
      trial === "sham"
        ? t.rounds.sham(votes.length)
        : t.rounds.right(letterOf(answer), correct, votes.length),
      t.rounds.measured(devices),
      t.rounds.check(checkCommand(round.reveal), round.hash),
    ].join("\n"),
    components: [
      row(look(t.rounds.buttonDifference, round, "diff"), look(t.rounds.buttonFlicker, round, "flicker")),
    ],
  };
}

/** The id does not come last: by that a round's opening message is found. */
const look = (label: string, { id }: Round, view: "diff" | "flicker") =>
  quizButton(label, ["quiz-look", id, view]);

function pictures(t: Texts, { round, figures }: StoredRound, votes: readonly Vote[]): string[] {
  const { bytes, seconds } = t.units;
  return round.order.map((render, position) => {
    const figure = figures[render];
    const count = votes.filter(({ choice }) => choice === position).length;
    const measured = figure && {
      weights: bytes(figure.weightsBytes),
      peak: bytes(figure.peakBytes),
      time: seconds(figure.seconds),
    };
    const name = cut(nameOf(t, round, render, figure), NAME_SHOWN);
    return t.rounds.picture(letterOf(position), name, count, measured);
  });
}

function nameOf(t: Texts, { renders }: Round, index: number, figure: Figure | undefined): string {
  const render = renders[index];
  const label = figure?.label ?? render?.recipe ?? "";
  return render?.execution ? t.rounds.alternate(label) : label;
}
