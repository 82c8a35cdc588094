from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from accounting.errors import Refusal
from portal.office import entry_form


@pytest.fixture(autouse=True)
def _in_thai():
    with translation.override("th"):
        yield


def _typed(**changed: str | list[str]) -> entry_form.TypedEntry:
    """Three lines were typed into; the second of the form was left empty."""
    posted = {
        "key": "0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111",
        "entry_date": "15/09/2569",
        "reference": "",
        "description": " รับเงินภาษีป้าย ",
        "account": ["1101010101.001 เงินสดในมือ", "", "4401010103001", "ภาษี"],
        "debit": ["1,050.75", "", "0.00", ""],
        "credit": ["", "", "๑,๐๕๐.๗๕", ""],
        "memo": ["", "", "เล่มที่ 5", ""],
        **changed,
    }
    query = QueryDict(mutable=True)
    for name, value in posted.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return entry_form.typed(query)


def test_what_was_typed_is_said_as_the_api_would_say_it():
    assert entry_form.meaning(_typed()) == {
        "entry_date": "2026-09-15",
        "description": "รับเงินภาษีป้าย",
        "reference": None,
        "lines": [
            {"account": "1101010101.001", "debit": "1050.75"},
            {"account": "4401010103.001", "credit": "1050.75", "memo": "เล่มที่ 5"},
            {"account": "ภาษี"},
        ],
    }


def test_refusals_go_to_the_lines_as_typed_not_as_sent():
    form = _typed()
    refusals = [
        Refusal(code="no_side", pointer="/lines/2", message_th="ก", message_en="a"),
        Refusal(code="unknown_account", pointer="/lines/2/account", message_th="ก", message_en="a"),
        Refusal(code="too_long", pointer="/lines/1/memo", message_th="ยาวเกิน", message_en="long"),
        Refusal(code="period_closed", pointer="/entry_date", message_th="ปิด", message_en="closed"),
        Refusal(code="unbalanced", pointer="/lines", message_th="ไม่เท่า", message_en="differ"),
    ]
    errors = entry_form.field_errors(form, refusals)
    assert errors.lines[3] == {
        "debit": ["ให้ใส่จำนวนเงินด้านเดบิตหรือเครดิต"],
        "account": ["ไม่พบบัญชีนี้ ให้พิมพ์รหัสหรือชื่อแล้วเลือกจากรายการ"],
    }
    assert errors.lines[2] == {"memo": ["ยาวเกิน"]}
    assert errors.fields == {"entry_date": ["ปิด"]}
    assert errors.whole == ["ไม่เท่า"]
    with translation.override("en"):
        assert entry_form.field_errors(form, refusals).whole == ["differ"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31/02/2569", "ไม่มีวันที่นี้ในปฏิทิน"),
        ("เมื่อวาน", "ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569"),
    ],
)
def test_a_date_that_is_none_is_explained(typed: str, message: str):
    refusal = Refusal(code="not_a_date", pointer="/entry_date", message_th="ก", message_en="a")
    errors = entry_form.field_errors(_typed(entry_date=typed), [refusal])
    assert errors.fields["entry_date"] == [message]


def test_the_same_meaning_has_the_same_fingerprint():
    first = entry_form.sha256(_typed())
    assert first == entry_form.sha256(_typed(entry_date="2026-09-15"))
    assert first == entry_form.sha256(_typed(key="1d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111"))
    assert first != entry_form.sha256(_typed(description="อื่น"))


def test_a_key_that_is_none_of_ours_is_replaced():
    assert _typed().key == "0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111"
    assert _typed(key="x" * 5000).key != "x" * 5000


def test_lines_can_be_added_up_to_the_limit():
    form = entry_form.blank(date(2026, 9, 15))
    assert form.entry_date == "15/09/2569"
    before = len(form.lines)
    assert len(form.with_more_lines().lines) == before + entry_form.LINES_ADDED
    for _round in range(200):
        form = form.with_more_lines()
    assert len(form.lines) == 500


def test_columns_of_unequal_length_lose_nothing():
    form = _typed(account=["1101010101.001"], debit=["1", "2"], credit=[], memo=[])
    assert [line.debit for line in form.lines] == ["1", "2"]
    assert [line.account for line in form.lines] == ["1101010101.001", ""]
