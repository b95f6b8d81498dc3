"""A hub on loopback: repositories in the hub's own layout and API, with faults that a test asks for."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
#: What the hub keeps as large files, whose checksum is SHA-256; of others it is git's.
_LARGE = (".safetensors", ".gguf", ".bin")


@dataclass
class Repository:
    files: dict[str, bytes]
    #: Answer these requests for a file so, with the hub's own code of the error.
    refuse: tuple[int, str] | None = None
    #: Break the connection after so many bytes of a file, once.
    cut: dict[str, int] = field(default_factory=dict)
    #: Send this file with its last byte changed, once.
    damage: set[str] = field(default_factory=set)
    #: Send half of this file, and the rest when `go_on` is set.
    stall: str | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    #: (path, first byte) of every GET of a file.
    sent: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, **faults: Any) -> "Repository":
        files = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}
        return cls(files, **faults)


@contextmanager
def hub(repositories: dict[str, Repository]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._file(body=False)

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            api = re.fullmatch(r"/api/models/([^/]+/[^/]+)/(revision/main|tree/\w+)", path)
            if api is None:
                return self._file(body=True)
            repository = repositories.get(api[1])
            if repository is None:
                return self._refuse(404, "RepoNotFound")
            files = [_entry(name, content) for name, content in repository.files.items()]
            self._json({"id": api[1], "sha": COMMIT} if api[2] == "revision/main" else files)

        def _file(self, body: bool) -> None:
            asked = re.fullmatch(r"/([^/]+/[^/]+)/resolve/\w+/(.+)", unquote(urlsplit(self.path).path))
            repository = repositories.get(asked[1]) if asked else None
            if asked is None or repository is None:
                return self._refuse(404, "RepoNotFound")
            if repository.refuse is not None:
                return self._refuse(*repository.refuse)
            name = asked[2]
            if name not in repository.files:
                return self._refuse(404, "EntryNotFound")
            content = repository.files[name]
            start = int(re.findall(r"bytes=(\d+)-", self.headers.get("Range", "bytes=0-"))[0])
            self.send_response(206 if start else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{_entry(name, content)["oid"]}"')
            if name.endswith(_LARGE):
                self.send_header("X-Linked-Etag", f'"{_sha256(content)}"')
                self.send_header("X-Linked-Size", str(len(content)))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if body:
                repository.sent.append((name, start))
                self._send(repository, name, content, start)

        def _send(self, repository: Repository, name: str, content: bytes, start: int) -> None:
            if name in repository.damage:
                repository.damage.remove(name)
                content = content[:-1] + bytes([content[-1] ^ 1])
            if name in repository.cut:
                self.wfile.write(content[start : repository.cut.pop(name)])
                self.close_connection = True
                return
            if name == repository.stall:
                half = len(content) // 2
                self.wfile.write(content[start:half])
                repository.stalled.set()
                repository.go_on.wait(60)
                start = half
            self.wfile.write(content[start:])

        def _json(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        for repository in repositories.values():
            repository.go_on.set()
        server.shutdown()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _entry(name: str, content: bytes) -> dict[str, Any]:
    oid = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    entry: dict[str, Any] = {"type": "file", "path": name, "size": len(content), "oid": oid}
    if name.endswith(_LARGE):
        entry["lfs"] = {"oid": _sha256(content), "size": len(content), "pointerSize": 134}
    return entry
