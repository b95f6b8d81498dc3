"""The article's scripts, row by row, in the API of today's libraries: what the project's own way is held against.

What changed since the article: torchao takes configuration objects for its names of types; group offloading leaves
the other parts to be moved by hand. On a CPU, which the article did not use, offload hooks go from CPU to CPU, and
torchao's int4 takes its CPU prototype (probes.stand_in names both).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from accelerate.hooks import remove_hook_from_module
from diffusers import AutoModel, FluxPipeline, FluxTransformer2DModel, GGUFQuantizationConfig
from diffusers.quantizers import PipelineQuantizationConfig
from transformers import T5EncoderModel

from ..checks import TOLERANCE, block_linears, output_error
from ..loaders import loader
from ..loaders.pretrained import nothing, replaced
from ..recipes import Recipe

_BF16 = torch.bfloat16


@dataclass(frozen=True)
class Place:
    """Where a script finds and puts things. gguf: a GGUF row's file. on_device: called before the device is used."""

    folder: str
    device: torch.device
    gguf: Path | None = None
    on_device: Callable[[], None] = lambda: None


def build(recipe: Recipe, place: Place) -> Any:
    """The row's pipeline, ready to be called. Raises whatever the libraries raise."""
    pipe = _BUILDERS[recipe.family](recipe, place)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def text_encoder(recipe: Recipe, folder: str, device: torch.device) -> Any:
    """T5, quantized as the article did for this row."""
    if recipe.family == "quanto" and recipe.scheme == "fp8":
        return _quanto_fp8(T5EncoderModel, folder, "text_encoder_2").to(device)
    _, config = _configs(recipe, device)
    with _bitsandbytes_anywhere(device):
        return T5EncoderModel.from_pretrained(
            folder, subfolder="text_encoder_2", dtype=_BF16, quantization_config=config, device_map={"": device}
        )


def problem(recipe: Recipe, pipe: Any) -> str | None:
    """A sentence, when a layer of the pipeline does not compute what its weights and bias say.

    Under offload nobody looks: the weights come and go with the model's own calls.
    """
    if recipe.placement != "resident":
        return None
    layer = next(layer for layer in block_linears(recipe, pipe.transformer).values() if layer.bias is not None)
    error = output_error(layer, loader(recipe).dequantized(layer))
    return None if error <= TOLERANCE else f"Its results are wrong: a layer's output is {error:.0%} off its weights."


def compile_blocks(pipe: Any) -> None:
    """Today's way, and the peer of every compiled row.

    What is loaded with a device_map has hooks in its blocks, which `fullgraph` refuses; on one GPU they move nothing.
    """
    for block in (*pipe.transformer.transformer_blocks, *pipe.transformer.single_transformer_blocks):
        remove_hook_from_module(block, recurse=True)
    pipe.transformer.compile_repeated_blocks(fullgraph=True)


def compile_whole(pipe: Any) -> None:
    """The article's way."""
    pipe.transformer = torch.compile(pipe.transformer, mode="max-autotune", fullgraph=True)


def _from_pretrained(folder: str, **options: Any) -> Any:
    return FluxPipeline.from_pretrained(folder, torch_dtype=_BF16, local_files_only=True, **options)


def _original(recipe: Recipe, place: Place) -> Any:
    pipe = _from_pretrained(place.folder)
    place.on_device()
    return pipe.to(place.device)


def _quantized(recipe: Recipe, place: Place) -> Any:
    """bitsandbytes, torchao and Quanto, through one configuration a component."""
    if recipe.family == "quanto" and recipe.scheme == "fp8":
        return _quanto_fp8_pipeline(place)
    if recipe.family == "torchao":
        # As torchao does by itself, for the whole process; the engine's configurations leave that out.
        from torchao.quantization.utils import recommended_inductor_config_setter

        recommended_inductor_config_setter()
    transformer, t5 = _configs(recipe, place.device)
    quantized = {"transformer": transformer, **({"text_encoder_2": t5} if recipe.quantizes_t5 else {})}
    config = PipelineQuantizationConfig(quant_mapping=quantized)
    balanced = recipe.family == "torchao" and recipe.scheme == "int4" and place.device.type == "cuda"
    if recipe.family == "bitsandbytes" or balanced:
        place.on_device()
    with _bitsandbytes_anywhere(place.device):
        options = {"device_map": "balanced"} if balanced else {}
        pipe = _from_pretrained(place.folder, quantization_config=config, **options)
    place.on_device()
    if recipe.placement == "model-offload":
        pipe.enable_model_cpu_offload(device=place.device)
        return pipe
    return pipe if balanced else pipe.to(place.device)


