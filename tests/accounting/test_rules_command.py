"""`openlaas rules`."""

import json

from typer.testing import CliRunner


def told(monkeypatch, tmp_path, *options):
    from openlaas.cli import app, commands

    if not app.registered_commands:
        commands.register(app)
    monkeypatch.setenv("OPENLAAS_BUILD", str(tmp_path))
    done = CliRunner().invoke(app, ["rules", *options])
    assert done.exit_code == 0, done.output
    return done.output


def test_every_rule_is_told_with_how_often_tests_exercised_it(monkeypatch, tmp_path):
    (tmp_path / "test-rules.json").write_text('{"RV01": 7}', encoding="utf-8")
    found = {rule["id"]: rule for rule in json.loads(told(monkeypatch, tmp_path, "--json"))}
    assert len(found) == 71
    assert (found["RV01"]["exercised"], found["RV02"]["exercised"]) == (7, 0)
    assert found["YE10"]["valid_to"] == "2023-09-30"
    assert found["GF01"]["confidence"] == "gap"
    assert "RV01" in told(monkeypatch, tmp_path)


def test_rules_of_a_day_are_those_that_hold(monkeypatch, tmp_path):
    found = json.loads(told(monkeypatch, tmp_path, "--json", "--on", "2026-10-05"))
    assert not {rule["id"] for rule in found} & {"YE10", "YE11"}
