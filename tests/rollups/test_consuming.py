"""Figures of bodies and areas: once, whatever happens to the consumer."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

import psycopg
import pytest
from django.db import connections

from tenants.models import Body, District
from tenants.rollups import consumer, cursors
from tenants.rollups.figures import FIGURES
from tenants.rollups.kept import rows

CONNECTING = ("dbname", "user", "password", "host", "port")
OCTOBER = ("2570", "2026-10-01")


def collected(*amounts):
    return {(*OCTOBER, "411000"): (sum(map(Decimal, amounts)),)}


@pytest.fixture
def known(body, consume):
    """A body whose cell has been consumed, so that what comes now is folded and not read anew."""
    consume(body)
    return body


def test_what_is_posted_is_in_the_figures_of_the_body_and_its_areas(
    known, post, consume, figures, recompute
):
    areas = [("N", ""), ("P", known.province_code), ("K", known.kind)]
    areas.append(("D", known.district_code or f"{known.province_code}00"))
    before = {area: figures(area, "revenue") for area in areas}
    post(known, "100.25", "0.75")
    (round_,) = consume(known)
    assert (round_.events, round_.anew, round_.waiting) == (2, 0, 0)
    assert figures(known, "revenue") == collected("100.25", "0.75")
    assert figures(known, "entries") == {(*OCTOBER, "JV"): (2,)}
    assert figures(known, "month") == {
        (*OCTOBER, "1101"): (Decimal("101.00"), 0),
        (*OCTOBER, "4401"): (0, Decimal("101.00")),
    }
    key = (*OCTOBER, "411000")
    for area in areas:
        (was,) = before[area].get(key, (0,))
        assert figures(area, "revenue")[key] == (was + Decimal("101.00"),)
    assert recompute(known).is_clean


def test_a_second_consumer_adds_nothing(known, post, consume, figures):
    post(known, "100.00")
    consume(known)
    consume(known)
    assert figures(known, "revenue") == collected("100.00")


@pytest.mark.parametrize("step", ["read", "written", "followed"])
def test_killed_at_any_step_it_counts_once(
    known, post, consume, figures, killed_at, recompute, step
):
    post(known, "100.00", "20.00")
    killed_at(known, step)
    consume(known)
    assert figures(known, "revenue") == collected("120.00")
    post(known, "3.00")
    consume(known)
    assert figures(known, "revenue") == collected("123.00")
    assert figures(known, "entries") == {(*OCTOBER, "JV"): (3,)}
    assert recompute(known).is_clean


def test_what_fails_half_way_leaves_nothing(known, post, a_round, consume, figures, monkeypatch):
    """Figures and cursor are one transaction of the control plane."""

    def fail(*_arguments, **_more):
        raise ConnectionError

    post(known, "100.00")
    with monkeypatch.context() as patched:
        patched.setattr(cursors, "move", fail)
        with pytest.raises(ConnectionError):
            a_round(known)
    assert figures(known, "revenue") == {}
    consume(known)
    assert figures(known, "revenue") == collected("100.00")


@contextmanager
def cursor_held(body):
    """Hold a body's cursor as another consumer does."""
    parameters = connections["default"].get_connection_params()
    told = {name: parameters[name] for name in CONNECTING if name in parameters}
    with psycopg.connect(**told) as other:
        query = "SELECT 1 FROM rollup_body WHERE body_id = %s FOR UPDATE"
        id_ = Body.objects.get(code=body.code).id
        assert other.execute(query, [id_]).fetchone() == (1,)
        yield


def test_what_another_consumer_holds_is_left_to_it_with_its_notices(
    known, neighbour_of, post, figures, a_round, consume
):
    neighbour = neighbour_of(known)
    post(known, "100.00")
    post(neighbour, "5.00")
    with cursor_held(known):
        assert a_round(known).complete_to is None
        assert figures(neighbour, "revenue") == collected("5.00")
        assert figures(known, "revenue") == {}
    consume(known)
    assert figures(known, "revenue") == collected("100.00")


def test_consumers_racing_fold_each_event_once(known, post, figures, a_round, consume, recompute):
    def race():
        try:
            for _ in range(5):
                a_round(known)
        finally:
            connections.close_all()

    post(known, *["1.00"] * 30)
    with ThreadPoolExecutor(3) as consumers:
        racing = [consumers.submit(race) for _ in range(3)]
        post(known, *["1.00"] * 10)
        for one in racing:
            one.result()
    consume(known)
    assert figures(known, "revenue") == collected("40.00")
    assert recompute(known).is_clean


