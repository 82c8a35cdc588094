"""HAProxy with the product's configuration: who is answered by whom, and who is sent away."""

import itertools
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from openlaas.dashboards import DASHBOARDS, document, metrics_named
from openlaas.nodes.configuration import server_words
from openlaas.stack import processes
from tenants.admission.rules import Rank, priority_of

from .conftest import StandIn, ask, described, running

API = "/api/v1/bodies/{}/journal-entries"
CODES = [f"{5_110_000 + number}" for number in range(120)]


def test_a_body_keeps_its_process_and_the_bodies_are_shared_out(served):
    first = {code: served.ask(API.format(code)).node for code in CODES}
    assert {code: served.ask(f"/b/{code}/").node for code in CODES} == first
    shares = Counter(first.values())
    assert set(shares) == {"web-1", "web-2", "web-3"}
    assert min(shares.values()) > len(CODES) // 6


def test_a_body_that_asks_much_is_helped_by_other_processes(folder, stand_ins):
    description = described(folder, [server.node for server in stand_ins])
    pools = {n: replace(pool, balance_percent=150) for n, pool in description.pools.items()}
    with running(folder, replace(description, pools=pools)) as served:
        served.nodes = {server.name: server for server in stand_ins}
        with served.held(*["GET /b/7/?hold"] * 8) as answers:
            pass
    assert {answer.status for answer in answers} == {200}
    assert len({answer.node for answer in answers}) >= 2


@pytest.mark.parametrize(
    ("method", "path", "node"),
    [
        ("GET", "/b/5110101/trial-balance.pdf", "reports-1"),
        ("GET", "/api/v1/bodies/5110101/documents/JV-1/%70df", "reports-1"),
        ("POST", "/api/v1/bodies/5110101/journal-entries/bulk", "imports-1"),
        ("GET", "/healthz", "web-"),
    ],
)
def test_a_class_has_processes_of_its_own(served, method, path, node):
    assert served.ask(path, method).node.startswith(node)


def test_what_is_sent_slowly_takes_no_thread_of_the_others(served):
    long = b"x" * (served.description.limits.large_kilobytes * 1024 + 1)
    assert served.ask(API.format(1), "POST", long).node == "imports-1"
    assert served.ask(API.format(1), "POST", long[:-1]).node.startswith("web-")


def test_what_is_about_no_body_goes_by_who_asks(served):
    def nodes(**headers: str) -> set[str]:
        return {served.ask("/api/v1/me", **headers).node for _ in range(6)}

    assert len(nodes(Authorization="Bearer one")) == 1
    assert len(nodes(Cookie="openlaas_portal=one")) == 1
    assert len(nodes()) == 3


def test_nobody_but_a_trusted_proxy_says_who_asks(served):
    said = {
        "X_Forwarded_For": "1.2.3.4",
        "X_Forwarded_Proto": "https",
        "X_Request_Start": "t=1",
        "Forwarded": "for=1.2.3.4",
        "X_Real_IP": "1.2.3.4",
    }
    heard = served.ask("/", **said).json["headers"]
    assert heard["x-forwarded-for"] == "127.0.0.1"
    assert heard["x-forwarded-proto"] == "http"
    assert abs(int(heard["x-request-start"]) / 1e6 - time.time()) < 5
    assert not {"forwarded", "x-real-ip"} & set(heard)


