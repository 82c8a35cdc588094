"""The shapes of requests and answers, for the OpenAPI document. Nothing is parsed by them."""

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounting.journal.drafts import DESCRIPTION_MAX, MAX_LINES, MEMO_MAX, MIN_LINES, REFERENCE_MAX
from api.parsing import DEFAULT_LIMIT, MAX_LIMIT, new_cursor

MONEY = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[ -~]{8,128}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Made and kept by the client; the same key never has two effects.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that is changed.",
)
_DATE = {"type": "string", "format": "date"}
_PARAMETERS = {
    "dry_run": OpenApiParameter(
        "dry_run", bool, description="Do everything, keep nothing: 200 instead of 201."
    ),
    "as_of": OpenApiParameter("as_of", _DATE, description="Leave out what is dated later."),
    "from": OpenApiParameter("from", _DATE, description="First accounting date, inclusive."),
    "to": OpenApiParameter("to", _DATE, description="Last accounting date, inclusive."),
    "known_from": OpenApiParameter("known_from", OpenApiTypes.DATETIME),
    "known_to": OpenApiParameter("known_to", OpenApiTypes.DATETIME),
    "voucher_state": OpenApiParameter(
        "state", {"type": "string", "enum": ["draft", "checked", "posted", "cancelled"]}
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
        "as_known_at", OpenApiTypes.DATETIME, description="Leave out what was recorded later."
    ),
    "postable": OpenApiParameter("postable", bool, description="Only what lines may name, or not."),
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
    return {(status, "application/problem+json"): response for status in statuses}


def with_cursor(page: str, last: str) -> str:
    """Return a page of JSON with its last row's key turned into an opaque ``next``."""
    document = orjson.loads(page)
    after = document.pop(last)
    document["next"] = new_cursor(after)
    return orjson.dumps(document).decode()


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


class Credentials(serializers.Serializer[object]):
    """What to sign in with."""

    username = serializers.CharField(max_length=200)
    password = serializers.CharField(max_length=200)
    otp = serializers.CharField(max_length=20, required=False)


class Token(serializers.Serializer[object]):
    """A bearer token, told once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MyBody(serializers.Serializer[object]):
    """A body in which the officer holds roles today."""

    code = serializers.CharField()
    full_name_th = serializers.CharField()
    kind = serializers.CharField()
    province_th = serializers.CharField()
    is_training = serializers.BooleanField()
    state = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class Me(serializers.Serializer[object]):
    """The officer who asks."""

    username = serializers.CharField()
    name_th = serializers.CharField()
    bodies = MyBody(many=True)


class FiscalYear(serializers.Serializer[object]):
    """A fiscal year of a body."""

    fiscal_year = serializers.IntegerField()
    state = serializers.CharField()


class Body(serializers.Serializer[object]):
    """A body's profile."""

    code = serializers.CharField()
    kind = serializers.CharField()
    name_th = serializers.CharField()
    full_name_th = serializers.CharField()
    parent_code = serializers.CharField(allow_null=True)
    province_code = serializers.CharField()
    province_th = serializers.CharField()
    district_code = serializers.CharField(allow_null=True)
    district_th = serializers.CharField(allow_null=True)
    is_training = serializers.BooleanField()
    state = serializers.CharField()
    fiscal_years = FiscalYear(many=True)
    roles = serializers.ListField(child=serializers.CharField())


class Account(serializers.Serializer[object]):
    """An account of the chart."""

    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()
    type = serializers.CharField()
    normal_side = serializers.CharField()
    postable = serializers.BooleanField()
    level = serializers.IntegerField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a DRF name


class AccountPage(serializers.Serializer[object]):
    """A page of accounts."""

    items = Account(many=True)
    next = serializers.CharField(allow_null=True)


class NewLine(serializers.Serializer[object]):
    """A line to post: one side, more than zero."""

    account = serializers.CharField(max_length=14)
    debit = serializers.RegexField(MONEY, required=False, allow_null=True)
    credit = serializers.RegexField(MONEY, required=False, allow_null=True)
    memo = serializers.CharField(max_length=MEMO_MAX, required=False, allow_null=True)
    budget_line = serializers.CharField(required=False, allow_null=True)


class NewEntry(serializers.Serializer[object]):
    """An entry to post."""

    entry_date = serializers.DateField()
    description = serializers.CharField(max_length=DESCRIPTION_MAX)
    reference = serializers.CharField(max_length=REFERENCE_MAX, required=False, allow_null=True)
    lines = serializers.ListField(child=NewLine(), min_length=MIN_LINES, max_length=MAX_LINES)


class Line(serializers.Serializer[object]):
    """A posted line; the empty side is 0.00."""

    account = serializers.CharField()
    name_th = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    memo = serializers.CharField(allow_null=True)


class Balance(serializers.Serializer[object]):
    """An account's balance after the entry."""

    account = serializers.CharField()
    name_th = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()


class EntryHead(serializers.Serializer[object]):
    """What every shape of an entry has."""

    number = serializers.CharField()
    event_no = serializers.IntegerField()
    entry_date = serializers.DateField()
    fiscal_year = serializers.IntegerField()
    description = serializers.CharField()
    reference = serializers.CharField(allow_null=True)
    posted_at = serializers.DateTimeField()
    posted_by = serializers.CharField()


class PostedEntry(EntryHead):
    """An entry just posted."""

    lines = Line(many=True)
    balances = Balance(many=True)
    hash = serializers.CharField()


class Entry(EntryHead):
    """One entry."""

    lines = Line(many=True)
    total = serializers.CharField()
    hash = serializers.CharField()


class ListedEntry(EntryHead):
    """An entry in a list."""

    total = serializers.CharField()


class EntryPage(serializers.Serializer[object]):
    """A page of entries."""

    items = ListedEntry(many=True)
    next = serializers.CharField(allow_null=True)


class TrialBalanceAmounts(serializers.Serializer[object]):
    """Six columns of a trial balance, none negative."""

    opening_debit = serializers.CharField()
    opening_credit = serializers.CharField()
    period_debit = serializers.CharField()
    period_credit = serializers.CharField()
    closing_debit = serializers.CharField()
    closing_credit = serializers.CharField()


class TrialBalanceRow(TrialBalanceAmounts):
    """An account's row."""

    account = serializers.CharField()
    name_th = serializers.CharField()


class TrialBalance(serializers.Serializer[object]):
    """A trial balance."""

    fiscal_year = serializers.IntegerField()
    month = serializers.DateField(allow_null=True)
    rows = TrialBalanceRow(many=True)
    totals = TrialBalanceAmounts()
    complete_to = serializers.DateTimeField()


class NewBulkEntry(NewEntry):
    """An entry of many, with a key of its own."""

    idempotency_key = serializers.CharField(min_length=8, max_length=128)


class NewEntries(serializers.Serializer[object]):
    """Entries to post, all or none when atomic."""

    entries = serializers.ListField(child=NewBulkEntry(), min_length=1, max_length=1000)
    atomic = serializers.BooleanField(required=False)


class BulkResult(serializers.Serializer[object]):
    """What became of one entry: the entry, or why not."""

    status = serializers.IntegerField()
    entry = PostedEntry(required=False)
    code = serializers.CharField(required=False)
    refusals = Refusal(many=True, required=False)


class BulkResults(serializers.Serializer[object]):
    """Results in the order of the entries."""

    results = BulkResult(many=True)


class NewReversal(serializers.Serializer[object]):
    """The date and reason of a reversal."""

    entry_date = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class Difference(serializers.Serializer[object]):
    """By what two knowledge dates differ."""

    known_from = serializers.DateTimeField()
    known_to = serializers.DateTimeField()
    documents = ListedEntry(many=True)
    accounts = serializers.ListField(child=serializers.DictField())


class LedgerLine(serializers.Serializer[object]):
    """A line of a ledger with the balance after it."""

    entry_date = serializers.DateField()
    number = serializers.CharField()
    event_no = serializers.IntegerField()
    line_no = serializers.IntegerField()
    description = serializers.CharField()
    memo = serializers.CharField(allow_null=True)
    debit = serializers.CharField()
    credit = serializers.CharField()
    balance_debit = serializers.CharField()
    balance_credit = serializers.CharField()


class Ledger(serializers.Serializer[object]):
    """An account's ledger."""

    account = serializers.CharField()
    name_th = serializers.CharField(allow_null=True)
    opening_debit = serializers.CharField()
    opening_credit = serializers.CharField()
    items = LedgerLine(many=True)
    next = serializers.CharField(allow_null=True)
    complete_to = serializers.DateTimeField()


class NewAccount(serializers.Serializer[object]):
    """An own account to open below a national one."""

    parent = serializers.CharField(max_length=14)  # type: ignore[assignment]  # a DRF name
    name_th = serializers.CharField(max_length=200)


class OwnAccount(serializers.Serializer[object]):
    """An own account."""

    code = serializers.CharField()
    parent = serializers.CharField()  # type: ignore[assignment]  # a DRF name
    name_th = serializers.CharField()


class Note(serializers.Serializer[object]):
    """Why a step is taken; required to return or cancel."""

    note = serializers.CharField(max_length=200, required=False, allow_null=True)


class VoucherHead(serializers.Serializer[object]):
    """What every shape of a voucher has."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    document_date = serializers.DateField(allow_null=True)
    fiscal_year = serializers.IntegerField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    amount = serializers.CharField()
    version = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class VoucherStep(serializers.Serializer[object]):
    """A step that was taken."""

    action = serializers.CharField()
    state = serializers.CharField()
    officer_name_th = serializers.CharField()
    is_acting = serializers.BooleanField()
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class NextStep(serializers.Serializer[object]):
    """A step that may be taken, and by whom."""

    action = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class Voucher(VoucherHead):
    """A general voucher."""

    prepared_by = serializers.UUIDField()
    entry = serializers.DictField()
    refusals = Refusal(many=True)
    history = VoucherStep(many=True)
    next = NextStep(many=True)


class VoucherPage(serializers.Serializer[object]):
    """A page of vouchers."""

    items = VoucherHead(many=True)
    next = serializers.CharField(allow_null=True)


class PeriodChange(serializers.Serializer[object]):
    """Why a period is closed or opened again, and for which kind of document; all by default."""

    reason = serializers.CharField(max_length=300, required=False, allow_null=True)
    kind = serializers.ChoiceField(["JV"], required=False, allow_null=True)


class Period(serializers.Serializer[object]):
    """A month."""

    period = serializers.CharField()
    fiscal_year = serializers.IntegerField()
    kind = serializers.CharField(allow_null=True)
    state = serializers.CharField()


class PeriodList(serializers.Serializer[object]):
    """The months of a fiscal year."""

    items = Period(many=True)


class ChainHead(serializers.Serializer[object]):
    """The last event and the hash over everything before it."""

    body_code = serializers.CharField()
    generation = serializers.IntegerField()
    event_no = serializers.IntegerField()
    hash = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    genesis = serializers.CharField()


class Proof(serializers.Serializer[object]):
    """What proves one entry against a head."""

    number = serializers.CharField()
    event_no = serializers.IntegerField()
    canonical = serializers.CharField()
    hash = serializers.CharField()
    previous_hash = serializers.CharField()
    following = serializers.ListField(child=serializers.CharField())
    head = serializers.DictField()


class Event(serializers.Serializer[object]):
    """An event of the journal."""

    event_no = serializers.IntegerField()
    kind = serializers.CharField()
    number = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    canonical = serializers.CharField()
    hash = serializers.CharField()


class EventPage(serializers.Serializer[object]):
    """A page of events."""

    items = Event(many=True)
    next = serializers.CharField(allow_null=True)
    resume = serializers.CharField(allow_null=True)
