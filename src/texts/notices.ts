import { type Notice, sentenceOf } from "../engine/notices.ts";
import type { Texts } from "./texts.ts";

/** What an engine or a worker tells, in the member's language. */
export const told = (t: Texts, notice: Notice): string =>
  sentenceOf(t.engine.said, notice) ?? t.engine.quoted(notice.message);
