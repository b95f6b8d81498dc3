"""The article's own figures and settings, for holding ours against.

Source: "Exploring Quantization Backends in Diffusers", https://huggingface.co/blog/diffusers-quantization, read on
2026-11-21. One H100 80 GB; 50 steps of 1024 x 1024 pixels in bfloat16. Its "GB" of memory are GiB (its scripts divide
by 1024**3); its components' GB are decimal (they are the files' sizes).
"""

from dataclasses import dataclass

URL = "https://huggingface.co/blog/diffusers-quantization"
DEVICE = "NVIDIA H100 80 GB"
STEPS, WIDTH, HEIGHT, GUIDANCE, PROMPT_TOKENS, SEED = 50, 1024, 1024, 3.5, 512, 0
PROMPTS = (
    "Baroque style, a lavish palace interior with ornate gilded ceilings, intricate tapestries, and dramatic lighting "
    "over a grand staircase.",
    "Futurist style, a dynamic spaceport with sleek silver starships docked at angular platforms, surrounded by "
    "distant planets and glowing energy lines.",
    "Noir style, a shadowy alleyway with flickering street lamps and a solitary trench-coated figure, framed by "
    "rain-soaked cobblestones and darkened storefronts.",
)
#: Decimal GB of each part of FLUX.1-dev in bfloat16.
COMPONENTS_GB = {"text_encoder_2": 9.52, "text_encoder": 0.246, "transformer": 23.8, "vae": 0.168}


@dataclass(frozen=True)
class ArticleRow:
    """after_loading and peak: GiB of `max_memory_reserved`. seconds: of one image. compile_seconds: where compiled."""

    after_loading: float
    peak: float
    seconds: float
    compile_seconds: float | None = None


ROWS = {
    "bf16": ArticleRow(31.447, 36.166, 12),
    "bnb-nf4": ArticleRow(12.584, 17.281, 12),
    "bnb-int8": ArticleRow(19.273, 24.432, 27),
    "torchao-int4": ArticleRow(10.635, 14.654, 109),
    "torchao-int8": ArticleRow(17.020, 21.482, 15),
    "torchao-fp8": ArticleRow(17.016, 21.488, 15),
    "quanto-int4": ArticleRow(12.254, 16.139, 109),
    "quanto-int8": ArticleRow(17.330, 21.814, 15),
    "quanto-fp8": ArticleRow(16.395, 20.898, 16),
    "gguf-q2_k": ArticleRow(13.264, 17.752, 26),
    "gguf-q4_1": ArticleRow(16.838, 21.326, 23),
    "gguf-q8_0": ArticleRow(21.502, 25.973, 15),
    "fp8-layerwise": ArticleRow(23.682, 28.451, 13),
    "bnb-nf4-offload": ArticleRow(12.383, 12.383, 17),
    "bnb-int8-offload": ArticleRow(19.182, 23.428, 27),
    "fp8-layerwise-group-offload": ArticleRow(9.264, 14.232, 58),
    "torchao-int4-compile": ArticleRow(10.635, 15.238, 6, 285),
    "torchao-int8-compile": ArticleRow(17.020, 22.473, 8, 851),
    "torchao-fp8-compile": ArticleRow(17.016, 22.115, 8, 545),
}
