"""A pipeline's parts that a step needs, in the library's own execution and in the fast one."""

from types import SimpleNamespace

import torch
from torch import Tensor

from quantspot_worker import execution
from quantspot_worker.device import Device
from quantspot_worker.loaders import loader
from quantspot_worker.model import Model
from quantspot_worker.recipes import ARTICLE, BY_ID

#: Each number format of the article, once.
FORMATS = [r.id for r in ARTICLE if r.placement == "resident" and r.execution == "eager"]
#: Relative, of one prediction. Compiling bf16 alone moves it by 0.01 (other roundings of the same sums), and
#: bitsandbytes' NF4 kernel for CPUs rounds the blocks' scales to bfloat16, 0.03. The coarsest format is 0.7 off bf16.
TOLERANCE = 0.05


class Steps:
    """A pipeline's parts that a step needs: a transformer, and a scheduler that has made its timesteps."""

    def __init__(self, model: Model, device: Device, id: str) -> None:
        self.recipe = recipe = BY_ID[id]
        self.device = device.torch
        home = torch.device("cpu") if recipe.placement == "group-offload" else self.device
        self.transformer = loader(recipe).load(recipe, model.folder, home)
        self.scheduler = SimpleNamespace(
            timesteps=torch.tensor([1000.0, 800.0, 300.0], device=self.device), step_index=None
        )
        config = self.transformer.config
        generator = torch.Generator().manual_seed(0)

        def noise(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator).to(self.device, torch.bfloat16)

        self.conditions = {
            "pooled_projections": noise(1, config.pooled_projection_dim),
            "guidance": torch.tensor([3.5], device=self.device),
        }
        self.text = noise(1, 32, config.joint_attention_dim)
        self.latents = noise(1, 160, config.in_channels)

    @torch.no_grad()
    def predict(self, timestep: float = 0.8, *, width: int = 8, **conditions: Tensor) -> Tensor:
        """For 8 x width tokens."""
        self.conditions |= conditions
        ids = torch.cartesian_prod(torch.zeros(1), torch.arange(8.0), torch.arange(float(width))).to(self.device)
        prediction = self.transformer(
            hidden_states=self.latents[:, : 8 * width],
            timestep=torch.tensor([timestep], dtype=torch.bfloat16, device=self.device),
            encoder_hidden_states=self.text,
            txt_ids=torch.zeros(32, 3, device=self.device),
            img_ids=ids,
            return_dict=False,
            **self.conditions,
        )[0]
        return prediction.float()


def relative(a: Tensor, b: Tensor) -> float:
    return float((a - b).norm() / b.norm())


def accelerated(model: Model, device: Device, id: str) -> Steps:
    steps = Steps(model, device, id)
    execution.accelerate(steps, steps.recipe, device.torch)
    return steps
