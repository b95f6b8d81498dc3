"""Everything that the engine says to people: one function a sentence, whose name is its code on the wire.

The bot words it in each member's language by the code and the parameters (src/engine/notices.ts lists them,
src/texts has the words); the English here is for logs, and for a bot that does not know the code.
test/fixtures/protocol/notices.jsonl has one of each, which the tests of both languages read.
"""

from collections.abc import Callable
from typing import Literal

from .protocol import Notice

#: How a backend runs that can't run fast: as its library has it, or just not compiled.
Way = Literal["library", "uncompiled"]
_WAYS: dict[Way, str] = {"library": "in its library's own way", "uncompiled": "uncompiled"}
#: Why a backend can't run fast, to be told with how it runs instead.
Failure = Callable[[Way], Notice]


# Why a recipe can't run here


def package_missing(package: str) -> Notice:
    return _notice("package_missing", f"The Python package {package} is missing; install it.", package=package)


def gpu_too_old(needed: str, device: str, has: str) -> Notice:
    message = f"It needs a GPU of compute capability {needed} or newer; {device} has {has}."
    return _notice("gpu_too_old", message, needed=needed, device=device, has=has)


def compiler_missing() -> Notice:
    return _notice("compiler_missing", "It compiles C++ at first use, and there is no compiler: install g++.")


def cuda_compiler_missing() -> Notice:
    message = "It compiles CUDA code at first use, and there is no nvcc: install NVIDIA's CUDA toolkit."
    return _notice("cuda_compiler_missing", message)


def weights_file_missing(label: str, recipe: str) -> Notice:
    message = f"Nothing here writes {label}: name a file of it in QUANTSPOT_WEIGHTS ({recipe}=FILE)."
    return _notice("weights_file_missing", message, label=label, recipe=recipe)


def model_quantized(saved: str) -> Notice:
    message = f"The model's transformer is saved in {saved}; this recipe is made from original weights."
    return _notice("model_quantized", message, saved=saved)


# What stands in for a recipe's own kernel or placement


def quanto_plain_fp8() -> Notice:
    message = "Quanto's plain float8 product runs, since its kernel for this GPU (Marlin) drops every bias."
    return _notice("quanto_plain_fp8", message)


def torchao_cpu_int4() -> Notice:
    return _notice("torchao_cpu_int4", "torchao's prototype int4 kernel for CPUs runs (Int4OpaqueTensor).")


def torch_cpu_fp8() -> Notice:
    message = "PyTorch's float8 product for CPUs runs (torch._scaled_mm), which has no float8 hardware under it."
    return _notice("torch_cpu_fp8", message)


def cpu_offload() -> Notice:
    return _notice("cpu_offload", "The offload hooks move weights from CPU to CPU, which saves no memory.")


# What whoever reads a result must know


def clip_truncated() -> Notice:
    return _notice("clip_truncated", "CLIP read only the first 77 tokens of the prompt; T5 read on.")


def decoded_in_tiles(image: int) -> Notice:
    return _notice("decoded_in_tiles", f"Memory ran out, so image {image} was decoded in tiles.", image=image)


def compiling_failed(error: str, way: Way) -> Notice:
    message = f"Compiling failed ({error}), so this backend runs {_WAYS[way]}, which is slower."
    return _notice("compiling_failed", message, error=error, way=way)


def fast_wrong(error: float, way: Way) -> Notice:
    message = f"Its fast execution came out {error:.0%} off, so this backend runs {_WAYS[way]}, which is slower."
    return _notice("fast_wrong", message, error=error, way=way)


# Why a request failed


def loading_ran_out(what: str) -> Notice:
    return _notice("loading_ran_out", f"Memory ran out while {what} was loading.", what=what)


def over_budget(label: str, needed: int, budget: int) -> Notice:
    message = (
        f"{label} needs about {needed / 2**20:.0f} MiB with the shared parts, and the engine may use "
        f"{budget / 2**20:.0f} MiB."
    )
    return _notice("over_budget", message, label=label, needed=needed, budget=budget)


def image_too_large() -> Notice:
    return _notice("image_too_large", "The image does not fit this device's memory; ask for a smaller one.")


def weights_damaged(what: str) -> Notice:
    message = f"{what} could not be loaded: a weights file is damaged or cut short."
    return _notice("weights_damaged", message, what=what)


def file_missing(what: str) -> Notice:
    message = f"{what} could not be loaded: a file of the model is missing or unreadable."
    return _notice("file_missing", message, what=what)


def cache_unusable(what: str) -> Notice:
    message = f"{what} could not be loaded: the engine's cache (QUANTSPOT_CACHE) can't be read or written."
    return _notice("cache_unusable", message, what=what)


def disk_full(what: str) -> Notice:
    message = f"{what} could not be loaded: the engine's disk is full, where it keeps what it quantizes."
    return _notice("disk_full", message, what=what)


def not_loaded(what: str, error: str) -> Notice:
    message = f"{what} could not be loaded ({error}); the engine's log says why."
    return _notice("not_loaded", message, what=what, error=error)


def not_as_asked(label: str, layer: str, problem: str) -> Notice:
    message = f"{label} did not load as asked: {layer} {problem}."
    return _notice("not_as_asked", message, label=label, layer=layer, problem=problem)


def not_numbers(label: str) -> Notice:
    message = f"{label} has weights that are no numbers: its file is damaged."
    return _notice("not_numbers", message, label=label)


def computes_wrongly(label: str, layer: str, error: float) -> Notice:
    message = f"{label} computes wrongly on this device: the output of {layer} is {error:.0%} off its weights."
    return _notice("computes_wrongly", message, label=label, layer=layer, error=error)


def size_refused(model: str, width: int, height: int) -> Notice:
    message = f"{model} draws no image of {width} x {height} pixels."
    return _notice("size_refused", message, model=model, width=width, height=height)


def steps_refused(model: str, least: int, most: int) -> Notice:
    message = f"Steps go from {least} to {most} with {model}."
    return _notice("steps_refused", message, model=model, least=least, most=most)


def guidance_refused(model: str, least: float, most: float) -> Notice:
    message = f"Guidance goes from {least} to {most} with {model}."
    return _notice("guidance_refused", message, model=model, least=least, most=most)


def unknown_recipe(recipe: str) -> Notice:
    return _notice("unknown_recipe", f"This engine offers no recipe {recipe}.", recipe=recipe)


def request_failed(error: str) -> Notice:
    message = f"The engine failed on this request ({error}); its log says more."
    return _notice("request_failed", message, error=error)


def gpu_lost() -> Notice:
    message = "A kernel failed on the GPU, which takes no more work from this engine; a new one is started."
    return _notice("gpu_lost", message)


def _notice(code: str, message: str, **params: str | float) -> Notice:
    return {"code": code, "params": params, "message": message}
