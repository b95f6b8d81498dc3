"""A GGUF file as others publish FLUX: under the names of Black Forest Labs' own code, query, key and value in one
matrix, the blocks quantized and everything around them in bfloat16 and float32.
"""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType
from torch import Tensor

#: Outside of the blocks: their names to diffusers'.
_OUTER = {
    "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
    "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
    "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
    "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
    "txt_in": "context_embedder",
    "img_in": "x_embedder",
    "final_layer.linear": "proj_out",
}
#: In a block: each of theirs to those of diffusers' that lie in it, one below the other.
_DOUBLE = {
    "img_mod.lin": ("norm1.linear",),
    "txt_mod.lin": ("norm1_context.linear",),
    "img_attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "txt_attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "img_attn.proj": ("attn.to_out.0",),
    "txt_attn.proj": ("attn.to_add_out",),
    "img_mlp.0": ("ff.net.0.proj",),
    "img_mlp.2": ("ff.net.2",),
    "txt_mlp.0": ("ff_context.net.0.proj",),
    "txt_mlp.2": ("ff_context.net.2",),
}
_SINGLE = {
    "modulation.lin": ("norm.linear",),
    "linear1": ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
    "linear2": ("proj_out",),
}
_DOUBLE_NORMS = {
    "img_attn.norm.query_norm": "attn.norm_q",
    "img_attn.norm.key_norm": "attn.norm_k",
    "txt_attn.norm.query_norm": "attn.norm_added_q",
    "txt_attn.norm.key_norm": "attn.norm_added_k",
}
_SINGLE_NORMS = {"norm.query_norm": "attn.norm_q", "norm.key_norm": "attn.norm_k"}


def bfl_names(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A transformer of diffusers' under the original names."""
    found: dict[str, Tensor] = {}
    for part in ("weight", "bias"):
        found |= {f"{theirs}.{part}": weights[f"{ours}.{part}"] for theirs, ours in _OUTER.items()}
        scale, shift = weights[f"norm_out.linear.{part}"].chunk(2)
        found[f"final_layer.adaLN_modulation.1.{part}"] = torch.cat([shift, scale])
    for blocks, ours_blocks, layers, norms in (
        ("double_blocks", "transformer_blocks", _DOUBLE, _DOUBLE_NORMS),
        ("single_blocks", "single_transformer_blocks", _SINGLE, _SINGLE_NORMS),
    ):
        numbers = {name.split(".")[1] for name in weights if name.startswith(f"{ours_blocks}.")}
        for number in numbers:
            theirs, ours = f"{blocks}.{number}", f"{ours_blocks}.{number}"
            for name, parts in layers.items():
                for kind in ("weight", "bias"):
                    found[f"{theirs}.{name}.{kind}"] = torch.cat([weights[f"{ours}.{part}.{kind}"] for part in parts])
            found |= {f"{theirs}.{name}.scale": weights[f"{ours}.{part}.weight"] for name, part in norms.items()}
    return found


def write_bfl_gguf(weights: Mapping[str, Tensor], path: Path, kind: GGMLQuantizationType) -> Path:
    writer = gguf.GGUFWriter(path, "flux")
    for name, tensor in bfl_names(weights).items():
        values = tensor.to(torch.float32).numpy()
        target = kind if "_blocks." in name else GGMLQuantizationType.BF16
        if values.ndim == 1:
            target = GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quantize(np.ascontiguousarray(values), target), raw_dtype=target)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
