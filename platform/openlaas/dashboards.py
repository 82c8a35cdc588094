"""Dashboards for Grafana, waits first: what is not done is waited for, whatever a processor does.

Written to infra/dashboards by `openlaas dashboards`; tests compare them with this module, and each
metric that they name with what /metrics and HAProxy's exporter really tell.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_WIDTH, _HEIGHT, _COLUMNS = 8, 8, 3  # of a panel; a row has 24 places
_SCHEMA_VERSION = 39  # of Grafana 10 and newer
_PART_MS = (
    'sum by (part) (rate(openlaas_request_part_seconds_total{part=~"%s"}[$__rate_interval]))'
    " / scalar(sum(rate(openlaas_requests_total[$__rate_interval]))) * 1000"
)
_WAITED = "queue|pool|cell|control|interpreter"
_NAME = re.compile(r"\b(?:openlaas|haproxy)_[a-z_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A graph.

    Attributes:
        says: what it means when it rises, Thai and English.
        shows: PromQL with the legend of its lines.
        unit: as Grafana names it.
    """

    title: str
    says: str
    shows: Sequence[tuple[str, str]]
    unit: str = "short"


def _rate(metric: str, by: str, labels: str = "") -> str:
    return f"sum by ({by}) (rate({metric}{labels}[$__rate_interval]))"


def _share(part: str, whole: str, by: str) -> str:
    return f"{_rate(part, by)} / {_rate(whole, by)}"


def _each_request(metric: str) -> str:
    all_requests = "sum(rate(openlaas_requests_total[$__rate_interval]))"
    return f"sum(rate({metric}[$__rate_interval])) / {all_requests}"


