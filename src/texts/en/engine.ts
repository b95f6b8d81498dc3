/** What engines and workers tell, by the codes of src/engine/notices.ts. */
import type { Sentences } from "../../engine/notices.ts";
import { code } from "../markup.ts";
import { bytes, number, percent } from "./words.ts";

const ways = { library: "in its library's own way", uncompiled: "uncompiled" };

const said: Sentences = {
  package_missing: ({ package: name }) =>
    `The Python package ${code(name)} is missing there. Whoever runs the worker can install it.`,
  gpu_too_old: ({ needed, device, has }) =>
    `It needs a GPU of compute capability ${needed} or newer; ${device} has ${has}.`,
  compiler_missing: () =>
    "It compiles C++ at first use, and there is no compiler. Whoever runs the worker can install g++.",
  cuda_compiler_missing: () =>
    "It compiles CUDA code at first use, and there is no compiler for it. Whoever runs the worker can install NVIDIA's CUDA toolkit.",
  weights_file_missing: ({ label, recipe }) =>
    `${label} can't be made here, only loaded. Whoever runs the worker can name a file of it: \`QUANTSPOT_WEIGHTS=${recipe}=FILE\`.`,
  model_quantized: ({ saved }) =>
    `The model here is already quantized (${saved}), and this backend is made from original weights.`,

  quanto_plain_fp8: () =>
    "Quanto's plain float8 product runs: its kernel for this GPU (Marlin) drops every bias.",
  torchao_cpu_int4: () =>
    "torchao's prototype int4 kernel for CPUs (Int4OpaqueTensor) runs in the place of the GPU's.",
  torch_cpu_fp8: () =>
    "PyTorch's float8 product for CPUs (torch._scaled_mm) runs; there is no float8 hardware under it.",
  cpu_offload: () => "Offloading only moves the weights from CPU to CPU here, which saves no memory.",

  clip_truncated: () => "CLIP read only the first 77 tokens of the prompt; T5 read on.",
  decoded_in_tiles: ({ image }) => `Memory ran out, so image ${image} was decoded in tiles.`,
  compiling_failed: ({ error, way }) => `Compiling failed (${error}): it runs ${ways[way]}, which is slower.`,
  fast_wrong: ({ error, way }) =>
    `Its fast execution came out ${percent(error)} off: it runs ${ways[way]}, which is slower.`,

  loading_ran_out: ({ what }) =>
    `Memory ran out while ${what} was loading. Try again later, or choose a smaller backend.`,
  over_budget: ({ label, needed, budget }) =>
    `${label} needs about ${bytes(needed)} of memory, and the engine may use ${bytes(budget)}. Choose a smaller backend.`,
  image_too_large: () => "The image does not fit the GPU's memory. Choose a smaller size or another backend.",
  weights_damaged: ({ what }) =>
    `${what} could not be loaded: a file of its weights is damaged or cut short. Choose another backend.`,
  file_missing: ({ what }) =>
    `${what} could not be loaded: a file is missing or unreadable. Choose another backend.`,
  cache_unusable: ({ what }) =>
    `${what} could not be loaded: the engine can't use its folder for what it makes (QUANTSPOT_CACHE). Choose another backend, and tell whoever runs the GPU worker.`,
  disk_full: ({ what }) =>
    `${what} could not be loaded: the disk of the GPU's machine is full. Choose another backend.`,
  not_loaded: ({ what, error }) =>
    `${what} could not be loaded (${error}); the worker's log says why. Choose another backend.`,
  not_as_asked: ({ label, layer, problem }) =>
    `${label} did not load as it should: ${code(`${layer} ${problem}`)}. Choose another backend.`,
  not_numbers: ({ label }) =>
    `The weights of ${label} are no numbers in places: their file is damaged. Choose another backend.`,
  computes_wrongly: ({ label, layer, error }) =>
    `${label} computes wrongly on this GPU: the output of ${code(layer)} is ${percent(error)} off. Choose another backend.`,
  size_refused: ({ model, width, height }) =>
    `${model} draws no images of ${width}×${height} pixels. Choose another size.`,
  steps_refused: ({ model, least, most }) => `${model} takes ${least} to ${most} steps.`,
  guidance_refused: ({ model, least, most }) =>
    `${model} takes a guidance from ${number(least)} to ${number(most)}.`,
  unknown_recipe: ({ recipe }) => `The worker has no backend ${code(recipe)} any more. Choose another one.`,
  request_failed: ({ error }) =>
    `The image engine failed on this request (${error}); its log says more. Try again, or try another backend.`,
  gpu_lost: () =>
    "A computation failed on the GPU, and the image engine starts anew. Try again, or try another backend.",

  engine_died: () =>
    "The image engine stopped in the middle of rendering. Try again, or try another backend.",
  engine_hung: () => "The image engine got stuck and was ended. Try again, or try another backend.",
  engine_garbled: () =>
    "The image engine gave an answer that makes no sense and was ended. Try again, or try another backend.",
  worker_gone: () =>
    "The worker went away several times while rendering this. Try again, or try another backend.",
  unreadable: () => "This request was queued by another version of me and can't be read. Ask for it again.",
  not_stored: () => "The images were drawn but could not be stored. Try again in a moment.",
};

export const engine = {
  said,
  /** For what has no words of its own. */
  quoted: (message: string) => `The image engine reports: “${message}”`,
};
