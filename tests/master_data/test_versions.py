"""Versions of master data: proposed, approved by another officer, brought to every cell."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

AT = "central/master-versions"
HALF_WAY = """
import sys
import django
django.setup()
from tenants.master_data import bringing
from tenants.master_data.queries import approved
from tenants.provisioning.servers import owner_connection

bringing._ARRIVED = "SELECT pg_sleep(600), %(number)s, %(kind)s, %(sha256)s"
with owner_connection(sys.argv[1]) as cell:
    bringing.bring(cell, approved())
"""

# By kind: the table, its columns, and how many of them are its key.
TABLES = {
    "budget-codes": (
        "budget_code",
        ("scheme", "code", "from_fiscal_year", "until_fiscal_year", "name_th", "parent", "level"),
        3,
    ),
    "accounts": (
        "account",
        (
            *("code", "name_th", "name_en", "type", "normal_side", "is_contra", "parent", "level"),
            *("postable", "from_fiscal_year", "retired_from_fiscal_year"),
        ),
        1,
    ),
    "useful-lives": (
        "useful_life",
        (
            *("asset_class", "from_fiscal_year", "until_fiscal_year", "name_th"),
            *("least_years", "most_years", "account"),
        ),
        2,
    ),
    "holidays": ("holiday", ("day", "name_th", "is_called_off"), 1),
}


def codes(response):
    return {f"{one['code']} {one['pointer']}".strip() for one in response.json()["refusals"]}


def shown(api, officer, version):
    return api.get(f"{AT}/{version}", token=officer.token).json()


def test_a_version_counts_when_another_officer_approved_it(
    api, author, approver, proposed, bring, in_cell, type_row, a_code, body, officer_of
):
    version = proposed("budget-codes", type_row())
    own = api.post(f"{AT}/{version}/approve", {}, token=author.token)
    assert (own.status_code, codes(own)) == (409, {"own_proposal"})
    assert shown(api, author, version)["state"] == "proposed"
    bring()
    there = "SELECT name_th, until_fiscal_year FROM shared.budget_code WHERE code = %s"
    assert in_cell(there, a_code) == []
    assert api.post(f"{AT}/{version}/approve", {}, token=approver.token).status_code == 200
    again = api.post(f"{AT}/{version}/approve", {}, token=approver.token)
    assert (again.status_code, codes(again)) == (409, {"decided_before"})
    assert bring() == {}
    assert in_cell(there, a_code) == [("ค่าใช้จ่ายทดสอบ", None)]
    told = shown(api, author, version)
    assert (told["state"], told["first_day"]) == ("approved", "2031-10-01")
    assert told["cells"] == told["cells_total"] > 1
    accountant = officer_of(body).token
    of_year = {
        year: {
            one["code"]
            for one in api.get(
                f"bodies/{body.code}/budget-codes?fiscal_year={year}", token=accountant
            ).json()["items"]
        }
        for year in (2574, 2575)
    }
    assert a_code not in of_year[2574]
    assert a_code in of_year[2575]


def test_a_withdrawn_version_never_counts(api, author, approver, proposed, type_row, a_code):
    version = proposed("budget-codes", type_row())
    path = f"{AT}/{version}/withdraw"
    assert api.post(path, {"reason": " "}, token=approver.token).status_code == 422
    assert api.post(path, {"reason": "ผิดเลขที่"}, token=approver.token).status_code == 200
    late = api.post(f"{AT}/{version}/approve", {}, token=approver.token)
    assert codes(late) == {"decided_before"}
    told = shown(api, author, version)
    assert (told["state"], told["reason"], told["number"]) == ("withdrawn", "ผิดเลขที่", None)
    held = api.get("central/master-data/budget-codes", token=author.token).json()["items"]
    assert a_code not in {one["code"] for one in held}


def test_what_held_when_it_was_proposed_must_hold_when_it_is_approved(
    api, approver, proposed, approved, type_row
):
    first, second = proposed("budget-codes", type_row()), proposed("budget-codes", type_row())
    assert api.post(f"{AT}/{first}/approve", {}, token=approver.token).status_code == 200
    late = api.post(f"{AT}/{second}/approve", {}, token=approver.token)
    assert codes(late) == {"begins_before_another /rows/0/from_fiscal_year"}


def test_cells_say_what_the_state_says(api, author, approved, bring, in_cell, type_row, a_code):
    """The pure state and the statements of cells are two ways to say the same."""
    header = next(
        one
        for one in api.get("central/master-data/accounts", token=author.token).json()["items"]
        if not one["postable"] and one["level"] == 4
    )
    account = f"{header['code'][:8]}98.{a_code.encode().hex()[-3:]}"
    if not account[-3:].isdecimal():
        account = f"{account[:-3]}{sum(a_code.encode()) % 1000:03d}"
    approved("budget-codes", type_row(), type_row(from_fiscal_year=2577, name_th="ชื่อใหม่"))
    end = {"act": "end", "scheme": "expenditure", "code": a_code, "until_fiscal_year": 2578}
    approved("budget-codes", end)
    row = {
        "act": "begin",
        "code": account,
        "from_fiscal_year": 2575,
        "name_th": "บัญชีทดสอบ",
        "name_en": "Of a test",
        "parent": header["code"],
        "normal_side": "debit",
        "is_contra": False,
        "postable": True,
    }
    approved("accounts", row)
    approved("accounts", {"act": "end", "code": account, "retired_from_fiscal_year": 2579})
    life = {"asset_class": a_code, "name_th": "อาคาร", "least_years": 15, "most_years": 40}
    approved(
        "useful-lives",
        {"act": "begin", "from_fiscal_year": 2575, **life},
        {"act": "begin", "from_fiscal_year": 2577, **life, "most_years": 50},
        {"act": "end", "asset_class": a_code, "until_fiscal_year": 2578},
    )
    days = [{"act": "begin", "day": f"2029-01-0{n}", "name_th": "หยุด"} for n in (2, 3)]
    held = api.get("central/master-data/holidays", token=author.token).json()["items"]
    known = {one["day"] for one in held if not one["is_called_off"]}
    approved("holidays", *(one for one in days if one["day"] not in known))
    approved("holidays", {"act": "end", "day": "2029-01-03"})
    assert bring() == {}
    for kind, (table, columns, key) in TABLES.items():
        items = api.get(f"central/master-data/{kind}", token=author.token).json()["items"]
        rows = in_cell(f"SELECT {', '.join(columns)} FROM shared.{table}")
        there = {tuple(map(str, row[:key])): row[key:] for row in rows}
        here = [tuple(one[name] for name in columns) for one in items]
        assert there == {tuple(map(str, row[:key])): row[key:] for row in here}, kind


def test_killed_half_way_a_version_is_brought_again_whole(
    approved, bring, in_cell, type_row, a_code, body, owner_environment
):
    approved("budget-codes", type_row(), type_row(from_fiscal_year=2577))
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
    running = subprocess.Popen([sys.executable, "-c", HALF_WAY, body.cell], env=environment)
    sleeping = (
        "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%%'"
        " AND datname = current_database()"
    )
    until = time.monotonic() + 60
    while not (found := in_cell(sleeping)):
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    in_cell("SELECT pg_terminate_backend(%s)", found[0][0])
    there = "SELECT count(*) FROM shared.budget_code WHERE code = %s"
    assert in_cell(there, a_code) == [(0,)]
    assert bring() == {}
    assert in_cell(there, a_code) == [(2,)]


def test_two_that_bring_at_once_bring_once(approved, in_cell, type_row, a_code, body):
    from tenants.master_data import bringing, queries
    from tenants.provisioning.servers import owner_connection

    approved("budget-codes", type_row())
    versions = queries.approved()

    def bring(_):
        with owner_connection(body.cell) as cell:
            return bringing.bring(cell, versions)

    with ThreadPoolExecutor(4) as several:
        told = list(several.map(bring, range(8)))
    assert all(one == told[0] for one in told)
    assert in_cell("SELECT count(*) FROM shared.budget_code WHERE code = %s", a_code) == [(1,)]


def test_an_arrival_that_was_not_told_is_told_again(api, author, approved, bring, type_row):
    from tenants.models import MasterArrival

    version = approved("budget-codes", type_row())
    bring()
    number = shown(api, author, version)["number"]
    MasterArrival.objects.filter(number=number).delete()
    assert shown(api, author, version)["cells"] == 0
    assert bring() == {}
    told = shown(api, author, version)
    assert told["cells"] == told["cells_total"]


def test_a_version_that_is_another_one_in_a_cell_is_told_apart(approved, bring, type_row, body):
    from tenants.master_data import bringing, queries
    from tenants.provisioning.servers import owner_connection

    approved("budget-codes", type_row())
    bring()
    *others, last = queries.approved()
    forged = queries.Approved(number=last.number, kind=last.kind, rows=last.rows, sha256="0" * 64)
    with (
        owner_connection(body.cell) as cell,
        pytest.raises(bringing.UnableToBring, match="another one"),
    ):
        bringing.bring(cell, [*others, forged])


def test_rows_that_were_changed_after_approval_are_not_brought(approved, type_row, body, in_cell):
    from dataclasses import replace

    from tenants.master_data import bringing, queries
    from tenants.provisioning.servers import owner_connection

    approved("budget-codes", type_row())
    *others, last = queries.approved()
    changed = replace(last, rows=[{**last.rows[0], "name_th": "เปลี่ยนภายหลัง"}])
    with (
        owner_connection(body.cell) as cell,
        pytest.raises(bringing.UnableToBring, match="not those approved"),
    ):
        bringing.bring(cell, [*others, changed])
    assert in_cell("SELECT FROM shared.budget_code WHERE name_th = 'เปลี่ยนภายหลัง'") == []


def test_the_database_itself_wants_two_officers_and_no_gaps(author, approver, proposed, type_row):
    from django.db import IntegrityError
    from django.utils import timezone

    from tenants.models import MasterDecision

    version = proposed("budget-codes", type_row())
    last = max(
        MasterDecision.objects.exclude(number=None).values_list("number", flat=True), default=0
    )
    for officer, number in ((author, last + 1), (approver, last + 2)):
        with pytest.raises(IntegrityError):
            MasterDecision.objects.create(
                version_id=version,
                number=number,
                reason="",
                officer_id=officer.id,
                decided_at=timezone.now(),
            )


def test_the_web_may_not_change_a_version(author, proposed, type_row):
    from django.db import ProgrammingError, connection, transaction

    version = proposed("budget-codes", type_row())
    for change in (
        "UPDATE master_version SET title = 'x' WHERE id = %s",
        "DELETE FROM master_version WHERE id = %s",
        "UPDATE master_decision SET number = 1 WHERE version_id = %s",
        "DELETE FROM master_decision WHERE version_id = %s",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change, [version])


def test_an_account_in_use_is_never_turned(in_cell):
    with pytest.raises(psycopg.errors.RestrictViolation, match="keeps its type"):
        in_cell("UPDATE shared.account SET normal_side = 'credit' WHERE code = '1101010101.001'")


def test_a_file_of_the_program_leaves_what_a_version_brought(approved, bring, in_cell, body):
    """A release brings the tables to the program's files, but not those rows."""
    from tenants.provisioning.national import BUDGET_CODES, bringing_to_the_file
    from tenants.provisioning.servers import owner_connection

    row = (
        "SELECT until_fiscal_year FROM shared.budget_code WHERE (scheme, code) = ('plan', '00110')"
    )
    with owner_connection(body.cell) as cell:
        cell.execute("BEGIN")
        cell.execute(
            "UPDATE shared.budget_code SET until_fiscal_year = 2575, of_version = 1"
            " WHERE (scheme, code) = ('plan', '00110')"
        )
        cell.execute(
            "UPDATE shared.budget_code SET name_th = 'x' WHERE (scheme, code) = ('plan', '00100')"
        )
        cell.execute(bringing_to_the_file(BUDGET_CODES).encode())
        assert cell.execute(row).fetchall() == [(2575,)]
        renamed = "SELECT count(*) FROM shared.budget_code WHERE name_th = 'x'"
        assert cell.execute(renamed).fetchone() == (0,)
        cell.execute("ROLLBACK")


