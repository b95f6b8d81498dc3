/** What /compare says, in German. */
import type { compare as english } from "../en/compare.ts";
import { marks, standings } from "../marks.ts";
import { code } from "../markup.ts";
import type { Wording } from "../wording.ts";
import { commands } from "./commands.ts";
import { fixed } from "./words.ts";

/** As its choice is named in Discord. */
const setName = (set: string) => commands[set] ?? set;

export const compare: Wording<typeof english> = {
  // Refusals
  setOrBackends: "Wähl entweder ein `set` oder einzelne Backends, nicht beides.",
  tooFew: (most) =>
    `Ein Vergleich braucht 2 bis ${most} Backends. Wähl ein \`set\` oder gib sie bei \`backend1\`, \`backend2\` und so weiter an.`,
  twice: (backend) => `\`${backend}\` kommt zweimal vor. Wähl verschiedene Backends.`,
  unknownSet: (sets) =>
    `Dieses Set gibt es nicht. Zur Auswahl stehen: ${sets.map((set) => code(setName(set))).join(", ")}.`,
  emptySet: (set) =>
    `Für das Set ${code(setName(set))} bieten die GPU-Worker gerade weniger als zwei Backends an. Wähl ein anderes Set oder einzelne Backends.`,
  nothingMeasured:
    "Hier wurde noch nichts gemessen, also weiß niemand, welche Backends am schnellsten sind. Wähl ein anderes Set oder rendere erst einmal mit ein paar Backends.",
  gone: "Die Bilder dieses Vergleichs sind nicht mehr gespeichert. Drück darunter auf **Nochmal** oder gib `/compare` ein.",
  noPair: "Diese beiden Bilder sind kein Paar aus diesem Vergleich.",

  // Progress
  progress: (rendered, renders) => `🎨 **Vergleich läuft** · ${rendered} von ${renders} gerendert`,
  backend: (standing, label, doing) => `${standings[standing]} ${label}${doing && ` · ${doing}`}`,
  loading: "lädt",
  step: (step, steps) => `Schritt ${step} von ${steps}`,

  // Results
  title: (backends) => (backends === 1 ? "Ein Backend" : `Vergleich von ${backends} Backends`),
  heads: ["Backend", "Gewichte", "Spitze", "Zeit", "PSNR", "DSSIM"],
  memory: "Gewichte: die des Transformers.",
  peak: {
    "cuda-allocated": "Spitze: belegter GPU-Speicher der ganzen Engine mit allen geladenen Backends.",
    "process-rss": "Spitze: der ganze Engine-Prozess (Resident Set) mit allen geladenen Backends.",
  },
  devices: (devices) => `Gerendert auf ${devices.join(", ")}.`,
  time: "Zeit: für das Bild, ohne das Laden.",
  difference: (first) =>
    `PSNR (dB, höher ist ähnlicher) und DSSIM (0 ist identisch) messen den Unterschied zu ${first}.`,
  noneRendered: "Kein Backend hat ein Bild gerendert.",
  pictureGone: "Das Bild ist nicht mehr gespeichert.",
  failedBackend: (label, reason) => `${marks.refused} **${label}** · ${reason}`,
  cancelledBackend: (label) => `${marks.cancelled} **${label}** · nicht gerendert`,
  alt: (labels, prompt) =>
    `Derselbe Prompt mit demselben Seed, gerendert von ${labels.length} Backends, zeilenweise von links nach rechts: ${labels.join("; ")}. Prompt: ${prompt}`,

  // Views of a pair
  pair: (a, b, psnr, dssim) =>
    Number.isFinite(psnr)
      ? `**${a}** und **${b}** · PSNR ${fixed(psnr, 1)} dB · DSSIM ${fixed(dssim, 3)}`
      : `**${a}** und **${b}** sind Pixel für Pixel identisch.`,
  choosePair: "Anderes Paar …",
  amplified: (gain) => `Differenz × ${gain}`,
  altDifference: (a, b, gain) =>
    `${a}, ${b} und die Differenz jedes Pixels, ${gain}-fach verstärkt: schwarz, wo beide gleich sind.`,
  altFlicker: (a, b) => `Eine Animation, die zwischen ${a} und ${b} wechselt.`,

  // Buttons
  buttonDifference: "Differenz",
  buttonFlicker: "Wechselbild",
};
