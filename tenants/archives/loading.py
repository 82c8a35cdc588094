"""Bringing an archive back: into an empty instance, or beside the live books of its body.

The archive is checked from outside first; its rows are loaded and verified in one transaction, in a
place that is nobody's books yet (use ``making``); one transaction of the control plane makes that
place the live one, or one beside; and live books open once the centre was told. Killed at any
moment, nothing half-made is visible: the next run clears it away, or opens what had arrived.
Refused, nothing is left at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction
from django.db.models import F
from psycopg import sql

from accounting.attachments import store
from accounting.errors import Refusal
from accounting.journal.verification import CHECKS, FINDINGS_PER_CHECK
from tenants.archives import shape
from tenants.archives.refusing import (
    Archive,
    ArchiveRefused,
    found_in_the_books,
    open_archive,
    other_shape,
    read_json,
    reasons_against,
    schema_in_the_way,
)
from tenants.directory.models import Body, BodyState, Place, PlaceUse
from tenants.lifecycle.recording import UnableToChangeBody, alone_with
from tenants.moving.outbox import tell_again
from tenants.provisioning.placement import take_place
from tenants.provisioning.register import schema_name
from tenants.provisioning.schemas import make_schema, server_of
from tenants.provisioning.servers import owner_connection
from tenants.provisioning.tables import tables_of
from tenants.releases import kept
from tenants.releases.states import join_the_way

# What a body says between its books' being there and its being open.
ARRIVED_TH = "นำเข้าสมุดบัญชีแล้ว กำลังแจ้งส่วนกลาง"

_HEAD = "SELECT event_no, hash FROM journal_head"
_TRIAL_BALANCE = """
SELECT account, sum(debit)::text, sum(credit)::text FROM account_balance GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was brought in, and where it is now."""

    code: str
    cell: str
    schema_name: str
    use: str
    generation: int
    entries: int
    head: str


def import_archive(
    path: Path,
    *,
    use: PlaceUse,
    now: datetime,
    cell_name: str | None = None,
    expected_code: str | None = None,
) -> Imported:
    """Bring an archive's books in: as the live ones of a body that has none, or beside them.

    Args:
        path: the zip file, or the folder.
        use: LIVE or BESIDE.
        now: when the place is taken.
        cell_name: put them there; else beside the live ones, or where most room is.
        expected_code: refuse an archive of any other body.

    Raises:
        ArchiveRefused: with every reason; nothing is left behind.
        NoRoom: that cell, or every open cell, is full.
    """
    archive = open_archive(path)
    with _alone_with(archive.code):
        _clear_leftovers(archive.code)
        if use is PlaceUse.LIVE and (arrived := _arrived(archive)) is not None:
            _open(arrived)
            return _imported(archive, arrived, use=use)
        if refusals := reasons_against(archive, use=use, expected_code=expected_code):
            raise ArchiveRefused(refusals)
        place, is_registered_anew = _reserve(archive, use=use, now=now, cell_name=cell_name)
        try:
            make_schema(place)
        except psycopg.errors.DuplicateSchema:
            _take_back(place, is_registered_anew=is_registered_anew, with_schema=False)
            raise ArchiveRefused([schema_in_the_way(place.schema_name, place.cell_id)]) from None
        try:
            _load(archive, place)
            _make_visible(place, use=use, now=now)
        except BaseException:
            _take_back(place, is_registered_anew=is_registered_anew, with_schema=True)
            raise
        if use is PlaceUse.LIVE:
            _open(place)
    return _imported(archive, place, use=use)


def _imported(archive: Archive, place: Place, *, use: PlaceUse) -> Imported:
    head = archive.manifest["head"]
    return Imported(
        code=archive.code,
        cell=place.cell_id,
        schema_name=place.schema_name,
        use=use.value,
        generation=place.generation,
        entries=head["event_no"],
        head=head["hash"],
    )


@contextmanager
def _alone_with(code: str) -> Iterator[None]:
    """Let no other command change the body's places meanwhile."""
    try:
        with alone_with(code):
            yield
    except UnableToChangeBody as error:
        raise ArchiveRefused(error.refusals) from None


