"""What the proxy's entrance does with a request, line after line, in this order."""

from collections.abc import Iterator

from openlaas.nodes import answers
from openlaas.nodes.answers import Answer
from openlaas.nodes.description import IMPORTS, POOLS, REPORTS, WEB, Description
from openlaas.request_classes import BODY_PREFIXES, READS, TABLE, RequestClass, Row
from tenants.admission.rules import GROUPS

_IS_API = "{ var(txn.path) -m beg /api/ }"
# Only ours may say these things to the app.
_OURS_TO_SAY = (
    "X-Request-Start",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Real-IP",
    "Forwarded",
)
_SESSION_COOKIE = "openlaas_portal"  # portal.doors.COOKIE, which cannot be asked without settings
# Asked again of another process when the first died on it: they change nothing.
_ASKED_AGAIN = (
    RequestClass.HEALTH,
    RequestClass.STATIC,
    RequestClass.READING,
    RequestClass.REPORT,
)
_POSTINGS_AHEAD = GROUPS // 64
_COUNTED = "!{ var(txn.class) -m str health static }"


def of_the_entrance(description: Description) -> Iterator[str]:
    """Return the entrance's rules."""
    yield from _what_it_is()
    yield from _who_sent_it(description)
    yield from _not_answered_to(description)
    yield from _told_when_it_fails()
    yield from _limits(description)
    yield from _which_pool()
    yield from _which_process()
    yield from _room_in_the_queue(description)
    yield from _on_its_way(description)


def _what_it_is() -> Iterator[str]:
    yield "http-request set-var(txn.path) path,url_dec"
    for row in TABLE:
        yield (
            f"http-request set-var(txn.class) str({row.kind})"
            f" if !{{ var(txn.class) -m found }}{_methods(row)}"
            f" {{ var(txn.path) -m reg -- '^(?:{row.path})$' }}"
        )
    # A path with a line break in it, which no row's dot takes.
    yield "http-request set-var(txn.class) str(posting) if !{ var(txn.class) -m found }"
    for prefix in BODY_PREFIXES:
        place = prefix.count("/") + 1
        yield (
            f"http-request set-var(txn.body) var(txn.path),field({place},/)"
            f" if {{ var(txn.path) -m beg {prefix} }}"
        )
    yield "# A link to sign in by stands in its path, and must not stand in a log."
    yield "http-request set-var(txn.logged) path"
    yield "http-request set-var(txn.logged) str(/sign-in) if { var(txn.class) -m str sign_in }"


def _methods(row: Row) -> str:
    return f" {{ method {' '.join(row.methods)} }}" if row.methods else ""


def _who_sent_it(description: Description) -> Iterator[str]:
    for header in _OURS_TO_SAY:
        yield f"http-request del-header {header}"
    believed = description.entrance.trusted_proxies
    unless = f" unless {{ src {' '.join(believed)} }}" if believed else ""
    for header in ("X-Forwarded-For", "X-Forwarded-Proto"):
        yield f"http-request del-header {header}{unless}"
    missing = "!{ req.hdr(X-Forwarded-Proto) -m found }"
    yield f"http-request set-header X-Forwarded-Proto https if {{ ssl_fc }} {missing}"
    yield f"http-request set-header X-Forwarded-Proto http if {missing}"
    yield "option forwardfor"
    yield "http-request set-header X-Request-Start %[date(0,us)]"
    yield "http-request set-var(txn.id) req.hdr(X-Request-Id)"
    own = "!{ var(txn.id) -m reg -- '^[!-~]{1,64}$' }"
    yield f"http-request set-var(txn.id) uuid() if {own}"
    yield "http-request set-header X-Request-Id %[var(txn.id)]"
    yield from _client_address(believed)


