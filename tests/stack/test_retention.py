"""Which backups expire: by the days to be kept, and never the one that such a day needs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openlaas.stack import backups, retention
from openlaas.stack.errors import StackError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wal").mkdir()
    return tmp_path


def keep_base(folder: Path, days_ago: int, first: int) -> Path:
    """Leave a base backup as ``take_base`` does; its WAL begins in the segment of that number."""
    finished = NOW - days_ago * DAY
    base = folder / "base" / f"{finished:%Y%m%dT%H%M%S.%fZ}"
    base.mkdir(parents=True)
    facts = {"started_at": finished.isoformat(), "finished_at": finished.isoformat()}
    (base / "openlaas-backup.json").write_text(json.dumps(facts))
    where = f"START WAL LOCATION: 0/{first:X}000028 (file {segment(first)})"
    (base / "backup_label").write_text(f"{where}\nCHECKPOINT LOCATION: 0/{first:X}000060\n")
    return base


def segment(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}{0:08X}{number:08X}"


def keep_wal(folder: Path, *names: str) -> None:
    for name in names:
        (folder / "wal" / name).write_bytes(b"x" * 10)


def gone(folder: Path, keep_days: int) -> tuple[list[str], list[str]]:
    found = retention.expired(folder, keep_days=keep_days, now=NOW)
    return [base.folder.name for base in found.bases], [path.name for path in found.wal]


def test_the_last_backup_before_the_first_day_to_keep_stays_with_its_wal(folder):
    oldest, old, needed, new = (
        keep_base(folder, ago, first) for ago, first in ((60, 3), (40, 5), (36, 8), (10, 12))
    )
    keep_wal(folder, *(segment(number) for number in range(1, 15)))
    assert gone(folder, 35) == ([oldest.name, old.name], [segment(n) for n in range(1, 8)])
    assert gone(folder, 36) == gone(folder, 35), "a backup of that very moment reaches it"
    assert gone(folder, 37) == ([oldest.name], [segment(n) for n in range(1, 5)])
    assert gone(folder, 100) == ([], [segment(n) for n in range(1, 3)])
    assert gone(folder, 1) == (
        [oldest.name, old.name, needed.name],
        [segment(n) for n in range(1, 12)],
    )
    assert new.exists()


def test_the_newest_backup_stays_however_old_it_is(folder):
    keep_base(folder, 400, 3)
    keep_wal(folder, segment(2), segment(3))
    assert gone(folder, 1) == ([], [segment(2)])


def test_without_a_backup_nothing_is_known_to_be_needless(folder):
    keep_wal(folder, segment(1))
    assert gone(folder, 1) == ([], [])


def test_of_other_timelines_the_same_segments_go_and_their_notes_stay(folder):
    keep_base(folder, 50, 2)
    keep_base(folder, 40, 16)
    early = [segment(4), f"{segment(4)}.00000028.backup", segment(9, timeline=2)]
    keep_wal(folder, *early, segment(16), segment(17, timeline=2), "00000002.history")
    keep_wal(folder, f"{segment(3)}.unfinished")
    assert gone(folder, 35)[1] == sorted(early)


def test_a_backup_that_does_not_say_where_it_begins_lets_nothing_expire(folder):
    keep_base(folder, 50, 2)
    (keep_base(folder, 40, 5) / "backup_label").unlink()
    keep_wal(folder, segment(1))
    with pytest.raises(StackError, match="nothing expires"):
        gone(folder, 35)


def test_what_a_killed_run_had_begun_to_remove_is_no_backup_and_goes_with_the_next(folder):
    old = keep_base(folder, 50, 2)
    keep_base(folder, 40, 5)
    half = old.rename(old.with_name(f"expired-{old.name}"))
    assert len(backups.bases(folder)) == 1
    found = retention.expired(folder, keep_days=35, now=NOW)
    assert found.leftovers == (half,)
    retention.remove(folder, found)
    assert not half.exists()
    assert len(backups.bases(folder)) == 1


def test_it_is_listed_first_and_removed_when_asked_to(folder):
    from typer.testing import CliRunner

    from openlaas.cli.restore import backup

    old = keep_base(folder, 4_000, 2)
    kept = keep_base(folder, 3_999, 5)
    keep_wal(folder, segment(1), segment(5))
    words = ["expire", "--backups", str(folder), "--json"]
    told = json.loads(CliRunner().invoke(backup, words).stdout)
    assert (told["bases"], told["wal"]) == ([old.name], [segment(1)])
    assert (told["removed"], old.exists()) == (False, True)
    said = CliRunner().invoke(backup, [*words, "--remove"], env={"OPENLAAS_BACKUPS_KEEP_DAYS": "9"})
    assert json.loads(said.stdout)["removed"] is True
    assert not old.exists()
    assert kept.exists()
    assert [path.name for path in (folder / "wal").iterdir()] == [segment(5)]


def test_nothing_goes_while_somebody_restores(folder):
    with (
        retention.nothing_expires(folder),
        retention.nothing_expires(folder),
        pytest.raises(StackError, match="restore is under way"),
        retention.nobody_restores(folder),
    ):
        pass
    with retention.nobody_restores(folder), pytest.raises(StackError, match="taken away"):
        retention.nothing_expires(folder).__enter__()
