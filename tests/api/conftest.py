"""What the tests of the API look at besides the answer."""

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def books_of(as_owner) -> Callable[[object], dict[str, object]]:
    """Tell what a body's books hold, read behind the product."""

    def look(body: object) -> dict[str, object]:
        with as_owner(body) as owner:
            one = lambda query: owner.execute(query).fetchone()  # noqa: E731
            return {
                "head": one("SELECT event_no, hash FROM journal_head"),
                "entries": one("SELECT count(*) FROM journal_entry")[0],
                "lines": one("SELECT count(*) FROM journal_line")[0],
                "balances": one("SELECT count(*), sum(debit) FROM account_balance"),
                "counters": one("SELECT count(*), sum(last_no) FROM document_counter"),
                "outbox": owner.execute(
                    "SELECT count(*) FROM shared.outbox WHERE body_code = %s", [body.code]
                ).fetchone()[0],
            }

    return look


@pytest.fixture
def problem() -> Callable[..., dict[str, object]]:
    """Check that an answer is a problem document of the status; give the document."""

    def read(answer: object, status: int, code: str = "") -> dict[str, object]:
        assert answer.status_code == status, answer.content[:1000]
        assert answer["Content-Type"] == "application/problem+json"
        document = answer.json()
        assert set(document) == {
            *("type", "title", "status", "code", "detail", "instance"),
            *("trace_id", "retryable", "refusals"),
        }
        assert document["status"] == status
        assert document["type"].endswith(document["code"])
        assert document["trace_id"] == answer["X-Request-Id"]
        assert document["instance"].startswith("/api/v1/")
        if code:
            assert document["code"] == code
        for refusal in document["refusals"]:
            assert refusal["code"]
            assert refusal["message_th"]
            assert refusal["message_en"]
        return document

    return read
