"""quantspot.json beside a pipeline's model_index.json: how the model is served, in its owner's words, checked."""

from pathlib import Path
from typing import Annotated, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import EngineError
from .protocol import ModelReport

SERVING_FILE = "quantspot.json"

_Side = Annotated[int, Field(ge=16, le=4096, multiple_of=16)]
_Steps = Annotated[int, Field(ge=1, le=1000)]
_Guidance = Annotated[float, Field(ge=0, le=100)]
_N = TypeVar("_N", int, float)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class _Size(_Strict):
    width: _Side
    height: _Side


class _Limits(_Strict, Generic[_N]):
    min: _N
    max: _N
    default: _N

    @model_validator(mode="after")
    def _in_order(self) -> "_Limits[_N]":
        if not self.min <= self.default <= self.max:
            raise ValueError("the default must lie between min and max")
        return self


class _Serving(_Strict):
    name: str = Field(min_length=1, max_length=100)
    sizes: list[_Size] = Field(min_length=1, max_length=25)
    steps: _Limits[_Steps]
    guidance: _Limits[_Guidance] | None = None
    #: FLUX reads no more than 512.
    promptTokens: int = Field(ge=1, le=512)
    examples: list[Annotated[str, Field(min_length=1, max_length=1000)]] = Field(min_length=1, max_length=100)


def read_serving(file: Path) -> ModelReport:
    """Raises EngineError("load_failed") that names the first thing in the file which can't be served."""
    try:
        serving = _Serving.model_validate_json(file.read_bytes())
    except OSError as error:
        raise EngineError("load_failed", f"{file.name} of the model can't be read.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        sentence = f"{file.name} of the model can't be used: {place}: {first['msg'].rstrip('.')}."
        raise EngineError("load_failed", sentence) from error
    return cast(ModelReport, serving.model_dump(exclude_none=True))
