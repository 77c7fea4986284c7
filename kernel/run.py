"""Runs a service: its HTTP application, its logs, its traces."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from kernel import gates, http, operations, tracing
from kernel.interpreter import settle
from kernel.measured import Measured
from kernel.ports import production
from kernel.scraping import Scrapers
from kernel.service import Kernel, Service, Spec
from kernel.settings import Settings
from kernel.slow import protocol

CANNOT_START = 3
"""Status of a process that did not come to serve."""


def application(spec: Spec, settings: Settings) -> FastAPI:
    """The HTTP application of a service on Kafka and MongoDB; starting it starts the service."""
    return served(Service(spec, settings, production(spec.name, spec.handlers.topics, settings)))


def served(service: Service) -> FastAPI:
    """The HTTP application of a service on whatever ports it stands."""
    spec = service.spec

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            await gates.prepare(service.settings, service.db)
            yield

    app = FastAPI(title=spec.title, version="1", lifespan=lifespan)
    show(app, service)
    http.install(app, app.state.gate, service.settings.body_seconds)
    app.add_middleware(Measured, metrics=service.metrics)
    for router in spec.routers:
        app.include_router(router)
    app.include_router(besides(operations.router, spec.routers))
    tracing.install(app, spec.name, service.settings.otlp_endpoint)
    return app


def show(app: FastAPI, service: Service) -> None:
    """Let the application's routes see that service, behind its gate."""
    app.state.service, app.state.kernel, app.state.application = service, service.kernel, service.application
    app.state.gate = gates.made(service.settings, service.spec.name, service.db)
    app.state.scrapers = Scrapers(service.settings.metrics_token_file)


def besides(router: APIRouter, others: Sequence[APIRouter]) -> APIRouter:
    """The router without what a service answers in its own way, so that its documentation shows what is answered."""
    taken = {_place(route) for other in others for route in other.routes}
    left = APIRouter()
    left.routes = [route for route in router.routes if _place(route) not in taken]
    return left


def _place(route: BaseRoute) -> tuple[str, frozenset[str]]:
    return getattr(route, "path", ""), frozenset(getattr(route, "methods", None) or ())


async def kernel_of(request: Request) -> Kernel:
    """Dependency: what the kernel lends. Asynchronous, as all of them: the framework gives others a thread each."""
    kernel: Kernel = request.app.state.kernel
    return kernel


async def application_of(request: Request) -> Any:
    """Dependency: the service's application object."""
    return request.app.state.application


def serve(spec: Spec) -> None:
    """Run until told to stop."""
    settings = Settings()
    _log_as_json(settings.log_level)
    server = uvicorn.Server(configured(application(spec, settings), settings))
    settle()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(CANNOT_START)


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How an application is served: on the address of the settings, within their limits.

    What a proxy says of the client's address is not believed: nothing here rests on it.
    """
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        http=protocol(settings.head_seconds, settings.answer_seconds),
        limit_concurrency=settings.connections,
        proxy_headers=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


class WithoutWords(logging.Formatter):
    """Tells of an exception its type and where it came from: its words may repeat a personal value."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the library's name
        """The frames, the innermost last, and the type, on one line."""
        frames = traceback.extract_tb(ei[2])
        where = " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
        return f"{getattr(ei[0], '__name__', ei[0])} at {where}"


def _log_as_json(level: str) -> None:
    """One JSON object a line; libraries' own lines too. Nothing personal is ever given to a logger."""
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=max(number, logging.WARNING))
    for handler in logging.getLogger().handlers:
        handler.setFormatter(WithoutWords('{"event": "%(message)s", "logger": "%(name)s"}'))
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
