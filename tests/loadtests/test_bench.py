"""The parts of a bench that can be wrong without being slow."""

import json
import socket
import threading
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from accounting.journal.verification import verify_books
from loadtests import mix
from openlaas.bench import documents, driver, folder, limit, mixed, paced, served
from openlaas.bench.offices import Office
from openlaas.bench.recording import Messages, recorded_posting, recorded_read
from openlaas.bench.report import Report
from openlaas.bench.samples import Sample, interleaved, rate, ratio, scatter
from openlaas.centre.freshness import seconds_until_shown, share_of
from openlaas.stack.errors import DiskFull, StackError
from openlaas.stack.room import require_room
from tenants.transactions import tenant_transaction


def sample(per_second: float) -> Sample:
    return Sample(per_second=per_second, app_ms=1, postgres_ms=1, driver_ms=1)


def office(code: str, number: int = 1) -> Office:
    return Office(
        code=code, schema=f"b_{code}", role=f"openlaas_slot_{number:04d}", cell="c", token="t"
    )


def test_report_has_the_shape_that_others_read(tmp_path):
    found = Report(name="post", dataset={"bodies": 1}, figures={"api_per_s": 1.5}, ratios={"a": 2})
    written = json.loads(found.write(tmp_path).read_text())
    assert set(written) == {"name", "commit", "machine", "dataset", "figures", "ratios"}
    assert set(written["machine"]) == {"cores", "memory_gb", "cpu"}
    assert written["figures"] == {"api_per_s": 1.5}
    assert (tmp_path / "post.json").is_file()


def test_what_the_disk_cannot_hold_is_not_begun(tmp_path):
    require_room(tmp_path, bodies=1)
    with pytest.raises(DiskFull, match="22,000,000,000 bodies need") as refused:
        require_room(tmp_path / "not" / "there", bodies=22_000_000_000)
    assert str(tmp_path) in str(refused.value)


def test_works_take_turns_and_every_other_round_goes_backwards():
    order: list[str] = []

    def work(name: str):
        return lambda: order.append(name) or sample(1)

    works = {name: work(name) for name in "abc"}
    interleaved(works, rounds=3, after_each=lambda _name, _sample: None)
    assert "".join(order) == "abccbaabc"


def test_ratio_is_taken_within_each_round_first():
    taken = {"api": [sample(10), sample(100)], "limit": [sample(20), sample(200)]}
    assert ratio(taken, "api", "limit") == 0.5
    assert rate(taken, "api") == 55
    assert scatter(taken, "api") == pytest.approx(45 / 55)


def test_driver_gives_each_posting_its_own_key_and_reads_both_kinds_of_answer():
    asked: list[bytes] = []
    answers = [
        b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ]
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer, args=(server, answers, asked), daemon=True)
        thread.start()
        lane = {
            "port": server.getsockname()[1],
            "requests": [["POST /a HTTP/1.1\r\nKey: ", "\r\n\r\n"]],
        }
        outcome = driver.drive({"seconds": 0.3, "connections": 1, "run": "r", "lanes": [lane]})
        thread.join(5)
    keys = [request.split(b"Key: ")[1] for request in asked]
    assert len(set(keys)) == len(keys) == outcome["asked"]
    assert outcome["statuses"] == {"201": outcome["asked"]}
    assert outcome["done"] in {outcome["asked"], outcome["asked"] - 1}


def test_paced_requests_go_on_until_told_to_stop_and_every_status_is_counted(monkeypatch, capsys):
    asked: list[bytes] = []
    answers = [
        b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}",
    ]
    with socket.create_server(("127.0.0.1", 0)) as server:
        lane = {"port": server.getsockname()[1], "requests": [["POST /a\r\nKey: ", "\r\n\r\n"]]}
        plan = {"per_s": 200, "run": "r", "lanes": [lane]}
        monkeypatch.setattr(paced, "_THREADS", 1)
        monkeypatch.setattr("sys.stdin", UntilAsked(json.dumps(plan), asked))
        thread = threading.Thread(target=_answer, args=(server, answers, asked), daemon=True)
        thread.start()
        paced.main()
        thread.join(5)
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["asked"] == len(asked) == sum(outcome["statuses"].values())
    assert set(outcome["statuses"]) == {"201", "503"}
    keys = [request.split(b"Key: ")[1] for request in asked]
    assert len(set(keys)) == len(keys)


