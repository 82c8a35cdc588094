"""HTTP face of master data: what holds, its versions, and the department's work on them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounting.answers import Answer
from api import fields, parsing, shapes
from api.announcements import known_number, watcher_of
from api.central import OfTheCentre, found_or_absent
from api.idempotency import once_at_the_centre
from api.permissions import RoleLacks
from api.rendering import json_answer, json_text
from api.shapes import master_data as shown
from tenants.master_data import operations, queries
from tenants.master_data.kinds import KINDS, MOST_ROWS, Kind
from tenants.master_data.rules import LETTER_MAX
from tenants.oversight.offices import holds_the_department
from tenants.oversight.rules import REASON_MAX, TITLE_MAX
from tenants.rollups.watching import Watcher

_LONGEST_KIND = 16


class MasterData(OfTheCentre):
    """/central/master-data/{kind}."""

    @extend_schema(
        operation_id="central_master_data",
        parameters=shapes.parameters("fiscal_year"),
        responses={200: shown.MasterData, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request, kind: str) -> HttpResponse:
        """Show what holds in a fiscal year, or every row there ever was, after all versions.

        Raises:
            Http404: there is no such kind.
        """
        if kind not in KINDS:
            raise Http404
        year = parsing.fiscal_year(request)
        items = queries.in_force(kind=kind, fiscal_year=year)
        return json_answer(json_text({"kind": kind, "fiscal_year": year, "items": items}))


class MasterVersions(OfTheCentre):
    """/central/master-versions."""

    @extend_schema(
        operation_id="central_master_versions",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shown.MasterVersionPage, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """List versions, the latest first, with how many of the cells have each."""
        text = queries.versions(
            officer_id=watcher_of(request).officer_id,
            before=parsing.event_cursor(request),
            limit=parsing.limit(request),
        )
        return json_answer(shapes.with_cursor(text, "next"))

    @extend_schema(
        operation_id="central_master_version_propose",
        request=shown.NewMasterVersion,
        parameters=shapes.ONCE,
        responses={201: shown.VersionNamed, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Propose a version: nothing changes until another officer approves it."""
        watcher = _of_department(request)
        asked = fields.read(
            parsing.object_of(request),
            {
                "kind": _kind,
                "title": fields.text(TITLE_MAX),
                "letter": fields.text(LETTER_MAX),
                "rows": _rows,
            },
        )

        def work() -> Answer:
            version = operations.propose(
                kind=asked["kind"],
                title=asked["title"],
                letter=asked["letter"],
                raw=asked["rows"],
                officer_id=watcher.officer_id,
                now=timezone.now(),
            )
            return Answer(status=201, text=json_text({"version": version}))

        return once_at_the_centre(request, "POST master-versions", watcher.officer_id, work)


class MasterVersion(OfTheCentre):
    """/central/master-versions/{version}."""

    @extend_schema(
        operation_id="central_master_version",
        responses={200: shown.MasterVersionWithRows, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request, version: int) -> HttpResponse:
        """Show a version with its rows."""
        officer_id = watcher_of(request).officer_id
        number = known_number(version)
        return found_or_absent(queries.version(officer_id=officer_id, number=number))


class MasterApproval(OfTheCentre):
    """/central/master-versions/{version}/approve."""

    @extend_schema(
        operation_id="central_master_version_approve",
        request=shapes.NOTHING,
        parameters=shapes.ONCE,
        responses={200: shown.VersionNamed, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, version: int) -> HttpResponse:
        """Approve a version of another officer; cells are brought to it within minutes."""
        return _decided(request, version, "approve", operations.approve, {})


class MasterWithdrawal(OfTheCentre):
    """/central/master-versions/{version}/withdraw."""

    @extend_schema(
        operation_id="central_master_version_withdraw",
        request=shown.NewMasterWithdrawal,
        parameters=shapes.ONCE,
        responses={200: shown.VersionNamed, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, version: int) -> HttpResponse:
        """Withdraw a version that is not approved; it stays, marked with who and why."""
        readers = {"reason": fields.text(REASON_MAX)}
        return _decided(request, version, "withdraw", operations.withdraw, readers)


def _decided(
    request: Request,
    version: int,
    act: str,
    decide: Callable[..., None],
    readers: Mapping[str, fields.Reader],
) -> HttpResponse:
    """Let an officer of the department decide on a version, once; the body has these fields."""
    watcher, number = _of_department(request), known_number(version)
    asked = fields.read(parsing.object_of(request), readers)

    def work() -> Answer:
        decide(version=number, officer_id=watcher.officer_id, now=timezone.now(), **asked)
        return Answer(status=200, text=json_text({"version": number}))

    route = f"POST master-versions/{number}/{act}"
    return once_at_the_centre(request, route, watcher.officer_id, work)


def _of_department(request: Request) -> Watcher:
    """Return who asks, an officer of the department.

    Raises:
        RoleLacks: they watch over an area, but master data is the department's.
    """
    watcher = watcher_of(request)
    if not holds_the_department(watcher.held):
        raise RoleLacks(frozenset({"DLA"}))
    return watcher


def _kind(value: object) -> Kind:
    text = fields.text(_LONGEST_KIND)(value)
    if text not in KINDS:
        listed = ", ".join(KINDS)
        raise fields.Unreadable(
            "unknown_kind", f"ต้องเป็นอย่างใดอย่างหนึ่งใน {listed}", f"must be one of {listed}"
        )
    return KINDS[text]


def _rows(value: object) -> list[dict[str, str]]:
    """Read rows: objects of texts, numbers and flags by column; an absent one is null."""
    if not isinstance(value, list) or not value:
        raise fields.Unreadable("required", "ต้องมีอย่างน้อยหนึ่งรายการ", "at least one row is required")
    if len(value) > MOST_ROWS:
        raise fields.Unreadable(
            "too_many_rows", f"มีได้ไม่เกิน {MOST_ROWS} รายการ", f"has {MOST_ROWS} rows at most"
        )
    return [_row(one) for one in value]


def _row(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise fields.Unreadable("not_an_object", "แต่ละรายการต้องเป็นออบเจ็กต์", "a row is an object")
    return {name: _text(told) for name, told in value.items() if told is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int):
        return str(value)
    raise fields.Unreadable(
        "not_a_value", "ต้องเป็นข้อความ จำนวนเต็ม หรือ true/false", "is a text, a number or a flag"
    )
