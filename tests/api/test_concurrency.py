"""Sixty-four writers at once, over HTTP: every number once, every entry whole, nobody refused."""

import hashlib
import http.client
import json
import random
import threading
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from accounting.books_seed import genesis_hash

THREADS = 64


@pytest.fixture
def post_all(live_server_url) -> Callable[..., list[tuple[int, http.client.HTTPMessage, bytes]]]:
    """Post requests from 64 threads, each with a connection of its own; give all answers."""
    netloc = urlsplit(live_server_url).netloc

    def post(requests: Iterable[tuple[str, str, bytes, str]]):
        waiting, answers, failures = iter(list(requests)), [], []
        lock = threading.Lock()

        def work() -> None:
            connection = http.client.HTTPConnection(netloc, timeout=120)
            try:
                while True:
                    with lock:
                        request = next(waiting, None)
                    if request is None:
                        return
                    answer = send(connection, *request)
                    with lock:
                        answers.append((request, *answer))
            except BaseException as error:
                failures.append(error)
                raise
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        return answers

    return post


def send(
    connection: http.client.HTTPConnection, code: str, token: str, content: bytes, key: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    path = f"/api/v1/bodies/{code}/journal-entries"
    connection.request("POST", path, body=content, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def chain_of(owner, body) -> list[dict[str, object]]:
    """Recompute the seals of a body's journal from its genesis; give the entries as sealed."""
    seal = genesis_hash(body_code=body.code, generation=1)
    sealed = []
    entries = owner.execute("SELECT event_no, canonical, hash FROM journal_entry ORDER BY event_no")
    for expected, (event_no, canonical, kept) in enumerate(entries.fetchall(), start=1):
        assert event_no == expected, "no gap, no double"
        seal = hashlib.sha256((seal + canonical).encode()).hexdigest()
        assert kept == seal, f"entry {event_no} is sealed otherwise"
        sealed.append(json.loads(canonical))
    head = owner.execute("SELECT event_no, hash FROM journal_head").fetchone()
    assert head == (len(sealed), seal)
    return sealed


def check_books(owner, body, postings: int) -> None:
    sealed = chain_of(owner, body)
    assert len(sealed) == postings
    assert [entry["number"] for entry in sealed] == [
        f"JV-{number:05d}/70" for number in range(1, postings + 1)
    ]
    assert all(entry["body"] == body.code for entry in sealed)
    rows = owner.execute(
        "SELECT event_no, json_agg(json_build_array(account, debit::text, credit::text, memo)"
        " ORDER BY line_no) FROM journal_line GROUP BY event_no ORDER BY event_no"
    ).fetchall()
    assert [list(lines) for _, lines in rows] == [entry["lines"] for entry in sealed]
    recorded = owner.execute("SELECT recorded_at FROM journal_entry ORDER BY event_no").fetchall()
    assert recorded == sorted(set(recorded)), "time and number never disagree"
    balances = owner.execute(
        "SELECT account, sum(debit), sum(credit) FROM account_balance GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert (
        balances
        == owner.execute(
            "SELECT account, sum(debit), sum(credit) FROM journal_line GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
    assert owner.execute("SELECT last_no FROM document_counter").fetchall() == [(postings,)]
    outbox = owner.execute(
        "SELECT event_no FROM shared.outbox WHERE body_code = %s ORDER BY event_no", [body.code]
    ).fetchall()
    assert outbox == [(number,) for number in range(1, postings + 1)]


def test_postings_of_64_writers_are_numbered_without_a_gap(
    body, officer_of, entry, post_all, as_owner, full_size
):
    postings = 2_000 if full_size else 300
    tokens = [officer_of(body).token for _ in range(4)]
    chance = random.Random(20261122)
    amounts = [f"{chance.randint(1, 99_999_999) / 100:.2f}" for _ in range(postings)]
    requests = [
        (
            body.code,
            tokens[number % 4],
            json.dumps(entry(amount, reference=f"{number}")).encode(),
            uuid.uuid4().hex,
        )
        for number, amount in enumerate(amounts)
    ]

    answers = post_all(requests)

    assert {status for _, status, _, _ in answers} == {201}
    documents = [json.loads(content) for *_, content in answers]
    assert sorted(d["event_no"] for d in documents) == list(range(1, postings + 1))
    assert {d["number"] for d in documents} == {f"JV-{n:05d}/70" for n in range(1, postings + 1)}
    assert sorted(int(d["reference"]) for d in documents) == list(range(postings))
    last = max(documents, key=lambda document: document["event_no"])
    assert Decimal(last["balances"][0]["debit"]) == sum(map(Decimal, amounts))
    with as_owner(body) as owner:
        check_books(owner, body, postings)
        seals = dict(owner.execute("SELECT event_no, hash FROM journal_entry").fetchall())
    assert {d["event_no"]: d["hash"] for d in documents} == seals


def test_each_key_has_one_effect_however_often_it_is_sent_at_once(
    body, officer_of, entry, post_all, as_owner, full_size
):
    keys = 1_000 if full_size else 100
    token = officer_of(body).token
    chance = random.Random(70)
    requests = [
        (body.code, token, json.dumps(entry(reference=str(number))).encode(), f"key {number:08d}")
        for number in range(keys)
        for _ in range(chance.randint(2, 10))
    ]
    blocks = [requests[start : start + 200] for start in range(0, len(requests), 200)]
    for block in blocks:
        chance.shuffle(block)

    first: dict[str, bytes] = {}
    effects = 0
    unanswered = [request for block in blocks for request in block]
    while unanswered:
        again = []
        for request, status, headers, content in post_all(unanswered):
            if status == 409:
                assert json.loads(content)["code"] == "idempotency_in_progress"
                assert headers["Retry-After"] == "1"
                again.append(request)
                continue
            assert status == 201, content
            assert first.setdefault(request[3], content) == content, "byte for byte"
            effects += "Idempotency-Hit" not in headers
        unanswered = again

    assert len(first) == effects == keys
    with as_owner(body) as owner:
        check_books(owner, body, keys)
        references = owner.execute("SELECT reference FROM journal_entry").fetchall()
    assert sorted(int(reference) for (reference,) in references) == list(range(keys))


def test_a_key_sent_at_once_with_two_bodies_has_the_effect_of_one(
    body, officer_of, entry, post_all, as_owner
):
    token = officer_of(body).token
    requests = [
        (body.code, token, json.dumps(entry(f"{amount}.00")).encode(), f"contested {number}")
        for number in range(20)
        for amount in (1, 2)
    ]
    answers = post_all(requests)
    statuses = [status for _, status, _, _ in answers]
    assert statuses.count(201) == 20
    assert set(statuses) <= {201, 409, 422}
    with as_owner(body) as owner:
        check_books(owner, body, 20)
