"""What a body's first page says of the centre: one statement, as JSON text."""

from datetime import datetime

from django.utils import timezone

from tenants.oversight.announcements import OF_A_BODY
from tenants.oversight.questions import WAITING
from tenants.rollups.kept import rows

_AT_HOME = f"""
SELECT json_build_object('announced', ({OF_A_BODY.strip()})::json,
                         'questions', waiting.questions, 'overdue', waiting.overdue)::text
  FROM ({WAITING.strip()}) AS waiting
"""  # noqa: S608 - constants


def told_at_home(*, body_code: str, limit: int, now: datetime) -> str:
    """Return what is in force of announcements to a body, read or not, and what awaits its answer.

    Args:
        body_code: of whom.
        limit: at most so many announcements, the latest.
        now: days are Bangkok's.
    """
    facts = {
        "body": body_code,
        "in_force": True,
        "before": None,
        "limit": limit,
        "today": timezone.localdate(now),
    }
    ((text,),) = rows(_AT_HOME, facts)
    return str(text)
