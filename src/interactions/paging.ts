/** Long lists: a page of one, and the two buttons that turn it. */
import { ButtonStyle, ComponentType } from "discord-api-types/v10";
import { customId } from "../discord/customId.ts";
import { CONTENT_LIMIT } from "../discord/messages.ts";
import type { Row } from "../generation/view.ts";
import { cut } from "../texts/cut.ts";
import type { Texts } from "../texts/texts.ts";

export interface Page<T> {
  items: T[];
  /** From 0. */
  index: number;
  /** How many pages there are, 1 for an empty list. */
  count: number;
  /** How many items the pages before this one have. */
  before: number;
}

/** @param index what a custom id says: whatever it is, the nearest page there is comes out */
export function pageOf<T>(list: readonly T[], index: number, size: number): Page<T> {
  const count = Math.max(1, Math.ceil(list.length / size));
  const found = Math.min(Math.max(0, Math.trunc(index) || 0), count - 1);
  const before = found * size;
  return { items: list.slice(before, before + size), index: found, count, before };
}

/** Lines as texts that each fit a message: a page takes as many as there is room for, and begins with none empty. */
export function linePages(lines: readonly string[]): string[] {
  const pages: string[] = [];
  let page = "";
  for (const line of lines.map((line) => cut(line, CONTENT_LIMIT))) {
    const longer = page === "" ? line : `${page}\n${line}`;
    if (longer.length <= CONTENT_LIMIT) {
      page = longer;
      continue;
    }
    pages.push(page.trimEnd());
    page = line;
  }
  return [...pages, page];
}

/**
 * @param name of the handler that shows a page; its arguments are `args` and then the page's index
 * @returns no row for a list of one page
 */
export function pageRow(
  t: Texts,
  { index, count }: Page<unknown>,
  name: string,
  args: readonly string[] = [],
): Row[] {
  if (count === 1) return [];
  const turn = (to: number, label: string) => ({
    type: ComponentType.Button as const,
    style: ButtonStyle.Secondary as const,
    label,
    custom_id: customId(name, ...args, String(to)),
    disabled: to < 0 || to >= count,
  });
  const where = { ...turn(index, t.paging.page(index + 1, count)), disabled: true };
  const components = [turn(index - 1, t.paging.previous), where, turn(index + 1, t.paging.next)];
  return [{ type: ComponentType.ActionRow, components }];
}