def _reserve(
    archive: Archive, *, use: PlaceUse, now: datetime, cell_name: str | None
) -> tuple[Place, bool]:
    """Take a place that is nobody's books yet, and register its body where it is not known."""
    facts = archive.manifest["body"]
    with transaction.atomic():
        body, is_registered_anew = Body.objects.get_or_create(
            code=facts["code"],
            defaults={
                "id": UUID(facts["id"]),
                "kind": facts["kind"],
                "name_th": facts["name_th"],
                "full_name_th": facts["full_name_th"],
                "schema_name": schema_name(facts["code"]),  # never the archive's word
                "parent": Body.objects.filter(code=facts["parent_code"]).first(),
                "province_id": facts["province_code"],
                "district_id": facts["district_code"],
                "is_training": facts["is_training"],
            },
        )
        if str(body.id) != facts["id"]:  # registered here on its own, and never had books
            Body.objects.filter(code=body.code).update(id=UUID(facts["id"]))
            body = Body.objects.get(code=body.code)
        live = body.places.filter(use=PlaceUse.LIVE).first()
        name = body.schema_name if use is PlaceUse.LIVE else _name_beside(body, now)
        place = take_place(
            body=body,
            schema_name=name,
            use=PlaceUse.MAKING,
            generation=archive.manifest["generation"],
            now=now,
            cell_name=cell_name or (live.cell_id if live else None),
        )
    return place, is_registered_anew


def _name_beside(body: Body, now: datetime) -> str:
    return f"{body.schema_name}_beside_{now:%Y%m%d%H%M%S}"


def _load(archive: Archive, place: Place) -> None:
    """Load the rows and what hangs on documents; everything is verified before it is committed."""
    with owner_connection(place.cell.name, server_of(place.cell)) as cell, cell.transaction():
        cell.execute(
            sql.SQL("SET LOCAL search_path = {}, shared").format(sql.Identifier(place.schema_name))
        )
        described = read_json(archive, "schema.json")["$defs"]
        if described != shape.json_schema(cell, place.schema_name)["$defs"]:
            ours = shape.json_schema(cell, place.schema_name)["$defs"]
            names = sorted(described.keys() | ours.keys())
            raise ArchiveRefused(
                other_shape(name) for name in names if described.get(name) != ours.get(name)
            )
        for table in tables_of(cell, place.schema_name):
            _load_table(cell, table.name, archive)
        if refusals := _contradictions(cell, archive):
            raise ArchiveRefused(refusals)
        _keep_contents(archive)


def _load_table(cell: psycopg.Connection[Any], table: str, archive: Archive) -> None:
    """Copy a table's rows in; they were posted elsewhere, so the triggers on posting rest."""
    name, file = sql.Identifier(table), f"tables/{table}.csv"
    columns = read_json(archive, "schema.json")["$defs"][table]["properties"]
    copy = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, HEADER MATCH)").format(
        name, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cell.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    with cell.cursor() as cursor:
        with cursor.copy(copy) as rows:
            rows.write(archive.there[file]())
        assert cursor.rowcount == archive.manifest["files"][file]["rows"]
    cell.execute(sql.SQL("ALTER TABLE {0} ENABLE TRIGGER USER; ANALYZE {0}").format(name))


