"""Pictures made by diffusers alone, to hold the engine's against."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


def by_diffusers(pipe: Any, request: dict[str, Any], index: int = 0) -> NDArray[np.uint8]:
    """What FluxPipeline itself draws for a request of the protocol whose noise is one plain seed."""
    (part,) = request["noise"][index]
    image = pipe(
        request["prompt"],
        width=request["width"],
        height=request["height"],
        num_inference_steps=request["steps"],
        guidance_scale=request["guidance"],
        max_sequence_length=64,
        generator=torch.Generator("cpu").manual_seed(part["seed"]),
    ).images[0]
    return np.asarray(image)
