/**
 * The font of every text that is drawn into a picture. It comes with the project, since a bare server has none, and
 * a picture must look the same wherever it is made.
 */
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

export const FONT_FAMILY = "Inter";

/** The files of the weights 400 and 600 (TrueType). */
export const FONT_FILES = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"].map(
  (file) => resolve(`@expo-google-fonts/inter/${file}`),
);
