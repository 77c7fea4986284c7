"""The rehearsal's issuer on a real socket, for tests: its keys can be changed, and what it is asked is counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from infra.local.issuer.signing import Signer
from infra.local.issuer.web import application
from infra.local.ports import HOST, free_ports
from kernel.issuers import Issuer

AUDIENCE = "madoguchi"
EVERYBODY: frozenset[Any] = frozenset({"officer", "applicant", "form"})


class Issuing:
    """A running issuer."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self.signer = Signer(self.url, AUDIENCE)
        self.asked: list[str] = []
        self._app = application(self.signer, "rehearsal", "no secret")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"])
        await self._app(scope, receive, send)

    def believed(self, **more: Any) -> Issuer:
        """This issuer, as a service is told of it."""
        said: dict[str, Any] = {"issuer": self.url, "audience": AUDIENCE, "kinds": EVERYBODY}
        return Issuer(**said | {"algorithms": ("ES256",)} | more)

    def officer(self, id: str = "jinji-01", *roles: str, programmes: tuple[str, ...] = ("secondment",)) -> str:
        """An officer's token."""
        return self.signer.token(id, {"roles": roles, "programmes": programmes})


@contextmanager
def issuing() -> Iterator[Issuing]:
    """An issuer that listens on the loopback address."""
    (port,) = free_ports(1)
    made = Issuing(port)
    server = uvicorn.Server(uvicorn.Config(made, host=HOST, port=port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, name="issuer")
    thread.start()
    try:
        until = time.monotonic() + 10
        while not server.started:
            assert time.monotonic() < until, "the issuer did not start"
            time.sleep(0.01)
        yield made
    finally:
        server.should_exit = True
        thread.join()


def bearing(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
