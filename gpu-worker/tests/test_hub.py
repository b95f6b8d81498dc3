"""Hub ids, against a hub on loopback that serves tiny in the hub's own layout."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from quantspot_worker.errors import EngineError
from quantspot_worker.gguf_file import cached_gguf
from quantspot_worker.model import SHIPPED, resolve

from .engine_process import PATIENCE, EngineProcess
from .hub_server import COMMIT, Repository, hub

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"
VAE = "vae/diffusion_pytorch_model.safetensors"
GGUF = "flux/tiny-Q8_0.gguf"

#: A process of its own, since huggingface_hub reads its environment once; one for all, since importing takes seconds.
_RESOLVER = """
import json, sys
from quantspot_worker.errors import EngineError
from quantspot_worker.model import resolve
for line in sys.stdin:
    told = []
    try:
        model = resolve(*json.loads(line), on_fetching=lambda now: told.append([now.done_bytes, now.total_bytes]))
        weights = {id: str(path) for id, path in model.weights.items()}
        answer = {"folder": str(model.folder), "report": model.report, "told": told, "weights": weights}
    except EngineError as error:
        answer = {"code": error.code, "message": error.message, "retryable": error.retryable}
    print(json.dumps(answer), flush=True)
"""


class Resolver:
    def __init__(self, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _RESOLVER],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __call__(self, name: str, weights: dict[str, str] | None = None) -> dict[str, Any]:
        """weights: recipe ids to hub names, as QUANTSPOT_WEIGHTS names them."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps([name, weights or {}]), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def resolver(**environment: str) -> Iterator[Resolver]:
    started = Resolver(**environment)
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def repositories() -> dict[str, Repository]:
    tiny = Repository.of(SHIPPED / "tiny")
    # What repositories have beside it, and nobody needs.
    gguf = cached_gguf(SHIPPED / "tiny" / "transformer", "Q8_0").read_bytes()
    extra = ("flux1.safetensors", "ae.safetensors", "vae/model.bin", "vae/model.fp16.safetensors", "picture.png")
    return {
        "some/whole": Repository({**tiny.files, **dict.fromkeys(extra, b"never asked for")}),
        "some/cut": Repository(tiny.files, cut={WEIGHTS: 12_000_000}),
        "some/damaged": Repository(tiny.files, damage={VAE, "vae/config.json"}),
        "some/unreadable": Repository(tiny.files),
        "some/stalled": Repository(tiny.files, stall=WEIGHTS),
        "some/gated": Repository(tiny.files, refuse=(401, "GatedRepo")),
        "some/unlicensed": Repository(tiny.files, refuse=(403, "GatedRepo")),
        "some/forbidden": Repository(tiny.files, refuse=(403, "")),
        "some/broken": Repository(tiny.files, refuse=(501, "")),
        "some/picture": Repository({"config.json": b"{}"}),
        "some/quantized": Repository({GGUF: gguf, "flux/other-Q8_0.gguf": b"never asked for"}, damage={GGUF}),
    }


