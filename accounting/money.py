"""Money is Decimal baht with two places, and a string at every border."""

import re
from decimal import Decimal

ZERO = Decimal("0.00")
MAXIMUM = Decimal("9999999999999.99")  # 500 lines of it still fit numeric(18,2)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class NotMoney(ValueError):
    """The text is no amount.

    ``reason`` is not_a_string, not_money, too_many_decimals or too_large.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read(value: object) -> Decimal:
    """Return the baht that a text such as ``"1234.50"`` means; it may be negative.

    Raises:
        NotMoney: it is no plain decimal number of at most two places.
    """
    if not isinstance(value, str):
        raise NotMoney("not_a_string")
    if not _PLAIN.fullmatch(value):
        raise NotMoney("not_money")
    _, _, decimals = value.partition(".")
    if len(decimals) > 2:  # noqa: PLR2004 - satang
        raise NotMoney("too_many_decimals")
    if len(value) > len(str(MAXIMUM)) or abs(Decimal(value)) > MAXIMUM:
        raise NotMoney("too_large")
    return Decimal(value).quantize(ZERO)


def text(amount: Decimal) -> str:
    """Return the amount as the API writes it: ``"1234.50"``."""
    return f"{amount:.2f}"