def _client_address(believed: tuple[str, ...]) -> Iterator[str]:
    yield "http-request set-var(txn.client) src"
    if believed:
        yield (
            "http-request set-var(txn.client) req.hdr_ip(X-Forwarded-For,-1)"
            f" if {{ src {' '.join(believed)} }} {{ req.hdr(X-Forwarded-For) -m found }}"
        )


def _not_answered_to(description: Description) -> Iterator[str]:
    entrance = description.entrance
    if entrance.https:
        yield "http-request redirect scheme https code 308 unless { ssl_fc }"
        yield "http-response set-header Strict-Transport-Security max-age=31536000"
    if entrance.hosts:
        unknown = f"!{{ req.hdr(host),host_only -m str -i {' '.join(entrance.hosts)} }}"
        yield from _refuse(answers.NOT_HERE, unknown)
    yield "# What a process counts is for its operators: they ask it directly."
    yield from _refuse(answers.NOT_HERE, "{ var(txn.path) -m str /metrics }")
    yield "# The app reads as much as Content-Length tells."
    yield from _refuse(answers.NO_LENGTH, "{ req.hdr(Transfer-Encoding) -m found }")
    most = description.limits.request_megabytes * 2**20
    yield from _refuse(answers.TOO_LARGE, f"{{ req.hdr_val(Content-Length) gt {most} }}")
    large = description.limits.large_kilobytes * 1024
    yield (
        "http-request set-var(txn.large) bool(true)"
        f" if {{ req.hdr_val(Content-Length) gt {large} }}"
    )


def _told_when_it_fails() -> Iterator[str]:
    """What http-error will say, which cannot choose by the path itself."""
    for name, answer in (("busy", answers.BUSY), ("unknown", answers.UNKNOWN)):
        yield f"http-request set-var(txn.{name}) var(proc.{name}_page) unless {_IS_API}"
        yield f"http-request set-var-fmt(txn.{name}) '{answer.problem}' if {_IS_API}"
    yield "http-request set-var(txn.api) bool(true) if " + _IS_API
    yield (
        "http-after-response set-header Content-Type application/problem+json"
        " if { var(txn.api) -m bool } { status 502 503 504 }"
    )


def _limits(description: Description) -> Iterator[str]:
    limits = description.limits
    has_body = "{ var(txn.body) -m found }"
    if limits.address_requests:
        yield f"http-request track-sc1 var(txn.client) table per_address if {_COUNTED}"
        yield from _refuse(
            answers.ADDRESS_QUOTA, f"{{ sc1_http_req_rate gt {limits.address_requests} }}"
        )
    if limits.body_requests or limits.body_at_once:
        yield f"http-request track-sc0 var(txn.body) table per_body if {has_body}"
    if limits.body_requests:
        yield from _refuse(answers.QUOTA, f"{{ sc0_http_req_rate gt {limits.body_requests} }}")
    if limits.body_at_once:
        yield from _refuse(answers.QUOTA, f"{{ sc0_conn_cur gt {limits.body_at_once} }}")
    if limits.body_heavy_at_once:
        heavy = "{ var(txn.class) -m str report import }"
        yield f"http-request track-sc2 var(txn.body) table per_body_heavy if {heavy} {has_body}"
        yield from _refuse(answers.QUOTA, f"{{ sc2_conn_cur gt {limits.body_heavy_at_once} }}")


