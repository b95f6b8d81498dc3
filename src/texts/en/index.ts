/** Every sentence that people read on Discord, in English: one file a subject. */
import { backends } from "./backends.ts";
import { compare } from "./compare.ts";
import { core } from "./core.ts";
import { details } from "./details.ts";
import { engine } from "./engine.ts";
import { history } from "./history.ts";
import { members } from "./members.ts";
import { paging } from "./paging.ts";
import { players } from "./players.ts";
import { presets } from "./presets.ts";
import { queue } from "./queue.ts";
import { quiz } from "./quiz.ts";
import { quizEvidence } from "./quizEvidence.ts";
import { rounds } from "./rounds.ts";
import { rules } from "./rules.ts";
import { stats } from "./stats.ts";
import { units } from "./words.ts";

export const en = {
  ...core,
  backends,
  compare,
  details,
  engine,
  history,
  members,
  paging,
  players,
  presets,
  queue,
  quiz,
  quizEvidence,
  rounds,
  rules,
  stats,
  units,
};
