"""The database itself lets no budget line, and no commitment, go below zero."""

import uuid

import pytest
from django.db import IntegrityError

LINE = """
INSERT INTO budget_line (id, fiscal_year, fund_source, plan, task, expenditure_type, project, name,
                         approved)
VALUES (%s, 2570, 'BUDGET', '00110', '00111', '340500', %s, 'by hand', 100)
"""


@pytest.fixture(scope="module")
def body(_unused_bodies):
    return next(_unused_bodies)


@pytest.fixture
def line(body, inside):
    line_id = uuid.uuid4()
    with inside(body) as cursor:
        cursor.execute(LINE, [line_id, str(line_id)])
    return line_id


@pytest.mark.parametrize(
    "change",
    [
        "reserved = 100.01",
        "obligated = 60, disbursed = 40.01",
        "transferred_out = 100.01",
        "carried_out = 50, lapsed = 50, reserved = 0.01",
        "approved = 0, disbursed = 0.01",
    ],
)
def test_a_line_is_never_overdrawn(body, line, inside, change):
    with (
        pytest.raises(IntegrityError, match="budget_line_is_not_overdrawn"),
        inside(body) as cursor,
    ):
        cursor.execute(f"UPDATE budget_line SET {change} WHERE id = %s", [line])


def test_no_column_is_negative(body, line, inside):
    with (
        pytest.raises(IntegrityError, match="budget_columns_are_not_negative"),
        inside(body) as cursor,
    ):
        cursor.execute("UPDATE budget_line SET reserved = -1 WHERE id = %s", [line])


def test_the_last_satang_may_go(body, line, inside):
    with inside(body) as cursor:
        cursor.execute("UPDATE budget_line SET disbursed = 100 WHERE id = %s", [line])
        cursor.execute("SELECT available FROM budget_line WHERE id = %s", [line])
        assert str(cursor.fetchone()[0]) == "0.00"


def test_there_is_one_line_for_one_purpose(body, line, inside):
    with pytest.raises(IntegrityError, match="budget_line_key"), inside(body) as cursor:
        cursor.execute(LINE, [uuid.uuid4(), str(line)])


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("'hold', NULL, 10, 6, 4.01", "commitment_is_not_overdrawn"),
        ("'hold', NULL, 10, -1, 0", "commitment_is_not_overdrawn"),
        ("'promise', NULL, 10, 0, 0", "commitment_kind_is_known"),
    ],
)
def test_no_more_is_drawn_than_was_committed(body, line, inside, row, name):
    with pytest.raises(IntegrityError, match=name), inside(body) as cursor:
        cursor.execute(f"INSERT INTO commitment VALUES (uuidv7(), %s, {row})", [line])


def test_a_movement_is_positive_and_numbered_once(body, line, inside):
    words = "INSERT INTO budget_movement VALUES (%s, %s, 'approve', %s, %s, NULL, now(), %s, now())"
    words = words.replace("now())", "now(), '')")
    with inside(body) as cursor:
        cursor.execute(words, [1, line, 1, line, line])
    for number, amount, name in ((2, 0, "budget_movement_is_positive"), (1, 5, "pkey")):
        with pytest.raises(IntegrityError, match=name), inside(body) as cursor:
            cursor.execute(words, [number, line, amount, line, line])
