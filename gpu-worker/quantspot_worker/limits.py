"""A request against the model's limits, as `ready` reported them."""

from . import notices
from .errors import EngineError
from .protocol import ModelReport
from .requests import Generate

#: The autoencoder divides by 8, and 2x2 cells make one token.
_MULTIPLE = 16


def check_limits(request: Generate, model: ModelReport) -> None:
    """Raises EngineError("bad_request") with the limit in words. Prompts that are too long are cut, not refused."""
    name = model["name"]
    if request.width % _MULTIPLE or request.height % _MULTIPLE:
        raise EngineError("bad_request", f"Width and height must be multiples of {_MULTIPLE} pixels.")
    largest = max(size["width"] * size["height"] for size in model["sizes"])
    longest = max(max(size["width"], size["height"]) for size in model["sizes"])
    if request.width * request.height > largest or max(request.width, request.height) > longest:
        raise EngineError("bad_request", notices.size_refused(name, request.width, request.height))
    steps = model["steps"]
    if not steps["min"] <= request.steps <= steps["max"]:
        raise EngineError("bad_request", notices.steps_refused(name, steps["min"], steps["max"]))
    guidance = model.get("guidance")
    if guidance is not None and not guidance["min"] <= request.guidance <= guidance["max"]:
        raise EngineError("bad_request", notices.guidance_refused(name, guidance["min"], guidance["max"]))
