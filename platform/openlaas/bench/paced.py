"""So many requests a second, however long each takes: `python -m openlaas.bench.paced`.

The first line of standard input is the plan, its end is the sign to stop; the outcome is JSON on
standard output. A request's time counts from when it was to be sent, so waiting is not left out.

Plan: `{"per_s", "run", "lanes": [{"port", "requests": [[before, after], …]}]}` as the driver's.
"""

import itertools
import json
import queue
import socket
import sys
import threading
import time
from collections import Counter
from typing import Any

from openlaas.bench.driver import is_whole, percentiles_ms

_THREADS = 12
_LONGEST_ANSWER_SECONDS = 20
_CUT = 0  # the status of a request that got no answer


class _Pace:
    """Hands out what to send, with the moment to send it, until told to stop."""

    def __init__(self, plan: dict[str, Any]) -> None:
        requests = [
            (lane["port"], before.encode(), after.encode())
            for lane in plan["lanes"]
            for before, after in lane["requests"]
        ]
        # Lanes take turns, so that every process has its share all the time.
        step = max(1, len(requests) // 7)
        order = sorted(range(len(requests)), key=lambda number: (number % step, number))
        self._requests = itertools.cycle([requests[number] for number in order])
        self._every, self._run = 1 / plan["per_s"], plan["run"]
        self.due: queue.Queue[tuple[float, int, bytes] | None] = queue.Queue()
        self.stop = threading.Event()

    def keep(self) -> None:
        at, number = time.perf_counter(), 0
        while not self.stop.is_set():
            number += 1
            port, before, after = next(self._requests)
            self.due.put((at, port, before + f"{self._run}-{number:08d}".encode() + after))
            at += self._every
            self.stop.wait(max(0.0, at - time.perf_counter()))
        for _ in range(_THREADS):
            self.due.put(None)


class _Sender(threading.Thread):
    """Sends what is due over connections that it keeps, one for each port."""

    def __init__(self, pace: _Pace) -> None:
        super().__init__(daemon=True)
        self.pace = pace
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        self._connections: dict[int, socket.socket] = {}

    def run(self) -> None:
        while (item := self.pace.due.get()) is not None:
            at, port, request = item
            try:
                status = self._ask(port, request)
            except OSError:
                self._connections.pop(port, None)
                status = _CUT
            self.statuses[status] += 1
            self.latencies.append(time.perf_counter() - at)
        for connection in self._connections.values():
            connection.close()

    def _ask(self, port: int, request: bytes) -> int:
        if port not in self._connections:
            address = ("127.0.0.1", port)
            self._connections[port] = socket.create_connection(address, _LONGEST_ANSWER_SECONDS)
        connection = self._connections[port]
        connection.sendall(request)
        received = bytearray()
        while not is_whole(received):
            chunk = connection.recv(65_536)
            if not chunk:
                raise ConnectionError(port)
            received += chunk
        return int(received[9:12])


def main() -> None:
    """Run the plan until standard input ends."""
    pace = _Pace(json.loads(sys.stdin.readline()))
    senders = [_Sender(pace) for _ in range(_THREADS)]
    for sender in senders:
        sender.start()
    keeping = threading.Thread(target=pace.keep)
    keeping.start()
    sys.stdin.read()
    pace.stop.set()
    keeping.join()
    for sender in senders:
        sender.join()
    latencies = [latency for sender in senders for latency in sender.latencies]
    statuses = sum((sender.statuses for sender in senders), Counter())
    told = {str(status): count for status, count in statuses.items()}
    json.dump({"asked": len(latencies), "statuses": told, **percentiles_ms(latencies)}, sys.stdout)


if __name__ == "__main__":
    main()