def _room_in_the_queue(description: Description) -> Iterator[str]:
    """Send away at once who could not be served in time: waiting for nothing helps nobody.

    Note [Whole bodies, by the length of the queue]
    A job of an officer is a dozen requests, and a queue that is full for one in two of them spoils
    every job. So the bodies are in groups, by a hash that changes with the hour, and from a quarter
    of the queue's length on each request that waits closes the door to some more groups, until at
    its full length only the first is let in. However much is asked, the queue stays at the length
    where as much is let in as is done; and the rest costs no process anything, for it is sent away
    here. What is about no body is grouped by who asks.

    Postings find the door open a little longer than readings: a list that was shown may still be
    acted on. A form of a page does until all are sent away: who typed it has nowhere to keep it.
    Signing in ends when half of the way is gone.
    """
    lengths = {name: description.pools[name].queue_length for name in POOLS}
    if not any(lengths.values()):
        return
    yield "http-request set-var(txn.hour) date(),div(3600)"
    yield f"http-request set-var(txn.group) rand({GROUPS})"
    group = f"var(txn.key),concat(/,txn.hour),crc32,mod({GROUPS})"
    yield f"http-request set-var(txn.group) {group} if {{ var(txn.key) -m found }}"
    yield "http-request set-var(txn.shut) int(0)"  # HAProxy adds to nothing below zero rightly
    for pool, length in lengths.items():
        start = length // 4
        if length:
            yield (
                f"http-request set-var(txn.shut)"
                f" avg_queue({pool}),sub({start}),mul({GROUPS}),div({length - start})"
                f" if {{ var(txn.pool) -m str {pool} }} {{ avg_queue({pool}) gt {start} }}"
            )
    yield f"http-request set-var(txn.shut) var(txn.shut),mul(2) if {_is(RequestClass.SIGN_IN)}"
    yield "http-request set-var(txn.shut) var(txn.shut),add(txn.group)"
    for more, whose in (
        (0, f"!{_is(RequestClass.POSTING)} {_COUNTED}"),
        (_POSTINGS_AHEAD, f"{_is(RequestClass.POSTING)} {_IS_API}"),
        (GROUPS + _POSTINGS_AHEAD, _is(RequestClass.POSTING)),
    ):
        yield from _refuse(answers.BUSY, f"{{ var(txn.shut) -m int gt {GROUPS + more} }} {whose}")


def _is(kind: RequestClass) -> str:
    return f"{{ var(txn.class) -m str {kind} }}"


def _which_pool() -> Iterator[str]:
    yield f"http-request set-var(txn.pool) str({WEB})"
    yield f"http-request set-var(txn.pool) str({REPORTS}) if {{ var(txn.class) -m str report }}"
    yield f"http-request set-var(txn.pool) str({IMPORTS}) if {{ var(txn.class) -m str import }}"
    yield f"http-request set-var(txn.pool) str({IMPORTS}) if {{ var(txn.large) -m bool }}"


def _which_process() -> Iterator[str]:
    yield "# Each body has its process; what is about none goes by who asks."
    yield f"http-request set-var(txn.key) req.cook({_SESSION_COOKIE})"
    yield (
        "http-request set-var(txn.key) req.hdr(Authorization)"
        " if { req.hdr(Authorization) -m found }"
    )
    yield "http-request set-var(txn.key) var(txn.body) if { var(txn.body) -m found }"


def _on_its_way(description: Description) -> Iterator[str]:
    for kind, number in description.priorities.items():
        yield (
            f"http-request set-priority-class int({number}) if {{ var(txn.class) -m str {kind} }}"
        )
    again = " ".join(_ASKED_AGAIN)
    yield (
        "http-request disable-l7-retry unless"
        f" {{ var(txn.class) -m str {again} }} {{ method {' '.join(READS)} }}"
    )
    yield f"http-request cache-use static if {{ var(txn.class) -m str {RequestClass.STATIC} }}"
    yield f"http-response cache-store static if {{ var(txn.class) -m str {RequestClass.STATIC} }}"


def _refuse(answer: Answer, condition: str) -> Iterator[str]:
    retry = f" hdr Retry-After '{answer.retry_after}'" if answer.retry_after else ""
    common = f" hdr Cache-Control no-store{retry} if {condition}"
    yield (
        f"http-request return status {answer.status} content-type application/problem+json"
        f" lf-string '{answer.problem}'{common} {_IS_API}"
    )
    yield (
        f"http-request return status {answer.status} content-type 'text/html; charset=utf-8'"
        f" lf-string '{answer.page}'{common}"
    )
