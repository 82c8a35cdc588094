"""An account's ledger as the sheet and the paper know it. Pure values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from papers.provenance import Provenance
from thai import buddhist

TITLE = "บัญชีแยกประเภท"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """บัญชีแยกประเภท of an account for some days, both inclusive.

    Attributes:
        opening: what was brought forward: ``balance_debit`` and ``balance_credit``, as texts.
        lines: in order; read once, so that no list of a whole year need stand in memory. Each has
            ``entry_date`` (ISO), ``number``, ``description``, ``memo`` and as texts ``debit``,
            ``credit``, ``balance_debit`` and ``balance_credit``.
    """

    source: Provenance
    account: str
    name_th: str
    first: date
    last: date
    opening: Mapping[str, str]
    lines: Iterable[Mapping[str, Any]]

    @property
    def file_name(self) -> str:
        """A name in plain letters, without its ending."""
        days = f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"
        return f"ledger-{self.source.body_code}-{self.account}-{days}"

    @property
    def account_words(self) -> str:
        """Which account it is, as its heading says it."""
        return f"{TITLE} {self.account} {self.name_th}"

    @property
    def period_words(self) -> str:
        """Of which days it is, as its heading says it."""
        return f"ตั้งแต่วันที่ {buddhist.in_words(self.first)} ถึงวันที่ {buddhist.in_words(self.last)}"
