"""Accounts of the chart, as forms of documents offer them while typing."""

import json
from collections.abc import Sequence

from django.utils import timezone

from accounting.chart import queries
from accounting.fiscal_year import fiscal_year_of
from portal.flow.desk import Found


def accounts(words: str, limit: int) -> Sequence[Found]:
    """Return postable accounts by the first digits of the code, or a part of the name."""
    found = json.loads(
        queries.accounts(
            fiscal_year=fiscal_year_of(timezone.localdate()), postable=True, q=words, limit=limit
        )
    )["items"]
    return [Found(value=one["code"], code=one["code"], name=one["name_th"]) for one in found]
