"""What open data there is, and its files."""

from dataclasses import dataclass
from datetime import datetime

from tenants.open_data.models import OpenDataFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file that there is; sizes in bytes, before compression."""

    fiscal_year: int
    name: str
    size: int
    bodies: int
    complete_to: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What tells one making of a file from another."""

    sha256: str
    made_at: datetime


def listing() -> list[Listed]:
    """Return the files, the newest year first."""
    names = ("fiscal_year", "name", "size", "bodies", "complete_to", "made_at")
    found = OpenDataFile.objects.order_by("-fiscal_year", "name").values(*names)
    return [Listed(**row) for row in found]


def mark_of(fiscal_year: int, name: str) -> Mark | None:
    """Return the mark of a file, without reading it; None when there is none."""
    found = OpenDataFile.objects.filter(fiscal_year=fiscal_year, name=name)
    row = found.values_list("sha256", "made_at").first()
    return Mark(sha256=row[0], made_at=row[1]) if row else None


def compressed(sha256: str) -> bytes | None:
    """Return a file by its hash, compressed by gzip; None when another has taken its place."""
    row = OpenDataFile.objects.filter(sha256=sha256).values_list("content", flat=True).first()
    return bytes(row) if row is not None else None
