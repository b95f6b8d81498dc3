/** Buttons under a comparison, and the menu by which a view's pair is chosen. */
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../../discord/customId.ts";
import { cut } from "../../texts/cut.ts";
import { textsFor } from "../../texts/texts.ts";
import type { Request } from "../request.ts";
import { button, type Row, row } from "../view.ts";

/** By the names of their buttons. */
export type ViewName = "compare-diff" | "compare-flicker";

/** @param pictures how many there are: two are needed to hold one against the other */
export function compareRows(request: Request, pictures: number): Row[] {
  const t = textsFor(request.locale);
  const views = [
    button("compare-diff", t.compare.buttonDifference, request.id),
    button("compare-flicker", t.compare.buttonFlicker, request.id),
  ];
  return [
    row(
      button("again", t.buttonAgain, request.id, ButtonStyle.Primary),
      ...(pictures > 1 ? views : []),
      ...(pictures > 0 ? [button("full", t.buttonFull, request.id)] : []),
      button("delete", t.buttonDelete, request.id),
    ),
  ];
}

/** Two of a comparison's pictures, by their renders' indexes. */
export type Pair = readonly [number, number];

const pairValue = ([a, b]: Pair) => `${a}-${b}`;

/** @returns undefined for what is no pair */
export function parsePair(text: string): Pair | undefined {
  const match = /^([0-5])-([0-5])$/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Every pair of up to six pictures: 15, within a menu's 25. */
export function pairRow(
  view: ViewName,
  requestId: string,
  pictures: readonly { render: number; label: string }[],
  shown: Pair,
  placeholder: string,
): Row {
  const options = pictures.flatMap((a, index) =>
    pictures.slice(index + 1).map((b) => {
      const pair = [a.render, b.render] as const;
      return {
        label: cut(`${a.label} – ${b.label}`, 100),
        value: pairValue(pair),
        default: pairValue(pair) === pairValue(shown),
      };
    }),
  );
  return row({
    type: ComponentType.StringSelect,
    custom_id: customId(`${view}-pair`, requestId),
    placeholder,
    options,
  });
}
