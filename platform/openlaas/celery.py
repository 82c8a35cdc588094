"""Celery: work outside a request. Tasks are in ``jobs``."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

from openlaas.queued_tasks import AskedTask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openlaas.settings")


def broker_url(redis_url: str) -> str:
    """Return the URL in Celery's words: a Unix socket is ``redis+socket://``."""
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


app = Celery("openlaas", task_cls=AskedTask)
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    timezone=settings.TIME_ZONE,
    beat_schedule={
        "forget-expired-sign-ins": {
            "task": "jobs.housekeeping.forget_expired_sign_ins",
            "schedule": 3600.0,
        },
        "forget-old-answers": {
            "task": "jobs.housekeeping.forget_old_answers_everywhere",
            "schedule": 24 * 3600.0,
        },
        "sweep-files": {
            "task": "jobs.housekeeping.sweep_files_everywhere",
            "schedule": crontab(hour=2, minute=30),
        },
        "make-open-data": {
            "task": "jobs.housekeeping.make_open_data",
            "schedule": crontab(hour=3, minute=30),
        },
    },
)
app.autodiscover_tasks(["jobs"], related_name="housekeeping")
