"""Krungthai's file of transfers, byte for byte."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.bank_files import krungthai
from accounting.bank_files.fixed_width import DoesNotFit, fields_of
from accounting.bank_files.krungthai import Sender, Transfer

SENDER = Sender(name="เทศบาลตำบลท่าช้าง", account_no="1230045678", company_id="LAO5901401")
OWN = Transfer(
    bank_code="006",
    account_no="9871234567",
    account_name="ร้านรุ่งเรืองพาณิชย์",
    amount=Decimal("3180.00"),
    reference="00566/69",
)
OTHER = Transfer(
    bank_code="034",
    account_no="02001234567",
    account_name="นายสมชาย ใจดี",
    amount=Decimal("0.25"),
    reference="00567/69",
)
GOLDEN = (
    "101" "000001" "006" "0000001" "0000000000000318000" "08052026" "C" "00000000"
    + "LAO5901401".ljust(16)
    + " " * 427
    + "\r\n"
    + "102" "000001" "006" "0987" "09871234567" "006" "0123" "01230045678" "08052026" "14" "00"
    "00000000000318000"
    + " " * 8
    + " " * 10
    + "ร้านรุ่งเรืองพาณิชย์".ljust(100)
    + "เทศบาลตำบลท่าช้าง".ljust(100)
    + " " * 40
    + "00566/69".ljust(18)
    + " " * 2
    + " " * 18
    + " " * 2
    + " " * 20
    + "000001"
    + "09"
    + " " * 40
    + " " * 20
    + "0000"
    + " " * 34
    + "\r\n"
)  # fmt: skip


def file_of(product: str, *transfers: Transfer) -> bytes:
    return krungthai.file_of(
        sender=SENDER,
        transfers=transfers,
        effective_on=date(2026, 5, 8),
        product=product,
        paid="goods",
    )


def test_the_file_of_transfers_within_the_bank():
    assert file_of("direct", OWN, OTHER) == GOLDEN.encode("cp874")


def test_every_record_has_498_characters_and_the_header_tells_their_sum():
    header, *details = file_of("standard", OWN, OTHER, OTHER).decode("cp874").split("\r\n")[:-1]
    assert [len(one) for one in (header, *details)] == [498, 498, 498]
    assert header[12:38] == "0000002" + "0000000000000000050"
    assert [one[392:398] for one in details] == ["000001", "000002"]
    assert details[0][9:27] == "034" + "0000" + "02001234567"
    assert details[0][53:55] == "04"


@pytest.mark.parametrize("record", ["header", "detail"])
def test_the_fields_follow_one_another_without_a_gap(record):
    place = 1
    for field in fields_of("ktb_ipay_text_format.csv", record):
        assert field.starts == place, field.key
        place += field.length
    assert place == 499


def test_an_amount_that_does_not_fit_is_never_cut():
    much = Transfer(**{**vars_of(OWN), "amount": Decimal("9" * 16)})
    with pytest.raises(DoesNotFit):
        file_of("direct", much)


def test_who_has_no_account_or_bank_is_told():
    nobody = Transfer(**{**vars_of(OWN), "bank_code": "", "account_no": ""})
    long = Transfer(**{**vars_of(OTHER), "account_no": "020012345678"})
    refusals = list(krungthai.transfer_refusals("034", [OWN, nobody, long], "LAO5901401"))
    assert [one.code for one in refusals] == [
        *("not_krungthai", "unknown_bank", "no_bank_account", "bank_account_too_long")
    ]
    assert refusals[1].pointer == "/transfers/1"


def vars_of(one: Transfer) -> dict[str, object]:
    return {name: getattr(one, name) for name in Transfer.__slots__}
