"""Traces by OpenTelemetry, where an endpoint is configured; nothing at all where none is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from opentelemetry import propagate, trace


def install(app: FastAPI, service: str, endpoint: str) -> None:
    """A span for each request, named by route and method; no values."""
    if not endpoint:
        return
    tracer = _provider(service, endpoint).get_tracer("madoguchi")

    @app.middleware("http")
    async def span(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        parent = propagate.extract(dict(request.headers))
        with tracer.start_as_current_span(
            request.method,
            context=parent,
            kind=trace.SpanKind.SERVER,
            record_exception=False,  # its words may repeat a value
            set_status_on_exception=False,
        ) as current:
            response = await call_next(request)
            route = request.scope.get("route")
            current.update_name(f"{request.method} {getattr(route, 'path', 'unmatched')}")
            current.set_attribute("http.response.status_code", response.status_code)
            return response


def _provider(service: str, endpoint: str) -> trace.TracerProvider:
    """Sends spans to the endpoint. What it is made of takes 5 MB: not in a process that sends none."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"madoguchi-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    return provider