@pytest.fixture(scope="module")
def environment(
    repositories: dict[str, Repository], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    home = str(tmp_path_factory.mktemp("hub"))
    with hub(repositories) as address:
        yield {"HF_ENDPOINT": address, "HF_HOME": home, "QUANTSPOT_CACHE": home, "HF_TOKEN": ""}


@pytest.fixture(scope="module")
def fetch(environment: dict[str, str]) -> Iterator[Resolver]:
    with resolver(**environment) as started:
        yield started


def asked(repository: Repository) -> list[str]:
    return sorted(name for name, _ in repository.sent)


def test_only_what_a_pipeline_needs_is_fetched_and_once(fetch: Resolver, repositories: dict[str, Repository]) -> None:
    whole = repositories["some/whole"]
    answer = fetch("some/whole")
    folder = Path(answer["folder"])
    assert (folder / WEIGHTS).read_bytes() == whole.files[WEIGHTS]
    names = asked(whole)
    assert {WEIGHTS, VAE, "model_index.json", "text_encoder_2/config.json"} <= set(names)
    assert not any(whole.files[name] == b"never asked for" for name in names)
    assert (answer["report"]["name"], answer["report"]["revision"]) == ("whole", COMMIT)
    done, total = answer["told"][-1]
    assert done == total == sum(len(whole.files[name]) for name in names)
    assert fetch("some/whole")["folder"] == answer["folder"] and asked(whole) == names


def test_a_cut_connection_is_taken_up_where_it_broke(fetch: Resolver, repositories: dict[str, Repository]) -> None:
    cut = repositories["some/cut"]
    folder = Path(fetch("some/cut")["folder"])
    first, second = (start for name, start in cut.sent if name == WEIGHTS)
    assert first == 0 and second > 10_000_000  # huggingface_hub keeps whole chunks of 10 MiB
    assert (folder / WEIGHTS).read_bytes() == cut.files[WEIGHTS]


def test_a_file_that_arrives_damaged_is_refused_and_fetched_again(
    fetch: Resolver, repositories: dict[str, Repository]
) -> None:
    """huggingface_hub compares sizes alone: a flipped bit went through."""
    damaged = repositories["some/damaged"]
    for name in ("vae/config.json", VAE):  # by git's checksum, by SHA-256
        answer = fetch("some/damaged")
        assert answer["code"] == "load_failed" and answer["retryable"]
        assert answer["message"].startswith(f"{name} of some/damaged arrived damaged")
    assert (Path(fetch("some/damaged")["folder"]) / VAE).read_bytes() == damaged.files[VAE]
    assert [asked(damaged).count(name) for name in (VAE, "vae/config.json", WEIGHTS)] == [2, 2, 1]


def test_a_cache_that_can_t_be_written_and_a_file_that_can_t_be_read_end_no_engine_without_a_word(
    fetch: Resolver, environment: dict[str, str]
) -> None:
    """incident: where QUANTSPOT_CACHE could not be written, checking a model of the hub's ended the engine with a
    traceback, and nobody heard why. Now it is checked all the same, and again at the next start.
    """
    folder = Path(fetch("some/unreadable")["folder"])
    with resolver(**{**environment, "QUANTSPOT_CACHE": "/dev/null/cache"}) as unwritable:
        assert Path(unwritable("some/unreadable")["folder"]) == folder
    (folder / "vae/config.json").resolve().unlink()
    (folder / "vae/config.json").resolve().mkdir()
    answer = fetch("some/unreadable")
    assert answer["code"] == "load_failed" and not answer["retryable"]
    assert answer["message"].startswith("vae/config.json of some/unreadable can't be read, or replaced, in the hub's")


def test_a_gguf_file_is_named_by_repository_and_path(fetch: Resolver, repositories: dict[str, Repository]) -> None:
    quantized = repositories["some/quantized"]
    named = {"gguf-q8_0": f"some/quantized/{GGUF}"}
    assert "flux/tiny-Q8_0.gguf of some/quantized arrived damaged" in fetch("tiny", named)["message"]
    answer = fetch("tiny", named)
    assert Path(answer["weights"]["gguf-q8_0"]).read_bytes() == quantized.files[GGUF]
    done, total = answer["told"][-1]
    assert done == total == len(quantized.files[GGUF])
    assert asked(quantized) == [GGUF, GGUF]
    absent = fetch("tiny", {"gguf-q8_0": "some/quantized/flux/tiny-Q9.gguf"})
    assert absent["message"] == "There is no flux/tiny-Q9.gguf in some/quantized."


@pytest.mark.parametrize(
    ("name", "sentence", "retryable"),
    [
        ("some/gated", "some/gated is gated: accept its licence on its page at the hub", False),
        ("some/unlicensed", "some/unlicensed is gated: accept its licence", False),
        ("some/forbidden", "The hub answered 403 for some/forbidden: give this engine a token as HF_TOKEN", False),
        ("some/broken", "The hub answered 501 for some/broken", True),
        ("some/absent", "The hub has no model some/absent", False),
        ("some/picture", "is no pipeline folder", False),
    ],
)
def test_a_refusal_is_explained_in_one_sentence(fetch: Resolver, name: str, sentence: str, retryable: bool) -> None:
    answer = fetch(name)
    assert answer["code"] == "load_failed" and sentence in answer["message"] and answer["message"].endswith(".")
    assert answer["retryable"] is retryable


def files_in(folder: str | Path) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def wait_for(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_download_is_shown_and_left_at_once_and_goes_on_at_the_next_start(
    repositories: dict[str, Repository], environment: dict[str, str], fetch: Resolver, tmp_path: Path
) -> None:
    """Before `ready` the engine used to be silent and deaf: a long download was taken for a hang, and an engine whose
    worker had died went on downloading.
    """
    stalled = repositories["some/stalled"]
    log = tmp_path / "engine.log"
    engine = EngineProcess("serve", "--model", "some/stalled", "--device", "cpu", log=log, environment=environment)
    told = engine.next("fetching")
    assert told["name"] == "some/stalled" and 0 < told["doneBytes"] <= told["totalBytes"]
    assert stalled.stalled.wait(30)
    whole = len(files_in(fetch("some/whole")["folder"]))
    arriving = Path(environment["HF_HOME"]) / "hub" / "models--some--stalled" / "snapshots" / COMMIT
    wait_for(lambda: engine.heartbeats and len(files_in(arriving)) == whole - 1)
    assert engine.end() == 0
    stalled.go_on.set()
    stalled.stall = None
    known = len(stalled.sent)
    assert "folder" in fetch("some/stalled")
    assert {name for name, _ in stalled.sent[known:]} == {WEIGHTS}  # the files that were whole stayed


def test_offline_without_a_copy(tmp_path: Path) -> None:
    with resolver(HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path)) as offline:
        answer = offline("some/whole")
    assert answer["retryable"] and "not in the local cache" in answer["message"]


def test_what_is_neither_folder_nor_hub_id() -> None:
    with pytest.raises(EngineError, match="no model folder"):
        resolve("./nowhere")
