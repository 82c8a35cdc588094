"""Whose figures a sheet or a paper shows, and what they are worth. Pure values."""

from dataclasses import dataclass
from datetime import datetime

from thai import buddhist


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The body, and up to which recording its figures are complete.

    Attributes:
        complete_to: when the last recording that they hold was made.
        as_known_at: as of which moment they were asked for; None is now.
    """

    body_code: str
    body_name_th: str
    province_th: str
    complete_to: datetime
    as_known_at: datetime | None = None

    @property
    def body_words(self) -> str:
        """The first line of every heading."""
        return f"{self.body_name_th} จังหวัด{self.province_th}"

    @property
    def complete_words(self) -> str:
        """Up to which recording it is complete, and as of which moment it was asked for."""
        complete = f"รวมทุกรายการที่บันทึกถึง {buddhist.moment_in_words(self.complete_to)}"
        if self.as_known_at is None:
            return complete
        return f"{complete} (ตามที่ระบบทราบเมื่อ {buddhist.moment_in_words(self.as_known_at)})"

    @property
    def told(self) -> dict[str, str]:
        """The same for programs, as a workbook keeps it in its properties."""
        return {
            "body_code": self.body_code,
            "as_known_at": self.as_known_at.isoformat() if self.as_known_at else "",
            "complete_to": self.complete_to.isoformat(),
        }
