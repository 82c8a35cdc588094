"""Writing a body's books out, all of one moment, beside the body's traffic.

One REPEATABLE READ snapshot of the cell: every table of the schema, the body's part of the outbox,
the head and the trial balance. What hangs on documents follows when the transaction has ended: it
is never changed or taken away. The cost is that of the body, however many others the cell holds.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from accounting import books_seed
from tenants.archives import shape, verify_archive, verify_budget, verify_papers
from tenants.archives.facts import BodyFacts
from tenants.archives.packing import Packing
from tenants.releases import kept

Manifest = dict[str, Any]
ATTACHMENTS = "attachments"
# Every value in quotes, so that what is missing (NULL) and what is empty are kept apart.
_COPY = "COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)"
_HEAD = """
SELECT i.body_code, i.body_id::text, i.generation, h.event_no, h.hash,
       to_char(h.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), now()
  FROM {schema}.body_identity i, {schema}.journal_head h
"""
_TRIAL_BALANCE = """
SELECT account, sum(debit)::text, sum(credit)::text FROM {schema}.account_balance
 GROUP BY account ORDER BY account
"""
_CONTENTS = "SELECT DISTINCT sha256 FROM {schema}.attachment ORDER BY sha256"


class NotThisBody(Exception):
    """The schema does not hold the books of the body that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: the manifest, and the SHA-256 of its file, which stands for all of it."""

    manifest: Manifest
    digest: str


def write_archive(
    *,
    cell: psycopg.Connection[Any],
    schema_name: str,
    facts: BodyFacts,
    path: Path,
    content: Callable[[str], bytes],
    as_folder: bool = False,
) -> Written:
    """Write the books in a schema into a new zip file, or a new folder.

    Args:
        cell: the owner's connection to the books' cell, outside a transaction.
        schema_name: where the books are.
        facts: whose they are.
        path: nothing may be there yet.
        content: gives the bytes of an attachment by their SHA-256.
        as_folder: write a folder, and no zip file.

    Raises:
        NotThisBody: the schema holds another body's books, or no whole books.
        FileExistsError: something is at ``path``.
        InvariantBroken: the content of an attachment is not there, or damaged.
    """
    with Packing(path, as_folder=as_folder) as packing:
        cell.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        cell.read_only = True
        with cell.transaction():
            manifest, contents, moment = _write_rows(cell, schema_name, facts, packing)
        for sha256 in contents:
            name = f"{ATTACHMENTS}/{sha256}"
            manifest["files"][name] = {"sha256": packing.write(name, content(sha256))}
        packing.write("verify.py", Path(verify_archive.__file__).read_bytes())
        packing.write("verify_budget.py", Path(verify_budget.__file__).read_bytes())
        packing.write("verify_papers.py", Path(verify_papers.__file__).read_bytes())
        packing.write("snapshot.json", _json({"taken_at": moment}))
        digest = packing.write("manifest.json", _json(manifest))
    return Written(manifest=manifest, digest=digest)


def _write_rows(
    cell: psycopg.Connection[Any], schema_name: str, facts: BodyFacts, packing: Packing
) -> tuple[Manifest, list[str], str]:
    """Write the tables; return the manifest so far, the contents wanted, and the moment."""
    schema = sql.Identifier(schema_name)

    def asked(query: str) -> list[tuple[Any, ...]]:
        return cell.execute(sql.SQL(query).format(schema=schema)).fetchall()

    # Whoever exports, wherever: the same rows as the same texts.
    cell.execute("SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL search_path = pg_catalog")
    try:
        heads = asked(_HEAD)
    except psycopg.errors.UndefinedTable as error:
        raise NotThisBody(f"{schema_name} is not there, or holds no books") from error
    if [(code, id_) for code, id_, *_ in heads] != [(facts.code, facts.id)]:
        raise NotThisBody(f"{schema_name} says it holds {heads}, and not {facts.code}")
    ((_, _, generation, event_no, hash_, recorded_at, moment),) = heads
    release = kept.at_which(cell, schema_name)
    files = _write_tables(cell, schema_name, facts.code, packing)
    manifest = {
        "format": verify_archive.FORMAT,
        "body": facts.as_json(),
        "generation": generation,
        "release": {
            "name": release.name,
            "migrations": [f"accounting.{name}" for name in release.migrations],
        },
        "head": {
            "event_no": event_no,
            "hash": hash_,
            "recorded_at": recorded_at,
            "genesis": books_seed.genesis_hash(body_code=facts.code, generation=generation),
        },
        "trial_balance": [
            {"account": account, "debit": debit, "credit": credit}
            for account, debit, credit in asked(_TRIAL_BALANCE)
        ],
        "files": files,
    }
    return manifest, [sha256 for (sha256,) in asked(_CONTENTS)], moment.isoformat()


def _write_tables(
    cell: psycopg.Connection[Any], schema_name: str, body_code: str, packing: Packing
) -> dict[str, Any]:
    """Write the rows of each table and the description of all; return the files of the manifest."""
    files: dict[str, Any] = {}
    described = shape.json_schema(cell, schema_name)
    columns = shape.shape_of(cell, schema_name) | shape.shape_of(cell, "shared", "outbox")
    for schema, table in shape.archived_tables(cell, schema_name):
        query = shape.rows_of(
            schema, table, columns[table.name], body_code=body_code, books=schema_name
        )
        name = f"tables/{table.name}.csv"
        with (
            packing.writing(name) as (put, sha256),
            cell.cursor() as cursor,
        ):
            with cursor.copy(_COPY.format(query=query).encode()) as pieces:
                for piece in pieces:
                    put(piece)
            rows = cursor.rowcount
        files[name] = {"rows": rows, "sha256": sha256()}
    files["schema.json"] = {"sha256": packing.write("schema.json", _json(described))}
    return files


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
