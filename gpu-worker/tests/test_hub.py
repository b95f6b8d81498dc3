"""Hub ids: what the engine says when the hub refuses, or is away. The hub is a server on loopback."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from quantspot_worker.errors import EngineError
from quantspot_worker.model import resolve

_RESOLVE = """
import sys
from quantspot_worker.errors import EngineError
from quantspot_worker.model import resolve
try:
    resolve("someone/FLUX")
except EngineError as error:
    print(error.code, error.retryable, error.message, sep="|")
"""


@contextmanager
def hub(status: int, code: str) -> Iterator[str]:
    """A hub that answers everything with one status and the hub's own error code."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def refused(tmp_path: Path, **environment: str) -> str:
    """What a process of its own says, since huggingface_hub reads its environment once."""
    run = subprocess.run(
        [sys.executable, "-c", _RESOLVE],
        env={**os.environ, "HF_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_is_explained_in_one_sentence(tmp_path: Path, status: int) -> None:
    with hub(status, "GatedRepo") as address:
        answer = refused(tmp_path, HF_ENDPOINT=address)
    assert answer.startswith("load_failed|False|someone/FLUX is gated: accept its licence") and "HF_TOKEN" in answer


def test_a_model_that_the_hub_does_not_have(tmp_path: Path) -> None:
    with hub(404, "RepoNotFound") as address:
        assert "The hub has no model someone/FLUX" in refused(tmp_path, HF_ENDPOINT=address)


def test_offline_without_a_copy(tmp_path: Path) -> None:
    answer = refused(tmp_path, HF_HUB_OFFLINE="1")
    assert answer.startswith("load_failed|True|") and "not in the local cache" in answer


def test_what_is_neither_folder_nor_hub_id() -> None:
    with pytest.raises(EngineError, match="no model folder"):
        resolve("./nowhere")
