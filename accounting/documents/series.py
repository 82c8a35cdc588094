"""Which series of numbers there are, and how their numbers are marked. Pure."""

from typing import NamedTuple


class Series(NamedTuple):
    """A series of numbers; ``mark`` is what is printed before each: ``RCPT-00012/69``."""

    name: str
    mark: str = ""


# Kinds of document by the series that each is numbered in; `openlaas verify` reads them by these.
# A receipt written by hand keeps its book's number, which is in no series of ours.
SERIES = {
    "RECEIPT": Series("RCPT", "RCPT"),
    "BANKCR": Series("RCPT", "RCPT"),  # a receipt is issued for most of this money too
    "REMIT": Series("REMIT"),
    "REMSUM": Series("REMSUM"),
    "RECVBL": Series("RECVBL"),
    "FORFEIT": Series("FORFEIT"),
    "BANKING": Series("BANKING"),
    "PR": Series("PR", "PR"),
    "CONTRACT": Series("CT", "CT"),
    "INSPECT": Series("IR", "IR"),
    "CHQRPT": Series("CHQRPT"),
    "CHEQUE": Series("CHQ", "CHQ"),
}
# Series of numbers that are no document's own, or of a form of their own: the treasury's, and with
# the requester's prefix the division's, of a ฎีกา; returns with their form; certificates.
VOUCHERS, RETURNS, CERTIFICATES = "DIKA", "PND", "WHT"
