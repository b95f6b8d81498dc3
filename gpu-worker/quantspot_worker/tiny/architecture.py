"""The tiny FLUX: the classes of FLUX.1-dev, sized so that all weights fit in 24 MiB of bfloat16.

| part | size | parameters |
|---|---|---|
| transformer | 2 double and 3 single blocks, 4 heads of 64 | 8.3 M |
| T5 | 4 layers of 256 | 1.9 M |
| CLIP | 1 layer of 256 | 0.7 M |
| autoencoder | 32-56-64-64 channels, 16 latents, 8 times smaller | 1.2 M |

Widths are 256 throughout, the block size of GGUF's k-quants, so that every recipe quantizes every layer.
"""

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, T5Config, T5EncoderModel, T5TokenizerFast

LATENT_SCALE = 8
"""Pixels a latent, each way."""


@dataclass(frozen=True)
class Size:
    double_blocks: int = 2
    single_blocks: int = 3
    heads: int = 4
    rope_axes: tuple[int, int, int] = (16, 24, 24)
    """Of a head's width, how much turns with the text's, the row's and the column's position."""
    t5_layers: int = 4
    t5_feed_forward: int = 256
    clip_layers: int = 1
    autoencoder_channels: tuple[int, ...] = (32, 56, 64, 64)

    @property
    def head_width(self) -> int:
        return sum(self.rope_axes)

    @property
    def width(self) -> int:
        return self.heads * self.head_width


SHIPPED = Size()
FOR_TESTS = Size(1, 1, 2, (8, 12, 12), 1, 64, 1, (8, 16, 16, 16))


def build_autoencoder(size: Size = SHIPPED) -> AutoencoderKL:
    """Untrained, with a start that learns about twice as fast as the default one."""
    levels = len(size.autoencoder_channels)
    autoencoder = AutoencoderKL(
        sample_size=256,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=size.autoencoder_channels,
        layers_per_block=1,
        latent_channels=16,
        norm_num_groups=8,
        use_quant_conv=False,
        use_post_quant_conv=False,
        mid_block_add_attention=False,
        shift_factor=0.0,
        scaling_factor=1.0,
        force_upcast=False,
    )
    with torch.no_grad():
        autoencoder.encoder.conv_out.weight[:16] *= 4
        autoencoder.encoder.conv_out.bias[16:] -= 2
        for name, module in autoencoder.named_modules():
            if "resnets" in name and name.endswith("conv2"):
                module.weight *= 0.3
                module.bias *= 0.3
            if name.endswith(("downsamplers.0.conv", "upsamplers.0.conv", "conv_in")):
                module.weight *= 3**0.5
    return autoencoder


def build_text_encoders(
    clip_tokenizer: CLIPTokenizer, t5_tokenizer: T5TokenizerFast, size: Size = SHIPPED
) -> tuple[CLIPTextModel, T5EncoderModel]:
    clip = CLIPTextConfig(
        hidden_size=size.width,
        intermediate_size=2 * size.width,
        num_attention_heads=size.heads,
        num_hidden_layers=size.clip_layers,
        projection_dim=size.width,
        vocab_size=len(clip_tokenizer),
        max_position_embeddings=clip_tokenizer.model_max_length,
        bos_token_id=clip_tokenizer.bos_token_id,
        eos_token_id=clip_tokenizer.eos_token_id,
        pad_token_id=clip_tokenizer.pad_token_id,
        hidden_act="quick_gelu",
    )
    t5 = T5Config(
        vocab_size=len(t5_tokenizer),
        d_model=size.width,
        d_kv=size.head_width,
        d_ff=size.t5_feed_forward,
        num_layers=size.t5_layers,
        num_heads=size.heads,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        is_encoder_decoder=False,
        use_cache=False,
        tie_word_embeddings=False,
        pad_token_id=t5_tokenizer.pad_token_id,
        eos_token_id=t5_tokenizer.eos_token_id,
    )
    return CLIPTextModel(clip), T5EncoderModel(t5)


def build_transformer(size: Size = SHIPPED) -> FluxTransformer2DModel:
    """Starts as the identity: every modulation and the output are zero."""
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=64,
        num_layers=size.double_blocks,
        num_single_layers=size.single_blocks,
        attention_head_dim=size.head_width,
        num_attention_heads=size.heads,
        joint_attention_dim=size.width,
        pooled_projection_dim=size.width,
        guidance_embeds=True,
        axes_dims_rope=size.rope_axes,
    )
    modulations = ("norm.linear", "norm1.linear", "norm1_context.linear", "norm_out.linear")
    for name, module in transformer.named_modules():
        if isinstance(module, nn.Linear) and (name.endswith(modulations) or name == "proj_out"):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    return transformer


def build_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """FLUX.1-dev's schedule, its shifts put where these picture sizes lie."""
    return FlowMatchEulerDiscreteScheduler(
        shift=3.0,
        use_dynamic_shifting=True,
        base_shift=0.5,
        max_shift=1.15,
        base_image_seq_len=256,
        max_image_seq_len=4096,
    )


def assemble(
    autoencoder: AutoencoderKL,
    text_encoder: CLIPTextModel,
    text_encoder_2: T5EncoderModel,
    tokenizer: CLIPTokenizer,
    tokenizer_2: T5TokenizerFast,
    transformer: FluxTransformer2DModel,
) -> FluxPipeline:
    return FluxPipeline(
        scheduler=build_scheduler(),
        vae=autoencoder,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        text_encoder_2=text_encoder_2,
        tokenizer_2=tokenizer_2,
        transformer=transformer,
    )


def pack_latents(latents: Tensor) -> Tensor:
    """(batch, 16, rows, columns) latents as (batch, rows * columns / 4, 64) tokens, as FluxPipeline packs them."""
    batch, channels, rows, columns = latents.shape
    patches = latents.view(batch, channels, rows // 2, 2, columns // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return patches.reshape(batch, rows * columns // 4, channels * 4)


def image_positions(height: int, width: int, device: torch.device) -> Tensor:
    """(tokens, 3) positions of a picture of `height` x `width` pixels."""
    step = 2 * LATENT_SCALE
    ids = FluxPipeline._prepare_latent_image_ids(1, height // step, width // step, device, torch.float32)
    assert isinstance(ids, Tensor)
    return ids
