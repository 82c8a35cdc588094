"""Which class of work a request is, by its method and path alone.

One table for all who treat classes differently: the proxy before the processes (its configuration
is made from it), and the admission inside them. Pure, and without Django, for the proxy's side has
no settings. The paths are regular expressions that Python's ``re`` and PCRE read alike.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class RequestClass(StrEnum):
    """What a request is, in the order in which it gives way to others: the last gives way first."""

    HEALTH = "health"  # asked by the proxy and by Prometheus
    STATIC = "static"  # a file that a browser keeps for a year
    POSTING = "posting"  # changes something: an officer's work would be lost
    READING = "reading"
    SIGN_IN = "sign_in"  # hashes a password: costs as much as ten postings
    IMPORT = "import"  # hundreds of documents at once
    REPORT = "report"  # a paper, workbook or file: can be asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Requests that are of a class.

    Attributes:
        kind: the class.
        path: a regular expression for the whole path, percent-decoded.
        methods: those that it is about; empty: all.
    """

    kind: RequestClass
    path: str
    methods: tuple[str, ...] = ()


READS = ("GET", "HEAD", "OPTIONS")
_OF_A_BODY = "(api/v1/bodies|b)/[^/]+"

# The first row that fits decides; the last two fit whatever is left.
TABLE = (
    Row(kind=RequestClass.HEALTH, path="/(healthz|readyz|metrics)"),
    Row(kind=RequestClass.STATIC, path="/static/.*"),
    Row(kind=RequestClass.SIGN_IN, path="/sign-in(/.*)?"),
    Row(kind=RequestClass.SIGN_IN, path="/api/v1/auth/tokens"),
    Row(
        kind=RequestClass.IMPORT,
        path="/api/v1/bodies/[^/]+/journal-entries/bulk",
        methods=("POST",),
    ),
    Row(kind=RequestClass.REPORT, path=f"/{_OF_A_BODY}/.+\\.(pdf|xlsx|csv|txt)", methods=READS),
    Row(
        kind=RequestClass.REPORT,
        path=f"/{_OF_A_BODY}/.+/(pdf|file|bank-file)",
        methods=READS,
    ),
    Row(kind=RequestClass.REPORT, path="/central/.+\\.xlsx", methods=READS),
    # Asked by anybody, kept by caches on the way: the first to give way.
    Row(kind=RequestClass.REPORT, path="/open-data/.*", methods=READS),
    # The OpenAPI document is put together anew, from every view: a second of a process's time.
    Row(kind=RequestClass.REPORT, path="/api/v1/schema", methods=READS),
    Row(kind=RequestClass.READING, path="/.*", methods=READS),
    Row(kind=RequestClass.POSTING, path=".*"),
)
# What stands before the code of the body that a path is about.
BODY_PREFIXES = ("/api/v1/bodies/", "/b/")

_TABLE = tuple((row, re.compile(row.path)) for row in TABLE)


@lru_cache(maxsize=256)  # the doors ask one after another about one request
def class_of(*, method: str, path: str) -> RequestClass:
    """Return the class of a request.

    Args:
        method: in capitals.
        path: percent-decoded, without the query.
    """
    for row, wanted in _TABLE:
        if (not row.methods or method in row.methods) and wanted.fullmatch(path):
            return row.kind
    return RequestClass.POSTING  # a path with a line break in it: nothing of ours


def body_of(path: str) -> str | None:
    """Return the code of the body that a path is about; None for those of no body."""
    for prefix in BODY_PREFIXES:
        if path.startswith(prefix):
            return path.removeprefix(prefix).partition("/")[0] or None
    return None
