"""What the slices that spend rely on: reserve, obligate, disburse, release, restore."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

FIGURES = ("reserved", "obligated", "disbursed", "available")


def test_the_chain_of_a_purchase(ledger):
    line, (request, contract, voucher) = (
        ledger.line("12740.00"),
        (ledger.document() for _ in range(3)),
    )
    (moved,) = ledger.do("reserve", request, (line, "3210.00"))
    assert (moved.line_id, str(moved.before), str(moved.after)) == (line, "12740.00", "9530.00")
    ledger.do("obligate", contract, (line, "3000.00"), of=request, release_rest=True)
    assert ledger.columns(line, *FIGURES) == ("0.00", "3000.00", "0.00", "9740.00")
    ledger.do("disburse", voucher, (line, "1200.00"), of=contract)
    assert ledger.columns(line, *FIGURES) == ("0.00", "1800.00", "1200.00", "9740.00")
    ledger.do("release", contract)
    assert ledger.columns(line, *FIGURES) == ("0.00", "0.00", "1200.00", "11540.00")


def test_a_voucher_that_holds_its_gross_itself(ledger):
    line, voucher = ledger.line("12740.00"), ledger.document()
    (moved,) = ledger.do("reserve", voucher, (line, "3210.00"))
    assert (str(moved.before), str(moved.after)) == ("12740.00", "9530.00")
    (moved,) = ledger.do("disburse", voucher, (line, "3210.00"), of=voucher)
    assert (str(moved.before), str(moved.after)) == ("9530.00", "9530.00")
    ledger.do("restore", voucher)
    assert ledger.columns(line, *FIGURES) == ("3210.00", "0.00", "0.00", "9530.00")
    ledger.do("release", voucher)
    assert ledger.columns(line, *FIGURES) == ("0.00", "0.00", "0.00", "12740.00")


def test_a_disbursement_is_restored_into_what_it_came_from(ledger):
    line, contract, voucher = ledger.line(), ledger.document(), ledger.document()
    ledger.do("obligate", contract, (line, "80.00"), of=None)
    ledger.do("disburse", voucher, (line, "50.00"), of=contract)
    ledger.do("restore", voucher, amounts={line: Decimal("20.00")})
    assert ledger.columns(line, *FIGURES) == ("0.00", "50.00", "30.00", "20.00")
    ledger.do("restore", voucher)
    assert ledger.columns(line, *FIGURES) == ("0.00", "80.00", "0.00", "20.00")
    ledger.do("disburse", ledger.document(), (line, "80.00"), of=contract)
    straight = ledger.document()
    ledger.do("disburse", straight, (line, "20.00"), of=None)
    ledger.do("restore", straight)
    assert ledger.columns(line, *FIGURES) == ("0.00", "0.00", "80.00", "20.00")


def arithmetic(refusal) -> tuple[str, ...]:
    return refusal.code, refusal.pointer, refusal.message_en.partition(": ")[2]


@pytest.mark.parametrize("operation", ["reserve", "obligate", "disburse"])
def test_a_satang_too_much_of_a_line_is_refused_with_the_arithmetic(ledger, operation):
    line, more = ledger.line("9530.00"), {} if operation == "reserve" else {"of": None}
    (refusal,) = ledger.refused(operation, ledger.document(), (line, "9530.01"), **more)
    assert arithmetic(refusal) == (
        *("budget_not_enough", "/lines/0"),
        "available 9,530.00, asked 9,530.01, short 0.01",
    )
    assert "คงเหลือ 9,530.00 บาท ขอใช้ 9,530.01 บาท ขาด 0.01 บาท" in refusal.message_th
    assert (refusal.of_the_books, refusal.rule) == (True, "BUD-AVAILABLE")
    assert "2563" in refusal.regulation
    ledger.do(operation, ledger.document(), (line, "9530.00"), **more)
    assert ledger.columns(line, "available") == ("0.00",)


@pytest.mark.parametrize(
    ("makes", "takes", "level"),
    [("reserve", "obligate", "reserved"), ("obligate", "disburse", "obligated"),
     ("reserve", "disburse", "reserved")],
)  # fmt: skip
def test_a_satang_too_much_of_a_commitment_is_refused(ledger, makes, takes, level):
    line, held = ledger.line("500.00"), ledger.document()
    ledger.do(makes, held, (line, "100.00"), **({} if makes == "reserve" else {"of": None}))
    (refusal,) = ledger.refused(takes, ledger.document(), (line, "100.01"), of=held)
    assert arithmetic(refusal)[2] == "available 100.00, asked 100.01, short 0.01"
    assert level in refusal.message_en
    ledger.do(takes, ledger.document(), (line, "99.99"), of=held)
    (refusal,) = ledger.refused(takes, ledger.document(), (line, "0.02"), of=held)
    assert arithmetic(refusal)[2] == "available 0.01, asked 0.02, short 0.01"


def test_every_reason_is_told_at_once_and_nothing_is_written(ledger):
    first, second, document = ledger.line("10.00"), ledger.line("20.00"), ledger.document()
    refusals = ledger.refused(
        "reserve",
        document,
        (first, "6.00"),
        (second, "20.01"),
        (uuid.uuid4(), "1.00"),
        (first, "6.00"),
        (second, "0.00"),
    )
    assert [(refusal.code, refusal.pointer) for refusal in refusals] == [
        ("budget_not_enough", "/lines/1"),
        ("unknown_budget_line", "/lines/2"),
        ("budget_not_enough", "/lines/3"),
        ("not_money", "/lines/4"),
        ("budget_not_enough", "/lines/4"),
    ]
    assert arithmetic(refusals[2])[2] == "available 10.00, asked 12.00, short 2.00"
    assert ledger.columns(first, "available") == ("10.00",)
    assert ledger.columns(second, "available") == ("20.00",)


def test_two_amounts_of_one_line_and_two_calls_of_one_transaction(ledger):
    line, other, document = ledger.line("10.00"), ledger.line("10.00"), ledger.document()
    with ledger.entering(ledger.body):
        facts = {"document_id": document, "day": date(2026, 10, 5), "officer": ledger.officer}
        ledger.operations.reserve(**facts, wanted=ledger.wanted((line, "4.00"), (line, "5.00")))
        (moved,) = ledger.operations.reserve(**facts, wanted=ledger.wanted((line, "1.00")))
        assert (str(moved.before), str(moved.after)) == ("1.00", "0.00")
        ledger.operations.reserve(**facts, wanted=ledger.wanted((other, "3.00")))
        ledger.operations.disburse(**facts, wanted=ledger.wanted((line, "10.00")), of=document)
    assert ledger.columns(line, *FIGURES) == ("0.00", "0.00", "10.00", "0.00")
    assert ledger.columns(other, *FIGURES) == ("3.00", "0.00", "0.00", "7.00")


def test_a_document_that_holds_nothing_gives_nothing(ledger):
    line, held = ledger.line(), ledger.document()
    (refusal,) = ledger.refused("disburse", ledger.document(), (line, "1.00"), of=held)
    assert refusal.code == "nothing_held"
    ledger.do("obligate", held, (line, "5.00"), of=None)
    (refusal,) = ledger.refused("obligate", ledger.document(), (line, "1.00"), of=held)
    assert refusal.code == "nothing_held", "a contract is not drawn from a contract"
    assert ledger.do("release", ledger.document()) == []
    (refusal,) = ledger.refused("release", held, amounts={line: Decimal("5.01")})
    assert arithmetic(refusal)[2] == "available 5.00, asked 5.01, short 0.01"
    (refusal,) = ledger.refused("release", held, amounts={uuid.uuid4(): Decimal("1.00")})
    assert refusal.code == "nothing_held"


def test_a_document_draws_on_a_line_from_one_place(ledger):
    line, contract, voucher = ledger.line(), ledger.document(), ledger.document()
    ledger.do("obligate", contract, (line, "5.00"), of=None)
    ledger.do("disburse", voucher, (line, "5.00"), of=contract)
    (refusal,) = ledger.refused("disburse", voucher, (line, "1.00"), of=None)
    assert refusal.code == "drawn_elsewhere"


def test_a_line_is_spent_in_its_own_open_year(ledger, as_owner):
    line, held = ledger.line(), ledger.document()
    ledger.do("reserve", held, (line, "60.00"))
    for day in (date(2026, 9, 30), date(2027, 10, 1)):
        (refusal,) = ledger.refused("reserve", ledger.document(), (line, "1.00"), day=day)
        assert refusal.code == "not_of_the_year"
    ledger.do("release", held, day=date(2027, 10, 1), amounts={line: Decimal("1.00")})
    with as_owner(ledger.body) as owner:
        owner.execute("UPDATE fiscal_year SET state = 'closed' WHERE year = 2570")
    (refusal,) = ledger.refused("reserve", ledger.document(), (line, "1.00"))
    assert refusal.code == "fiscal_year_closed"
    (refusal,) = ledger.refused("release", held)
    assert refusal.code == "fiscal_year_closed"


def test_movements_are_numbered_without_gap_and_told_in_order(ledger, as_owner):
    line, document = ledger.line(), ledger.document()
    ledger.do("reserve", document, (line, "5.00"), (line, "6.00"))
    ledger.refused("reserve", document, (line, "5000.00"))
    ledger.do("disburse", document, (line, "11.00"), of=document)
    with as_owner(ledger.body) as owner:
        rows = owner.execute(
            "SELECT movement_no, kind, amount::text FROM budget_movement ORDER BY 1"
        ).fetchall()
    assert rows == [
        (1, "approve", "100.00"),
        (2, "reserve", "5.00"),
        (3, "reserve", "6.00"),
        (4, "unreserve", "11.00"),
        (5, "disburse", "11.00"),
    ]


def test_many_at_once_are_numbered_one_after_another(ledger):
    lines = [ledger.line() for _ in range(8)]
    documents = [ledger.document() for _ in lines]
    together = threading.Barrier(len(lines))

    def spend(place):
        from django.db import connections

        together.wait(30)
        for _ in range(5):
            ledger.do("disburse", documents[place], (lines[place], "1.00"), of=None)
        connections["default"].close()

    with ThreadPoolExecutor(len(lines)) as pool:
        list(pool.map(spend, range(len(lines))))
    assert ledger.last_movement() == len(lines) * 6


def test_what_is_known_of_lines(ledger):
    from accounting.budget.queries import lines_known

    line = ledger.line("7.00", project="โครงการ ก")
    with ledger.entering(ledger.body, read_only=True):
        known = lines_known([line, uuid.uuid4()])
        assert lines_known([]) == {}
    assert list(known) == [line]
    assert (known[line].project, str(known[line].available)) == ("โครงการ ก", "7.00")
