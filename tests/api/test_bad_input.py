"""Whatever is sent, the answer says what is wrong, all of it, and nothing is written."""

from datetime import date
from uuid import uuid4

import pytest

from accounting.closing import operations as closing
from accounting.officers import Officer
from tenants.transactions import tenant_transaction

CASH, REVENUE = "1101010101.001", "4401010104.001"
HEADER, RETIRED, UNKNOWN = "1101000000.000", "3102010101.002", "9999999999.999"
MEGABYTE = 1024 * 1024
DIRECTOR = Officer(id=uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset({"FIN_DIRECTOR"}))


@pytest.fixture(scope="module")
def place(_unused_bodies, officer_of):
    """A body, its accountant's token, and a month of it that is closed."""
    body = next(_unused_bodies)
    with tenant_transaction(body):
        closing.close_period(starts_on=date(2026, 1, 1), officer=DIRECTOR)
    return body, officer_of(body).token


@pytest.fixture
def send(place, api, books_of):
    """Post to the journal, and see that nothing was written."""
    body, token = place

    def post(content: object, **options: str):
        before = books_of(body)
        path = f"bodies/{body.code}/journal-entries"
        answer = api.post(path, content, token=token, **options)
        assert books_of(body) == before, "nothing is written"
        return answer

    return post


def lines(*pairs: tuple[object, object, object]) -> list[dict[str, object]]:
    """Lines of (account, debit, credit); None leaves a side out."""
    return [
        {
            "account": account,
            **({} if debit is None else {"debit": debit}),
            **({} if credit is None else {"credit": credit}),
        }
        for account, debit, credit in pairs
    ]


def balanced(amount: object = "1.00", account: object = CASH) -> list[dict[str, object]]:
    return lines((account, amount, None), (REVENUE, None, amount))


