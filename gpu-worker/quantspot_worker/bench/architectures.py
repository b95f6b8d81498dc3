"""What models of random weights are built like."""

from typing import Any

Sizes = dict[str, dict[str, Any]]
#: What differs from tiny's configurations, by component. From FLUX.1-dev's config.json files.
ARCHITECTURES: dict[str, Sizes] = {
    "FLUX.1-dev": {
        "transformer": {
            "num_layers": 19,
            "num_single_layers": 38,
            "num_attention_heads": 24,
            "attention_head_dim": 128,
            "axes_dims_rope": [16, 56, 56],
            "joint_attention_dim": 4096,
            "pooled_projection_dim": 768,
        },
        "text_encoder": {
            "hidden_size": 768,
            "intermediate_size": 3072,
            "num_hidden_layers": 12,
            "num_attention_heads": 12,
            "projection_dim": 768,
            "vocab_size": 49408,
        },
        "text_encoder_2": {
            "d_model": 4096,
            "d_ff": 10240,
            "num_layers": 24,
            "num_decoder_layers": 24,
            "num_heads": 64,
            "vocab_size": 32128,
        },
        "vae": {
            "block_out_channels": [128, 256, 512, 512],
            "layers_per_block": 2,
            "mid_block_add_attention": True,
            "norm_num_groups": 32,
            "sample_size": 1024,
            "scaling_factor": 0.3611,
            "shift_factor": 0.1159,
        },
    },
    "tiny": {"transformer": {}, "text_encoder": {}, "text_encoder_2": {}, "vae": {}},
}
