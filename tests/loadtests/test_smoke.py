"""The smoke journey against the program as it is served, as a person would start it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


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


def test_smoke_journey_passes_its_gates_and_leaves_a_report(live_server_url, officers, tmp_path):
    done, report = smoke(live_server_url, officers, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = report["figures"]
    assert figures["errors"] == 0
    assert figures["actions"] > 0
    assert figures["bodies_active"] == 3
    assert report["name"] == "load"
    assert report["dataset"]["target"] == live_server_url


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


def test_smoke_needs_an_officers_file(tmp_path):
    done = run("--officers", str(tmp_path / "nothing.json"), build=tmp_path)
    assert done.returncode == 2
    assert "openlaas demo" in done.stderr


def smoke(target, officers, tmp_path):
    """Run the command; return how it ended and the report that it wrote."""
    file = tmp_path / "officers.json"
    file.write_text(json.dumps({"officers": officers, "centre": {}}))
    words = ("--target", target, "--officers", str(file), "--users", "6", "--seconds", "4")
    # How long answers take is no test's business: other work shares the machine.
    words += ("--p95-ms", "60000", "--p99-ms", "60000")
    done = run(*words, build=tmp_path)
    return done, json.loads((tmp_path / "bench" / "load.json").read_text())


def run(*words: str, build: Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join(str(root / folder) for folder in (".", "platform"))
    return subprocess.run(
        [sys.executable, "-m", "openlaas.cli", "load", "smoke", *words],
        env={**os.environ, "OPENLAAS_BUILD": str(build), "PYTHONPATH": path, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