# name: what differs from a good entry, the refusals expected as (code, pointer)
REFUSED_422 = {
    "unbalanced": (
        {"lines": lines((CASH, "100.00", None), (REVENUE, None, "99.99"))},
        {("unbalanced", "/lines")},
    ),
    "all on one side": (
        {"lines": lines((CASH, "1.00", None), (REVENUE, "1.00", None))},
        {("unbalanced", "/lines")},
    ),
    "both sides of a line": (
        {"lines": lines((CASH, "1.00", "1.00"), (REVENUE, None, "1.00"))},
        {("both_sides", "/lines/0")},
    ),
    "no side of a line": (
        {"lines": lines((CASH, None, None), (REVENUE, None, "1.00"))},
        {("no_side", "/lines/0")},
    ),
    "zero": (
        {"lines": balanced("0.00")},
        {("zero_amount", "/lines/0/debit"), ("zero_amount", "/lines/1/credit")},
    ),
    "negative zero": (
        {"lines": balanced("-0.00")},
        {("zero_amount", "/lines/0/debit"), ("zero_amount", "/lines/1/credit")},
    ),
    "negative": (
        {"lines": balanced("-1.00")},
        {("negative_amount", "/lines/0/debit"), ("negative_amount", "/lines/1/credit")},
    ),
    "three decimals": (
        {"lines": balanced("1.001")},
        {("too_many_decimals", "/lines/0/debit"), ("too_many_decimals", "/lines/1/credit")},
    ),
    "a number for an amount": (
        {"lines": balanced(100)},
        {("not_a_string", "/lines/0/debit"), ("not_a_string", "/lines/1/credit")},
    ),
    "a float for an amount": (
        {"lines": balanced(0.1)},
        {("not_a_string", "/lines/0/debit"), ("not_a_string", "/lines/1/credit")},
    ),
    "true for an amount": (
        {"lines": balanced(amount=True)},
        {("not_a_string", "/lines/0/debit"), ("not_a_string", "/lines/1/credit")},
    ),
    "an amount one satang too large": (
        {"lines": balanced("10000000000000.00")},
        {("too_large", "/lines/0/debit"), ("too_large", "/lines/1/credit")},
    ),
    "an amount of 10,000 digits": (
        {"lines": balanced("9" * 10_000)},
        {("too_large", "/lines/0/debit"), ("too_large", "/lines/1/credit")},
    ),
    **{
        f"{amount!r} for an amount": (
            {"lines": balanced(amount)},
            {("not_money", "/lines/0/debit"), ("not_money", "/lines/1/credit")},
        )
        for amount in (
            *("NaN", "Infinity", "1e3", " 1.00", "1.00 ", "+1.00", "1,000.00", "1_000", "0x10"),
            *("๑๐๐.๐๐", "", ".5", "5.", "1.00\n", "1\u0000", "--1"),
        )
    },
    "an unknown account": (
        {"lines": balanced(account=UNKNOWN)},
        {("unknown_account", "/lines/0/account")},
    ),
    "a header account": (
        {"lines": balanced(account=HEADER)},
        {("header_account", "/lines/0/account")},
    ),
    "a retired account": (
        {"lines": balanced(account=RETIRED)},
        {("retired_account", "/lines/0/account")},
    ),
    "no code of an account": (
        {"lines": balanced(account="cash")},
        {("unknown_account", "/lines/0/account")},
    ),
    "a number for an account": (
        {"lines": balanced(account=1101010101.001)},
        {("not_a_string", "/lines/0/account")},
    ),
    "no account": (
        {"lines": [{"debit": "1.00"}, {"account": REVENUE, "credit": "1.00"}]},
        {("required", "/lines/0/account")},
    ),
    "one line": (
        {"lines": lines((CASH, "1.00", None))},
        {("line_count", "/lines"), ("unbalanced", "/lines")},
    ),
    "no lines": ({"lines": []}, {("line_count", "/lines")}),
    "501 lines": (
        {"lines": lines(*[(CASH, "1.00", None)] * 500, (REVENUE, None, "500.00"))},
        {("line_count", "/lines")},
    ),
    "an object for lines": ({"lines": {"0": {}}}, {("required", "/lines")}),
    "null for lines": ({"lines": None}, {("required", "/lines")}),
    "texts for lines": (
        {"lines": ["a", "b"]},
        {("not_an_object", "/lines/0"), ("not_an_object", "/lines/1")},
    ),
    "a Buddhist year": ({"entry_date": "2569-10-05"}, {("buddhist_year", "/entry_date")}),
    "the 29th of February of a Buddhist leap year": (
        {"entry_date": "2567-02-29"},
        {("buddhist_year", "/entry_date")},
    ),
    "a day that is not there": ({"entry_date": "2026-02-30"}, {("not_a_date", "/entry_date")}),
    **{
        f"{day!r} for a date": ({"entry_date": day}, {("not_a_date", "/entry_date")})
        for day in ("05/10/2026", "2026-10-5", "2026-10-05T00:00:00Z", "", "20261005", 20261005)
    },
    "year 1": ({"entry_date": "0001-01-01"}, {("not_a_date", "/entry_date")}),
    "no date": ({"entry_date": None}, {("required", "/entry_date")}),
    "no description": ({"description": None}, {("required", "/description")}),
    "a blank description": ({"description": " \n "}, {("required", "/description")}),
    "a description of 501 letters": ({"description": "ก" * 501}, {("too_long", "/description")}),
    "a number for a description": ({"description": 5}, {("not_a_string", "/description")}),
    "NUL in a description": ({"description": "a\u0000b"}, {("control_character", "/description")}),
    "an escape in a reference": (
        {"reference": "\u001b[31m"},
        {("control_character", "/reference")},
    ),
    "a reference of 101 letters": ({"reference": "x" * 101}, {("too_long", "/reference")}),
    "an array for a reference": ({"reference": ["x"]}, {("not_a_string", "/reference")}),
    "NUL in a memo": (
        {"lines": [{**balanced()[0], "memo": "\u0000"}, balanced()[1]]},
        {("control_character", "/lines/0/memo")},
    ),
    "an object for a memo": (
        {"lines": [{**balanced()[0], "memo": {"a": {}}}, balanced()[1]]},
        {("not_a_string", "/lines/0/memo")},
    ),
    "an unknown field": ({"officer": "x"}, {("unknown_field", "/officer")}),
    "an unknown field of a line": (
        {"lines": [{**balanced()[0], "body": "5901401"}, balanced()[1]]},
        {("unknown_field", "/lines/0/body")},
    ),
    "an unknown field that a pointer must escape": (
        {"a/b~c": 1},
        {("unknown_field", "/a~1b~0c")},
    ),
    "an unknown field named NUL": ({"\u0000": 1}, {("unknown_field", "/\u0000")}),
    "a budget line, before there are any": (
        {"lines": [{**balanced()[0], "budget_line": "x"}, balanced()[1]]},
        {("unknown_budget_line", "/lines/0/budget_line")},
    ),
    "everything at once": (
        {
            "entry_date": "2569-10-05",
            "description": "",
            "reference": 7,
            "surprise": None,
            "lines": lines((UNKNOWN, "1.001", None), (HEADER, None, "-1.00")),
        },
        {
            ("buddhist_year", "/entry_date"),
            ("required", "/description"),
            ("not_a_string", "/reference"),
            ("unknown_field", "/surprise"),
            ("unknown_account", "/lines/0/account"),
            ("too_many_decimals", "/lines/0/debit"),
            ("header_account", "/lines/1/account"),
            ("negative_amount", "/lines/1/credit"),
        },
    ),
    "a fault of the request beside a closed month": (
        {"entry_date": "2026-01-15", "lines": balanced(account=UNKNOWN)},
        {("period_closed", "/entry_date"), ("unknown_account", "/lines/0/account")},
    ),
}