def _configs(recipe: Recipe, device: torch.device) -> tuple[Any, Any]:
    """The transformer's and T5's: each library has a class of its own for the same thing."""
    if recipe.family == "bitsandbytes":
        from diffusers import BitsAndBytesConfig

        from ..loaders.bitsandbytes import CONFIGS

        options = CONFIGS[recipe.scheme]
        return BitsAndBytesConfig(**options), transformers.BitsAndBytesConfig(**options)
    if recipe.family == "torchao":
        from diffusers import TorchAoConfig

        from ..loaders.torchao import config

        return TorchAoConfig(config(recipe.scheme, device)), transformers.TorchAoConfig(config(recipe.scheme, device))
    from diffusers import QuantoConfig

    return QuantoConfig(weights_dtype=recipe.scheme), transformers.QuantoConfig(weights=recipe.scheme)


def _quanto_fp8_pipeline(place: Place) -> Any:
    pipe = _from_pretrained(
        place.folder,
        transformer=_quanto_fp8(AutoModel, place.folder, "transformer"),
        text_encoder_2=_quanto_fp8(T5EncoderModel, place.folder, "text_encoder_2"),
    )
    place.on_device()
    return pipe.to(place.device)


def _quanto_fp8(model_class: Any, folder: str, subfolder: str) -> Any:
    from optimum.quanto import freeze, qfloat8, quantize

    model = model_class.from_pretrained(folder, subfolder=subfolder, torch_dtype=_BF16)
    quantize(model, weights=qfloat8)
    freeze(model)
    return model


def _gguf(recipe: Recipe, place: Place) -> Any:
    transformer = FluxTransformer2DModel.from_single_file(
        str(place.gguf),
        config=place.folder,
        subfolder="transformer",
        quantization_config=GGUFQuantizationConfig(compute_dtype=_BF16),
        torch_dtype=_BF16,
        local_files_only=True,
    )
    pipe = _from_pretrained(place.folder, transformer=transformer)
    place.on_device()
    return pipe.to(place.device)


def _layerwise(recipe: Recipe, place: Place) -> Any:
    transformer = AutoModel.from_pretrained(place.folder, subfolder="transformer", torch_dtype=_BF16)
    transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=_BF16)
    if recipe.placement != "group-offload":
        pipe = _from_pretrained(place.folder, transformer=transformer)
        place.on_device()
        return pipe.to(place.device)
    place.on_device()
    transformer.enable_group_offload(
        onload_device=place.device,
        offload_device=torch.device("cpu"),
        offload_type="leaf_level",
        use_stream=place.device.type == "cuda",
    )
    pipe = _from_pretrained(place.folder, transformer=transformer)
    for part in (pipe.text_encoder, pipe.text_encoder_2, pipe.vae):
        part.to(place.device)
    return pipe


_BUILDERS = {
    "original": _original,
    "bitsandbytes": _quantized,
    "torchao": _quantized,
    "quanto": _quantized,
    "gguf": _gguf,
    "layerwise": _layerwise,
}


@contextmanager
def _bitsandbytes_anywhere(device: torch.device) -> Iterator[None]:
    """diffusers refuses bitsandbytes without a GPU, though there are CPU kernels; a pipeline also names a GPU as the
    place of the weights."""
    if device.type != "cpu":
        yield
        return
    from diffusers.quantizers.bitsandbytes import BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer

    def here(quantizer: Any, device_map: Any) -> Any:
        return device_map or {"": device}

    with ExitStack() as replacements:
        for quantizer in (BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer):
            replacements.enter_context(replaced(quantizer, "validate_environment", nothing))
            replacements.enter_context(replaced(quantizer, "update_device_map", here))
        yield
