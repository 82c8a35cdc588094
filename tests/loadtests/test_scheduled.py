"""The open-model driver: nothing that the system does moves a request's moment."""

import contextlib
import itertools
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from loadtests import mix
from loadtests.scheduled import driving, histogram, plan
from loadtests.scheduled.addresses import address_of, trusting
from loadtests.scheduled.arrivals import Stage, expected, poisson, rate_at, sessions
from loadtests.scheduled.histogram import Histogram
from loadtests.scheduled.outcome import Driver, Told, errors_by_kind
from loadtests.scheduled.wire import header

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
SHED = b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
SHED_SILENTLY = b"HTTP/1.1 429 Busy\r\nContent-Length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"


class Served:
    """A real server: each connection has a thread, each request is answered as told."""

    def __init__(
        self, answer: Callable[[int], bytes | None], certificate: Path | None = None
    ) -> None:
        self.asked: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._secured and certificate:
            self._secured.load_cert_chain(certificate)
        scheme = "https" if certificate else "http"
        self.target = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_here:
            open_here.enter_context(connection)
            if self._secured:
                connection = self._secured.wrap_socket(connection, server_side=True)
                open_here.enter_context(connection)
            while request := connection.recv(65_536):
                self.asked.append(request)
                answer = self._answer(len(self.asked))
                if answer is None:
                    return
                connection.sendall(answer)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def served() -> Iterator[Callable[..., Served]]:
    made: list[Served] = []

    def make(answer: Callable[[int], bytes | None], certificate: Path | None = None) -> Served:
        made.append(Served(answer, certificate))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A key and a certificate for 127.0.0.1 that vouches for itself."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 1"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path],
        check=True,
        capture_output=True,
    )
    return path


@pytest.fixture
def believed(certificate, monkeypatch) -> Iterator[Path]:
    """The certificate, believed by whoever asks."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trusting.cache_clear()
    yield certificate
    trusting.cache_clear()


@pytest.fixture
def drive(tmp_path):
    """Drive a mix against a target for half a second; return the outcome."""
    records = [
        {
            "username": f"{body}-{role}",
            "password": "",
            "token": f"token-of-{body}",
            "body_code": str(body),
            "roles": [role],
        }
        for body in range(20)
        for role in ("ACCOUNTANT", "COLLECTOR")
    ]
    path = tmp_path / "officers.json"
    path.write_text(json.dumps({"officers": records, "centre": {}}))

    def run(*targets: str, per_s: float = 160, weights=None, **told):
        stream = {"name": "all", "stages": [[0.6, per_s, per_s]], "mix": weights or {mix.HOME: 1}}
        document = {
            "targets": targets,
            "officers": str(path),
            "seed": 1,
            "run": "try",
            "seconds": 0.6,
            "streams": [stream],
            "timeout_seconds": 5,
        }
        return driving.drive(plan.read(document | told))

    return run


def told_of(outcome, key=mix.HOME) -> Told:
    return Told.read(outcome["streams"]["all"][key])


def test_latency_counts_from_the_moment_that_a_request_was_due(served, drive):
    """A server that stalls half a second, of one connection: what was due meanwhile has waited."""

    def answer(number: int) -> bytes:
        if number == 10:
            time.sleep(0.5)
        return OK

    server = served(answer)
    outcome = drive(server.target, connections=1)
    done = told_of(outcome).done
    assert done.total == len(server.asked) == pytest.approx(100, abs=35)
    # A closed loop would count one slow answer. Here all that were due in that half second are.
    slow = sum(count for place, count in done.counts.items() if 0.01 * 1.01**place > 100)
    assert slow > 20
    assert done.most_ms >= 500
    assert sum(second[0] for second in outcome["series"]) == done.total


def test_a_stall_does_not_keep_requests_from_being_sent(served, drive):
    server = served(lambda _number: time.sleep(0.2) or OK)
    outcome = drive(server.target, connections=64)
    assert outcome["driver"]["connections"] > 10
    assert told_of(outcome).done.percentile(50) < 1_000


@pytest.mark.parametrize("answer", [OK, CHUNKED, OK[:30]])
def test_answers_are_read_to_their_end(served, drive, answer):
    server = served(lambda _number: answer)
    outcome = drive(server.target, per_s=30, timeout_seconds=0.5)
    done = told_of(outcome)
    assert bool(done.done.total) is (answer != OK[:30])
    assert bool(done.failed) is (answer == OK[:30])


@pytest.mark.parametrize("length", [2, 300_000])
def test_a_deployment_behind_tls_is_asked_like_any_other(served, drive, believed, length):
    """Answers of several records are read whole, though what is left inside wakes nobody up."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + b"x" * length
    server = served(lambda _number: answer, certificate=believed)
    outcome = drive(server.target, connections=4)
    told = told_of(outcome)
    assert told.done.total == len(server.asked) > 30
    assert not told.failed
    assert outcome["driver"]["connections"] <= 4


def test_a_certificate_that_nobody_vouches_for_fails_each_request(served, drive, certificate):
    server = served(lambda _number: OK, certificate=certificate)
    told = told_of(drive(server.target, per_s=40))
    assert told.done.total == 0
    assert sum(told.failed.values()) > 5
    assert server.asked == []


def test_refusals_are_told_from_failures(served, drive):
    answers = [SHED, SHED_SILENTLY, BROKEN, OK]
    server = served(lambda number: answers[number % 4])
    told = told_of(drive(server.target, connections=1))
    assert told.refused.total >= 2 * (told.done.total - 2)
    assert told.refused_silently == pytest.approx(told.refused.total / 2, abs=1)
    assert set(told.failed) == {"500 instead of 200"}
    assert errors_by_kind([{"home": told}]) == {
        "home: 500 instead of 200": told.failed["500 instead of 200"]
    }


