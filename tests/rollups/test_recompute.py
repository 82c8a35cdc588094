"""The night's recompute finds what is wrong, and makes it right; and books that are others now."""

import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tenants.directory.queries import body_with_books
from tenants.models import Body, RollupCheck
from tenants.rollups import following
from tenants.rollups.kept import run
from tenants.rollups.queries import cell_states

OCTOBER = ("2570", "2026-10-01")


@pytest.fixture
def known(body, post, consume):
    """A body with an entry that the centre has."""
    post(body, "100.00")
    consume(body)
    return body


@pytest.fixture(scope="session")
def operator(owner_environment):
    def run(*words):
        command = [sys.executable, "-m", "openlaas.cli", *words]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def collected(amount):
    return {(*OCTOBER, "411000"): (Decimal(amount),)}


@pytest.mark.parametrize(
    ("statement", "figure", "column"),
    [
        (
            "UPDATE rollup_month SET debit = debit + 0.01 WHERE account_group = '1101'",
            *("month", "debit"),
        ),
        ("UPDATE rollup_revenue SET collected = collected - 5", *("revenue", "collected")),
        ("DELETE FROM rollup_entries", *("entries", "entries")),
        ("UPDATE rollup_closing SET opened = 0, closed = 1", *("closing", "opened")),
    ],
)
def test_a_planted_wrong_figure_of_a_body_is_found_and_repaired(
    known, figures, recompute, statement, figure, column
):
    before = {name: figures(known, name) for name in ("month", "revenue", "entries", "closing")}
    id_ = Body.objects.get(code=known.code).id
    joined = "AND" if "WHERE" in statement else "WHERE"
    run(f"{statement} {joined} body_id = %s", [id_])
    found = recompute(known)
    assert {one.figure for one in found.drifts} == {figure}
    assert {one.body for one in found.drifts} == {known.code}
    assert column in found.drifts[0].amounts
    assert {one.figure for one in found.area_drifts} == {figure}
    repaired = recompute(known, repair=True)
    assert not repaired.is_clean
    assert {name: figures(known, name) for name in before} == before
    assert recompute(known).is_clean
    newest = RollupCheck.objects.order_by("-id")[1]
    assert (newest.bodies, newest.is_repaired) == (1, True)
    assert newest.told[0]["body"] == known.code


def test_a_planted_wrong_figure_of_an_area_is_found_and_repaired(known, figures, recompute):
    area = ("P", known.province_code)
    before = figures(area, "revenue")
    run("UPDATE area_revenue SET collected = collected + 7 WHERE (level, area) = (%s, %s)", area)
    found = recompute(known)
    assert (found.drifts, {(one.level, one.area) for one in found.area_drifts}) == ([], {area})
    recompute(known, repair=True)
    assert figures(area, "revenue") == before
    assert recompute(known).is_clean


def test_what_is_on_its_way_is_no_drift(known, post, recompute, consume, figures):
    post(known, "20.00")
    assert recompute(known, repair=True).is_clean
    assert figures(known, "revenue") == collected("100.00")
    consume(known)
    assert figures(known, "revenue") == collected("120.00")


def test_what_nobody_gave_notice_of_is_found(known, post, as_owner, recompute, consume, figures):
    """A notice is a hint: one that is lost costs time, and no figure."""
    post(known, "20.00")
    with as_owner(known) as owner:
        owner.execute("DELETE FROM shared.notice WHERE body_code = %s", [known.code])
    consume(known)
    assert figures(known, "revenue") == collected("100.00")
    assert not recompute(known, repair=True).is_clean
    assert figures(known, "revenue") == collected("120.00")
    post(known, "3.00")
    consume(known)
    assert figures(known, "revenue") == collected("123.00"), "the cursor moved along"
    assert recompute(known).is_clean


def test_books_begun_anew_have_figures_of_their_own(
    known, operator, post, consume, figures, recompute
):
    before = figures(("N", ""), "revenue")[*OCTOBER, "411000"]
    operator("body", "new-generation", known.code, "--reason", "เริ่มใหม่ทั้งหมด")
    consume(known)
    assert figures(known, "revenue") == {}
    body = body_with_books(known.code)
    post(body, "7.00")
    consume(body)
    assert figures(body, "revenue") == collected("7.00")
    assert figures(("N", ""), "revenue")[*OCTOBER, "411000"] == (before[0] - 93,)
    assert recompute(body).is_clean


def test_a_body_that_moves_to_another_cell_keeps_its_figures(
    known, operator, post, consume, figures, recompute
):
    cells = ("openlaas_cell_01", "openlaas_cell_02")
    other = next(cell for cell in cells if cell != known.cell)
    post(known, "20.00")  # told in the old cell, and folded in the new one
    operator("body", "move", known.code, "--to", other)
    moved = body_with_books(known.code)
    assert moved.cell == other
    consume(known)
    consume(moved)
    assert figures(moved, "revenue") == collected("120.00")
    post(moved, "3.00")
    consume(moved)
    assert figures(moved, "revenue") == collected("123.00")
    assert recompute(moved).is_clean


@pytest.mark.usefixtures("no_old_notices")
def test_a_cell_that_is_away_is_told_and_the_watermark_stays(known, consume, of_the_nation):
    from tenants.models import Cell, RollupCell

    for cell, _ in following.cells([]):
        following.once(only=[cell])
    then = of_the_nation()["complete_to"]
    assert timezone.now() - datetime.fromisoformat(then) < timedelta(minutes=1)
    follower = following.CellFollower(known.cell, {"host": "127.0.0.1", "port": "1"})
    follower.tell_failure(ConnectionError("no route"))
    state = next(one for one in cell_states() if one.cell == known.cell)
    assert state.failure == "no route"
    assert state.complete_to is not None
    assert Cell.objects.filter(name=known.cell).exists()
    assert RollupCell.objects.get(cell=known.cell).failure == "no route"
    assert of_the_nation()["complete_to"] == then