@pytest.mark.parametrize("role", ["PROVINCE", "DISTRICT", "OAG", "ACCOUNTANT", "nobody"])
def test_master_data_is_the_departments(api, body, officer_of, proposed, type_row, role):
    token = officer_of(body, role).token if role != "nobody" else ""
    version = proposed("budget-codes", type_row())
    watches = role in {"PROVINCE", "DISTRICT", "OAG"}
    absent = 401 if role == "nobody" else 404
    for path in ("central/master-data/accounts", AT, f"{AT}/{version}"):
        assert api.get(path, token=token).status_code == (200 if watches else absent)
    asked = {"kind": "holidays", "title": "x", "letter": "x", "rows": [{"act": "begin"}]}
    for path, told in (
        (AT, asked),
        (f"{AT}/{version}/approve", {}),
        (f"{AT}/{version}/withdraw", {"reason": "x"}),
    ):
        answer = api.post(path, told, token=token)
        assert answer.status_code == (403 if watches else absent), (path, answer.content)


def test_entries_name_an_account_from_its_first_year(
    api, author, approved, bring, body, officer_of, entry, in_cell
):
    header = next(
        one
        for one in api.get("central/master-data/accounts", token=author.token).json()["items"]
        if not one["postable"] and one["code"].startswith("1101") and one["level"] == 4
    )
    code = f"{header['code'][:8]}97.{len(in_cell('SELECT FROM shared.master_version')) % 1000:03d}"
    begin = {
        "act": "begin",
        "code": code,
        "from_fiscal_year": 2571,
        "name_th": "บัญชีปีหน้า",
        "name_en": "Of next year",
        "parent": header["code"],
        "normal_side": "debit",
        "is_contra": 0,
        "postable": 1,
    }
    approved("accounts", begin)
    bring()
    token = officer_of(body).token
    told = entry()
    told["lines"][0]["account"] = code
    answer = api.post(f"bodies/{body.code}/journal-entries", told, token=token)
    assert answer.status_code == 422
    assert "account_of_later_years /lines/0/account" in codes(answer)
    found = {
        year: {
            one["code"]
            for one in api.get(
                f"bodies/{body.code}/accounts?fiscal_year={year}&q={code}", token=token
            ).json()["items"]
        }
        for year in (2570, 2571)
    }
    assert found == {2570: set(), 2571: {code}}


def test_a_proposal_is_made_once(api, author, type_row):
    from tenants.models import MasterVersion

    before = MasterVersion.objects.count()
    asked = {"kind": "budget-codes", "title": "ครั้งเดียว", "letter": "ว 2", "rows": [type_row()]}
    answers = [api.post(AT, asked, token=author.token, key="proposed-once") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert MasterVersion.objects.count() == before + 1