@pytest.mark.parametrize("name", REFUSED_422)
def test_a_request_that_refutes_itself_is_422_with_every_reason(send, entry, problem, name):
    changed, expected = REFUSED_422[name]
    document = problem(send({**entry(), **changed}), 422, "unable_to_post_entry")
    assert {(r["code"], r["pointer"]) for r in document["refusals"]} == expected
    assert len(document["refusals"]) == len(expected)
    assert document["retryable"] is False


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-01-15", "period_closed"),
        ("2026-01-31", "period_closed"),
        ("2020-01-15", "period_missing"),
        ("2399-12-31", "period_missing"),
        ("1900-01-01", "period_missing"),
    ],
)
def test_the_state_of_the_books_refuses_with_409(send, entry, problem, day, code):
    document = problem(send(entry(entry_date=day)), 409, "unable_to_post_entry")
    assert [(r["code"], r["pointer"]) for r in document["refusals"]] == [(code, "/entry_date")]


def test_the_days_beside_a_closed_month_are_open(place, api, entry):
    body, token = place
    for day in ("2025-12-31", "2026-02-01"):
        path = f"bodies/{body.code}/journal-entries"
        assert api.post(path, entry(entry_date=day), token=token).status_code == 201


DEEP = 100_000
MALFORMED = {
    "no JSON": b"entry_date=2026-10-05",
    "half of it": b'{"entry_date": "2026-',
    "an array": b"[]",
    "a text": b'"entry"',
    "a number": b"1",
    "null": b"null",
    "invalid UTF-8": b'{"description": "\xff\xfe"}',
    "UTF-16": '{"description": "a"}'.encode("utf-16"),
    "an overlong NUL": b'{"description": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"description": "\xed\xa0\x80"}',
    "a lone high surrogate": rb'{"description": "\ud83d"}',
    "a lone low surrogate": rb'{"description": "\ude00"}',
    "NUL outside a text": b'{"description":\x00 "a"}',
    "a raw NUL in a text": b'{"description": "a\x00b"}',
    "NaN": b'{"lines": NaN}',
    "a trailing comma": b'{"description": "a",}',
    "a comment": b'{/* */"description": "a"}',
    "two documents": b"{}{}",
    "arrays nested deep": b'{"lines":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects nested deep": b'{"lines":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "arrays nested 300 deep": b'{"reference":' + b"[" * 300 + b"]" * 300 + b"}",
    "arrays nested 1,000 deep": b'{"reference":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "objects nested 500 deep": b'{"reference":' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}",
    "a key twice": b'{"description": "a", "description": "b"}',
    "a key of a line twice": b'{"lines": [{"debit": "1.00", "debit": "2.00"}]}',
    "a key twice, once escaped": rb'{"reference": "a", "referenc\u0065": "b"}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_json_object_is_400(send, problem, name):
    problem(send(MALFORMED[name]), 400, "malformed")


def test_an_empty_body_lacks_everything(send, problem):
    document = problem(send(b""), 422)
    pointers = {refusal["pointer"] for refusal in document["refusals"]}
    assert pointers == {"/entry_date", "/description", "/lines"}


@pytest.mark.parametrize(
    "number", [b"1e999999", b"-1e400", b"9" * 400, b"9" * 5000, b"1." + b"0" * 5000]
)
def test_a_huge_number_is_a_4xx(send, problem, number):
    content = b'{"reference": ' + number + b"}"
    answer = send(content)
    assert answer.status_code in {400, 422}
    problem(answer, answer.status_code)


@pytest.mark.parametrize("size", [5 * MEGABYTE, 10 * MEGABYTE])
def test_more_than_5_megabytes_is_413(send, problem, size):
    problem(send(b'{"description": "' + b"a" * size + b'"}'), 413)


def test_just_under_5_megabytes_is_read(send, problem):
    filler = b'{"description": "' + b"a" * (5 * MEGABYTE - 30) + b'"}'
    document = problem(send(filler), 422)
    assert ("too_long", "/description") in {(r["code"], r["pointer"]) for r in document["refusals"]}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "text/json",
        "application/octet-stream",
        "nonsense",
    ],
)
def test_another_content_type_is_415(send, entry, problem, content_type):
    problem(send(entry(), **{"Content-Type": content_type}), 415)


def test_thousands_of_unknown_fields_get_an_answer_of_bounded_size(send, problem):
    fields = b",".join(b'"f%d":1' % number for number in range(100_000))
    answer = send(b"{" + fields + b"}")
    problem(answer, 422)
    assert len(answer.content) < MEGABYTE


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_another_method_is_405(place, problem, method):
    from django.test import Client

    body, token = place
    call = getattr(Client(raise_request_exception=False), method)
    headers = {"Authorization": f"Bearer {token}"}
    answer = call(f"/api/v1/bodies/{body.code}/journal-entries", headers=headers)
    problem(answer, 405)


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=1001", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=๕"),
        *("limit=99999999999999999999", "cursor=", "cursor=%00", "cursor=!!", "cursor=ImEi"),
        *("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor=LTE=", "cursor=4LmR", "limit=1&limit=0"),
    ],
)
def test_a_list_parameter_that_cannot_be_read_is_400(place, api, problem, query):
    body, token = place
    answer = api.get(f"bodies/{body.code}/journal-entries?{query}", token=token)
    document = problem(answer, 400)
    (refusal,) = document["refusals"]
    assert refusal["pointer"] in {"?limit", "?cursor"}


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            "fiscal_year=",
            "fiscal_year=2026",
            "fiscal_year=99",
            "fiscal_year=25699",
            "fiscal_year=x",
        ),
        *("fiscal_year=๒๕๖๙", "fiscal_year=2569&month=13", "fiscal_year=2569&month=2026-10"),
        *("fiscal_year=2569&month=", "fiscal_year=2569&month=%00", "fiscal_year=2399"),
        *("fiscal_year=2569&as_known_at=yesterday", "fiscal_year=2569&as_known_at=2026-10-01"),
        *("fiscal_year=2569&as_known_at=", "fiscal_year=2569&as_known_at=2026-10-01T00:00:00"),
        *("fiscal_year=2569&as_known_at=0001-01-01T00:00:00%2B14:00",),
        *("fiscal_year=2569&as_known_at=9999-12-31T23:59:59-12:00",),
    ],
)
def test_a_report_parameter_that_cannot_be_read_is_400(place, api, problem, query):
    body, token = place
    answer = api.get(f"bodies/{body.code}/trial-balance?{query}", token=token)
    if "0001" in query or "9999" in query:
        assert answer.status_code in {200, 400}, answer.content
    else:
        problem(answer, 400)


