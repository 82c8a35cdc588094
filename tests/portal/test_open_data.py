"""Open data: for anybody, what the centre's figures say, and nothing else."""

import csv
import gzip
import io
import json
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from tenants.open_data import making
from tenants.open_data.columns import TABLES, columns_of
from tenants.open_data.models import OpenDataFile

YEAR = 2570


@pytest.fixture(scope="module")
def made(_unused_bodies):
    making.make_year(YEAR, now=timezone.now())


@pytest.fixture
def anybody():
    return Client(SERVER_NAME="localhost")


def table_of(anybody, name):
    answer = anybody.get(f"/open-data/{YEAR}/{name}.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", TABLES)
def test_both_formats_say_the_same_of_every_body_once(anybody, name):
    from tenants.models import Place

    rows = table_of(anybody, name)
    records = anybody.get(f"/open-data/{YEAR}/{name}.json").json()
    assert [{key: str(value) for key, value in one.items()} for one in records] == rows
    assert list(rows[0]) == [column.name for column in columns_of(name)]
    codes = [row["body_code"] for row in rows]
    live = Place.objects.filter(use="live", body__is_training=False)
    assert codes == sorted(live.values_list("body__code", flat=True))
    for row in rows:
        for kind in ("estimated", "budget", "collected", "disbursed"):
            classes = [key for key in row if key.startswith(f"{kind}_") and key != f"{kind}_total"]
            if classes:
                told = sum(Decimal(row[key]) for key in classes)
                assert told == Decimal(row[f"{kind}_total"])


@pytest.mark.usefixtures("made")
def test_the_bodies_make_what_the_centre_tells_of_the_nation(anybody, api, body, officer_of):
    token = officer_of(body, "DLA").token
    told = api.get(f"central/overview?fiscal_year={YEAR}", token=token).json()["figures"]
    making.make_year(YEAR, now=timezone.now())
    for name, column, figure, amount in (
        ("outcomes", "collected_total", "revenue", "collected"),
        ("outcomes", "disbursed_total", "budget", "disbursed"),
        ("budgets", "estimated_total", "revenue", "estimated"),
        ("budgets", "budget_total", "budget", "budget"),
    ):
        whole = sum(Decimal(row[column]) for row in table_of(anybody, name))
        assert whole == Decimal(told[figure][amount]), column


def test_a_training_body_is_in_no_file(anybody, body):
    from tenants.models import Body

    of_body = Body.objects.filter(code=body.code)
    making.make_year(YEAR, now=timezone.now())
    assert body.code in {row["body_code"] for row in table_of(anybody, "budgets")}
    of_body.update(is_training=True)
    try:
        making.make_year(YEAR, now=timezone.now())
        for name in TABLES:
            assert body.code not in {row["body_code"] for row in table_of(anybody, name)}
    finally:
        of_body.update(is_training=False)


def test_a_year_of_budgets_alone_has_its_files(anybody):
    from tenants.models import AreaBudget

    row = {"level": "N", "area": "", "fiscal_year": 2599, "fund_source": "GENERAL"}
    made = AreaBudget.objects.create(**row, plan="00110", expenditure_class="530000")
    try:
        assert 2599 in making.make_all(now=timezone.now())
        assert anybody.get("/open-data/2599/budgets.csv").status_code == 200
    finally:
        AreaBudget.objects.filter(fiscal_year=made.fiscal_year).delete()
        OpenDataFile.objects.filter(fiscal_year=2599).delete()


def test_nobody_is_given_anything_to_keep(anybody):
    for path in ("", "datapackage.json"):
        assert not anybody.get(f"/open-data/{path}").cookies


@pytest.mark.usefixtures("made")
def test_a_file_is_sent_once_and_kept_by_caches(anybody):
    path = f"/open-data/{YEAR}/budgets.csv"
    first = anybody.get(path)
    assert first["Cache-Control"] == "public, max-age=3600"
    assert not first.cookies
    again = anybody.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Vary"):
        assert again[name] == first[name]
    since = anybody.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    assert since.status_code == 304
    small = anybody.get(path, headers={"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == first.content
    assert "Accept-Encoding" in small["Vary"]
    assert small["ETag"] != first["ETag"], "other bytes"
    for asked, is_small in (("br, gzip;q=0.5", True), ("gzip;q=0", False), ("gzip;q=0.0", False)):
        answer = anybody.get(path, headers={"Accept-Encoding": asked})
        assert ("Content-Encoding" in answer) == is_small


def test_a_file_that_changed_is_told_from_the_one_before(anybody):
    path = f"/open-data/{YEAR}/outcomes.csv"
    making.make_year(YEAR, now=timezone.now())
    before = anybody.get(path)["ETag"]
    changed = gzip.compress(b"changed\r\n")
    files = OpenDataFile.objects.filter(fiscal_year=YEAR, name="outcomes.csv")
    files.update(content=changed, sha256="f" * 64)
    after = anybody.get(path, headers={"If-None-Match": before})
    assert (after.status_code, after.content) == (200, b"changed\r\n")
    making.make_year(YEAR, now=timezone.now())
    assert anybody.get(path)["ETag"] == before


@pytest.mark.usefixtures("made")
def test_the_page_and_the_package_tell_every_file_and_column(anybody):
    page = anybody.get("/open-data/").content.decode()
    package = anybody.get("/open-data/datapackage.json").json()
    assert {one["name"] for one in package["resources"]} >= {
        f"{table}-{YEAR}-{kind}" for table in TABLES for kind in ("csv", "json")
    }
    for table in TABLES:
        assert f'href="/open-data/{YEAR}/{table}.csv"' in page
        for column in columns_of(table):
            assert f"<code>{column.name}</code>" in page
    for one in package["resources"]:
        assert anybody.get(one["path"].removeprefix("http://localhost")).status_code == 200
    assert "open" in json.dumps(package["licenses"]).lower()


@pytest.mark.parametrize(
    "path", ["2570/people.csv", "2570/budgets.xml", "2400/budgets.csv", "99999/budgets.csv"]
)
def test_what_there_is_not_is_not_found(anybody, path):
    assert anybody.get(f"/open-data/{path}").status_code == 404
