"""Reading the register. Each function is one statement on the control plane."""

from typing import Any

from django.db import connections

from tenants.directory.records import BodyRecord

BODY_COLUMNS = """
    b.code, b.kind, b.name_th, b.full_name_th, parent.code AS parent_code,
    b.province_id AS province_code, p.name_th AS province_th,
    b.district_id AS district_code, d.name_th AS district_th, b.is_training, b.state,
    b.state_message_th, b.epoch, place.schema_name, c.name AS cell, c.host AS cell_host,
    c.port AS cell_port, place.slot, place.generation
"""
BODY_TABLES = """
    body b
    JOIN province p ON p.code = b.province_id
    JOIN place ON place.body_id = b.id AND place.use = 'live'
    JOIN cell c ON c.name = place.cell_id
    LEFT JOIN district d ON d.code = b.district_id
    LEFT JOIN body parent ON parent.id = b.parent_id
"""


def body_record(row: tuple[Any, ...]) -> BodyRecord:
    """Return the record of one row of BODY_COLUMNS."""
    return BodyRecord(**dict(zip(BodyRecord.__dataclass_fields__, row, strict=True)))


def body_with_books(code: str) -> BodyRecord | None:
    """Return the body when it has books, whoever asks; permissions are ``access``'s work."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {BODY_COLUMNS} FROM {BODY_TABLES} WHERE b.code = %s", [code])
        row = cursor.fetchone()
    return body_record(row) if row else None


def bodies_with_books() -> list[BodyRecord]:
    """Return every body that has books, by code."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {BODY_COLUMNS} FROM {BODY_TABLES} ORDER BY b.code")
        return [body_record(row) for row in cursor.fetchall()]


def one_body_of_each_cell(*, cells: int) -> list[BodyRecord]:
    """Return an open body of each of the first ``cells`` cells that have one."""
    query = f"""
        SELECT {BODY_COLUMNS}
          FROM (SELECT name FROM cell ORDER BY name LIMIT %s) AS tried
          CROSS JOIN LATERAL (
               SELECT body.id FROM place held JOIN body ON body.id = held.body_id
                WHERE held.cell_id = tried.name AND held.use = 'live' AND body.state = 'open'
                LIMIT 1) AS one
          JOIN ({BODY_TABLES}) ON b.id = one.id
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [cells])
        return [body_record(row) for row in cursor.fetchall()]
