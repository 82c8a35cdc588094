"""One effect for each key, and the first answer again, byte for byte."""

import pytest


def path_of(body) -> str:
    return f"bodies/{body.code}/journal-entries"


def test_a_repetition_gets_the_first_answer_byte_for_byte(body, officer_of, api, entry, books_of):
    token = officer_of(body).token
    first = api.post(path_of(body), entry(), token=token, key="key-number-1")
    api.post(path_of(body), entry("5.00"), token=token)
    before = books_of(body)

    again = api.post(path_of(body), entry(), token=token, key="key-number-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Idempotency-Hit"] == "true"
    assert "Idempotency-Hit" not in first
    assert books_of(body) == before


def test_another_spelling_of_the_same_json_is_the_same_request(body, officer_of, api):
    token = officer_of(body).token
    one = (
        b'{"entry_date":"2026-10-05","description":"\xe0\xb8\x81","lines":['
        b'{"account":"1101010101.001","debit":"1.00"},{"account":"4401010104.001","credit":"1.00"}]}'
    )
    other = (
        b' {"lines": [{"debit": "1.00", "account": "1101010101.001"}, {"credit": "1.00",'
        rb' "account": "4401010104.001"}], "description": "\u0e01", "entry_date": "2026-10-05"} '
    )
    first = api.post(path_of(body), one, token=token, key="spelled twice")
    again = api.post(path_of(body), other, token=token, key="spelled twice")
    assert first.status_code == 201, first.content
    assert again.content == first.content


@pytest.mark.parametrize("first_amount", ["100.00", "0.00"], ids=["posted", "refused"])
def test_the_key_with_another_body_is_422(
    body, officer_of, api, entry, books_of, problem, first_amount
):
    token = officer_of(body).token
    api.post(path_of(body), entry(first_amount), token=token, key="used before")
    before = books_of(body)
    for other in (entry("100.01"), entry(reference="x"), {}):
        answer = api.post(path_of(body), other, token=token, key="used before")
        problem(answer, 422, "idempotency_key_reused")
    assert books_of(body) == before


@pytest.mark.parametrize(
    "key", [None, "1234567", "x" * 129, "ยาวพอแต่ไม่ใช่", "seven\t78", "ends with NUL\x00"]
)
def test_a_missing_or_unprintable_key_is_400(body, officer_of, api, entry, books_of, problem, key):
    before = books_of(body)
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = api.post(path_of(body), entry(), token=officer_of(body).token, key=None, **headers)
    problem(answer, 400, "idempotency_key_required")
    assert books_of(body) == before


@pytest.mark.parametrize("key", ["12345678", "x" * 128, "~ !'\"%s{}\\ "])
def test_8_to_128_printable_characters_are_a_key(body, officer_of, api, entry, key):
    token = officer_of(body).token
    first = api.post(path_of(body), entry(), token=token, key=key)
    again = api.post(path_of(body), entry(), token=token, key=key)
    assert first.status_code == 201
    assert again.content == first.content


def test_while_the_first_is_under_way_the_second_is_409(
    body, officer_of, api, entry, as_owner, books_of, problem
):
    token, key = officer_of(body).token, "under way"
    before = books_of(body)
    with as_owner(body) as owner, owner.transaction():
        owner.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended("
            "current_schema() || 'POST journal-entries' || ' ' || %s, 0))",
            [key],
        )
        answer = api.post(path_of(body), entry(), token=token, key=key)
        document = problem(answer, 409, "idempotency_in_progress")
        assert document["retryable"] is True
        assert answer["Retry-After"] == "1"
        other = api.post(path_of(body), entry(), token=token, key="another key")
        assert other.status_code == 201, "only this key waits"
    assert books_of(body)["entries"] == before["entries"] + 1
    assert api.post(path_of(body), entry(), token=token, key=key).status_code == 201


def test_a_refusal_is_remembered(body, officer_of, api, entry, problem):
    token, wrong = officer_of(body).token, entry(entry_date="2020-01-01")
    first = api.post(path_of(body), wrong, token=token, key="refused once")
    again = api.post(path_of(body), wrong, token=token, key="refused once")
    problem(first, 409, "unable_to_post_entry")
    assert again.status_code == 409
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"
    assert again["Idempotency-Hit"] == "true"


def test_a_refusal_stays_when_the_books_would_no_longer_refuse(body, officer_of, api, entry):
    from datetime import date
    from uuid import uuid4

    from accounting.closing import operations as closing
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    director = Officer(id=uuid4(), name_th="นายสมชาย", roles=frozenset({"FIN_DIRECTOR"}))
    token = officer_of(body).token
    with tenant_transaction(body):
        closing.close_period(starts_on=date(2026, 10, 1), officer=director)
    refused = api.post(path_of(body), entry(), token=token, key="closed then")
    with tenant_transaction(body):
        closing.reopen_period(starts_on=date(2026, 10, 1), officer=director, reason="ปรับปรุง")
    again = api.post(path_of(body), entry(), token=token, key="closed then")
    assert again.content == refused.content
    assert api.post(path_of(body), entry(), token=token).status_code == 201


def test_a_key_belongs_to_one_body(body, other_body, officer_of, api, entry):
    one = api.post(path_of(body), entry("1.00"), token=officer_of(body).token, key="same key")
    other = api.post(
        path_of(other_body), entry("2.00"), token=officer_of(other_body).token, key="same key"
    )
    assert (one.status_code, other.status_code) == (201, 201)


def test_what_never_reached_the_work_leaves_the_key_free(body, officer_of, api, entry):
    token = officer_of(body).token
    for content, status in ((b"{", 400), (entry(), 403), (entry(), 401)):
        given = {400: token, 403: officer_of(body, "INT_AUDIT").token, 401: ""}[status]
        assert api.post(path_of(body), content, token=given, key="free key").status_code == status
    assert api.post(path_of(body), entry(), token=token, key="free key").status_code == 201


def test_answers_are_kept_for_90_days_at_the_least_and_then_forgotten(
    body, officer_of, api, entry, as_owner
):
    from datetime import timedelta

    from django.utils import timezone

    from accounting import answers
    from tenants.transactions import tenant_transaction

    token = officer_of(body).token
    for key in ("89 days old", "121 days old"):
        api.post(path_of(body), entry(), token=token, key=key)
        with as_owner(body) as owner:
            owner.execute(
                "UPDATE answered_request SET answered_at = now() - %s::interval WHERE key = %s",
                [key.removesuffix(" old"), key],
            )
    with tenant_transaction(body):
        assert answers.forget_old(now=timezone.now()) == 1
    assert timedelta(days=90) <= answers.KEPT_FOR
    again = api.post(path_of(body), entry(), token=token, key="89 days old")
    assert again["Idempotency-Hit"] == "true"
