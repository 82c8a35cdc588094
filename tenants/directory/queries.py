"""Reading the register. Each function is one statement on the control plane."""

from typing import Any

from django.db import connections

from tenants.directory.records import BodyRecord, as_earlier

# Note [A state that has ended]
# Nobody runs anything for a state to end: whoever reads the directory compares its end with the
# clock. The state kept in the row stays what it was until somebody changes it.
_STATE_AT = "CASE WHEN b.state_until <= {moment} THEN 'open' ELSE b.state END"
_COLUMNS = """
    b.code, b.kind, b.name_th, b.full_name_th, parent.code AS parent_code,
    b.province_id AS province_code, p.name_th AS province_th,
    b.district_id AS district_code, d.name_th AS district_th, b.is_training, {state} AS state,
    b.state_message_th, b.state_message_en, b.state_until, b.epoch, place.schema_name,
    c.name AS cell, c.host AS cell_host, c.port AS cell_port, place.slot, place.generation
"""
_TABLES = """
    body b
    JOIN province p ON p.code = b.province_id
    JOIN place ON place.body_id = b.id AND {meant}
    JOIN cell c ON c.name = place.cell_id
    LEFT JOIN district d ON d.code = b.district_id
    LEFT JOIN body parent ON parent.id = b.parent_id
"""


def state_at(moment: str) -> str:
    """Return the column of a body's state at the time of an SQL expression."""
    return _STATE_AT.format(moment=moment)


def body_columns(moment: str) -> str:
    """Return the columns of a BodyRecord at the time of an SQL expression."""
    return _COLUMNS.format(state=state_at(moment))


BODY_COLUMNS = body_columns("now()")
BODY_TABLES = _TABLES.format(meant="place.use = 'live'")
_EARLIER_TABLES = _TABLES.format(meant="place.use = 'earlier'")


def body_record(row: tuple[Any, ...]) -> BodyRecord:
    """Return the record of one row of BODY_COLUMNS."""
    return BodyRecord(**dict(zip(BodyRecord.__dataclass_fields__, row, strict=True)))


def body_with_books(name: str) -> BodyRecord | None:
    """Return the body when it has books, whoever asks; permissions are ``access``'s work.

    Args:
        name: the body's code; with an underscore and a number behind it, the books of that
            generation: ``5901401_1``.
    """
    code, parted, generation = name.partition("_")
    if parted:
        is_number = generation.isascii() and generation.isdecimal()
        return books_of_generation(code, int(generation) if is_number else 0)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {BODY_COLUMNS} FROM {BODY_TABLES} WHERE b.code = %s", [code])
        row = cursor.fetchone()
    return body_record(row) if row else None


def books_of_generation(code: str, generation: int) -> BodyRecord | None:
    """Return the body with its books of a generation: the live ones, or earlier ones to read."""
    live = body_with_books(code)
    if live is None or live.generation == generation or generation not in range(1, 32_768):
        return live if live and live.generation == generation else None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"SELECT {BODY_COLUMNS} FROM {_EARLIER_TABLES}"
            " WHERE b.code = %s AND place.generation = %s",
            [code, generation],
        )
        row = cursor.fetchone()
    return as_earlier(body_record(row)) if row else None


def earlier_books() -> list[BodyRecord]:
    """Return all books of earlier generations, by code and generation."""
    query = f"SELECT {BODY_COLUMNS} FROM {_EARLIER_TABLES} ORDER BY b.code, place.generation"
    with connections["default"].cursor() as cursor:
        cursor.execute(query)
        return [as_earlier(body_record(row)) for row in cursor.fetchall()]


def has_other_books(code: str) -> bool:
    """Tell whether the body has books besides its live ones: beside them, earlier, or kept."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM place JOIN body ON body.id = place.body_id"
        " WHERE body.code = %s AND place.use <> 'live')"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [code])
        return bool(cursor.fetchone()[0])


def bodies_with_books() -> list[BodyRecord]:
    """Return every body that has books, by code."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {BODY_COLUMNS} FROM {BODY_TABLES} ORDER BY b.code")
        return [body_record(row) for row in cursor.fetchall()]


def bodies_to_try(*, cells: int) -> list[BodyRecord]:
    """Return an open body of each of the first ``cells`` cells of every server.

    First cells of all the servers come first, so that another server is tried before another cell.
    The cost is that of the cells, of which there are dozens, whatever they hold.
    """
    query = f"""
        SELECT {BODY_COLUMNS}
          FROM (SELECT open_body.id,
                       row_number() OVER (PARTITION BY tried.host, tried.port
                                          ORDER BY tried.name) AS turn
                  FROM cell tried
                  CROSS JOIN LATERAL (
                       SELECT body.id FROM place held JOIN body ON body.id = held.body_id
                        WHERE held.cell_id = tried.name AND held.use = 'live'
                          AND body.state = 'open'
                        LIMIT 1) AS open_body) AS one
          JOIN ({BODY_TABLES}) ON b.id = one.id
         WHERE one.turn <= %s
         ORDER BY one.turn, c.host, c.port
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [cells])
        return [body_record(row) for row in cursor.fetchall()]
