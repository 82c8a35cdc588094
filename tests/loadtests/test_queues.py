"""How long Celery's tasks have waited, as a load report tells it."""

import json
import time

import pytest
import redis
from django.conf import settings

from openlaas.load.waits import Waits, note_queues
from openlaas.queued_tasks import waited_seconds


@pytest.fixture
def queue():
    """The client of the real queues; what a test leaves in "fleet", which nobody works, is gone."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete("fleet")
        yield client
        client.delete("fleet")


def test_the_task_in_front_tells_how_long_it_has_waited(queue):
    import openlaas.celery  # noqa: F401 - tasks are asked of it once it is there
    from jobs.housekeeping import forget_expired_sign_ins

    before = time.time()
    for _ in range(3):
        forget_expired_sign_ins.apply_async(queue="fleet")
    after = time.time()
    front = queue.lindex("fleet", -1)
    assert 100 - (after - before) <= waited_seconds(front, now=before + 100) <= 100
    waits = Waits()
    note_queues(waits, settings.REDIS_URL)
    assert waits.queued["fleet"] == 3
    assert waits.told()["queue_oldest_seconds"]["fleet"] >= 0


def test_a_message_of_another_program_tells_nothing():
    assert waited_seconds(json.dumps({"headers": {"id": "1"}}).encode(), now=9.0) is None
    assert waited_seconds(b"{}", now=9.0) is None
