/** Every kind of request. A new one is a folder or file beside these, and a line below. */
import { quizKind } from "../quiz/kind.ts";
import { compareAnswer, compareEnded } from "./compare/answer.ts";
import { compareProgress } from "./compare/progress.ts";
import type { Kind } from "./kind.ts";
import type { Request } from "./request.ts";
import { generateAnswer, generateEnded, generateProgress } from "./result.ts";

export const kinds: Record<Request["kind"], Kind> = {
  generate: { progress: generateProgress, answer: generateAnswer, ended: generateEnded },
  compare: { progress: compareProgress, answer: compareAnswer, ended: compareEnded },
  quiz: quizKind,
};
