"""Where the model comes from, and what it draws well: the limits that `ready` reports."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .errors import EngineError
from .protocol import ModelReport, Size

log = logging.getLogger(__name__)

#: Serving defaults beside a local model's model_index.json, as a ModelReport.
SERVING_FILE = "quantspot.json"
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
    """A FLUX pipeline in a local folder, in diffusers' layout, and its limits."""

    folder: Path
    report: ModelReport


def resolve(name: str) -> Model:
    """Find the model: `tiny` (or another shipped name), a folder, or a hub id, which is downloaded first.

    Raises EngineError("load_failed") with one sentence when there is no such model or no access to it.
    """
    folder = SHIPPED / name if (SHIPPED / name).is_dir() else Path(name)
    report: ModelReport | None = None
    if not folder.is_dir():
        if name.count("/") != 1 or name.startswith((".", "/", "~")):
            raise EngineError("load_failed", f"There is no model folder {name}; give a folder, 'tiny' or a hub id.")
        report = HUB_MODELS.get(name)
        folder = _download(name)
    index = folder / "model_index.json"
    if not index.is_file():
        raise EngineError("load_failed", f"{folder} is no pipeline folder: it has no model_index.json.")
    if json.loads(index.read_text()).get("_class_name") != "FluxPipeline":
        raise EngineError("load_failed", f"{folder} holds another pipeline than FLUX.")
    return Model(folder, report or _report(folder))


def _report(folder: Path) -> ModelReport:
    serving = folder / SERVING_FILE
    if serving.is_file():
        return cast(ModelReport, json.loads(serving.read_text()))
    config: dict[str, Any] = json.loads((folder / "transformer" / "config.json").read_text())
    like = _DEV if config.get("guidance_embeds") else HUB_MODELS["black-forest-labs/FLUX.1-schnell"]
    report = like.copy()
    report["name"] = folder.resolve().name
    return report


def _download(repo: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    log.info("fetching %s", repo)
    try:
        # The pipeline's folders only: the repository also holds the same weights as one large file.
        return Path(snapshot_download(repo, allow_patterns=["*.json", "*/*.json", "*/*.safetensors", "tokenizer*/*"]))
    except GatedRepoError as error:
        reason = (
            f"{repo} is gated: accept its licence on its page at the hub with your account, "
            "and give this engine that account's token as HF_TOKEN"
        )
        raise EngineError("load_failed", f"{reason}.") from error
    except RepositoryNotFoundError as error:
        raise EngineError("load_failed", f"The hub has no model {repo}, or your HF_TOKEN may not see it.") from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        reason = f"{repo} is not in the local cache and the hub can't be reached; connect once, or use a local folder"
        raise EngineError("load_failed", f"{reason}.", retryable=True) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise EngineError("load_failed", f"The hub answered {status} for {repo}.", retryable=status >= 500) from error
