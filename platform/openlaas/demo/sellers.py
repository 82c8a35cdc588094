"""Invented sellers, and what the law has a body keep back from each."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, to_satang

_ZERO = Decimal("0.00")
_FIRM_MINIMUM = Decimal(500)
_PERSON_MINIMUM = Decimal(10_000)
_FIRMS_IN_TEN = 7
_WORDS = (
    *("รุ่งเรือง", "เจริญทรัพย์", "พูนผล", "ศรีสมบูรณ์", "ก้าวหน้า", "ไทยพัฒนา", "มั่นคง", "ธนกิจ", "เพิ่มพูน"),
    *("ชัยเจริญ", "โชคอำนวย", "วัฒนา", "ทวีสิน", "สหกิจ", "บูรพา", "ล้านนา", "ทักษิณ", "ร่วมใจ", "อุดมชัย"),
)
_TRADES = ("พาณิชย์", "การค้า", "เทรดดิ้ง", "ซัพพลาย", "เซอร์วิส", "วัสดุภัณฑ์", "เอ็นเตอร์ไพรส์")
_FIRMS = ("หจก. {}", "บริษัท {} จำกัด")
_PERSONS = ("ร้าน{}", "ร้าน{} (บุคคลธรรมดา)")


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller with the accounts that its nature decides."""

    name: str
    payable: str
    withholding: str
    is_vat_registered: bool

    def price_before_vat(self, gross: Decimal) -> Decimal:
        """Take the 7 % of value added tax out of a price."""
        return to_satang(gross * 100 / 107) if self.is_vat_registered else gross

    def withheld(self, gross: Decimal) -> Decimal:
        """Give the income tax kept back: 1 % before VAT, from 500 baht (persons: 10,000)."""
        price = self.price_before_vat(gross)
        least = _PERSON_MINIMUM if self.withholding == accounts.WHT_PERSON else _FIRM_MINIMUM
        return percent_of(price, "1") if price >= least else _ZERO


STATE_UTILITY = Seller(
    name="การไฟฟ้า การประปา และผู้ให้บริการโทรคมนาคม",
    payable=accounts.PAYABLE_STATE,
    withholding=accounts.WHT_STATE,
    is_vat_registered=True,
)


def draw_seller(rng: Random) -> Seller:
    """Draw a firm, mostly, or a person."""
    name = rng.choice(_WORDS) + rng.choice(_TRADES)
    if rng.randint(1, 10) <= _FIRMS_IN_TEN:
        title = rng.choice(_FIRMS).format(name)
        return Seller(
            title, accounts.PAYABLE, accounts.WHT_FIRM, is_vat_registered=rng.randint(1, 4) > 1
        )
    title = rng.choice(_PERSONS).format(name)
    return Seller(title, accounts.PAYABLE, accounts.WHT_PERSON, is_vat_registered=False)
