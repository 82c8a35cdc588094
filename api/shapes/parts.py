"""Parts of many shapes: parameters, problem documents, money, pages."""

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from api.parsing import DEFAULT_LIMIT, MAX_LIMIT, new_cursor
from tenants.lifecycle.rules import STATES

# Of all bodies of the register, with books or without.
REGISTER_STATES = list(dict.fromkeys([*STATES, "registered", "provisioning"]))
MONEY = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"
# What an operation that changes something may answer besides its success.
REFUSED = (400, 401, 403, 404, 409, 413, 415, 422, 503)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[ -~]{8,128}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Made and kept by the client; the same key never has two effects.",
)
IDEMPOTENCY_HIT = OpenApiParameter(
    "Idempotency-Hit",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=True,
    description="This is the answer that the key was given before.",
)
ONCE = [IDEMPOTENCY_KEY, IDEMPOTENCY_HIT]
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version, for If-Match.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that is changed.",
)
IF_MATCH_IF_ANY = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the version that was read; 412 when it was changed since. A refusal is"
    " kept with its Idempotency-Key: read again, then send a new key.",
)
NOTHING = {"application/json": {"type": "object", "additionalProperties": False}}
_DATE = {"type": "string", "format": "date"}
_PARAMETERS = {
    "lines": OpenApiParameter("lines", bool, description="Show each entry's lines too."),
    "dry_run": OpenApiParameter(
        "dry_run", bool, description="Do everything, keep nothing: 200 instead of 201."
    ),
    "as_of": OpenApiParameter("as_of", _DATE, description="Leave out what is dated later."),
    "from": OpenApiParameter("from", _DATE, description="First accounting date, inclusive."),
    "to": OpenApiParameter("to", _DATE, description="Last accounting date, inclusive."),
    "known_from": OpenApiParameter("known_from", OpenApiTypes.DATETIME),
    "known_to": OpenApiParameter("known_to", OpenApiTypes.DATETIME),
    "available": OpenApiParameter(
        "available", bool, description="Only lines that have something left, or nothing."
    ),
    "fund_source": OpenApiParameter("fund_source", {"type": "string", "maxLength": 16}),
    "province": OpenApiParameter(
        "province", {"type": "string", "maxLength": 100}, description="The code of a province."
    ),
    "kind": OpenApiParameter(
        "kind",
        {"type": "string", "maxLength": 100},
        description="PAO CITY TOWN TMUN SAO SPEC, or a unit's.",
    ),
    "by": OpenApiParameter(
        "by",
        {
            "type": "string",
            "enum": ["disbursed", "spent_percent", "collected_percent", "months_closed"],
            "default": "disbursed",
        },
    ),
    "direction": OpenApiParameter(
        "direction",
        {"type": "string", "enum": ["desc", "asc"], "default": "desc"},
        description="The most first, or the least.",
    ),
    "state": OpenApiParameter("state", {"type": "string", "enum": REGISTER_STATES}),
    "scheme": OpenApiParameter(
        "scheme",
        {"type": "string", "enum": ["revenue", "expenditure"]},
        description="Revenue in seven classes, or expenditure in six; revenue when absent.",
    ),
    "district": OpenApiParameter(
        "district", str, description="Only this district of the officer's area, four digits."
    ),
    "fiscal_year": OpenApiParameter(
        "fiscal_year",
        {"type": "integer", "minimum": 2400, "maximum": 2800},
        description="Buddhist era: 2569 is 2025-10-01 to 2026-09-30.",
    ),
    "month": OpenApiParameter(
        "month",
        str,
        description="A month of the fiscal year, as 2026-01 or 1; else the whole year.",
    ),
    "as_known_at": OpenApiParameter(
        "as_known_at",
        OpenApiTypes.DATETIME,
        description="Leave out what was recorded later; 1970 or later.",
    ),
    "postable": OpenApiParameter("postable", bool, description="Only what lines may name, or not."),
    "active": OpenApiParameter("active", bool, description="Only those in use, or the retired."),
    "q": OpenApiParameter(
        "q",
        {"type": "string", "maxLength": 100},
        description="First digits of a code, or part of a name.",
    ),
    "limit": OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "cursor": OpenApiParameter("cursor", str, description="The `next` of the page before."),
}


def parameters(*names: str) -> list[OpenApiParameter]:
    """Return query parameters by name; a name that ends in ``!`` is required."""
    chosen = []
    for name in names:
        parameter = _PARAMETERS[name.rstrip("!")]
        chosen.append(
            OpenApiParameter(
                parameter.name,
                parameter.type,
                required=name.endswith("!"),
                description=parameter.description,
            )
        )
    return chosen


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the problem documents that an operation may answer with."""
    response = OpenApiResponse(Problem, description="A problem document (RFC 9457).")
    # What may be away for a while (503) is a body, whose state may refuse it for longer (409).
    told = {*statuses, 409} if {404, 503} <= set(statuses) else set(statuses)
    return {(status, "application/problem+json"): response for status in sorted(told)}


_DECODER = json.JSONDecoder()


def with_cursor(page: str, last: str) -> str:
    """Return a page of PostgreSQL's JSON with its last row's key turned into an opaque ``next``.

    The page is not parsed: a key's quotes are escaped wherever they stand inside of a text.
    """
    before, found, after = page.rpartition(f'"{last}" : ')
    assert found, last
    value, end = _DECODER.raw_decode(after)
    return f'{before}"next" : {json.dumps(new_cursor(value))}{after[end:]}'


class Refusal(serializers.Serializer[object]):
    """One reason."""

    code = serializers.CharField()
    message_th = serializers.CharField()
    message_en = serializers.CharField()
    pointer = serializers.CharField(allow_blank=True)
    rule = serializers.CharField(allow_blank=True)
    regulation = serializers.CharField(allow_blank=True)


class Problem(serializers.Serializer[object]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    trace_id = serializers.CharField()
    retryable = serializers.BooleanField()
    refusals = Refusal(many=True)


class Amount(serializers.RegexField):
    """Baht, with two decimals, never negative: what is negative stands in the other column."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9]{1,16}\.[0-9]{2}$", **options)


class Sha256(serializers.RegexField):
    """A SHA-256 in hexadecimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9a-f]{64}$", **options)


class AccountCode(serializers.RegexField):
    """A national account, or the body's own below one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?$", **options)


class DocumentNumber(serializers.RegexField):
    """A number as it is printed: JV-00001/69."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Z]{1,8}-[0-9]{5,9}/[0-9]{2}$", **options)


class Reason(serializers.Serializer[object]):
    """Why, in the officer's words."""

    reason = serializers.CharField(max_length=300, required=False, allow_null=True)