class UntilAsked:
    """Standard input that ends when six requests have come."""

    def __init__(self, plan: str, asked: list[bytes]) -> None:
        self.plan, self.asked = plan, asked

    def readline(self) -> str:
        return self.plan

    def read(self) -> str:
        while len(self.asked) < 6:
            time.sleep(0.01)
        return ""


def _answer(server: socket.socket, answers: list[bytes], asked: list[bytes]) -> None:
    connection, _ = server.accept()
    with connection:
        while request := connection.recv(4096):
            asked.append(request)
            connection.sendall(answers[len(asked) % 2])


def test_app_processes_share_the_bodies_whatever_slot_these_have():
    codes = [f"{number:07d}" for number in range(5_000_000, 5_002_000)]
    slots = {0: set(), 1: set()}
    for code in codes:
        import zlib

        slots[served.process_of(code, 2)].add(zlib.crc32(code.encode()) % 4)
    assert slots == {0: {0, 1, 2, 3}, 1: {0, 1, 2, 3}}


def test_limit_says_what_the_api_says_as_one_message(body, officer_of, entry):
    officer = officer_of(body)
    first = Office(
        code=body.code,
        schema=body.schema_name,
        role=body.role,
        cell=body.cell,
        token=officer.token,
    )
    messages = recorded_posting(first, entry(), key="recorded-key")
    assert len(messages.to_books) <= 4
    assert messages.to_books[0].startswith("BEGIN")
    assert messages.to_books[-1].endswith("COMMIT")
    scripts = limit.scripts(messages, [first, office("9999999", 77)], today=date(2026, 10, 5))
    other = scripts[1].text
    statements = other.splitlines()
    assert sum(line.endswith(";") and not line.endswith("\\;") for line in statements) == 1
    assert all(word in other for word in ('"b_9999999"', "openlaas_slot_0077", "'9999999'"))
    assert not any(word in other for word in (body.code, body.role, "<"))
    assert len(recorded_read(first, "journal-entries").to_books) <= 3


@pytest.mark.parametrize("posting", [limit.LIMIT, limit.LEAST])
def test_the_limit_posts_as_the_product_does(body, officer_of, entry, posting):
    """Its entry is one that `openlaas verify` finds nothing wrong with."""
    officer = officer_of(body)
    first = Office(
        code=body.code,
        schema=body.schema_name,
        role=body.role,
        cell=body.cell,
        token=officer.token,
    )
    messages = recorded_posting(first, entry(), key="recorded-key")
    (script,) = limit.scripts(messages, [first], today=date(2026, 10, 5), files=(posting,))
    parameters = {**settings.CELL_PARAMETERS, "dbname": body.cell}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(script.text.replace("\\;", ";"))
    with tenant_transaction(body, read_only=True):
        assert verify_books().findings == ()


