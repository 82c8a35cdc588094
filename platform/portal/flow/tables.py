"""Tables of rows, each of which may lead to the document that it names."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from portal.doors import Visit
from portal.flow.desk import Column, Table, say


def shown_table(visit: Visit, table: Table) -> dict[str, Any]:
    """Return a table as a template shows it: kind, value and address of every cell."""
    columns = [(say(column.label), column) for column in table.columns]
    rows = [[_cell(visit, column, row) for column in table.columns] for row in table.rows]
    return {"label": say(table.label), "columns": columns, "rows": rows}


def href_of(visit: Visit, of: tuple[str, str] | None) -> str:
    """Return the address of a document of another desk; empty when none is named."""
    return reverse(f"{of[0]}_one", args=[visit.path, of[1]]) if of else ""


def _cell(visit: Visit, column: Column, row: Mapping[str, Any]) -> tuple[str, Any, str]:
    slug = column.slug or str(row.get(column.slug_name, "")) if column.slug_name else column.slug
    named = row.get(column.id_name) if slug else None
    return column.kind, row.get(column.name), href_of(visit, (slug, str(named)) if named else None)
