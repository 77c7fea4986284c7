"""A program that answers in a service's place with what the service itself once answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@contextmanager
def answering(service: str, known: Mapping[str, tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives these answers, path by path, where the service is looked for; anything else is not found."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = known.get(self.path, (404, b'{"title": "none", "title_ja": "", "errors": []}'))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        monkeypatch.setenv(f"MADOGUCHI_{service.upper()}_PORT", str(server.server_port))
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield
        server.shutdown()
        serving.join()
