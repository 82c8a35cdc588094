"""Units for the whole nation, made up for load tests: as many of each kind as there may be.

The real register of units is nobody's to publish. So their counts are assumed (column
``simulated_count_assumed`` of affiliated_unit_types.csv), their parents drawn, and each is marked:
``is_simulated``, a name that says so, and a number from 101 on, which leaves 01 to 99 to real ones.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from tenants.directory.models import Body
from tenants.provisioning.register import rows_of, schema_name

SEED = 2569
FIRST_NUMBER = 101
_ANY_KIND = "any"
_ROWS_TOGETHER = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitKind:
    """A row of affiliated_unit_types.csv.

    Attributes:
        parent_kinds: which kinds of body may have one.
        count: how many there are taken to be in the nation.
        is_enterprise: it has a budget of its own; a body has no two of one kind.
    """

    key: str
    name_th: str
    parent_kinds: frozenset[str]
    count: int
    is_enterprise: bool


def unit_kinds() -> list[UnitKind]:
    """Return the kinds of unit in the order of the file, on which the draw depends."""
    return [
        UnitKind(
            key=row["key"],
            name_th=row["name_th"].partition(" (")[0],
            parent_kinds=frozenset(row["parent_kinds"].split(",")),
            count=int(row["simulated_count_assumed"]),
            is_enterprise=row["has_own_budget"] == "1",
        )
        for row in rows_of("affiliated_unit_types.csv")
    ]


def draw(
    kinds: Sequence[UnitKind], kinds_of_bodies: Sequence[tuple[str, str]]
) -> list[tuple[str, UnitKind]]:
    """Return for each unit the code of its parent and its kind; the same at every call.

    Args:
        kinds: what is drawn, in order.
        kinds_of_bodies: code and kind of every body that may be a parent, in order.
    """
    chance = random.Random(SEED)  # noqa: S311 - nothing secret: it must be the same again
    drawn = []
    for kind in kinds:
        allowed = [
            code
            for code, body_kind in kinds_of_bodies
            if {body_kind, _ANY_KIND} & kind.parent_kinds
        ]
        if kind.is_enterprise:
            parents = chance.sample(allowed, min(kind.count, len(allowed)))
        else:
            parents = chance.choices(allowed, k=kind.count)
        drawn += [(parent, kind) for parent in parents]
    return drawn


def register_simulated_units() -> tuple[int, int]:
    """Register those that are missing; return how many are new and how many there are.

    Whole or not at all. What is there keeps its row, and with it its books.
    """
    with transaction.atomic():
        before = Body.objects.filter(is_simulated=True).count()
        if before != sum(kind.count for kind in unit_kinds()):
            Body.objects.bulk_create(_units(), ignore_conflicts=True, batch_size=_ROWS_TOGETHER)
        after: int = Body.objects.filter(is_simulated=True).count()
    return after - before, after


def _units() -> Iterator[Body]:
    bodies = Body.objects.filter(parent=None, is_training=False).order_by("code")
    parents = {body.code: body for body in bodies}
    numbers: Counter[str] = Counter()
    known = [(body.code, body.kind) for body in parents.values()]
    for parent_code, kind in draw(unit_kinds(), known):
        parent = parents[parent_code]
        code = f"{parent_code}-{FIRST_NUMBER + numbers[parent_code]}"
        numbers[parent_code] += 1
        name = f"{kind.name_th} แห่งที่ {numbers[parent_code]} (จำลอง)"
        yield Body(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"https://openlaas.th/bodies/{code}"),
            code=code,
            schema_name=schema_name(code),
            kind=kind.key,
            name_th=name,
            full_name_th=f"{name} {parent.full_name_th}",
            parent=parent,
            province_id=parent.province_id,
            district_id=parent.district_id,
            is_simulated=True,
        )
