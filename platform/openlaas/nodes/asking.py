"""What a process says of itself when it is asked directly, past the proxy."""

import http.client
import json
from http import HTTPStatus

_SECONDS = 5
_NO_BOOKS = "no body has books yet"


def asked(address: str, path: str) -> tuple[int, bytes]:
    """Return status and content of an answer; zero when there is none.

    Args:
        address: of the process, with its port.
        path: that is asked for.
    """
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def is_ready(address: str) -> bool:
    """Tell whether a process would serve: it reaches the books of some body, if any has some."""
    status, content = asked(address, "/readyz")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return bool(json.loads(content)["status"] == _NO_BOOKS)
    return status == HTTPStatus.OK


def hit_rate(address: str) -> float | None:
    """Return the share of leases whose connection knew the body; None when it tells of none."""
    status, content = asked(address, "/metrics")
    if status != HTTPStatus.OK:
        return None
    counted = counters(content.decode(errors="replace"))
    leases = counted.get("openlaas_pool_leases_total", 0.0)
    return counted.get("openlaas_pool_warm_total", 0.0) / leases if leases else None


def counters(told: str) -> dict[str, float]:
    """Return what a process counts, over all its cells, from what it tells Prometheus."""
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415 - slow

    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(told):
        for sample in family.samples:
            sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return sums