@pytest.mark.parametrize(
    "query",
    ["postable=yes", "postable=", "q=%00", "q=" + "a" * 101, "fiscal_year=1", "cursor=AA=="],
)
def test_a_chart_parameter_that_cannot_be_read_is_400(place, api, problem, query):
    body, token = place
    problem(api.get(f"bodies/{body.code}/accounts?{query}", token=token), 400)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "%00",
            "5901401%00",
            "'",
            "%27%20OR%201=1--",
            "..%2f..",
            "%F0%9F%98%80",
            "%ff",
            "a" * 5000,
        ),
        *("5901401-", "-", "*", "%25", "5901401;x=1", "๕๙๐๑๔๐๑"),
    ],
)
def test_a_body_code_of_any_shape_is_404(place, api, problem, path):
    _, token = place
    problem(api.get(f"bodies/{path}", token=token), 404)
    problem(api.get(f"bodies/{path}/journal-entries", token=token), 404)


@pytest.mark.parametrize(
    "number",
    [
        *("%00", "JV-00001-70%00", "JV", "JV-1", "JV-99999999999999999999-70", "jv-00001-70", "'"),
        *("JV-00001-7", "JV-00000-70", "JV--1-70", "JV-๑-70", "a" * 5000, "JV-4294967297-70"),
    ],
)
def test_a_document_number_of_any_shape_is_404(place, api, problem, number):
    body, token = place
    problem(api.get(f"bodies/{body.code}/journal-entries/{number}", token=token), 404)


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "x"},
        {"username": 1, "password": []},
        {"username": "", "password": ""},
        {"username": "a\u0000", "password": "b"},
        {"username": "a" * 201, "password": "b"},
        {"username": None, "password": {"a": 1}},
    ],
)
def test_credentials_that_are_no_texts_are_422_and_nobody_is_signed_in(api, problem, credentials):
    document = problem(api.post("auth/tokens", credentials, key=None), 422)
    assert document["refusals"]


@pytest.mark.parametrize("content", [b"[]", b"\xff", b"{", b'{"username": "a", "username": "b"}'])
def test_credentials_that_are_no_json_are_400(api, problem, content):
    problem(api.post("auth/tokens", content, key=None), 400)


def test_a_draft_keeps_the_nearest_of_a_number_beyond_a_machine_word(place, api):
    body, token = place
    path = f"bodies/{body.code}/general-vouchers"
    sent = b'{"entry_date": 123456789012345678901234567890}'
    answer = api.post(path, sent, token=token)
    assert answer.status_code == 201, answer.content
    shown = api.get(f"{path}/{answer.json()['id']}", token=token)
    assert shown.json()["entry"] == {"entry_date": float(123456789012345678901234567890)}
