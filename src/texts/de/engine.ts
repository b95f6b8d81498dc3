import { code } from "../markup.ts";
import type { Texts } from "../texts.ts";
import { bytes, number, percent } from "./words.ts";

const ways = { library: "auf die Art der Bibliothek", uncompiled: "unkompiliert" };

export const engine: Texts["engine"] = {
  said: {
    package_missing: ({ package: name }) =>
      `Dort fehlt das Python-Paket ${code(name)}. Wer den GPU-Worker betreibt, kann es installieren.`,
    gpu_too_old: ({ needed, device, has }) =>
      `Es braucht eine GPU mit Compute Capability ${needed} oder neuer; ${device} hat ${has}.`,
    compiler_missing: () =>
      "Beim ersten Mal wird C++ kompiliert, und dort ist kein Compiler. Wer den GPU-Worker betreibt, kann g++ installieren.",
    cuda_compiler_missing: () =>
      "Beim ersten Mal wird CUDA-Code kompiliert, und dort ist kein Compiler dafür. Wer den GPU-Worker betreibt, kann NVIDIAs CUDA-Toolkit installieren.",
    weights_file_missing: ({ label, recipe }) =>
      `${label} lässt sich hier nicht herstellen, nur laden. Wer den GPU-Worker betreibt, kann eine Datei angeben: \`QUANTSPOT_WEIGHTS=${recipe}=FILE\`.`,
    model_quantized: ({ saved }) =>
      `Das Modell hier ist schon quantisiert (${saved}), und dieses Backend entsteht aus den Originalgewichten.`,

    quanto_plain_fp8: () =>
      "Hier rechnet Quantos einfaches float8-Produkt: Der Kernel für diese GPU (Marlin) verliert jeden Bias.",
    torchao_cpu_int4: () =>
      "Hier rechnet torchaos int4-Prototyp für CPUs (Int4OpaqueTensor) statt des Kernels für GPUs.",
    torch_cpu_fp8: () =>
      "Hier rechnet PyTorchs float8-Produkt für CPUs (torch._scaled_mm); float8-Hardware gibt es darunter nicht.",
    cpu_offload: () =>
      "Das Auslagern schiebt die Gewichte hier nur von CPU zu CPU und spart keinen Speicher.",

    clip_truncated: () => "CLIP hat nur die ersten 77 Token des Prompts gelesen, T5 auch den Rest.",
    decoded_in_tiles: ({ image }) =>
      `Der Speicher reichte nicht, darum wurde Bild ${image} in Kacheln dekodiert.`,
    compiling_failed: ({ error, way }) =>
      `Das Kompilieren ist fehlgeschlagen (${error}): Es läuft ${ways[way]}, also langsamer.`,
    fast_wrong: ({ error, way }) =>
      `Schnell ausgeführt lag es ${percent(error)} daneben: Es läuft ${ways[way]}, also langsamer.`,

    loading_ran_out: ({ what }) =>
      `Beim Laden von ${what} ging der Speicher aus. Versuch es später noch einmal oder nimm ein kleineres Backend.`,
    over_budget: ({ label, needed, budget }) =>
      `${label} braucht etwa ${bytes(needed)} Speicher, und die Engine darf ${bytes(budget)} belegen. Nimm ein kleineres Backend.`,
    image_too_large: () =>
      "Das Bild passt nicht in den Speicher der GPU. Wähl eine kleinere Größe oder ein anderes Backend.",
    weights_damaged: ({ what }) =>
      `${what} konnte nicht geladen werden: Eine Datei der Gewichte ist beschädigt oder unvollständig. Nimm ein anderes Backend.`,
    file_missing: ({ what }) =>
      `${what} konnte nicht geladen werden: Eine Datei fehlt oder ist nicht lesbar. Nimm ein anderes Backend.`,
    cache_unusable: ({ what }) =>
      `${what} konnte nicht geladen werden: Die Engine kann ihren Ordner für Erzeugtes (QUANTSPOT_CACHE) nicht benutzen. Nimm ein anderes Backend und sag es denen, die den GPU-Worker betreiben.`,
    disk_full: ({ what }) =>
      `${what} konnte nicht geladen werden: Die Festplatte des GPU-Rechners ist voll. Nimm ein anderes Backend.`,
    not_loaded: ({ what, error }) =>
      `${what} konnte nicht geladen werden (${error}); warum, steht im Log des GPU-Workers. Nimm ein anderes Backend.`,
    not_as_asked: ({ label, layer, problem }) =>
      `${label} wurde nicht so geladen, wie es sein soll: ${code(`${layer} ${problem}`)}. Nimm ein anderes Backend.`,
    not_numbers: ({ label }) =>
      `Die Gewichte von ${label} sind stellenweise keine Zahlen: Ihre Datei ist beschädigt. Nimm ein anderes Backend.`,
    computes_wrongly: ({ label, layer, error }) =>
      `${label} rechnet auf dieser GPU falsch: Die Ausgabe von ${code(layer)} liegt ${percent(error)} daneben. Nimm ein anderes Backend.`,
    size_refused: ({ model, width, height }) =>
      `${model} zeichnet keine Bilder mit ${width}×${height} Pixeln. Wähl eine andere Größe.`,
    steps_refused: ({ model, least, most }) => `Bei ${model} sind ${least} bis ${most} Schritte möglich.`,
    guidance_refused: ({ model, least, most }) =>
      `Bei ${model} ist eine Guidance von ${number(least)} bis ${number(most)} möglich.`,
    unknown_recipe: ({ recipe }) =>
      `Der GPU-Worker hat das Backend ${code(recipe)} nicht mehr. Nimm ein anderes.`,
    request_failed: ({ error }) =>
      `Die Bild-Engine ist an dieser Anfrage gescheitert (${error}); mehr steht in ihrem Log. Versuch es noch einmal oder nimm ein anderes Backend.`,
    gpu_lost: () =>
      "Auf der GPU ist eine Berechnung fehlgeschlagen, die Bild-Engine startet neu. Versuch es noch einmal oder nimm ein anderes Backend.",

    engine_died: () =>
      "Die Bild-Engine ist mitten im Rendern ausgefallen. Versuch es noch einmal oder nimm ein anderes Backend.",
    engine_hung: () =>
      "Die Bild-Engine hing fest und wurde beendet. Versuch es noch einmal oder nimm ein anderes Backend.",
    engine_garbled: () =>
      "Die Bild-Engine hat etwas Unverständliches geantwortet und wurde beendet. Versuch es noch einmal oder nimm ein anderes Backend.",
    worker_gone: () =>
      "Der GPU-Worker ist dabei mehrmals ausgefallen. Versuch es noch einmal oder nimm ein anderes Backend.",
    unreadable: () =>
      "Diese Anfrage stammt von einer anderen Version von mir und ist nicht lesbar. Stell sie noch einmal.",
    not_stored: () =>
      "Die Bilder sind gezeichnet, konnten aber nicht gespeichert werden. Versuch es gleich noch einmal.",
  },
  quoted: (message) => `Die Bild-Engine meldet auf Englisch: „${message}“`,
};
