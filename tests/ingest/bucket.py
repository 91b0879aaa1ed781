"""A folder served as an object store would serve it: the few requests of S3 that readers make."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

CUT: Final = 0


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    authorization: str | None
    range: str | None


@dataclass
class Store:
    """A running object store; the folders below ``root`` are its buckets."""

    root: Path
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    answer_instead: Callable[[Request], int | None] = lambda _: None
    """May give a status to answer with, or `CUT` to break off in the middle of an answer."""

    def url(self, path: str, *options: str, credentials: str = "") -> str:
        """Return the URL of a bucket with what is in it."""
        query = "&".join([f"endpoint_override=127.0.0.1:{self.port}", "scheme=http", *options])
        return f"s3://{credentials}{path}?{query}"


@contextmanager
def serving(root: Path) -> Iterator[Store]:
    """Serve the folders below ``root`` as buckets, on this machine only."""
    store = Store(root)

    class Handler(_Handler):
        served = store

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        store.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield store
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    served: Store

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        """Answer without content."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer what is asked of a bucket or an object."""
        url = urlsplit(self.path)
        path = unquote(url.path).strip("/")
        request = Request(
            self.command, path, self.headers.get("Authorization"), self.headers.get("Range")
        )
        self.served.requests.append(request)
        instead = self.served.answer_instead(request)
        bucket, _, key = path.partition("/")
        folder = self.served.root / bucket
        if instead:
            self._answer(instead)
        elif not folder.is_dir():
            self._answer(404)
        elif "list-type" in parse_qs(url.query):
            self._answer(200, self._listing(folder, parse_qs(url.query)))
        elif not key:
            self._answer(200)
        elif not (folder / key).is_file():
            self._answer(404)
        else:
            self._object(folder / key, is_cut=instead == CUT)

    def _object(self, path: Path, *, is_cut: bool) -> None:
        content = path.read_bytes()
        changed = formatdate(path.stat().st_mtime, usegmt=True)
        if self.command == "HEAD":
            self._answer(200, size=len(content), Last_Modified=changed)
            return
        first, _, last = (self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")
        piece = content[int(first) : int(last or len(content)) + 1]
        place = f"bytes {first}-{int(first) + len(piece) - 1}/{len(content)}"
        size = len(piece)
        self.close_connection = is_cut
        sent = piece[: size // 2] if is_cut else piece
        self._answer(206, sent, size, Content_Range=place, Last_Modified=changed)

    def _listing(self, folder: Path, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        keys = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        keys = sorted(key for key in keys if key.startswith(prefix))
        folders: set[str] = set()
        if "delimiter" in query:
            inside = {key: key.removeprefix(prefix).partition("/") for key in keys}
            folders = {f"{prefix}{first}/" for first, slash, _ in inside.values() if slash}
            keys = [key for key, (_, slash, _) in inside.items() if not slash]
        found = [
            *(
                f"<Contents><Key>{escape(key)}</Key><Size>{(folder / key).stat().st_size}</Size>"
                "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
                for key in keys
            ),
            *(
                f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
                for name in sorted(folders)
            ),
            f"<KeyCount>{len(keys) + len(folders)}</KeyCount>",
        ]
        return f"<ListBucketResult>{''.join(found)}</ListBucketResult>".encode()

    def _answer(
        self, status: int, content: bytes = b"", size: int | None = None, **headers: str
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content) if size is None else size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
