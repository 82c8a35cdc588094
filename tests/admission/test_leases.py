"""Papers and imports of one body: so many at once and no more, whoever asks and whatever dies."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.test import Client

from openlaas import leasing
from openlaas.request_classes import RequestClass
from tenants.admission.in_redis import InRedis
from tenants.admission.leases import Leases, Limit, TooManyInHand

LIMIT = Limit(kind="report", most=3, seconds=60)
NOW = 1_790_000_000.0


@pytest.fixture(autouse=True)
def _no_leases():
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter("lease:*"):
            client.delete(key)


def nowhere(tmp_path):
    return InRedis(f"unix://{tmp_path / 'nobody.sock'}?db=0")


@pytest.mark.parametrize("is_away", [False, True])
def test_of_twenty_at_once_exactly_so_many_get_one(tmp_path, is_away):
    together = nowhere(tmp_path) if is_away else InRedis()
    processes = [Leases(together)] if is_away else [Leases(InRedis()) for _ in range(4)]
    everybody_asked = threading.Barrier(20)

    def ask(number: int) -> bool:
        try:
            with processes[number % len(processes)].lease(LIMIT, "5110110", now=NOW):
                everybody_asked.wait(10)
                return True
        except TooManyInHand:
            everybody_asked.wait(10)
            return False

    with ThreadPoolExecutor(20) as twenty:
        assert sum(twenty.map(ask, range(20))) == 3
    with processes[0].lease(LIMIT, "5110110", now=NOW):
        pass  # all were given back
    assert sum(one.refused["report"] for one in processes) == 17


@pytest.mark.parametrize("is_away", [False, True])
def test_a_lease_is_given_back_when_the_work_fails(tmp_path, is_away):
    leases = Leases(nowhere(tmp_path) if is_away else InRedis())
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), leases.lease(LIMIT, "5110110", now=NOW):
            raise ZeroDivisionError


def test_the_lease_of_a_process_that_was_killed_ends_by_itself():
    killed, other = Leases(InRedis()), Leases(InRedis())
    held = [killed.lease(LIMIT, "5110110", now=NOW) for _ in range(3)]
    for one in held:
        one.__enter__()
    with pytest.raises(TooManyInHand), other.lease(LIMIT, "5110110", now=NOW + 59):
        pass
    with other.lease(LIMIT, "6110101", now=NOW + 59), other.lease(LIMIT, "5110110", now=NOW + 61):
        pass


def test_who_asks_for_too_many_papers_is_told_to_come_again(body, officer_of, api):
    token = officer_of(body).token
    kind, page = leasing.LIMITS[RequestClass.REPORT], Client(SERVER_NAME="localhost")
    path = f"b/{body.code}/trial-balance.pdf"
    held = [leasing.LEASES.lease(kind, body.code, now=time.time()) for _ in range(kind.most)]
    for one in held:
        one.__enter__()
    told = page.get(f"/{path}")
    assert (told.status_code, bool(told["Retry-After"])) == (429, True)
    assert "กำลังทำอยู่เต็มจำนวน" in told.content.decode()
    answer = api.get(f"bodies/{body.code}/documents/JV-00001-69/pdf", token=token)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_in_hand")
    assert answer["Retry-After"]
    assert api.get(f"bodies/{body.code}/journal-entries", token=token).status_code == 200
    for one in held:
        one.__exit__(None, None, None)
    assert page.get(f"/{path}").status_code == 302, "to sign in"
