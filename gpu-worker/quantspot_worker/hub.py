"""Downloads from the Hugging Face hub: only what is asked for, with progress, checked against the hub's checksums.

huggingface_hub does the transfer: a cut connection is taken up where it broke, whole files stay for the next start.
It checks sizes only, so the checksums are checked here.
"""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from httpx2 import TransportError
from huggingface_hub import RepoFile, get_cached_repo_tree, snapshot_download
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import filter_repo_objects
from tqdm import tqdm

from .digests import digest
from .errors import EngineError
from .failures import causes
from .fetching import Fetching, OnFetching

log = logging.getLogger(__name__)

#: A pipeline's own folders: its repository also holds the same weights as one large file, and some as pickles.
PIPELINE = ("model_index.json", "*/*.json", "*/*.safetensors", "tokenizer*/*")
#: A transformer saved by itself or in a pipeline's folder.
TRANSFORMER = ("config.json", "diffusion_pytorch_model*", "transformer/*")
#: Weights that are nobody's first choice: pickles, other frameworks, half precision beside the original.
_NEVER = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.msgpack", "*.onnx*", "*.fp16.*")


def fetch(repo: str, patterns: tuple[str, ...], on_fetching: OnFetching) -> Path:
    """The folder with the repository's files that match `patterns`, downloaded where the local cache lacks them.

    Raises EngineError("load_failed") with one sentence: gated, unknown, unreachable, cut off, damaged, disk full, not
    to be read.
    """
    log.info("fetching %s", repo)
    with _explained(repo):
        folder = snapshot_download(
            repo, allow_patterns=list(patterns), ignore_patterns=list(_NEVER), tqdm_class=_bar(repo, on_fetching)
        )
    _verify(repo, Path(folder), patterns)
    return Path(folder)


def _bar(repo: str, on_fetching: OnFetching) -> type[tqdm]:
    class Bar(tqdm):
        """Draws nowhere. huggingface_hub makes several of these; the one that counts bytes on the disk reports."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._reports = str(kwargs.get("desc", "")).startswith("Reconstructing")
            super().__init__(*args, **{**kwargs, "file": StringIO()})

        def update(self, n: float | None = 1) -> bool | None:
            shown = super().update(n)
            if self._reports:
                on_fetching(Fetching(repo, int(self.n), int(self.total or 0)))
            return shown

    return Bar


def _verify(repo: str, folder: Path, patterns: tuple[str, ...]) -> None:
    """Compare every file with the hub's checksum of it; a damaged one is deleted, so that it is fetched again."""
    try:
        tree = get_cached_repo_tree(repo, revision=folder.name)
    except CachedRepoTreeNotFoundError:  # fetched by an older client, and no hub to ask now
        log.warning("%s can't be checked: the hub's checksums are not in the cache", repo)
        return
    files: dict[str, RepoFile] = {file.path: file for file in tree}
    for name in filter_repo_objects(files, allow_patterns=list(patterns), ignore_patterns=list(_NEVER)):
        lfs, path = files[name].lfs, folder / name
        try:
            right = digest(path) == lfs.sha256 if lfs else digest(path, "git") == files[name].blob_id
            if not right:
                path.resolve().unlink()
                path.unlink(missing_ok=True)
        except OSError as error:
            sentence = f"{name} of {repo} can't be read, or replaced, in the hub's cache (HF_HOME): {error.strerror}."
            raise EngineError("load_failed", sentence) from error
        if not right:
            sentence = f"{name} of {repo} arrived damaged: its checksum is not the hub's; it will be fetched again."
            raise EngineError("load_failed", sentence, retryable=True)


@contextmanager
def _explained(repo: str) -> Iterator[None]:
    try:
        yield
    except (HfHubHTTPError, HFValidationError, TransportError, OSError) as error:
        log.warning("fetching %s failed", repo, exc_info=error)
        raise _in_a_sentence(repo, error) from error


def _in_a_sentence(repo: str, error: Exception) -> EngineError:
    # huggingface_hub reports a refusal of one file as "not in the cache", with the refusal behind it.
    refusal = next((cause for cause in causes(error) if isinstance(cause, HfHubHTTPError)), None)
    status = None if refusal is None or refusal.response is None else refusal.response.status_code
    if isinstance(refusal, GatedRepoError):
        reason = (
            f"{repo} is gated: accept its licence on its page at the hub with your account, "
            "and give this engine that account's token as HF_TOKEN"
        )
    elif isinstance(refusal, RepositoryNotFoundError):
        reason = f"The hub has no model {repo}, or your HF_TOKEN may not see it"
    elif status in (401, 403):
        reason = f"The hub answered {status} for {repo}: give this engine a token as HF_TOKEN that may read it"
    elif status is not None:
        return EngineError("load_failed", f"The hub answered {status} for {repo}.", retryable=status >= 500)
    elif isinstance(error, HFValidationError):
        reason = f"{repo} is no name of a model at the hub"
    elif isinstance(error, LocalEntryNotFoundError | OfflineModeIsEnabled):
        reason = f"{repo} is not in the local cache and the hub can't be reached; connect once, or use a local folder"
        return EngineError("load_failed", f"{reason}.", retryable=True)
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        reason = f"The disk is full: {repo} could not be stored; make room in the hub's cache (HF_HOME)"
    else:
        reason = f"The download of {repo} was cut off; it goes on at the next start, without the files that are here"
        return EngineError("load_failed", f"{reason}.", retryable=True)
    return EngineError("load_failed", f"{reason}.")
