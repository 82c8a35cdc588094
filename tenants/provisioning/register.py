"""Loading the register that ships with the product: provinces, districts, bodies."""

import csv
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from tenants.directory.models import Body, District, Province

DATA = Path(__file__).resolve().parents[1] / "data"
TRAINING_BODY_CODE = "9110001"
LARGEST_PROVINCE_KM2 = 25_000


def schema_name(code: str) -> str:
    """Return the schema of a body: ``b_5901401``; of a unit: ``b_5901401_03``."""
    return f"b_{code.replace('-', '_')}"


def load_register() -> int:
    """Bring the register up to the files shipped; return how many bodies it now lists.

    A body that is there keeps its row: its place, state and id are not the files' to change.
    """
    with transaction.atomic():
        if Body.objects.filter(parent=None, is_training=False).count() != _line_count("bodies.csv"):
            _load_places()
            Body.objects.bulk_create(_bodies(), ignore_conflicts=True, batch_size=2000)
            Body.objects.bulk_create([_training_body()], ignore_conflicts=True)
    count: int = Body.objects.count()
    return count


def register_unit(*, parent_code: str, number: int, kind: str, name_th: str) -> str:
    """Register a unit (หน่วยงานภายใต้สังกัด) under its parent; return its code.

    Registering it again changes nothing.
    """
    parent = Body.objects.get(code=parent_code)
    code = f"{parent_code}-{number:02d}"
    Body.objects.get_or_create(
        code=code,
        defaults={
            "schema_name": schema_name(code),
            "kind": kind,
            "name_th": name_th,
            "full_name_th": f"{name_th} ({parent.full_name_th})",
            "parent": parent,
            "province_id": parent.province_id,
            "district_id": parent.district_id,
            "is_training": parent.is_training,
        },
    )
    return code


def _load_places() -> None:
    Province.objects.bulk_create(
        (
            Province(
                code=row["code"],
                iso_3166_2=row["iso_3166_2"],
                name_th=row["name_th"],
                name_en=row["name_en"],
                region_th=row["region6_th"],
            )
            for row in rows_of("provinces.csv")
        ),
        ignore_conflicts=True,
    )
    District.objects.bulk_create(
        (
            District(
                code=row["code"],
                province_id=row["province_code"],
                name_th=row["name_th"],
            )
            for row in rows_of("districts.csv")
        ),
        ignore_conflicts=True,
    )


def _bodies() -> Iterator[Body]:
    for row in rows_of("bodies.csv"):
        yield Body(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"https://openlaas.th/bodies/{row['code']}"),
            code=row["code"],
            schema_name=schema_name(row["code"]),
            kind=row["kind"],
            name_th=row["name_th"],
            full_name_th=row["full_name_th"],
            province_id=row["province_code"],
            district_id=row["district_code"] or None,
            area_km2=_area(row["area_km2"]),
            latitude=_decimal(row["lat"]),
            longitude=_decimal(row["lon"]),
        )


def _training_body() -> Body:
    return Body(
        code=TRAINING_BODY_CODE,
        schema_name=schema_name(TRAINING_BODY_CODE),
        kind="TMUN",
        name_th="ฝึกอบรม",
        full_name_th="เทศบาลตำบลฝึกอบรม",
        province_id="11",
        is_training=True,
    )


def _area(text: str) -> Decimal | None:
    """Return the area, unless no province is so large: some rows of the register hold m²."""
    area = _decimal(text)
    return area if area is not None and area <= LARGEST_PROVINCE_KM2 else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a file that ships with the product, by its name."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _line_count(name: str) -> int:
    return sum(1 for _ in rows_of(name))
