"""A web server on this machine, for tests of what is fetched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Reply:
    """What the server answers; of several replies to one path each is given once, the last for ever."""

    body: bytes = b""
    content_type: str | None = "text/html"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


@dataclass
class Server:
    """Replies by path, and the requests that were made: path, time and header of each."""

    address: str
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    requests: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)

    def add(self, path: str, *replies: Reply) -> str:
        self.replies[path] = list(replies)
        return self.address + path

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.requests]


@contextmanager
def serve() -> Iterator[Server]:
    """A server that answers 404 to all that it was not told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            serving.requests.append((self.path, time.monotonic(), dict(self.headers)))
            replies = serving.replies.get(self.path, [Reply(b"<h1>Not found</h1>", status=404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            time.sleep(reply.pause)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.content_type:
                self.send_header("Content-Type", reply.content_type)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            # A client that has seen enough does not wait for the rest.
            with suppress(ConnectionError):
                self.wfile.write(reply.body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = Server(f"http://127.0.0.1:{http.server_port}")
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield serving
    http.shutdown()
    http.server_close()
    thread.join()
