"""The protocol's Python side against the golden messages, which the TypeScript tests read too."""

import json
import types
import typing
from pathlib import Path
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from quantspot_worker import notices, protocol
from quantspot_worker.errors import EngineError
from quantspot_worker.requests import Cancel, Generate, Seed, Shutdown, parse_worker_message, request_of

FIXTURES = Path(__file__).parents[2] / "test" / "fixtures" / "protocol"
_KINDS = {get_args(get_type_hints(m)["kind"])[0]: m for m in get_args(protocol.EngineMessage)}


def lines(name: str) -> list[str]:
    # Not splitlines: a prompt may hold U+2028, which ends no line of the protocol.
    return (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").strip("\n").split("\n")


def conforms(value: Any, kind: Any) -> bool:
    """Whether a JSON value is of a type: TypedDict (its fields, none missing), Literal, list, dict or a scalar."""
    if get_origin(kind) is NotRequired:
        return conforms(value, get_args(kind)[0])
    if is_typeddict(kind):
        fields = get_type_hints(kind)
        return (
            isinstance(value, dict)
            and kind.__required_keys__ <= value.keys() <= fields.keys()
            and all(conforms(value[name], fields[name]) for name in value)
        )
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is list:
        return isinstance(value, list) and all(conforms(entry, get_args(kind)[0]) for entry in value)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(conforms(entry, get_args(kind)[1]) for entry in value.values())
    if isinstance(kind, types.UnionType) or get_origin(kind) is typing.Union:
        return any(conforms(value, member) for member in get_args(kind))
    return isinstance(value, int | float if kind is float else kind)


def assert_golden(message: dict[str, Any]) -> None:
    """The message has exactly the documented fields of its kind."""
    assert conforms(message, _KINDS[message["kind"]]), message


@pytest.mark.parametrize("line", lines("engine"))
def test_golden_engine_messages_are_what_the_types_say(line: str) -> None:
    message = json.loads(line)
    message.pop("aFieldOfALaterMinor", None)
    assert_golden(message)


def test_golden_engine_messages_leave_out_no_kind() -> None:
    assert {json.loads(line)["kind"] for line in lines("engine")} == set(_KINDS)


@pytest.mark.parametrize("line", lines("worker"))
def test_golden_worker_messages_are_understood(line: str) -> None:
    given, read = json.loads(line), parse_worker_message(line)
    if isinstance(read, Generate):
        assert (read.request, read.prompt, read.steps) == (given["request"], given["prompt"], given["steps"])
        assert read.preview_every == given.get("previewEvery")
        assert read.noise == tuple(tuple(Seed(p["seed"], p["weight"]) for p in image) for image in given["noise"])
    else:
        assert read in (Cancel(given.get("request", 0)), Shutdown())


@pytest.mark.parametrize("entry", [e for e in map(json.loads, lines("invalid")) if e["from"] == "worker"])
def test_invalid_worker_messages_are_refused(entry: dict[str, str]) -> None:
    with pytest.raises(EngineError) as refused:
        parse_worker_message(entry["line"])
    assert refused.value.code == "bad_request"


def test_unknown_fields_are_ignored() -> None:
    assert parse_worker_message('{"kind":"cancel","request":3,"later":true}') == Cancel(3)


@pytest.mark.parametrize("line", ['{"kind":"cancel","request":true}', '{"kind":"cancel","request":NaN}', "[" * 100_000])
def test_what_json_alone_would_let_through_is_refused(line: str) -> None:
    with pytest.raises(EngineError):
        parse_worker_message(line)


@pytest.mark.parametrize(
    "noise",
    [
        [{"seed": 1, "weight": 0}],
        [{"seed": 1, "weight": 1e-50}, {"seed": 2, "weight": 1e-50}],
        [{"seed": 1, "weight": 1}, {"seed": 1, "weight": -1}],
        [{"seed": 1, "weight": 0.1}, {"seed": 1, "weight": 0.2}, {"seed": 1 + 2**32, "weight": -0.3}],
    ],
)
def test_noise_of_which_the_weights_leave_nothing_is_refused(noise: list[dict[str, float]]) -> None:
    """incident: weights of 1e-50 passed, gave no numbers, and ended as a black picture that counted as drawn; one seed
    with weights that cancel out gave zeros in the place of noise.
    """
    line = json.loads(next(line for line in lines("worker") if '"generate"' in line))
    with pytest.raises(EngineError, match="zero, or cancel out") as refused:
        parse_worker_message(json.dumps({**line, "noise": [noise]}))
    assert refused.value.code == "bad_request"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"weight":1', '"weight":1e200'),  # its square is no float
        ('"weight":1', f'"weight":1{"0" * 400}'),  # an integer that no float is as large as
        ('"recipe":"', '"recipe":"\\ud800'),
        ('"prompt":"', '"prompt":"\\ud800'),
    ],
)
def test_a_number_or_text_that_nothing_here_can_hold_is_refused(was: str, becomes: str) -> None:
    """Such a weight raised OverflowError, which ended the thread that reads: the engine heard no more, not even the end
    of its stdin. Half a pair of UTF-16 in a recipe's name ended the engine as it wrote the refusal.
    """
    line = next(line for line in lines("worker") if '"generate"' in line and was in line)
    with pytest.raises(EngineError) as refused:
        parse_worker_message(line.replace(was, becomes))
    assert refused.value.code == "bad_request"
    refused.value.message.encode()


def test_the_request_to_blame_is_found_where_there_is_one() -> None:
    assert request_of('{"kind":"generate","request":12}') == 12
    assert request_of('{"kind":"generate","request":-1}') is None
    assert request_of("not json") is None
    assert request_of("[1]") is None


@pytest.mark.parametrize("line", lines("notices"))
def test_golden_notices_are_what_the_engine_says(line: str) -> None:
    golden = json.loads(line)
    assert getattr(notices, golden["code"])(**golden["params"]) == golden


def test_golden_notices_leave_out_none() -> None:
    said = {name for name, function in vars(notices).items() if isinstance(function, types.FunctionType)}
    assert {json.loads(line)["code"] for line in lines("notices")} == said - {"_notice"}
