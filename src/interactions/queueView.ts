/** How one request of the queue is written: in the list, and as a choice. */
import type { Directory } from "../backends/directory.ts";
import { labelOf } from "../generation/outcomes.ts";
import type { RequestStatus, Viewer } from "../generation/overview.ts";
import { quote } from "../generation/view.ts";
import type { RequestRecord } from "../store/requests.ts";
import { cut } from "../texts/cut.ts";
import type { Texts } from "../texts/texts.ts";

const PROMPT_SHOWN = 90;
const CHOICE_LIMIT = 100;

/** What others asked for privately is not shown to moderators either. */
const isHidden = ({ request }: RequestRecord, { userId }: Viewer): boolean =>
  request.private && request.userId !== userId;

const backendsOf = ({ request }: RequestRecord, directory: Directory): string[] => [
  ...new Set(request.renders.map(({ recipe }) => labelOf(recipe, directory))),
];

const promptOf = ({ request }: RequestRecord): string => request.renders[0]?.prompt ?? "";

export interface View {
  directory: Directory;
  viewer: Viewer;
  /** The gate is closed: nothing that waits is estimated. */
  closed: boolean;
}

export function entry(
  t: Texts,
  { directory, viewer, closed }: View,
  number: number,
  record: RequestRecord,
  standing: RequestStatus,
): string {
  const { userId, createdAt } = record.request;
  const own = userId === viewer.userId;
  return [
    t.queue.row(number, said(t, standing, closed, directory), backendsOf(record, directory)),
    isHidden(record, viewer) ? t.queue.privatePrompt : quote(cut(promptOf(record), PROMPT_SHOWN)),
    own ? t.queue.askedAt(createdAt) : t.queue.asker(userId, createdAt),
  ].join("\n");
}

function said(t: Texts, standing: RequestStatus, closed: boolean, directory: Directory): string {
  if (standing.phase === "delivering") return t.queue.delivering;
  if (standing.phase === "waiting")
    return closed ? t.queue.waitingWhileClosed(standing.ahead) : t.waiting(standing.ahead, standing.estimate);
  const { rendered, renders, progress } = standing;
  if (renders > 1) return t.queue.several(rendered, renders);
  if (!progress) return t.queue.starting;
  if (progress.phase === "loading") return t.loading(labelOf(progress.recipe, directory));
  return t.rendering(progress.image + 1, progress.images, progress.step, progress.steps);
}

/** One line in a menu. @param asker the name of whoever asked, where it is known and another member */
export function choiceOf(
  t: Texts,
  directory: Directory,
  viewer: Viewer,
  record: RequestRecord,
  asker: string | undefined,
): string {
  const backends = backendsOf(record, directory).join(", ");
  const prompt = isHidden(record, viewer) ? t.queue.privateChoice : promptOf(record);
  const own = record.request.userId === viewer.userId || asker === undefined;
  return cut(
    own ? t.queue.cancelChoice(backends, prompt) : t.queue.cancelChoiceOf(asker, backends, prompt),
    CHOICE_LIMIT,
  );
}
