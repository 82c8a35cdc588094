"""Who acts, on what, and what follows: the same for Locust and the open-model driver."""

import json
from collections import Counter
from random import Random

import pytest

from loadtests import mix
from loadtests.asking import Budget
from loadtests.officers import VOUCHER_DESKS, Officer, Staff, sessions_of, share_of_bodies
from loadtests.working import Chooser, Working

ROLES = ("COLLECTOR", "ACCOUNTANT", *VOUCHER_DESKS)


def officer(body: int, role: str) -> Officer:
    return Officer(
        username=f"{body}-{role}",
        password="",
        token=f"{body}-{role}-token",
        body_code=str(body),
        roles=frozenset({role}),
    )


def officers(bodies: int) -> list[Officer]:
    return [officer(body, role) for body in range(bodies) for role in ROLES]


@pytest.fixture
def working() -> Working:
    budgets = {str(body): Budget(unit="01", line="l", payee="p") for body in range(0, 50, 5)}
    return Working(Staff(officers(50), Random(1)), Random(2), budgets=budgets)


def answer(number: int) -> bytes:
    return json.dumps({"id": f"i{number}", "number": f"N-{number}/70", "amount": "1.00"}).encode()


@pytest.mark.parametrize("role", [mix.ANYBODY, "ACCOUNTANT"])
def test_every_body_is_worked_in_once_before_any_comes_again(role):
    staff = Staff(officers(50), Random(1))
    for _ in range(3):
        drawn = [staff.draw(role).body_code for _ in range(50)]
        assert sorted(drawn, key=int) == [str(body) for body in range(50)]


def test_nobody_is_drawn_for_a_role_that_the_file_lacks():
    assert Staff([officer(1, "ACCOUNTANT")], Random(1)).draw("EXECUTIVE") is None


def test_workers_share_the_bodies_and_leave_none_out():
    everybody = officers(7)
    parts = [share_of_bodies(everybody, part=part, parts=3) for part in range(3)]
    assert sorted(one.username for part in parts for one in part) == sorted(
        one.username for one in everybody
    )
    bodies = [{one.body_code for one in part} for part in parts]
    assert all(one.isdisjoint(other) for one in bodies for other in bodies if one is not other)


def test_sessions_have_the_roles_of_the_mix_and_the_bodies_in_turn():
    shares = mix.roles_of(mix.year_end())
    chosen = sessions_of(Staff(officers(50), Random(1)), shares, 400)
    counted = Counter(role for _, role in chosen)
    total = sum(shares.values())
    assert counted == {
        role: pytest.approx(400 * share / total, abs=1) for role, share in shares.items()
    }
    assert len({one.body_code for one, _ in chosen}) == 50


def test_papers_go_through_their_people_and_each_desk_has_its_share(working):
    chooser = Chooser.of(mix.year_end())
    done = Counter()
    for number in range(40_000):
        doing = working.next_of_anybody(chooser)
        role = doing.action.role
        assert role in {mix.ANYBODY, *doing.officer.roles}
        if doing.action.key == mix.DRAW_UP:
            assert int(doing.officer.body_code) % 5 == 0
        assert working.heard(doing, doing.request.wanted, answer(number))
        done[doing.action.key] += 1
    weights = mix.year_end()
    for key in (mix.POST_ENTRY, mix.ISSUE, mix.DRAW_UP, mix.APPROVE, mix.CHECK):
        # The last desks wait for the papers of those before them: their share comes later.
        assert done[key] / 40_000 == pytest.approx(weights[key] / 1_720, rel=0.35), key
    assert working.posted == done[mix.POST_ENTRY]
    assert len(working.bodies_active) == 50


def test_a_refused_step_leaves_its_body_alone_and_no_other(working):
    """What is left of a round that went wrong would spoil each that followed."""
    collector = working.staff.at("3", "COLLECTOR")
    working.heard(working.do(mix.ISSUE, collector), 201, answer(1))
    handed = working.do(mix.HAND_OVER)
    assert (handed.action.key, handed.officer.body_code) == (mix.HAND_OVER, "3")
    assert not working.heard(handed, 409, b"{}")
    assert working.do(mix.ISSUE, collector).action.key == mix.LIST_RECEIPTS
    other = working.do(mix.ISSUE, working.staff.at("4", "COLLECTOR"))
    working.heard(other, 201, answer(2))
    assert working.do(mix.HAND_OVER).officer.body_code == "4"


def test_a_slip_that_was_shed_is_handed_over_later(working):
    working.heard(working.do(mix.ISSUE, working.staff.at("3", "COLLECTOR")), 201, answer(1))
    assert not working.heard(working.do(mix.HAND_OVER), 503, b"")
    assert working.do(mix.HAND_OVER).officer.body_code == "3"


def test_from_slip_to_summary_no_receipt_is_issued_and_a_slip_waits_for_those_under_way(working):
    collector = working.staff.at("3", "COLLECTOR")
    first, second = working.do(mix.ISSUE, collector), working.do(mix.ISSUE, collector)
    working.heard(first, 201, answer(1))
    assert working.do(mix.HAND_OVER).action.key != mix.HAND_OVER, "the second is under way"
    working.heard(second, 201, answer(2))
    for key in (mix.HAND_OVER, mix.RECEIVE_SLIP, mix.SUM_UP, mix.CHECK):
        doing = working.do(key)
        assert (doing.action.key, doing.officer.body_code) == (key, "3")
        assert working.do(mix.ISSUE, collector).action.key == mix.LIST_RECEIPTS
        working.heard(doing, doing.request.wanted, answer(2))
    assert working.do(mix.ISSUE, collector).action.key == mix.ISSUE


def test_an_officer_of_a_session_does_only_what_is_theirs(working):
    clerk = working.staff.at("1", "UNIT_CLERK")
    for key in (mix.DRAW_UP, mix.HAND_OVER, mix.PRINT, mix.READ_ENTRY, mix.SIGN_IN):
        doing = working.do(key, clerk)
        assert doing.officer is clerk
        assert doing.action.role == mix.ANYBODY


def test_papers_are_asked_of_books_that_have_something_to_print(working):
    """Else books without an entry are looked through again and again, and little is printed."""
    first = working.do(mix.PRINT_ENTRY)
    assert first.action.key == mix.LIST_ENTRIES
    working.heard(first, first.request.wanted, answer(1))
    printed = [working.do(mix.PRINT_ENTRY) for _ in range(20)]
    assert {one.action.key for one in printed} == {mix.PRINT_ENTRY}
    assert {one.officer.body_code for one in printed} == {first.officer.body_code}
