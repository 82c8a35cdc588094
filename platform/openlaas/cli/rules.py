"""`openlaas rules`: the posting rules in force, and how often the tests exercised each."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openlaas.stack import paths

EXERCISED = "test-rules.json"  # written by the tests into the build folder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rules)


def rules(
    *,
    on: Annotated[
        str, typer.Option(help="Only those that hold on a day, YYYY-MM-DD; else all.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rules as JSON.")] = False,
) -> None:
    """List the posting rules: book, validity, source, and how often the tests exercised each."""
    from accounting.posting_rules.rules import all_rules

    day = date.fromisoformat(on) if on else None
    build = Path(os.environ.get("OPENLAAS_BUILD") or paths.REPOSITORY / "build")
    exercised = _exercised(build / EXERCISED)
    told: list[dict[str, object]] = [
        {
            "id": rule.id,
            "name_th": rule.name_th,
            "name_en": rule.name_en,
            "book": rule.book,
            "valid_from": rule.valid_from,
            "valid_to": rule.valid_to,
            "confidence": rule.confidence,
            "basis": rule.basis,
            "regulation": rule.regulation,
            "exercised": exercised.get(rule.id, 0),
            "lines": [
                {
                    "place": line.place,
                    "side": line.side,
                    "account": line.account,
                    "allowed": line.allowed,
                }
                for line in rule.lines
            ],
        }
        for rule in all_rules().values()
        if day is None or rule.is_in_force(day)
    ]
    if as_json:
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    _show(told)


def _exercised(file: Path) -> dict[str, int]:
    """Return entries by rule as the last run of the tests left them; none when there was none."""
    if not file.exists():
        return {}
    found: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _show(told: list[dict[str, object]]) -> None:
    table = Table(box=None, header_style="bold")
    for name in ("rule", "book", "from", "to", "confidence", "name", "exercised"):
        table.add_column(name, justify="right" if name == "exercised" else "left")
    for rule in told:
        texts = [
            str(rule[name] or "-")
            for name in ("id", "book", "valid_from", "valid_to", "confidence", "name_th")
        ]
        table.add_row(*texts, str(rule["exercised"]))
    Console(highlight=False).print(table)
