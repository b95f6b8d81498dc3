"""Pictures from a pipeline, and labelled sheets of them."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import FluxPipeline
from PIL import Image, ImageDraw

from .training.latents import T5_LENGTH

SHOWCASE = (
    "a red circle on a blue background",
    "two green triangles on a white background",
    "three yellow stars on a dark blue background",
    "four pink hearts on a black background",
    "five purple squares on a light green background",
    "a blue heart with white stripes on a yellow background",
    "an orange circle with black dots on a turquoise background",
    "a red square to the left of a blue circle on a white background",
    "a small yellow star inside a large red circle on a white background",
    "a green diamond above a purple ring on a beige background",
    "a red and white striped circle on a green background",
    "a yellow crescent moon on a purple background",
    "a sun over a blue sea",
    "a red sailboat on the sea at sunset",
    "a house under the night sky with stars",
    "a white house with a red roof on green grass with a sun",
    "snowy mountains under a blue sky",
    "a snowman with a red hat in the snow",
    "a city skyline at night with a full moon",
    "a pink tree in a green field",
    "a black cat with green eyes on a yellow background",
    "an orange cat on a purple background",
    "a brown bear on a light blue background",
    "a happy yellow face on a pink background",
    "a red car on a road at sunset",
    "a yellow bus on the road on a sunny day",
    "a white rocket with red fins in space with stars",
    "an orange planet with a purple ring in space",
    "a red and yellow striped hot air balloon over green hills",
    "an orange fish in the sea",
    "a red mushroom with white dots in the grass",
    "a green robot with yellow eyes on a pink background",
    "a rainbow over green hills",
    "a pink ice cream cone with a cherry on top on a turquoise background",
    "two red flowers in a garden",
    "three pine trees in the snow at night with stars",
    "the outline of a red heart on a white background",
    "a white star on a gradient from blue to pink",
    "a black cross on a red and yellow striped background",
    "six orange circles on a gray background",
)
"""One prompt of every kind."""

BATCH = 50
LABEL_HEIGHT = 26


@dataclass
class Sampler:
    """A pipeline and how it is asked."""

    pipeline: FluxPipeline
    height: int = 256
    width: int = 256
    steps: int = 20
    guidance: float = 3.5
    batch: int = BATCH

    @classmethod
    def load(cls, arguments: argparse.Namespace) -> "Sampler":
        device = arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")
        pipeline = load_pipeline(arguments.model, device)
        batch = BATCH if device.startswith("cuda") else 4
        return cls(pipeline, arguments.height, arguments.width, arguments.steps, arguments.guidance, batch)

    def draw(self, prompts: list[str], seed: int = 0) -> list[Image.Image]:
        """One picture a prompt; the n-th has seed `seed + n`."""
        pictures: list[Image.Image] = []
        for first in range(0, len(prompts), self.batch):
            part = prompts[first : first + self.batch]
            generators = [torch.Generator("cpu").manual_seed(seed + first + index) for index in range(len(part))]
            pictures += self.pipeline(
                part,
                height=self.height,
                width=self.width,
                num_inference_steps=self.steps,
                guidance_scale=self.guidance,
                max_sequence_length=T5_LENGTH,
                generator=generators,
            ).images
        return pictures


def load_pipeline(folder: Path, device: str = "cpu") -> FluxPipeline:
    pipeline = FluxPipeline.from_pretrained(str(folder), dtype=torch.bfloat16, local_files_only=True).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _wrap(draw: ImageDraw.ImageDraw, text: str, width: int) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and draw.textlength(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def contact_sheet(pictures: list[Image.Image], labels: list[str], columns: int) -> Image.Image:
    """All pictures in a grid, each with its label below."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * (height + LABEL_HEIGHT)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        left, top = index % columns * width, index // columns * (height + LABEL_HEIGHT)
        sheet.paste(picture, (left, top))
        draw.multiline_text((left + 3, top + height + 1), _wrap(draw, label, width - 6), fill="black", spacing=1)
    return sheet
