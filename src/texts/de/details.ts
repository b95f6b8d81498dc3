/** What 'Show details' says, in German. */
import type { details as english } from "../en/details.ts";
import type { Wording } from "../wording.ts";
import { bytes, number, seconds, steps as stepsOf } from "./words.ts";

export const details: Wording<typeof english> = {
  notMine:
    "Details gibt es nur zu meinen eigenen Nachrichten. Nutze das bei einem Ergebnis von `/generate` oder `/compare`.",
  nothing:
    "In dieser Nachricht steht kein Ergebnis. Nutze das bei einem Ergebnis von `/generate` oder `/compare`.",
  file: "Dasselbe und mehr als Datei, auf die letzte Stelle genau.",
  altFile: "Alles, was man braucht, um dieses Ergebnis noch einmal zu erzeugen, als JSON.",

  prompt: "Prompt",
  settings: "Einstellungen",
  size: (width, height) => `${width}×${height}`,
  steps: (steps) => stepsOf(steps),
  guidance: (guidance) => `Guidance ${number(guidance)}`,
  preset: "Preset",
  backend: "Backend",
  seeds: "Seeds",
  model: "Modell",
  revision: (revision) => `Revision ${revision}`,
  device: "Gerät",
  versions: "Versionen",
  memory: "Speicher",
  weights: (count) => `Gewichte ${bytes(count)}`,
  resident: (count) => `vorher ${bytes(count)}`,
  peak: (count) => `Spitze ${bytes(count)}`,
  measures: {
    "cuda-allocated": "torch.cuda.memory_allocated",
    "process-rss": "Resident Set der Engine",
  },
  time: "Zeit",
  load: (time) => `Laden ${seconds(time)}`,
  unpark: (time) => `Zurückholen ${seconds(time)}`,
  encode: (time) => `Prompt ${seconds(time)}`,
  denoise: (time, perStep) => `Entrauschen ${seconds(time)} (${seconds(perStep)} pro Schritt)`,
  decode: (time) => `Dekodieren ${seconds(time)}`,
  total: (time) => `insgesamt ${seconds(time)}`,
  waited: (time) => `Warten ${seconds(time)}`,
  notRendered: "nicht gerendert",

  madeFrom: {
    seed: (result) => `Entstanden aus ${result}, mit neuem Seed.`,
    backend: (result) => `Entstanden aus ${result}, mit einem anderen Backend.`,
    prompt: (result) => `Entstanden aus ${result}, mit einem anderen Prompt.`,
    "full-size": (result) => `Entstanden aus ${result}, für die volle Größe neu gerendert.`,
    variations: (result, image) => `Entstanden aus ${result}: Variationen von Bild ${image}.`,
  },
  linked: (url) => `[einem anderen Ergebnis](${url})`,
};
