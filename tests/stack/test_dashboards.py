"""The dashboards are those that the code makes, and name only what /metrics really tells."""

import json
import re

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from openlaas.cli.dashboards import FOLDER
from openlaas.dashboards import DASHBOARDS, document, metrics_named
from openlaas.waits import PARTS
from tenants.admission.door import Answer

_GROUPED = re.compile(r"sum by \(([a-z, ]+)\) \(rate\(([a-z_]+)")
_OURS = "openlaas_"


def expressions() -> list[str]:
    return [
        target["expr"]
        for name in DASHBOARDS
        for panel in json.loads(document(name))["panels"]
        for target in panel["targets"]
    ]


@pytest.fixture
def told(body, officer_of, api, entry) -> dict[str, set[str]]:
    """Give the labels of every metric that this process tells after a posting, by its name."""
    token = officer_of(body).token
    api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
    labels: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(Client().get("/metrics").content.decode()):
        labels |= {name: set() for name in (family.name, f"{family.name}_total")}
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    return labels


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_files_are_those_that_the_code_makes(name):
    written = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert written == document(name), "run `openlaas dashboards`"


def test_no_file_is_left_over():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(DASHBOARDS)


def test_every_metric_that_a_dashboard_names_is_told(told):
    named = {one for each in expressions() for one in metrics_named(each) if _OURS in one}
    assert len(named) > 10
    assert named <= set(told)


def test_every_label_that_a_dashboard_groups_by_is_told(told):
    grouped = [found for each in expressions() for found in _GROUPED.findall(each)]
    assert grouped
    for labels, metric in grouped:
        # The door counts only behind a proxy: it has had nothing to answer here.
        if metric != "openlaas_door_requests_total":
            assert set(labels.split(", ")) <= told[metric], metric


def test_every_part_and_answer_that_a_dashboard_selects_is_told():
    parts = {part for each in expressions() for part in re.findall(r'part=~"([a-z|]+)"', each)}
    assert {one for each in parts for one in each.split("|")} == set(PARTS)
    answers = {one for each in expressions() for one in re.findall(r'answer!="([a-z_]+)"', each)}
    assert answers == {Answer.LET_IN}


def test_what_is_waited_for_comes_first():
    first = json.loads(document("waits"))["panels"][0]
    assert (first["gridPos"]["x"], first["gridPos"]["y"]) == (0, 0)
    assert "openlaas_request_part_seconds_total" in first["targets"][0]["expr"]
