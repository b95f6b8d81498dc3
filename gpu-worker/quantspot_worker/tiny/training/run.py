"""The whole training: from nothing, or on from where the last run stopped."""

import copy
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch._dynamo
import torch.distributed as dist
from diffusers import AutoencoderKL, FluxPipeline

from ..architecture import SHIPPED, Size, assemble, build_autoencoder, build_text_encoders, build_transformer
from ..tokenizers import build_tokenizers
from .autoencoder import train_autoencoder
from .flow import Model, Teacher, train
from .latents import LatentSet, compose_formats
from .optimizer import Masters
from .schedule import Stage
from .world import STARTED, World, join_world, place

AUTOENCODER_SHARE, DISTILL_SHARE = 0.08, 0.2
"""Of the minutes of a training; flow matching takes the rest."""
FLOW_DECAY, DISTILL_DECAY = 0.8, 1.0
DISTILL_RATE = 0.3
"""The distillation's learning rates, as a share of the flow's."""
Module = TypeVar("Module", bound=torch.nn.Module)

EMA = 0.9995
SEED_STRIDE = 50_000_000
"""Scene numbers between two processes, and between two runs' sets: no scene is drawn twice."""


@dataclass(frozen=True)
class Plan:
    out: Path
    minutes: float
    """Of all stages together, over all runs."""
    stop_after: float = 1e9
    """Seconds after which this run saves its state and ends."""
    start: Path | None = None
    """A pipeline to begin with instead of untrained weights."""
    teacher: Path | None = None
    """An undistilled pipeline: `start`, its distilled student, learns on from it, without a flow stage."""
    autoencoder: Path | None = None
    """A trained autoencoder: spares its stage."""
    scenes: int = 250_000
    """How many are drawn for each process and run."""
    batch: int = 256
    """Pictures a step and process."""
    muon_rate: float = 2e-3
    adam_rate: float = 1e-3
    compiled: bool = True
    workers: int = 8
    seed: int = 0
    size: Size = SHIPPED
    max_steps: int | None = None


