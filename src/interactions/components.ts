/** Every component and modal that this bot ever puts under a message. Names are unique over all of them. */
import { backendButtons } from "./backends.ts";
import { requestButtons } from "./buttons.ts";
import { compareButtons } from "./compare.ts";
import type { ComponentHandlers, ModalHandlers } from "./component.ts";
import { memberButtons } from "./me.ts";
import { presetButtons } from "./preset.ts";
import { presetFormButtons, presetForms } from "./presetForm.ts";
import { promptButtons, promptForms } from "./promptForm.ts";
import { queueButtons } from "./queue.ts";
import { quizButtons } from "./quiz/buttons.ts";
import { settingsButtons } from "./settings.ts";
import { statsButtons } from "./stats.ts";

export const components: ComponentHandlers = {
  ...backendButtons,
  ...requestButtons,
  ...promptButtons,
  ...compareButtons,
  ...queueButtons,
  ...statsButtons,
  ...presetButtons,
  ...presetFormButtons,
  ...settingsButtons,
  ...quizButtons,
  ...memberButtons,
};
export const modals: ModalHandlers = { ...promptForms, ...presetForms };
