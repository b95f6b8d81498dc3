"""What the article's scripts are given besides themselves."""

import torch
from accelerate import dispatch_model
from diffusers import FluxPipeline

from quantspot_worker.bench.plain import compile_blocks
from quantspot_worker.model import Model


@torch.no_grad()
def test_blocks_are_compiled_whatever_a_device_map_has_put_around_them(model: Model) -> None:
    """Incident: the script of torchao-int4-compile, which loads with device_map="balanced", could not be compiled on an
    H200: "Skip calling `torch.compiler.disable()`d function". Each layer had a hook of accelerate's."""
    pipe = FluxPipeline.from_pretrained(model.folder, dtype=torch.bfloat16)
    dispatch_model(pipe.transformer, {"": "cpu"}, force_hooks=True)

    def picture() -> torch.Tensor:
        start = torch.Generator().manual_seed(1)
        call = {"num_inference_steps": 1, "height": 64, "width": 64, "output_type": "latent"}
        return pipe("a red car", generator=start, **call).images

    hooked = picture()
    compile_blocks(pipe)
    # The real backend takes ten seconds to say the same.
    for block in (*pipe.transformer.transformer_blocks, *pipe.transformer.single_transformer_blocks):
        block.compile(fullgraph=True, backend="eager")
    assert torch.equal(hooked, picture())