def test_an_address_that_asks_too_often_is_sent_away_and_a_trusted_proxy_tells_it(
    folder, stand_ins
):
    description = described(
        folder, [server.node for server in stand_ins], trusted_proxies=("127.0.0.1",)
    )
    limits = replace(description.limits, address_requests=3)
    with running(folder, replace(description, limits=limits)) as served:

        def ask_from(address: str):
            return served.ask("/bodies", X_Forwarded_For=address, X_Forwarded_Proto="https")

        answers = [ask_from("203.0.113.7") for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert "เครือข่ายของท่าน" in answers[-1].content.decode()
        other = ask_from("203.0.113.8")
    assert other.status == 200
    assert other.json["headers"]["x-forwarded-proto"] == "https"


def test_a_request_keeps_its_id_when_it_is_one(served):
    def heard(value: str) -> str:
        return served.ask("/", X_Request_Id=value).json["headers"]["x-request-id"]

    assert heard("abc-1") == "abc-1"
    assert len(heard("x" * 65)) == 36
    assert len(heard("a b")) == 36


@pytest.mark.parametrize("path", ["/metrics", "/%6Detrics"])
def test_what_a_process_counts_is_not_for_the_public(served, path):
    assert served.ask(path).status == 404


def test_a_request_that_is_too_long_or_of_no_length_is_refused(served):
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(b"POST /b/1/ HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n")
        client.sendall(b"x" * 40_000)
        assert client.recv(100).startswith(b"HTTP/1.1 413")
    chunked = served.ask(API.format(1), "POST", iter([b"x"]))  # type: ignore[arg-type]
    assert (chunked.status, chunked.json["code"]) == (411, "length_required")


def test_what_has_not_come_yet_takes_no_thread(served):
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(b"POST /b/704/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nslow")
        assert served.ask("/b/704/").status == 200
        assert sum(seat.under_way for seat in served.proxy.seats()) == 0
        client.sendall(b"!")
        assert client.recv(100).startswith(b"HTTP/1.1 200")


# --- limits --------------------------------------------------------------------------------------


def test_a_body_that_asks_too_often_is_sent_away_alone(served):
    most = served.description.limits.body_requests
    answers = [served.ask("/b/5190001/") for _ in range(most + 1)]
    assert {answer.status for answer in answers[:-1]} == {200}
    page, problem = answers[-1], served.ask(API.format(5190001))
    assert page.status == problem.status == 429
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "หน่วยงานนี้" in page.content.decode()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert served.ask("/b/5190002/").status == 200


def test_a_body_that_asks_too_much_at_once_is_sent_away(served):
    most = served.description.limits.body_at_once
    path = API.format(701)
    with served.held(*[f"GET {path}?hold"] * most) as answers:
        assert [served.ask(path).status for _ in range(3)] == [429] * 3
        assert served.ask(API.format(711)).status != 429, "another body may ask"
    assert {answer.status for answer in answers} == {200}
    assert served.ask(path).status == 200, "what is over does not count"


def test_a_body_has_few_reports_at_once(served):
    most = served.description.limits.body_heavy_at_once
    with served.held(*["GET /b/702/budget.pdf?hold"] * most) as answers:
        assert served.ask("/b/702/budget.pdf").status == 429
        assert served.ask("/b/702/").status == 200
    assert {answer.status for answer in answers} == {200}


def test_a_refusal_has_the_shape_of_the_apis(served):
    """As api.errors.problem makes it: the same keys, and the caller's id."""
    most = served.description.limits.body_at_once
    path = API.format(703)
    with served.held(*[f"GET {path}?hold"] * most):
        refused = served.ask(path, X_Request_Id="mine")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Cache-Control"] == "no-store"
    problem = refused.json
    assert (problem["instance"], problem["trace_id"]) == (path, "mine")
    assert (problem["status"], problem["code"], problem["retryable"]) == (429, "quota", True)
    (reason,) = problem["refusals"]
    assert set(reason) == {"code", "message_th", "message_en"}


# --- the queue -----------------------------------------------------------------------------------


def test_who_waits_too_long_is_told_to_come_back(folder, stand_ins):
    one = stand_ins[0]
    nodes = [one.node, *(server.node for server in stand_ins[3:])]
    with running(folder, described(folder, nodes, queue_seconds=1)) as served:
        served.nodes = {one.name: one}
        with served.held(*[f"GET /b/{n}/?hold" for n in range(4)]):
            page, problem = served.ask("/b/9/"), served.ask(API.format(9))
    assert page.status == problem.status == 503
    assert "ยังไม่มีการบันทึกใด ๆ" in page.content.decode()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert (problem.json["code"], problem.json["retryable"]) == ("busy", True)
    assert int(problem.headers["Retry-After"]) >= 1
    assert len(one.seen) == 4, "whoever was sent away has reached no process"


def _in_groups(wanted: Callable[[int], bool], count: int) -> list[str]:
    """Return codes of bodies of whose groups something is true now."""
    codes = map(str, itertools.count(1))
    now = time.time()
    return list(
        itertools.islice(
            (code for code in codes if wanted(priority_of(Rank.WORK, code, now=now))), count
        )
    )


@pytest.fixture
def short_queue(folder, stand_ins):
    """A pool of one process with a queue of eight: from two on, twenty-one groups for each."""
    one = stand_ins[0]
    usual = described(folder, [one.node, *(server.node for server in stand_ins[3:])])
    pools = {**usual.pools, "web": replace(usual.pools["web"], queue_length=8)}
    with running(folder, replace(usual, pools=pools)) as served:
        served.nodes = {one.name: one}
        yield served


LAST_IN = 64  # group of a reading that is let in when five wait: (8 - 5) x 128 / 6


def _five_wait() -> list[str]:
    """Return what takes a process's four threads, and five that wait."""
    inside = _in_groups(lambda group: group <= LAST_IN, 9)
    hold = [f"GET /b/{code}/?hold" for code in inside[:4]]
    return hold + [f"GET /b/{code}/" for code in inside[4:]]


def test_as_the_queue_grows_bodies_are_sent_away_whole_by_their_groups(short_queue):
    outside = _in_groups(lambda group: group > LAST_IN, 40)
    *_, inside = _in_groups(lambda group: group <= LAST_IN, 10)
    with short_queue.held(*_five_wait()):
        answers = [short_queue.ask(f"/b/{code}/") for code in outside]
        problem = short_queue.ask(API.format(outside[0]))
    assert {answer.status for answer in answers} == {503}
    assert {int(answer.headers["Retry-After"]) for answer in answers} <= set(range(5, 26))
    assert "go back" in answers[0].content.decode()
    assert problem.json["code"] == "busy"
    with short_queue.held(*_five_wait(), f"GET /b/{inside}/") as let_in:
        pass
    assert {answer.status for answer in let_in} == {200}
    assert {short_queue.ask(f"/b/{code}/").status for code in outside} == {200}


def test_a_posting_is_let_in_a_little_longer_than_a_reading(short_queue):
    (between,) = _in_groups(lambda group: LAST_IN < group <= LAST_IN + 2, 1)
    (outside,) = _in_groups(lambda group: group > LAST_IN + 2, 1)
    with short_queue.held(*_five_wait()):
        assert short_queue.ask(API.format(between)).status == 503
        assert short_queue.ask(API.format(outside), "POST").status == 503
    with short_queue.held(*_five_wait(), f"POST {API.format(between)}") as let_in:
        pass
    assert {answer.status for answer in let_in} == {200}


def test_a_form_is_taken_where_its_list_is_not_and_signing_in_ends_first(short_queue):
    (outside,) = _in_groups(lambda group: LAST_IN + 2 < group <= 100, 1)
    (who,) = _in_groups(lambda group: 0 < group <= LAST_IN, 1)
    with short_queue.held(*_five_wait()):
        assert short_queue.ask(f"/b/{outside}/").status == 503
        assert short_queue.ask("/sign-in", Authorization=who).status == 503
    (first,) = _in_groups(lambda group: group == 0, 1)
    forms = [f"POST /b/{outside}/"] * 5
    with short_queue.held(*_five_wait(), *forms) as let_in:
        assert short_queue.ask(f"/b/{first}/").status == 503, "ten wait where eight may"
    assert {answer.status for answer in let_in} == {200}


def test_a_posting_leaves_the_queue_before_a_reading(folder, stand_ins):
    one = stand_ins[0]
    nodes = [one.node, *(server.node for server in stand_ins[3:])]
    waiting = ["GET /sign-in", "GET /b/5/", "POST /b/6/"]
    with running(folder, described(folder, nodes)) as served:
        served.nodes = {one.name: one}
        held = [f"GET /b/{n}/?hold" for n in range(3)]
        with served.held(*held, "GET /b/4/?hold-alone", *waiting):
            one.small_gate.set()  # one thread comes free, and serves them one after the other
            assert processes.wait_until(lambda: len(one.seen) == 7, seconds=20)
    assert one.seen[4:] == list(reversed(waiting))


# --- a process that dies -------------------------------------------------------------------------


def test_who_reads_is_sent_on_when_a_process_dies_and_who_posts_is_told(fresh):
    """A posting may have been stored: nobody but its sender knows whether to send it again."""
    path = API.format(1) + "?hold"
    with fresh.held(f"GET {path}", f"POST {path}") as answers:
        (busy,) = {seat.node for seat in fresh.proxy.seats() if seat.under_way}
        node = fresh.nodes[busy]
        assert processes.wait_until(lambda: len(node.seen) == 2, seconds=20), "both have arrived"
        node.die()
        fresh.under_way(1)
    reading, posting = answers
    assert reading.status == 200
    assert reading.node != busy
    assert posting.status == 502
    assert posting.json["code"] == "outcome_unknown"
    posted = [line for node in fresh.nodes.values() for line in node.seen if "POST" in line]
    assert len(posted) == 1


def test_no_request_fails_for_a_process_that_takes_no_connection(fresh):
    fresh.nodes["web-1"].die()
    methods = ("GET", "POST")
    found = [fresh.ask(API.format(code), methods[int(code) % 2]) for code in CODES[:60]]
    assert {answer.status for answer in found} == {200}
    assert {answer.node for answer in found} == {"web-2", "web-3"}


def test_only_the_bodies_of_a_drained_process_move_and_they_come_back(fresh):
    before = {code: fresh.ask(f"/b/{code}/").node for code in CODES}
    fresh.proxy.set_state("web-2", "drain")
    during = {code: fresh.ask(f"/b/{code}/").node for code in CODES}
    fresh.proxy.set_state("web-2", "ready")
    after = {code: fresh.ask(f"/b/{code}/").node for code in CODES}
    assert "web-2" not in during.values()
    assert {c: n for c, n in during.items() if before[c] != "web-2"} == {
        c: n for c, n in before.items() if n != "web-2"
    }
    assert after == before


def test_a_process_is_added_and_removed_while_the_proxy_runs(fresh):
    fourth = StandIn("web-4", threading.Event())
    try:
        before = {code: fresh.ask(f"/b/{code}/").node for code in CODES}
        fresh.proxy.add("web", "web-4", server_words(fresh.description, fourth.node, "web"))
        fresh.proxy.wait_for("web-4", lambda seat: seat.is_ready, seconds=5, what="ready")
        during = {code: fresh.ask(f"/b/{code}/").node for code in CODES}
        fresh.proxy.set_state("web-4", "drain")
        fresh.proxy.remove("web-4", seconds=10)
        assert {code: fresh.ask(f"/b/{code}/").node for code in CODES} == before
    finally:
        fourth.die()
    moved = {code for code in CODES if during[code] != before[code]}
    assert {during[code] for code in moved} == {"web-4"}
    assert 0 < len(moved) < len(CODES) // 2


# --- what else it serves -------------------------------------------------------------------------


def test_a_static_file_is_kept_by_the_proxy(served):
    first, again = served.ask("/static/app.1234.css"), served.ask("/static/app.1234.css")
    assert first.content == again.content
    seen = [line for node in served.nodes.values() for line in node.seen]
    assert seen.count("GET /static/app.1234.css") == 1


def test_it_tells_prometheus_how_long_requests_wait(served):
    served.ask("/b/1/")
    told = ask(served.metrics, "/metrics").content.decode()
    assert 'haproxy_backend_queue_time_average_seconds{proxy="web"}' in told
    assert 'haproxy_server_current_sessions{proxy="web",server="web-1"}' in told


def test_it_tells_every_figure_of_the_proxy_that_a_dashboard_shows(served):
    served.ask("/b/1/")
    told = ask(served.metrics, "/metrics").content.decode()
    named = {one for name in DASHBOARDS for one in metrics_named(document(name))}
    of_proxy = {one for one in named if one.startswith("haproxy_")}
    assert of_proxy
    assert {one for one in of_proxy if f"\n{one}{{" not in told} == set()


def test_it_logs_the_class_and_the_queue_and_no_secret(served):
    served.ask("/sign-in/link/secret?next=secret")
    served.ask("/b/1/journal?search=secret")
    lines = served.log.read_text().splitlines()
    assert any("class=reading" in line and "queue_ms=0" in line for line in lines)
    assert any("class=sign_in" in line and "path=/sign-in " in line for line in lines)
    assert "secret" not in served.log.read_text()


def test_the_cookie_is_the_portals():
    from openlaas.nodes import rules
    from portal.doors import COOKIE

    assert rules._SESSION_COOKIE == COOKIE


def test_the_problem_is_as_the_apis_own():
    from django.test import RequestFactory

    from api.errors import problem
    from openlaas.nodes.answers import QUOTA

    request = RequestFactory().get("/x")
    ours = json.loads(problem(request, 429).content)
    theirs = json.loads(QUOTA.problem.replace("%[", "").replace("%%", "%"))
    assert set(theirs) == set(ours)
    assert (theirs["title"], theirs["code"]) == (ours["title"], ours["code"])
