"""Printing a form (``*.typ``) as PDF/A-2u: Thai text that can be searched, the same bytes again."""

import functools
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent
_of_this_thread = threading.local()


def print_form(form: str, told: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the file; the same words of the same moment give the same bytes.

    Args:
        form: the name of a form in this folder, without its ending.
        told: what the form says, as JSON would have it; never read as markup.
        made_at: what the file says it was made at: never the clock's time, which differs each time.
    """
    file = _compiler(form).compile(
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=made_at.replace(microsecond=0),
        pdf_standards=["a-2u"],
    )
    assert isinstance(file, bytes)  # one file: pages of PDF are not apart
    return file


def _compiler(form: str) -> typst.Compiler:
    """Return the thread's compiler of a form: made anew for each paper it costs a third of it.

    It serves one thread at a time, and refuses a second one.
    """
    compilers: dict[str, typst.Compiler] = _of_this_thread.__dict__.setdefault("compilers", {})
    if form not in compilers:
        compilers[form] = typst.Compiler(
            _HERE / f"{form}.typ", font_paths=_fonts(), ignore_system_fonts=True
        )
    return compilers[form]


@functools.cache
def _fonts() -> typst.Fonts:
    """Return our letters, and no others: a paper looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"]
    )