WAITS = (
    Panel(
        title="คำขอหนึ่งรออะไร · What a request waits for",
        says="มิลลิวินาทีต่อคำขอ เส้นที่สูงสุดคือสิ่งที่ต้องแก้ก่อน · Milliseconds a request: the"
        " highest line is what to mend first; queue is the proxy's, pool a tenant connection.",
        shows=((_PART_MS % _WAITED, "{{part}}"),),
        unit="ms",
    ),
    Panel(
        title="คิวหน้าแอป · Queue of the proxy",
        says="เวลารอเฉลี่ยและจำนวนที่รอ · Mean wait of the last 1,024 requests, and how many wait.",
        shows=(
            ("haproxy_backend_queue_time_average_seconds * 1000", "{{proxy}} ms"),
            ("haproxy_backend_current_queue", "{{proxy}} waiting"),
        ),
    ),
    Panel(
        title="ประตูรับคำขอ · The door",
        says="เวลารอก่อนเข้าแอป · The wait that the admission judges by, the worst process.",
        shows=(("max(openlaas_door_mean_wait_seconds) * 1000", "mean wait"),),
        unit="ms",
    ),
    Panel(
        title="ให้กลับมาใหม่ · Sent away",
        says="คำขอที่ถูกขอให้ส่งใหม่ ตามชั้น · Requests told to come again, by rank.",
        shows=(
            (
                _rate("openlaas_door_requests_total", "rank, answer", '{answer!="let_in"}'),
                "{{rank}} {{answer}}",
            ),
        ),
        unit="reqps",
    ),
    Panel(
        title="รอการเชื่อมต่อของ อปท. · Wait for a tenant connection",
        says="มิลลิวินาทีต่อครั้งที่รอ และครั้งที่ไม่ได้ · Milliseconds each that waited, and those"
        " that got none: the pool is too small, or something holds it.",
        shows=(
            (
                _share("openlaas_pool_wait_seconds_total", "openlaas_pool_waited_total", "cell")
                + " * 1000",
                "{{cell}} ms",
            ),
            (_rate("openlaas_pool_exhausted_total", "cell"), "{{cell}} none left"),
        ),
    ),
    Panel(
        title="ตรวจรหัสผ่าน · Passwords being checked",
        says="ที่กำลังตรวจหรือรอตรวจ · Being checked or waiting for it, in all processes.",
        shows=(("sum(openlaas_passwords_in_hand)", "in hand"),),
    ),
    Panel(
        title="เส้นทางที่รอมากที่สุด · Endpoints that wait most",
        says="วินาทีที่รอต่อวินาที · Seconds waited in a second, own work left out.",
        shows=(
            (
                "topk(10, "
                + _rate("openlaas_request_part_seconds_total", "endpoint", f'{{part=~"{_WAITED}"}}')
                + ")",
                "{{endpoint}}",
            ),
        ),
        unit="s",
    ),
    Panel(
        title="คำถามที่ฐานข้อมูลใช้เวลามากที่สุด · Questions that databases take longest over",
        says="วินาทีต่อวินาที ดูข้อความด้วย openlaas waits · Seconds in a second; `openlaas waits`"
        " tells their words.",
        shows=(
            (
                "topk(10, " + _rate("openlaas_question_seconds_total", "question") + ")",
                "{{question}}",
            ),
        ),
        unit="s",
    ),
    Panel(
        title="การเชื่อมต่อที่รู้จัก อปท. แล้ว · Warm connections",
        says="ส่วนที่ไม่ต้องอ่านโครงสร้างใหม่ · The share that knew the body already: a first touch"
        " costs four times the processor.",
        shows=(
            (_share("openlaas_pool_warm_total", "openlaas_pool_leases_total", "cell"), "{{cell}}"),
        ),
        unit="percentunit",
    ),
)
WORK = (
    Panel(
        title="คำขอต่อวินาที · Requests a second",
        says="ตามผลลัพธ์ · By outcome.",
        shows=((_rate("openlaas_requests_total", "outcome"), "{{outcome}}"),),
        unit="reqps",
    ),
    Panel(
        title="เวลาในแอป · Time in the app",
        says="คิวหน้าแอปไม่รวม · The proxy's queue left out.",
        shows=tuple(
            (
                f"histogram_quantile({quantile}, "
                + _rate("openlaas_request_seconds_bucket", "le")
                + ") * 1000",
                f"p{quantile * 100:g}",
            )
            for quantile in (0.5, 0.95, 0.99)
        ),
        unit="ms",
    ),
    Panel(
        title="งานของแอปเอง · The app's own work",
        says="มิลลิวินาทีของซีพียูต่อคำขอ · Processor time a request, of its thread.",
        shows=((_PART_MS % "cpu", "{{part}}"),),
        unit="ms",
    ),
    Panel(
        title="ไปกลับฐานข้อมูลต่อคำขอ · Round trips a request",
        says="เซลล์และส่วนกลาง · To cells, and to the control plane.",
        shows=(
            (_each_request("openlaas_cell_messages_total"), "cells"),
            (_each_request("openlaas_control_statements_total"), "control plane"),
        ),
    ),
    Panel(
        title="การเชื่อมต่อใหม่ · Connections opened and replaced",
        says="ต่อวินาที · A second; many mean that none stays warm.",
        shows=(
            (_rate("openlaas_pool_opened_total", "cell"), "{{cell}} opened"),
            (_rate("openlaas_pool_recycled_full_total", "cell"), "{{cell}} had met enough bodies"),
        ),
    ),
    Panel(
        title="กระบวนการที่รับงาน · Processes that take work",
        says="ตามหลังบ้านของพร็อกซี · By back end of the proxy.",
        shows=(("haproxy_backend_active_servers", "{{proxy}}"),),
    ),
    Panel(
        title="ตัวเลขส่วนกลางช้ากว่าสมุด · The centre's figures behind the books",
        says=(
            "สูงขึ้นเมื่อไม่มีใครรับเรื่องของเซลล์นั้น ดู `openlaas rollups status`"
            " · Rises when nobody follows a cell: see `openlaas rollups status`."
        ),
        shows=(("max without (instance, job) (openlaas_rollups_lag_seconds)", "{{cell}}"),),
        unit="s",
    ),
)
DASHBOARDS = {
    "waits": ("OpenLAAS: การรอ · Waits", WAITS),
    "work": ("OpenLAAS: งาน · Work", WORK),
}


def document(name: str) -> str:
    """Return a dashboard as Grafana imports it."""
    title, panels = DASHBOARDS[name]
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    made = {
        "uid": f"openlaas-{name}",
        "title": title,
        "tags": ["openlaas"],
        "schemaVersion": _SCHEMA_VERSION,
        "timezone": "browser",
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [_panel(place, panel) for place, panel in enumerate(panels)],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def metrics_named(text: str) -> set[str]:
    """Return the names of our metrics and of HAProxy's in a text."""
    return set(_NAME.findall(text))


def _panel(place: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(place, _COLUMNS)
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": source,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": list(_targets(panel.shows, source)),
    }


def _targets(shows: Iterable[tuple[str, str]], source: dict[str, str]) -> Iterator[dict[str, Any]]:
    for place, (expression, legend) in enumerate(shows):
        yield {
            "refId": chr(ord("A") + place),
            "datasource": source,
            "expr": expression,
            "legendFormat": legend,
        }
