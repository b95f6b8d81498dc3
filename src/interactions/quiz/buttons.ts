/** Every button of the quiz. */
import type { ComponentHandlers } from "../component.ts";
import { studyButtons } from "./study.ts";
import { voteButtons } from "./vote.ts";

export const quizButtons: ComponentHandlers = { ...voteButtons, ...studyButtons };
