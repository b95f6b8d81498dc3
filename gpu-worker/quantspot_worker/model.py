"""Where the model comes from, and what it draws well: the limits that `ready` reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast, get_args

from .checkpoints import quantization, read_json
from .errors import EngineError
from .fetching import OnFetching
from .protocol import ModelReport, Size, TextEncoderPrecision
from .serving import SERVING_FILE, read_serving
from .weights import find_weights

SHIPPED = Path(__file__).parents[1] / "models"

_FLUX_SIZES = [
    Size(width=width, height=height)
    for width, height in ((1024, 1024), (1216, 832), (832, 1216), (1344, 768), (768, 1344), (768, 768), (512, 512))
]
_FLUX_EXAMPLES = [
    "a shadowy alleyway with flickering street lamps, noir style",
    "a lavish palace interior with gilded ceilings, baroque style",
    "a spaceport with sleek silver starships, futurist style",
]
_DEV = ModelReport(
    name="FLUX.1-dev",
    sizes=_FLUX_SIZES,
    steps={"min": 1, "max": 50, "default": 28},
    guidance={"min": 1, "max": 10, "default": 3.5},
    promptTokens=512,
    examples=_FLUX_EXAMPLES,
)
HUB_MODELS: dict[str, ModelReport] = {
    "black-forest-labs/FLUX.1-dev": _DEV,
    "black-forest-labs/FLUX.1-schnell": ModelReport(
        name="FLUX.1-schnell",
        sizes=_FLUX_SIZES,
        steps={"min": 1, "max": 12, "default": 4},
        promptTokens=256,
        examples=_FLUX_EXAMPLES,
    ),
}


@dataclass(frozen=True)
class Model:
    """A FLUX pipeline in a local folder, in diffusers' layout, and how it is served.

    weights: of recipe ids, a GGUF file or the folder of a saved transformer, to load in the place of the pipeline's
    own. text_encoder: the precision of T5, which all variants share.
    """

    folder: Path
    report: ModelReport
    weights: Mapping[str, Path] = field(default_factory=dict)
    text_encoder: TextEncoderPrecision = "bf16"

    @cached_property
    def quantization(self) -> tuple[str, str] | None:
        """Family and scheme that the pipeline's own transformer was saved in, or None for original weights."""
        return quantization(self.folder / "transformer")


def resolve(
    name: str,
    weights: Mapping[str, str] | None = None,
    text_encoder: TextEncoderPrecision | None = None,
    on_fetching: OnFetching = lambda _: None,
) -> Model:
    """Find the model: `tiny` (or another shipped name), a folder, or a hub id, which is downloaded first.

    weights: recipe ids to places, as parse_weights gives them. text_encoder: None leaves T5 as it was saved.
    Raises EngineError("load_failed") with one sentence when there is no such model or no access to it.
    """
    folder = SHIPPED / name if (SHIPPED / name).is_dir() else Path(name)
    at_hub = not folder.is_dir()
    if at_hub:
        if name.count("/") != 1 or name.startswith((".", "/", "~")):
            raise EngineError("load_failed", f"There is no model folder {name}; give a folder, 'tiny' or a hub id.")
        from .hub import PIPELINE, fetch  # here: only a download needs the hub's client

        folder = fetch(name, PIPELINE, on_fetching)
    index = folder / "model_index.json"
    if not index.is_file():
        raise EngineError("load_failed", f"{folder} is no pipeline folder: it has no model_index.json.")
    if read_json(index).get("_class_name") != "FluxPipeline":
        raise EngineError("load_failed", f"{folder} holds another pipeline than FLUX.")
    precision = _text_encoder(folder, text_encoder)
    report = _hub_report(name, folder) if at_hub else _report(folder)
    return Model(folder, report, find_weights(weights or {}, on_fetching), precision)


def _text_encoder(folder: Path, wanted: TextEncoderPrecision | None) -> TextEncoderPrecision:
    saved = quantization(folder / "text_encoder_2")
    if saved is None:
        return wanted or "bf16"
    scheme = saved[1]
    if scheme not in get_args(TextEncoderPrecision):
        raise EngineError("load_failed", f"The model's T5 is saved as {' '.join(saved)}, which this engine can't load.")
    if wanted not in (None, scheme):
        raise EngineError("load_failed", f"The model's T5 is saved in {scheme}; QUANTSPOT_T5 can't make it {wanted}.")
    return cast(TextEncoderPrecision, scheme)


def _hub_report(repo: str, snapshot: Path) -> ModelReport:
    """snapshot: the hub client's folder, which it names by the commit."""
    report = (HUB_MODELS.get(repo) or _report(snapshot)).copy()
    report["name"] = repo.partition("/")[2]
    report["revision"] = snapshot.name
    return report


def _report(folder: Path) -> ModelReport:
    serving = folder / SERVING_FILE
    if serving.is_file():
        return read_serving(serving)
    config = read_json(folder / "transformer" / "config.json")
    like = _DEV if config.get("guidance_embeds") else HUB_MODELS["black-forest-labs/FLUX.1-schnell"]
    report = like.copy()
    report["name"] = folder.resolve().name
    return report