class Training:
    """What is carried from one stage to the next, and from one run to the next."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan, self.world = plan, world
        self.state_file, self.curve_file = plan.out / "state.pt", plan.out / "curve.jsonl"
        saved: dict[str, Any] = {}
        if self.state_file.exists():
            saved = torch.load(self.state_file, map_location="cpu", weights_only=True)
        self.runs = saved.get("runs", 0)
        self.saved_masters = saved.get("masters")
        whole = plan.minutes * 60
        shares = {
            "autoencoder": 0.0 if plan.autoencoder or plan.start else AUTOENCODER_SHARE,
            "distillation": 1.0 if plan.teacher else DISTILL_SHARE,
        }
        shares["flow"] = 0.0 if plan.teacher else 1 - sum(shares.values())
        decays = {"autoencoder": 0.6, "flow": FLOW_DECAY, "distillation": DISTILL_DECAY}
        deadline = STARTED + plan.stop_after
        self.stages = {
            name: Stage(name, whole * share, deadline, decays[name], 150, max_steps=plan.max_steps)
            for name, share in shares.items()
        }
        for name, (spent, step, pictures) in saved.get("stages", {}).items():
            self.stages[name].spent, self.stages[name].step, self.stages[name].pictures = spent, step, pictures

    def over(self, stage: Stage) -> bool:
        return stage.done or (stage.max_steps is not None and stage.step >= stage.max_steps)

    def record(self, stage: Stage) -> Callable[[dict[str, float]], None]:
        def write(line: dict[str, float]) -> None:
            if self.world.leads:
                with self.curve_file.open("a") as file:
                    file.write(json.dumps({"stage": stage.name, **line}) + "\n")

        return write

    def save(self, masters: Masters) -> None:
        """Writes the state so that no half-written file is ever found."""
        if not self.world.leads:
            return
        state = {
            "runs": self.runs + 1,
            "stages": {name: (stage.spent, stage.step, stage.pictures) for name, stage in self.stages.items()},
            "masters": masters.state(),
        }
        partial = self.state_file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.state_file)


def _load_or_build(plan: Plan) -> tuple[AutoencoderKL, Model, Any, Any]:
    """(autoencoder, model, CLIP tokenizer, T5 tokenizer), in float32."""
    if plan.start:
        pipeline = FluxPipeline.from_pretrained(str(plan.start), dtype=torch.float32)
        return pipeline.vae, _model_of(pipeline), pipeline.tokenizer, pipeline.tokenizer_2
    clip_tokenizer, t5_tokenizer = build_tokenizers()
    torch.manual_seed(plan.seed)  # every process starts with the same weights
    clip, t5 = build_text_encoders(clip_tokenizer, t5_tokenizer, plan.size)
    model = Model(build_transformer(plan.size), clip, t5)
    trained = plan.autoencoder or plan.out / "autoencoder"
    if (trained / "config.json").exists():
        autoencoder = AutoencoderKL.from_pretrained(trained, torch_dtype=torch.float32)
    else:
        autoencoder = build_autoencoder(plan.size)
    return autoencoder, model, clip_tokenizer, t5_tokenizer


def _model_of(pipeline: FluxPipeline) -> Model:
    return Model(pipeline.transformer, pipeline.text_encoder, pipeline.text_encoder_2)


def run(plan: Plan) -> Path:
    """Trains until the plan or this run's time is over; returns the folder of the pipeline saved."""
    plan.out.mkdir(parents=True, exist_ok=True)
    rank, processes = place()
    earlier = torch.load(plan.out / "state.pt", weights_only=True)["runs"] if (plan.out / "state.pt").exists() else 0
    first = plan.seed + SEED_STRIDE * (1 + rank + processes * earlier)
    workers = max(1, min(plan.workers, (os.cpu_count() or 1) // processes))
    scenes = compose_formats(plan.scenes, first, workers)  # forks, so before the device is touched
    world = join_world()
    training = Training(plan, world)
    world.log("scenes drawn up", sum(len(dataset.captions) for dataset in scenes.values()))
    autoencoder, model, clip_tokenizer, t5_tokenizer = _load_or_build(plan)
    _set_device_up(world, plan.seed + 1000 * earlier)

    stage = training.stages["autoencoder"]
    if stage.seconds and not training.over(stage):
        pool, batch = min(plan.scenes, 32_768), min(plan.scenes, 64)
        quality = train_autoencoder(autoencoder, stage, world, pool, batch, first + plan.scenes * 2, workers)
        world.log(f"autoencoder: {quality:.2f} dB after {stage.step} steps")
        if world.leads:
            autoencoder.save_pretrained(plan.out / "autoencoder")
    _share_autoencoder(autoencoder, world)
    autoencoder.eval().requires_grad_(False)

    pipeline_folder = plan.out / "pipeline"

    def save_pipeline(masters: Masters) -> None:
        masters.export()
        if world.leads:
            pipeline = assemble(
                _for_saving(autoencoder), _for_saving(model.clip), _for_saving(model.t5),
                clip_tokenizer, t5_tokenizer, _for_saving(model.transformer),
            )  # fmt: skip
            pipeline.save_pretrained(pipeline_folder)
            world.log("saved", pipeline_folder)

    latents = LatentSet(scenes, autoencoder, clip_tokenizer, t5_tokenizer, world)
    del scenes
    world.log(f"{len(latents)} latents")
    model.to(world.device, torch.float32).train()
    masters = Masters(model, plan.muon_rate, plan.adam_rate, EMA)
    model.to(world.dtype)
    if training.saved_masters:
        masters.load(training.saved_masters)
        training.saved_masters = None

    stage = training.stages["flow"]
    if not training.over(stage):

        def save_all() -> None:
            save_pipeline(masters)
            training.save(masters)

        record = training.record(stage)
        train(model, masters, latents, stage, world, plan.batch, None, plan.compiled, record, save_all)
    if training.over(stage):
        _distil(model, masters, latents, training, save_pipeline)
    world.leave()
    return pipeline_folder


def _distil(
    model: Model, masters: Masters, latents: LatentSet, training: Training, save: Callable[[Masters], None]
) -> None:
    """Teaches a student, from the average of the weights on; the state saved stays undistilled."""
    plan, world, stage = training.plan, training.world, training.stages["distillation"]
    masters.export()
    undistilled = copy.deepcopy(model)
    if plan.teacher:
        undistilled = _model_of(FluxPipeline.from_pretrained(str(plan.teacher), dtype=world.dtype)).to(world.device)
    teacher = Teacher(undistilled, latents, plan.compiled)
    student = Masters(model, plan.muon_rate * DISTILL_RATE, plan.adam_rate * DISTILL_RATE, EMA)
    student.values.copy_(masters.averages)
    student.averages.copy_(masters.averages)
    record = training.record(stage)
    train(model, student, latents, stage, world, plan.batch, teacher, plan.compiled, record, lambda: save(student))


def _for_saving(module: Module) -> Module:
    copied = copy.deepcopy(module)
    return copied.to("cpu", torch.bfloat16).eval()


def _set_device_up(world: World, seed: int) -> None:
    torch.manual_seed(seed + 7919 * (world.rank + 1))
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.enable_cudnn_sdp(False)  # its backward fails on Hopper with these shapes (torch 2.11)
    torch._dynamo.config.cache_size_limit = 64


def _share_autoencoder(autoencoder: AutoencoderKL, world: World) -> None:
    """Every process takes the leading one's weights and calibration."""
    if world.size == 1:
        return
    autoencoder.to(world.device)
    for tensor in autoencoder.state_dict().values():
        dist.broadcast(tensor, 0)
    shift, scale = (world.agree(autoencoder.config[name]) for name in ("shift_factor", "scaling_factor"))
    autoencoder.register_to_config(shift_factor=shift, scaling_factor=scale)
