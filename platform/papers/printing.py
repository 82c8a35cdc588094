"""Printing a form (``*.typ``) as PDF/A-2u: Thai text that can be searched, the same bytes again."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent


def print_form(form: str, told: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the file; the same words of the same moment give the same bytes.

    Args:
        form: the name of a form in this folder, without its ending.
        told: what the form says, as JSON would have it; never read as markup.
        made_at: what the file says it was made at: never the clock's time, which differs each time.
    """
    file = typst.compile(
        _HERE / f"{form}.typ",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        font_paths=[_HERE / "fonts"],
        ignore_system_fonts=True,
        timestamp=made_at.replace(microsecond=0),
        pdf_standards=["a-2u"],
    )
    assert isinstance(file, bytes)  # one file: pages of PDF are not apart
    return file
