/**
 * The figures of the article that this project re-makes, to stand beside what was measured here: "Exploring
 * Quantization Backends in Diffusers", https://huggingface.co/blog/diffusers-quantization, read on 2026-11-21.
 * gpu-worker/quantspot_worker/bench/article.py holds the same for the benchmark.
 */

export const ARTICLE_URL = "https://huggingface.co/blog/diffusers-quantization";

/** What all its rows were measured with: FLUX.1-dev in one fresh process a row. */
export const ARTICLE_SETTING = { deviceName: "NVIDIA H100 80 GB", width: 1024, height: 1024, steps: 50 };

export interface ArticleRow {
  /** GiB of torch.cuda.max_memory_reserved once the pipeline is loaded; the article writes GB, its scripts divide by 1024³. */
  loadedGib: number;
  /** The same after the image. */
  peakGib: number;
  /** Of one image. */
  seconds: number;
  /** Of torch.compile, where the row has it. */
  compileSeconds?: number;
}

/** By recipe. */
export const ARTICLE: Readonly<Record<string, ArticleRow>> = {
  bf16: { loadedGib: 31.447, peakGib: 36.166, seconds: 12 },
  "bnb-nf4": { loadedGib: 12.584, peakGib: 17.281, seconds: 12 },
  "bnb-int8": { loadedGib: 19.273, peakGib: 24.432, seconds: 27 },
  "torchao-int4": { loadedGib: 10.635, peakGib: 14.654, seconds: 109 },
  "torchao-int8": { loadedGib: 17.02, peakGib: 21.482, seconds: 15 },
  "torchao-fp8": { loadedGib: 17.016, peakGib: 21.488, seconds: 15 },
  "quanto-int4": { loadedGib: 12.254, peakGib: 16.139, seconds: 109 },
  "quanto-int8": { loadedGib: 17.33, peakGib: 21.814, seconds: 15 },
  "quanto-fp8": { loadedGib: 16.395, peakGib: 20.898, seconds: 16 },
  "gguf-q2_k": { loadedGib: 13.264, peakGib: 17.752, seconds: 26 },
  "gguf-q4_1": { loadedGib: 16.838, peakGib: 21.326, seconds: 23 },
  "gguf-q8_0": { loadedGib: 21.502, peakGib: 25.973, seconds: 15 },
  "fp8-layerwise": { loadedGib: 23.682, peakGib: 28.451, seconds: 13 },
  "bnb-nf4-offload": { loadedGib: 12.383, peakGib: 12.383, seconds: 17 },
  "bnb-int8-offload": { loadedGib: 19.182, peakGib: 23.428, seconds: 27 },
  "fp8-layerwise-group-offload": { loadedGib: 9.264, peakGib: 14.232, seconds: 58 },
  "torchao-int4-compile": { loadedGib: 10.635, peakGib: 15.238, seconds: 6, compileSeconds: 285 },
  "torchao-int8-compile": { loadedGib: 17.02, peakGib: 22.473, seconds: 8, compileSeconds: 851 },
  "torchao-fp8-compile": { loadedGib: 17.016, peakGib: 22.115, seconds: 8, compileSeconds: 545 },
};
