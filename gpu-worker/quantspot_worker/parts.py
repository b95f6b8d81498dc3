"""The parts beside the transformer, as the pipeline's folder has them: whole, or not at all."""

from pathlib import Path
from typing import Any

import torch

from .errors import EngineError


def load_part(kind: Any, folder: Path, name: str, **options: Any) -> Any:
    """kind: transformers' or diffusers' class of it. folder: a pipeline in diffusers' layout. options: the library's.

    Raises EngineError("load_failed") where its files lack a weight, which the libraries draw by lot and go on with, or
    leave without content; and whatever the library raises.
    """
    part, info = kind.from_pretrained(
        folder,
        subfolder=name,
        dtype=torch.bfloat16,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
        **options,
    )
    missing = sorted(info["missing_keys"])
    if missing:
        raise EngineError("load_failed", f"{name} of the model is damaged: its files have no {missing[0]}.")
    return part
