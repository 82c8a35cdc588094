"""Why an archive is not let in: every reason at once, in Thai and in English."""

import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from accounting.errors import Refusal
from tenants.archives import verify_archive, verify_budget, verify_papers
from tenants.archives.facts import BodyFacts, facts_of
from tenants.archives.verify_archive import Members
from tenants.directory.models import Body, District, PlaceUse, Province


class ArchiveRefused(Exception):
    """The archive is damaged, of another release, or has no place here. Nothing was changed."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("; ".join(refusal.message_en for refusal in self.refusals))


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive that says of itself that it is whole."""

    manifest: dict[str, Any]
    there: Members

    @property
    def code(self) -> str:
        """Whose books these are."""
        return str(self.manifest["body"]["code"])


def open_archive(path: Path) -> Archive:
    """Open an archive and check it with the program that anybody can check it with.

    Raises:
        ArchiveRefused: it cannot be read, or is not whole.
    """
    try:
        there = verify_archive.members(path)
        manifest, tables, problems = verify_archive.examine(there)
        problems += verify_budget.problems_of(tables, manifest)
        problems += verify_papers.problems_of(tables)
        BodyFacts(**manifest["body"])
        set(manifest["release"]["migrations"])
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zipfile.BadZipFile) as error:
        raise ArchiveRefused(
            [
                Refusal(
                    code="archive_unreadable",
                    message_th=f"อ่านแฟ้ม {path} ไม่ได้: {error}",
                    message_en=f"{path} cannot be read: {error!r}",
                )
            ]
        ) from error
    if problems:
        raise ArchiveRefused(_not_whole(where, problem) for where, problem in problems)
    return Archive(manifest=manifest, there=there)


def reasons_against(archive: Archive, *, use: PlaceUse, expected_code: str | None) -> list[Refusal]:
    """Return why a whole archive may not be brought in here; empty when it may."""
    return [
        *_release_reasons(archive.manifest["release"]["migrations"]),
        *_body_reasons(archive.manifest["body"], use=use, expected_code=expected_code),
    ]


def other_shape(table: str) -> Refusal:
    """Return the refusal of a table that has other columns here."""
    return Refusal(
        code="archive_of_another_shape",
        message_th=f"ตาราง {table} ในแฟ้มมีคอลัมน์ต่างจากของระบบนี้",
        message_en=f"table {table} has other columns than this release's",
    )


def schema_in_the_way(schema_name: str, cell: str) -> Refusal:
    """Return the refusal where a schema stands that no place tells of; it is left alone."""
    return Refusal(
        code="schema_in_the_way",
        message_th=f"มี schema {schema_name} ใน {cell} อยู่แล้ว แต่ทะเบียนไม่รู้จัก ระบบไม่แตะต้อง",
        message_en=f"a schema {schema_name} that the directory knows nothing of is in {cell}",
    )


def found_in_the_books(check: str, event_no: int | None, detail: str) -> Refusal:
    """Return the refusal of books that contradict themselves once they are in tables."""
    return Refusal(
        code="archive_fails_verification",
        message_th=f"ตรวจสอบสมุดบัญชีไม่ผ่าน ({check}) รายการที่ {event_no}: {detail}",
        message_en=f"event {event_no}: {check}: {detail}",
        of_the_books=True,
    )


def _not_whole(where: str, problem: str) -> Refusal:
    return Refusal(
        code="archive_damaged",
        message_th=f"แฟ้มไม่ถูกต้องที่ {where}: {problem}",
        message_en=f"{where}: {problem}",
    )


def _release_reasons(migrations: list[str]) -> list[Refusal]:
    ours = {
        f"{app}.{name}"
        for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
        if app == "accounting"
    }
    if unknown := sorted(set(migrations) - ours):
        return [
            Refusal(
                code="archive_of_a_newer_release",
                message_th=f"แฟ้มมาจากระบบรุ่นใหม่กว่า ({', '.join(unknown)}) ให้ปรับรุ่นระบบนี้ก่อน",
                message_en=f"it is of a newer release, with {', '.join(unknown)}: upgrade first",
            )
        ]
    if missing := sorted(ours - set(migrations)):
        return [
            Refusal(
                code="archive_of_an_older_release",
                message_th=f"แฟ้มมาจากระบบรุ่นเก่ากว่า (ยังไม่มี {', '.join(missing)})"
                " ให้นำเข้าด้วยระบบรุ่นนั้นแล้วจึงปรับรุ่น",
                message_en=f"it is of an older release, without {', '.join(missing)}:"
                " bring it in with that release, then upgrade",
            )
        ]
    return []


def _body_reasons(
    body: dict[str, Any], *, use: PlaceUse, expected_code: str | None
) -> list[Refusal]:
    refusals = []
    if not re.fullmatch(r"[0-9]{7}(-[0-9]{2,3})?", body["code"]):
        refusals.append(
            Refusal(
                code="archive_of_no_body",
                message_th=f"{body['code']} ไม่ใช่รหัสหน่วยงาน",
                message_en=f"{body['code']} is no body's code",
            )
        )
    if expected_code is not None and body["code"] != expected_code:
        refusals.append(
            Refusal(
                code="archive_of_another_body",
                message_th=f"แฟ้มเป็นของ {body['code']} ไม่ใช่ของ {expected_code}",
                message_en=f"it holds the books of {body['code']}, not of {expected_code}",
            )
        )
    known = facts_of(body["code"])
    if known is None:
        refusals += _unknown_surroundings(body)
    elif known.id != body["id"] and Body.objects.get(code=known.code).places.exists():
        refusals.append(
            Refusal(
                code="archive_of_another_id",
                message_th=f"{known.code} ในทะเบียนมีรหัสประจำตัว {known.id} แต่ในแฟ้มเป็น {body['id']}",
                message_en=f"{known.code} is {known.id} in the register, {body['id']} in it",
            )
        )
    is_live = Body.objects.filter(code=body["code"], places__use=PlaceUse.LIVE).exists()
    if use is PlaceUse.LIVE and is_live:
        refusals.append(
            Refusal(
                code="body_has_books",
                message_th=f"{body['code']} มีสมุดบัญชีใช้งานอยู่แล้ว ให้นำเข้าไว้เทียบ (--beside)",
                message_en=f"{body['code']} has live books: import beside them (--beside)",
            )
        )
    return refusals


def _unknown_surroundings(body: dict[str, Any]) -> list[Refusal]:
    """Return what a body that must be registered refers to and this register does not have."""
    missing = []
    if body["parent_code"] and not Body.objects.filter(code=body["parent_code"]).exists():
        missing.append(("หน่วยงานแม่", "parent body", body["parent_code"]))
    if not Province.objects.filter(code=body["province_code"]).exists():
        missing.append(("จังหวัด", "province", body["province_code"]))
    district = body["district_code"]
    if district and not District.objects.filter(code=district).exists():
        missing.append(("อำเภอ", "district", district))
    return [
        Refusal(
            code="archive_refers_to_unknown",
            message_th=f"ทะเบียนไม่มี{word_th} {code}",
            message_en=f"the register has no {word_en} {code}",
        )
        for word_th, word_en, code in missing
    ]


def read_json(archive: Archive, name: str) -> Any:
    """Return what a JSON file of the archive holds."""
    return json.loads(archive.there[name]())
