"""A body that becomes another kind under another code: a new body, with books of its own."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tenants.directory.models import Body
from tenants.lifecycle import merging, recording
from tenants.lifecycle.merging import LOCAL_KINDS, Handling, Merged
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import refusal
from tenants.provisioning import bodies
from tenants.provisioning.register import schema_name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBody:
    """What the successor is called."""

    code: str
    kind: str
    name_th: str
    full_name_th: str


def succeed(
    *,
    code: str,
    new: NewBody,
    from_date: date,
    appointments: Handling,
    reason: str,
    changed_by: str,
    now: datetime,
) -> Merged:
    """Put a new body, of the same place and with new books, where one was; see ``merging.merge``.

    Killed, the same command goes on: a successor that has its books already is taken as it is.

    Raises:
        UnableToChangeBody: at least one rule refuses.
    """
    with recording.alone_with(code):
        with transaction.atomic():
            _register(recording.locked_body(code), new)
        bodies.provision(codes=[new.code], now=now)
    return merging.merge(
        code=code,
        into=new.code,
        from_date=from_date,
        appointments=appointments,
        reason=reason,
        changed_by=changed_by,
        now=now,
    )


def _register(old: Body, new: NewBody) -> None:
    """Add the successor to the register, unless it is there."""
    if Body.objects.filter(code=new.code).exists():
        return
    refusals = []
    if new.kind not in LOCAL_KINDS:
        listed = ", ".join(LOCAL_KINDS)
        refusals.append(
            refusal("unknown_kind", f"ประเภทต้องเป็น {listed}", f"the kind must be one of {listed}")
        )
    if not (len(new.code) == len(old.code) and new.code.isascii() and new.code.isdecimal()):
        refusals.append(
            refusal("bad_code", "รหัสต้องเป็นตัวเลข 7 หลัก", "the code must have seven digits")
        )
    if not (new.name_th.strip() and new.full_name_th.strip()):
        refusals.append(refusal("name_required", "ต้องมีชื่อ", "names are required"))
    if refusals:
        raise UnableToChangeBody(refusals)
    Body.objects.create(
        code=new.code,
        kind=new.kind,
        name_th=new.name_th,
        full_name_th=new.full_name_th,
        schema_name=schema_name(new.code),
        province_id=old.province_id,
        district_id=old.district_id,
        area_km2=old.area_km2,
        latitude=old.latitude,
        longitude=old.longitude,
        is_training=old.is_training,
    )