def _contradictions(cell: psycopg.Connection[Any], archive: Archive) -> list[Refusal]:
    """Verify the books where they are now; compare head and trial balance with the archive's."""
    manifest = archive.manifest
    facts = {"body_code": archive.code, "genesis": manifest["head"]["genesis"]}
    refusals = [
        found_in_the_books(check, event_no, detail)
        for check, query in CHECKS.items()
        for event_no, detail in psycopg.ClientCursor(cell)
        .execute(f"{query} ORDER BY 1 LIMIT {FINDINGS_PER_CHECK}", facts)
        .fetchall()
    ]
    head = (manifest["head"]["event_no"], manifest["head"]["hash"])
    if (found := cell.execute(_HEAD).fetchall()) != [head]:
        refusals.append(
            found_in_the_books("head", head[0], f"the archive's is {head}, not {found}")
        )
    told = [(row["account"], row["debit"], row["credit"]) for row in manifest["trial_balance"]]
    if cell.execute(_TRIAL_BALANCE).fetchall() != told:
        refusals.append(found_in_the_books("trial balance", None, "is not the archive's"))
    return refusals


def _keep_contents(archive: Archive) -> None:
    body_id = UUID(archive.manifest["body"]["id"])
    for name, give in archive.there.items():
        folder, _, sha256 = name.partition("/")
        if folder == "attachments":
            store.keep(body_id=body_id, sha256=sha256, content=give())


def _make_visible(place: Place, *, use: PlaceUse, now: datetime) -> None:
    with owner_connection(place.cell.name, server_of(place.cell)) as cell:
        release = kept.truth(cell, [place.schema_name]).get(place.schema_name, "")
    with transaction.atomic():
        body = Body.objects.select_for_update().filter(pk=place.body_id)
        body.get()
        Place.objects.filter(pk=place.pk, use=PlaceUse.MAKING).update(use=use)
        if use is PlaceUse.LIVE:
            body.update(
                state=BodyState.IMPORT_ONLY,
                state_message_th=ARRIVED_TH,
                provisioned_at=now,
                epoch=F("epoch") + 1,
            )
        # The fleet may have come to another release since the schema was made.
        join_the_way(place.pk, at=release, like=place.pk, now=now)


def _open(place: Place) -> None:
    """Tell the centre of the entries, then let officers post after them."""
    tell_again(place)
    Body.objects.filter(pk=place.body_id, state_message_th=ARRIVED_TH).update(
        state=BodyState.OPEN, state_message_th="", epoch=F("epoch") + 1
    )


def _arrived(archive: Archive) -> Place | None:
    """Return the live place of the same books, brought in by a run killed before it opened."""
    place: Place | None = Place.objects.filter(
        use=PlaceUse.LIVE, body__code=archive.code, body__state_message_th=ARRIVED_TH
    ).first()
    if place is None:
        return None
    head = archive.manifest["head"]
    query = sql.SQL("SELECT event_no, hash FROM {}.journal_head")
    with owner_connection(place.cell.name, server_of(place.cell)) as cell:
        found = cell.execute(query.format(sql.Identifier(place.schema_name))).fetchall()
    return place if found == [(head["event_no"], head["hash"])] else None


def _clear_leftovers(code: str) -> None:
    """Take away what a killed import of the body left; nobody else is importing for it."""
    for place in Place.objects.filter(
        use=PlaceUse.MAKING, body__code=code, schema_name__contains="_beside_"
    ) | Place.objects.filter(
        use=PlaceUse.MAKING, body__code=code, body__state=BodyState.REGISTERED
    ):
        _take_back(place, is_registered_anew=False, with_schema=True)


def _take_back(place: Place, *, is_registered_anew: bool, with_schema: bool) -> None:
    """Undo an import that was not made visible: schema, place, and the body if it is new."""
    if not Place.objects.filter(pk=place.pk, use=PlaceUse.MAKING).exists():
        return  # it is somebody's books: the run ended after the moment that made it so
    if with_schema:
        dropping = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        with owner_connection(place.cell.name, server_of(place.cell)) as cell:
            cell.execute(dropping.format(sql.Identifier(place.schema_name)))
    with transaction.atomic():
        Place.objects.filter(pk=place.pk, use=PlaceUse.MAKING).delete()
        if is_registered_anew:
            Body.objects.filter(pk=place.body_id).delete()
