"""Weights that the operator names for a recipe: QUANTSPOT_WEIGHTS, a list such as

gguf-q4_k=/models/flux1-dev-Q4_K_S.gguf, gguf-q8_0=owner/repository/file.gguf, bnb-nf4=owner/repository
"""

from collections.abc import Mapping
from pathlib import Path

from .checkpoints import check_checkpoint
from .errors import EngineError
from .fetching import OnFetching
from .recipes import BY_ID

_FAMILIES = ("gguf", "bitsandbytes", "torchao")


def parse_weights(text: str) -> dict[str, str]:
    """Recipe ids to paths or hub names. Raises EngineError for an entry that is none."""
    named: dict[str, str] = {}
    for entry in (part.strip() for part in text.split(",")):
        if not entry:
            continue
        id, equals, place = (part.strip() for part in entry.partition("="))
        recipe = BY_ID.get(id)
        if not equals or not place:
            raise EngineError("load_failed", f"'{entry}' names no weights: say RECIPE=FILE or RECIPE=FOLDER.")
        if recipe is None:
            raise EngineError("unknown_recipe", f"QUANTSPOT_WEIGHTS names {id}, which this engine does not know.")
        if recipe.family not in _FAMILIES:
            raise EngineError("load_failed", f"{id} is made from the model itself and takes no weights of its own.")
        named[id] = place
    return named


def find_weights(named: Mapping[str, str], on_fetching: OnFetching) -> dict[str, Path]:
    """Recipe ids to a GGUF file or to the folder of a saved transformer; what is at the hub is fetched.

    Raises EngineError("load_failed") with one sentence for what is not there or is something else.
    """
    found = {}
    for id, place in named.items():
        recipe = BY_ID[id]
        path = _gguf_file(place, on_fetching) if recipe.family == "gguf" else _folder(place, on_fetching)
        check_checkpoint(recipe, path)
        found[id] = path
    return found


def _gguf_file(place: str, on_fetching: OnFetching) -> Path:
    if not place.endswith(".gguf"):
        raise EngineError("load_failed", f"{place} is no GGUF file: its name must end with .gguf.")
    if Path(place).is_file():
        return Path(place)
    owner, _, rest = place.partition("/")
    name, _, file = rest.partition("/")
    if not owner or not file or owner.startswith((".", "~")):
        raise EngineError("load_failed", f"There is no file {place}; give a path, or owner/repository/file.gguf.")
    from .hub import fetch  # here: only a download needs the hub's client

    return _inside(fetch(f"{owner}/{name}", (file,), on_fetching), file, place)


def _folder(place: str, on_fetching: OnFetching) -> Path:
    folder = Path(place)
    if not folder.is_dir():
        if place.count("/") != 1 or place.startswith((".", "/", "~")):
            raise EngineError("load_failed", f"There is no folder {place}; give one, or owner/repository.")
        from .hub import TRANSFORMER, fetch

        folder = fetch(place, TRANSFORMER, on_fetching)
    pipeline = folder / "transformer"
    return (pipeline if pipeline.is_dir() else _inside(folder, "config.json", place).parent).resolve()


def _inside(folder: Path, file: str, place: str) -> Path:
    if not (folder / file).is_file():
        raise EngineError("load_failed", f"There is no {file} in {place.removesuffix('/' + file)}.")
    return folder / file