def test_documents_are_made_ready_and_their_limits_do_as_much(
    body, officer_of, entry, api, as_owner
):
    first = Office(
        code=body.code,
        schema=body.schema_name,
        role=body.role,
        cell=body.cell,
        token=officer_of(body).token,
    )
    today = timezone.localdate()
    (desks,) = documents.desks_of([first], today=today)
    (again,) = documents.desks_of([first], today=today)
    assert again.line == desks.line, "a budget is put in force once"
    with desks.hands.day():
        voucher = desks.endorsed()
    path, token = f"bodies/{body.code}/vouchers", desks.tokens[documents.EXECUTIVE]
    assert api.post(f"{path}/{voucher}/approve", {}, token=token).json()["state"] == "approved"

    messages = recorded_posting(first, entry(), key="recorded-key")
    parameters = {**settings.CELL_PARAMETERS, "dbname": body.cell}
    tables = ("document", "document_step", "payment_voucher", "budget_movement", "journal_entry")

    def counted() -> list[int]:
        with as_owner(body) as owner:
            return [
                owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
            ]

    grown = {}
    for name, files in documents.LIMITS.items():
        before = counted()
        (script,) = limit.scripts(messages, [first], today=today, files=files)
        with psycopg.connect(**parameters, autocommit=True) as connection:
            connection.execute(script.text.replace("\\;", ";"))
        grown[name] = [now - then for now, then in zip(counted(), before, strict=True)]
    assert grown == {
        "receipt": [1, 1, 0, 0, 1],
        "dika_create": [1, 1, 1, 0, 0],
        "dika_approve": [0, 1, 0, 1, 1],
    }


def test_driver_sends_what_can_be_done_once_only_once():
    asked: list[bytes] = []
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"] * 2
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer, args=(server, answers, asked), daemon=True)
        thread.start()
        steps = [[f"POST /{number} HTTP/1.1\r\nKey: ", "\r\n\r\n"] for number in range(3)]
        lane = {"port": server.getsockname()[1], "requests": steps}
        plan = {"seconds": 0, "connections": 1, "run": "r", "once": True, "lanes": [lane]}
        outcome = driver.drive(plan)
        thread.join(5)
    assert [request.split(b" ")[1] for request in asked] == [b"/0", b"/1", b"/2"]
    assert (outcome["done"], outcome["asked"]) == (3, 3)
    assert outcome["seconds"] > 0


def test_limit_refuses_messages_without_a_prelude():
    with pytest.raises(StackError):
        limit.scripts(Messages(to_books=["SELECT 1"]), [office("1")], today=date(2026, 10, 5))


def test_bench_takes_an_empty_folder_or_its_own_and_no_other(tmp_path):
    def take(name: str) -> Path:
        return folder.take_folder(tmp_path / name, announce=lambda _line: None)

    assert take("new") == take("new")
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "secret").touch()
    with pytest.raises(folder.NotOurFolder):
        take("books")


def test_bench_fills_its_folder_anew_when_schemas_changed(tmp_path):
    (tmp_path / "bench.json").write_text('{"release": "another"}')
    (tmp_path / "old").touch()
    folder.take_folder(tmp_path, announce=lambda _line: None)
    assert not (tmp_path / "old").exists()


def test_the_peers_mix_is_ours_but_for_signing_in_and_paper():
    shares = mixed.shares()
    assert sum(shares.values()) == pytest.approx(1)
    weights = mix.year_end()
    kinds = dict.fromkeys((one.kind for one in mix.actions().values()), 0.0)
    for key, weight in weights.items():
        kinds[mix.actions()[key].kind] += weight
    left_out = kinds["sign_in"] + kinds["print"]
    whole = sum(weights.values()) - left_out
    assert shares[mixed.LIST] == pytest.approx(kinds["look"] / whole)
    assert shares[mixed.TRIAL_BALANCE] == pytest.approx(kinds["report"] / whole)
    saves = kinds["post"] + kinds["save"] + kinds["approve"]
    assert shares[mixed.POSTING] == pytest.approx(saves / whole)


def test_an_entry_is_fresh_when_the_figure_counts_it():
    seen = [(0, 1.0), (1, 2.0), (1, 3.0), (3, 4.0)]
    answered = [1.5, 2.5, 3.75, 3.9]
    assert seconds_until_shown(seen, answered, since=0.0) == [0.5, 1.5, 0.25]
    assert seconds_until_shown(seen, answered, since=2.0) == [1.5, 0.25]
    assert seconds_until_shown([(1, 1.0)], [1.2], since=0.0) == [0.0], "shown before it was told"
    assert share_of([3.0, 1.0, 2.0], 0.5) == 2.0
    assert share_of([3.0, 1.0, 2.0], 1.0) == 3.0
    assert share_of([], 0.95) == 0.0