def test_a_cut_connection_is_tried_once_more_with_the_same_key(served, drive):
    server = served(lambda number: None if number % 2 else OK.replace(b"200 OK", b"201 Created"))
    outcome = drive(server.target, per_s=30, weights={mix.POST_ENTRY: 1}, connections=1)
    told = told_of(outcome, mix.POST_ENTRY)
    assert not told.failed
    keys = [asked.split(b"Idempotency-Key: ")[1].split(b"\r\n")[0] for asked in server.asked]
    assert keys[0::2] == keys[1::2]
    assert len(set(keys)) == len(keys) / 2 == outcome["driver"]["retried"]


def test_nobody_there_is_a_failure_of_each_request(drive):
    outcome = drive("http://127.0.0.1:9", per_s=30)
    told = told_of(outcome)
    assert told.failed.total() == outcome["driver"]["requests"] > 0


def test_each_body_goes_to_its_own_target(served, drive):
    servers = [served(lambda _number: OK) for _ in range(2)]
    drive(*(one.target for one in servers))
    bodies = [{asked.split(b" ")[1] for asked in one.asked} for one in servers]
    assert all(bodies)
    assert not bodies[0] & bodies[1]


def test_signed_in_officers_may_have_a_connection_each(served, drive):
    server = served(lambda _number: OK)
    stream = {"name": "all", "sessions": 40, "pause": [0.2, 0.4], "mix": {mix.POST_ENTRY: 1}}
    outcome = drive(server.target, streams=[stream], connections_each=True)
    assert outcome["people"] == 40
    assert outcome["driver"]["connections"] == 20, "the accountants; each has two sessions"


def test_what_is_sent_while_warming_up_is_not_counted(served, drive):
    server = served(lambda _number: OK)
    outcome = drive(server.target, warm_up_seconds=0.3)
    assert 0 < told_of(outcome).done.total < len(server.asked)


def test_the_same_seed_sends_the_same(served, drive):
    def paths(seed: int) -> list[bytes]:
        server = served(lambda _number: OK)
        drive(server.target, connections=1, seed=seed)
        return [asked.split(b" ")[1] for asked in server.asked]

    assert paths(1) == paths(1) != paths(2)


def test_arrivals_follow_the_stages_and_do_not_wait():
    stages = [
        Stage(seconds=50, from_per_s=0, to_per_s=100),
        Stage(seconds=50, from_per_s=100, to_per_s=100),
    ]
    moments = [moment for moment, _ in poisson(stages, Random(1))]
    assert moments == sorted(moments)
    assert len(moments) == pytest.approx(expected(stages), rel=0.05)
    assert len([m for m in moments if m < 25]) == pytest.approx(625, rel=0.15)
    assert rate_at(stages, 25) == 50
    assert rate_at(stages, 100) == 0
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    late = [gap for gap, moment in zip(gaps, moments, strict=False) if moment > 50]
    mean = sum(late) / len(late)
    spread = sum((gap - mean) ** 2 for gap in late) / len(late)
    assert spread**0.5 == pytest.approx(mean, rel=0.1), "as Poisson's gaps do"


def test_officers_act_after_their_pauses_whatever_was_answered():
    acts: dict[int, list[float]] = {}
    for moment, person in sessions(30, seconds=600, pause=(30, 90), random=Random(1)):
        acts.setdefault(person, []).append(moment)
    assert len(acts) == 30
    pauses = [b - a for one in acts.values() for a, b in itertools.pairwise(one)]
    assert 30 <= min(pauses) < 35
    assert 85 < max(pauses) <= 90


def test_percentiles_of_a_histogram_are_at_most_a_hundredth_too_high():
    random = Random(1)
    latencies = sorted(random.lognormvariate(2, 1) for _ in range(5_000))
    halves = [Histogram(), Histogram()]
    for number, latency in enumerate(latencies):
        halves[number % 2].add(latency)
    whole = histogram.together(
        histogram.read(json.loads(json.dumps(one.as_json()))) for one in halves
    )
    for percent in (50, 95, 99, 100):
        exact = latencies[-(-len(latencies) * percent // 100) - 1]
        assert exact <= whole.percentile(percent) * 1.000001 <= exact * 1.0101
    assert Histogram().percentile(99) == 0


def a_driver(**changed) -> Driver:
    good = {
        "seconds": 10,
        "processor_seconds": 5,
        "requests": 1_000,
        "lag_p99_ms": 3,
        "lag_max_ms": 9,
        "connections": 4,
        "retried": 0,
    }
    return Driver(**(good | changed))


def test_a_run_counts_when_the_driver_kept_up():
    assert list(a_driver().void()) == []
    assert a_driver().ms_per_request == 5


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"processor_seconds": 8.1}, "81% of its core"), ({"lag_p99_ms": 21}, "21 ms late")],
)
def test_a_run_is_void_when_the_driver_was_the_bottleneck(changed, said):
    (reason,) = a_driver(**changed).void()
    assert said in reason


def test_addresses_and_headers():
    assert address_of("http://127.0.0.1:8001/") == ("127.0.0.1", 8001, False)
    assert address_of("http://test.example") == ("test.example", 80, False)
    assert address_of("https://test.example") == ("test.example", 443, True)
    assert address_of("https://test.example").named == "test.example"
    assert address_of("https://test.example:8443").named == "test.example:8443"
    for wrong in ("ftp://test.example", "test.example", "https://test.example/api"):
        with pytest.raises(ValueError, match="http"):
            address_of(wrong)
    assert header(SHED, b"retry-after") == b"5"
    assert header(OK, b"retry-after") is None
