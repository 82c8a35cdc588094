"""The journeys against the program as it is served, as a person would start them."""

import json
import os
import subprocess
import sys
from html import escape
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.utils import timezone

from openlaas.demo import making
from openlaas.demo.amounts import scale_of
from openlaas.demo.officers import officers_of_body
from openlaas.workdays import budget_side, opening
from openlaas.workdays.by_books import BooksHands
from openlaas.workdays.desks import officers_at
from openlaas.workdays.office import Office


@pytest.fixture
def officers(_unused_bodies, officer_of) -> list[dict[str, object]]:
    """Three bodies' officers, an accountant and an auditor in each."""
    records = []
    for _ in range(3):
        body = next(_unused_bodies)
        for role in ("ACCOUNTANT", "INT_AUDIT"):
            officer = officer_of(body, role)
            records.append(
                {
                    "username": officer.username,
                    "password": officer.password,
                    "token": officer.token,
                    "body_code": body.code,
                    "roles": [role],
                }
            )
    return records


@pytest.fixture(scope="module")
def an_office(unused_bodies_of_demo) -> tuple[object, list[dict[str, object]]]:
    """A body of the demonstration, its budget in force, and its officers as the file has them."""
    body = next(unused_bodies_of_demo)
    making.register_officers(codes=[body.code], now=timezone.now())
    rng = Random(body.code)
    scale = scale_of(kind=body.kind, count=1000, rng=rng)
    hands = BooksHands(body, officers_at(body))
    office = Office(hands, kind=body.kind, scale=scale, rng=rng)
    with hands.day():
        opening.open_office(office, timezone.localdate())
        budget_side.put_in_force(office, timezone.localdate())
    return body, [
        {
            "username": officer.username,
            "password": officer.password,
            "token": "never needed",
            "body_code": body.code,
            "roles": list(officer.roles),
        }
        for officer in officers_of_body(body.code, secret=settings.SECRET_KEY)
    ]


@pytest.mark.parametrize(
    ("profile", "kind", "state"),
    [("receipts", "REMSUM", "checked"), ("vouchers", "DIKA", "approved")],
)
def test_a_journey_ends_in_the_books(
    live_server_url, an_office, as_owner, tmp_path, profile, kind, state
):
    body, officers = an_office
    done, report = smoke(live_server_url, officers, tmp_path, profile=profile, users=1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["figures"]["errors"] == 0
    assert report["dataset"]["profile"] == profile
    with as_owner(body) as owner:
        count = "SELECT count(*) FROM document WHERE kind = %s AND state = %s"
        assert owner.execute(count, [kind, state]).fetchone()[0] > 0


def test_vouchers_need_a_body_with_a_budget(live_server_url, officers, tmp_path):
    roles = ("UNIT_CLERK", "UNIT_HEAD", "FIN_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE")
    officers[0]["roles"] = ["ACCOUNTANT", *roles]
    done, _ = smoke(live_server_url, officers, tmp_path, profile="vouchers", users=1)
    assert done.returncode == 1
    assert "budget in force" in done.stderr


def test_smoke_journey_passes_its_gates_and_leaves_a_report(live_server_url, officers, tmp_path):
    done, report = smoke(live_server_url, officers, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = report["figures"]
    assert figures["errors"] == 0
    assert figures["actions"] > 0
    assert figures["bodies_active"] == 3
    assert report["name"] == "load"
    assert report["dataset"]["target"] == live_server_url
    page = tmp_path / "bench" / "load-smoke.html"
    assert f"written: {page}" in done.stdout
    assert "Passed: every gate holds" in page.read_text(encoding="utf-8")


def test_a_day_leaves_a_page_of_what_its_report_says(live_server_url, officers, tmp_path):
    file = tmp_path / "officers.json"
    file.write_text(json.dumps({"officers": officers, "centre": {}}))
    words = ("--target", live_server_url, "--officers", str(file), "--seconds", "8", "--rate", "4")
    done = run(*words, build=tmp_path, profile="normal")
    assert done.returncode != 2, done.stderr  # a crowded machine's gates are no test's business
    dataset = json.loads((tmp_path / "bench" / "load.json").read_text())["dataset"]
    page = (tmp_path / "bench" / "load-normal.html").read_text(encoding="utf-8")
    assert (dataset["bodies"], dataset["officers"]) == (3, len(officers))
    assert {"app_ms_each", "largest"} <= set(dataset["waits"])
    assert {"at", "generator"} <= set(dataset["tiers_series"][0])
    for told in (*dataset["void"], *dataset["gates_failed"], *dataset["actions"]["work"]):
        assert f"{escape(told)}</" in page, told


def test_smoke_fails_when_officers_cannot_sign_in(live_server_url, officers, tmp_path):
    for officer in officers:
        officer["password"], officer["token"] = "not the password", "not-the-token"
    done, report = smoke(live_server_url, officers, tmp_path)
    assert done.returncode == 1
    assert report["figures"]["errors"] > 0
    assert "actions failed" in done.stderr


def test_smoke_fails_when_nobody_answers(officers, tmp_path):
    done, report = smoke("http://127.0.0.1:9", officers, tmp_path)
    assert done.returncode == 1
    assert report["figures"]["error_share"] == 1
    assert any("actions failed" in one for one in report["dataset"]["gates_failed"])
    assert sum(report["dataset"]["errors_by_kind"].values()) > 0


def test_smoke_needs_an_officers_file(tmp_path):
    done = run("--officers", str(tmp_path / "nothing.json"), build=tmp_path)
    assert done.returncode == 2
    assert "openlaas demo" in done.stderr


def test_officers_come_and_go_as_on_a_day_in_several_processes(live_server_url, officers, tmp_path):
    words = ("--shape", "year-end", "--processes", "2")
    done, report = smoke(live_server_url, officers, tmp_path, more=words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["figures"]["errors"] == 0
    assert report["figures"]["bodies_active"] == 3, "each worker has its part of the bodies"
    told = {name: report["dataset"][name] for name in ("shape", "processes", "users")}
    assert told == {"shape": "year-end", "processes": 2, "users": 6}


def smoke(target, officers, tmp_path, *, profile="smoke", users=6, more=()):
    """Run the command; return how it ended and the report that it wrote."""
    file = tmp_path / "officers.json"
    file.write_text(json.dumps({"officers": officers, "centre": {}}))
    words = ("--target", target, "--officers", str(file), "--users", str(users), "--seconds", "4")
    # How long answers take is no test's business: other work shares the machine.
    words += ("--p95-ms", "60000", "--p99-ms", "60000", *more)
    done = run(*words, build=tmp_path, profile=profile)
    return done, json.loads((tmp_path / "bench" / "load.json").read_text())


def run(*words: str, build: Path, profile: str = "smoke") -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join(str(root / folder) for folder in (".", "platform"))
    return subprocess.run(
        [sys.executable, "-m", "openlaas.cli", "load", profile, *words],
        env={**os.environ, "OPENLAAS_BUILD": str(build), "PYTHONPATH": path, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
