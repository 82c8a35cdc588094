"""`openlaas waits`: the counters of web processes, added up and told by endpoint."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import connections

from openlaas.reading_waits import NotThere, of_nodes
from openlaas.waits import PARTS

POSTING = "POST /api/v1/bodies/<str:body_code>/journal-entries"


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@pytest.fixture
def this_process() -> Iterator[str]:
    """Give the address at which this very process answers."""
    from openlaas.wsgi import application

    with make_server("127.0.0.1", 0, application, handler_class=_Silent) as server:

        def serve() -> None:
            server.serve_forever()
            connections.close_all()  # this thread's own

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_readings_of_nodes_are_added_up_and_taken_apart(body, officer_of, api, entry, this_process):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    api.post(path, entry(), token=token)
    before = of_nodes([this_process, this_process])
    for _ in range(3):
        api.post(path, entry(), token=token)
    now = of_nodes([this_process, this_process])
    assert now.part_names() == list(PARTS)
    since = now.since(before).endpoints[POSTING]
    assert since.requests == 6, "three, told by two"
    assert since.messages == 12, "two round trips each"
    assert since.statements == 6
    assert since.parts["cell"] > 0
    assert since.parts["cpu"] > 0


def test_who_does_not_answer_is_named():
    with pytest.raises(NotThere, match=r"127\.0\.0\.1:9/metrics does not answer"):
        of_nodes(["http://127.0.0.1:9"])
