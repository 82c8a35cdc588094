"""Request ids, timings, logs by named field, and errors to Sentry."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

import sentry_sdk
import structlog
from django.http import HttpRequest, HttpResponse

from openlaas.request_classes import RequestClass, body_of, class_of
from openlaas.waits import WAITS, Spent, endpoint_of
from tenants.service_levels.counting import SERVED
from tenants.usage import fingerprint_of, usage

REQUEST_ID_LENGTH = 64
MICROSECONDS_DIGITS = 17  # of a time until the year 5138
_AT_WORK = frozenset({RequestClass.READING, RequestClass.POSTING})


def logging_settings(*, json_lines: bool) -> dict[str, Any]:
    """Return Django's LOGGING: one line an event, JSON for machines or plain for people."""
    renderer = (
        structlog.processors.JSONRenderer()
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": logging.INFO},
        "loggers": {"django.request": {"level": "ERROR"}, "django.server": {"level": "WARNING"}},
    }


def start_sentry(*, dsn: str, release: str) -> None:
    """Send errors to Sentry when a DSN is set: no bodies, no personal data, no local variables."""
    if dsn:
        sentry_sdk.init(
            dsn=dsn,
            release=release,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
        )


class RequestMiddleware:
    """Gives every request an id, every answer its timings, and notes what it waited for.

    ``Server-Timing`` says ``app`` (time in this process), ``db`` (of it, waiting for databases or
    for a connection to one), ``cpu`` (of it, this thread at work) and ``queue`` (waiting before it,
    from the proxy's ``X-Request-Start``), in milliseconds. What is left of ``app`` is waiting for
    the interpreter or for a core.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, timed."""
        started, worked = time.perf_counter(), time.thread_time()
        queued = queue_seconds(request.headers.get("X-Request-Start", ""))
        request.id = request_id(request.headers.get("X-Request-Id", ""))  # type: ignore[attr-defined]
        used = usage()
        used.clear()
        from django.db import connections  # noqa: PLC0415 - settings are being read at import

        with connections["default"].execute_wrapper(_note_statement):
            response = self.get_response(request)
        if not response.streaming and not response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        spent = Spent(
            seconds=time.perf_counter() - started,
            cpu_seconds=time.thread_time() - worked,
            queue_seconds=queued,
            used=used,
        )
        WAITS.note(endpoint_of(request), response.status_code, spent)
        _note_service(request, response, queued + spent.seconds)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        response["Server-Timing"] = (
            f"app;dur={spent.seconds * 1000:.1f}, db;dur={spent.database_seconds * 1000:.1f},"
            f" cpu;dur={spent.cpu_seconds * 1000:.1f}, queue;dur={queued * 1000:.1f}"
        )
        return response


def _note_service(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Count a request of an officer at work in a body; who is not signed in is no officer."""
    body_code = body_of(request.path)
    if body_code is None or response.get("Location", "").startswith("/sign-in"):
        return
    if class_of(method=request.method or "", path=request.path) in _AT_WORK:
        SERVED.note(body_code, response.status_code, seconds)


def _note_statement(
    execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any
) -> Any:
    """Run a question to the control plane, counted and timed (Django's execute_wrapper)."""
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        usage().note_statement(fingerprint_of(sql), time.perf_counter() - started)


def request_id(asked: str) -> str:
    """Return the caller's request id when it is printable and short, else a new one."""
    if 0 < len(asked) <= REQUEST_ID_LENGTH and asked.isascii() and asked.isprintable():
        return asked
    return uuid.uuid4().hex


def queue_seconds(started: str) -> float:
    """Return how long ago HAProxy's ``X-Request-Start`` was (microseconds, perhaps after ``t=``).

    Zero of what is no time.
    """
    digits = started.removeprefix("t=")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MICROSECONDS_DIGITS):
        return 0.0
    return max(0.0, time.time() - int(digits) / 1_000_000)
