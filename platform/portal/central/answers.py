"""The centre's answers as a page takes them."""

import json
from typing import Any

from django.http import Http404


def known(text: str | None) -> Any:
    """Return an answer as plain values.

    Raises:
        Http404: no such area, or it is not the officer's: the same page to both.
    """
    if text is None:
        raise Http404
    return json.loads(text)
