"""Digests that are kept for files that stay as they are, and for no others."""

import hashlib
import os
from pathlib import Path

import pytest

from quantspot_worker import digests
from quantspot_worker.digests import digest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("QUANTSPOT_CACHE", str(folder))
    return folder


def test_a_file_that_stays_as_it_is_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"old")
    first = digest(file)
    assert first == hashlib.sha256(b"old").hexdigest()
    monkeypatch.setattr(digests, "_compute", None)
    assert digest(file) == first


@pytest.mark.parametrize("replaced", [True, False])
def test_another_file_of_the_same_length_and_time_has_its_own_digest(tmp_path: Path, replaced: bool) -> None:
    """incident: a model was replaced by another of the same size with rsync -a or cp -p, which set the time of the last
    writing as well, and the engine went on drawing with what it had quantized of the old one.
    """
    file = tmp_path / "weights"
    file.write_bytes(b"old")
    before, first = file.stat(), digest(file)
    other = tmp_path / "other" if replaced else file
    while not other.exists() or other.stat().st_ctime_ns == before.st_ctime_ns:  # the kernel's clock may tick slowly
        other.write_bytes(b"new")
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(file)
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert digest(file) == hashlib.sha256(b"new").hexdigest() != first


def test_without_a_cache_a_digest_is_computed_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANTSPOT_CACHE", "/dev/null/cache")
    file = tmp_path / "weights"
    file.write_bytes(b"old")
    assert digest(file) == digest(file) == hashlib.sha256(b"old").hexdigest()
    with pytest.raises(FileNotFoundError):
        digest(tmp_path / "nothing")
