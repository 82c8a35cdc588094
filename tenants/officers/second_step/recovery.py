"""Recovery codes: ten on a sheet of paper, each good once, hashed at rest."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenants.officers.second_step.enrolled import has_second_step
from tenants.officers.second_step.models import RecoveryCode
from tenants.officers.tokens import token_sha256

COUNT = 10
LENGTH = 16  # characters of 32: 80 bits, so a plain hash cannot be guessed back
_GROUP = 4
# What is read from paper and typed: no 0, 1, o or l.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def make_codes(*, officer_id: UUID, now: datetime) -> list[str]:
    """Return ten new codes, told once; the ones before them stop working."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]
    with transaction.atomic():
        RecoveryCode.objects.filter(officer_id=officer_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(code_sha256=token_sha256(code), officer_id=officer_id, created_at=now)
            for code in codes
        )
    return [_grouped(code) for code in codes]


def make_first_codes(*, officer_id: UUID, now: datetime) -> list[str]:
    """Return ten codes for an officer who has none left; none for one who has some."""
    if RecoveryCode.objects.filter(officer_id=officer_id, used_at__isnull=True).exists():
        return []
    return make_codes(officer_id=officer_id, now=now)


def use_code(*, officer_id: UUID, code: str, now: datetime) -> bool:
    """Use a code up, by compare-and-set; tell whether it was a good one."""
    unused = RecoveryCode.objects.filter(
        code_sha256=token_sha256(code), officer_id=officer_id, used_at__isnull=True
    )
    return unused.update(used_at=now) == 1


def forget_when_alone(*, officer_id: UUID) -> None:
    """Delete the codes when nothing is left that they could stand in for."""
    if not has_second_step(officer_id=officer_id):
        RecoveryCode.objects.filter(officer_id=officer_id).delete()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))