def tell(cell, body, event_no, amount):
    """Tell an event as the posting does, in the transaction that is open."""
    told = {
        "number": f"JV-{event_no:05}/70",
        "entry_date": "2026-10-05",
        "fiscal_year": 2570,
        "lines": [["1101010101.001", amount, "0"], ["4401010104.001", "0", amount]],
    }
    cell.execute(
        "INSERT INTO shared.outbox (body_code, generation, event_no, kind, recorded_at, payload)"
        " VALUES (%s, %s, %s, 'journal_entry', now(), %s::jsonb)",
        [body.code, body.generation, event_no, json.dumps(told)],
    )
    cell.execute("INSERT INTO shared.notice (body_code, about) VALUES (%s, 'entry')", [body.code])


def test_a_lower_number_that_commits_late_is_waited_for(known, as_owner, consume, figures):
    with as_owner(known) as first, as_owner(known) as second:
        first.execute("BEGIN")
        tell(first, known, 1, "100.00")
        tell(second, known, 2, "20.00")
        *_, last = consume(known)
        assert figures(known, "revenue") == {}, "event 2 does not count before event 1"
        assert (last.complete_to, last.waiting) == (None, 1), "and nobody says it did"
        first.execute("COMMIT")
    consume(known)
    assert figures(known, "revenue") == collected("120.00")


def test_a_transaction_left_open_holds_up_nobody(
    known, other_body, as_owner, post, consume, figures
):
    with as_owner(known) as idle:
        idle.execute("BEGIN")
        tell(idle, other_body, 1, "5.00")
        post(known, "100.00")
        *_, last = consume(known)
        assert figures(known, "revenue") == collected("100.00")
        assert last.complete_to is not None
        idle.execute("ROLLBACK")


def test_one_body_with_much_lets_the_others_have_their_turn(
    known, post, a_round, consume, figures, monkeypatch
):
    monkeypatch.setattr(consumer, "EVENTS_AT_ONCE", 3)
    post(known, *["1.00"] * 7)
    found = a_round(known)
    assert (found.events, found.complete_to) == (3, None)
    assert figures(known, "revenue") == collected("3.00")
    consume(known)
    assert figures(known, "revenue") == collected("7.00")


def test_an_event_that_cannot_be_read_is_made_up_for_by_the_books(
    known, as_owner, post, consume, figures, recompute
):
    post(known, "100.00")
    with as_owner(known) as owner:
        owner.execute(
            "SET session_replication_role = replica;"
            f" UPDATE shared.outbox SET payload = '{{}}' WHERE body_code = '{known.code}'"
        )
    failed, again = consume(known)
    assert (list(failed.failed), failed.complete_to) == ([known.code], None)
    assert (again.anew, again.failed) == (1, {})
    assert figures(known, "revenue") == collected("100.00")
    assert recompute(known).is_clean


def test_a_training_body_has_figures_and_is_in_no_area(body, post, consume, figures, recompute):
    Body.objects.filter(code=body.code).update(is_training=True)
    try:
        consume(body)
        before = figures(("N", ""), "revenue")
        post(body, "100.00")
        consume(body)
        assert figures(body, "revenue") == collected("100.00")
        assert figures(("N", ""), "revenue") == before
        assert recompute(body).is_clean
    finally:
        Body.objects.filter(code=body.code).update(is_training=False)
    consume(body)
    key = (*OCTOBER, "411000")
    (was,) = before.get(key, (0,))
    assert figures(("N", ""), "revenue")[key] == (was + Decimal("100.00"),)
    assert recompute(body).is_clean


def test_a_body_takes_its_figures_along_to_another_district(
    known, post, consume, figures, recompute
):
    post(known, "100.00")
    consume(known)
    old = Body.objects.get(code=known.code).district_id
    new = District.objects.filter(province_id=known.province_code).exclude(code=old).first()
    before, there = figures(("D", old), "revenue"), figures(("D", new.code), "revenue")
    key = (*OCTOBER, "411000")
    Body.objects.filter(code=known.code).update(district=new)
    try:
        consume(known)
        left = figures(("D", old), "revenue").get(key, (0,))
        assert left == (before[key][0] - Decimal("100.00"),)
        (was,) = there.get(key, (0,))
        assert figures(("D", new.code), "revenue")[key] == (was + Decimal("100.00"),)
        assert recompute(known).is_clean
    finally:
        Body.objects.filter(code=known.code).update(district_id=old)
    consume(known)


def test_districts_are_their_province_and_provinces_the_nation(consume, post, known, figures):
    post(known, "100.00")
    consume(known)
    for figure in FIGURES.values():
        sums = ", ".join(f"sum({name})" for name in figure.amounts)
        keys = ", ".join(figure.keys)
        totals = {}
        for level in "NPDK":
            query = (
                f"SELECT {keys}, {sums} FROM area_{figure.name} WHERE level = %s GROUP BY {keys}"
            )
            totals[level] = sorted(map(str, rows(query, [level])))
        assert totals["N"] == totals["P"] == totals["D"] == totals["K"], figure.name
