"""Measures as rules: whose turn it is, whose group is open, what cannot be put in force."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenants.admission.measures import (
    BodyFacts,
    Measure,
    Opening,
    Policy,
    StagedGroup,
    What,
    part_of,
    seconds_until,
    staged,
    turn_of_reading,
)
from tenants.admission.reading_measures import Asked, policy_of, refusals_of

BANGKOK = ZoneInfo("Asia/Bangkok")
# The three groups that the officials opened on fixed weekdays, here by kinds of body.
MUNICIPALITIES = StagedGroup(
    name_th="เทศบาล",
    name_en="municipalities",
    kinds=frozenset({"CITY", "TOWN", "TMUN"}),
    openings=(Opening(weekdays=frozenset({1, 2})),),
)
SUBDISTRICTS = StagedGroup(
    name_th="อบต.",
    name_en="subdistricts",
    kinds=frozenset({"SAO"}),
    openings=(Opening(weekdays=frozenset({3, 4})),),
)
PROVINCES = StagedGroup(
    name_th="อบจ.",
    name_en="provinces",
    kinds=frozenset({"PAO"}),
    openings=(Opening(weekdays=frozenset({5}), begins=time(8, 30)),),
)
THREE = (MUNICIPALITIES, SUBDISTRICTS, PROVINCES)
TOWN = BodyFacts(code="5110110", kind="TMUN", province="11")
TAMBON = BodyFacts(code="6110101", kind="SAO", province="11")
PAO = BodyFacts(code="2110101", kind="PAO", province="11")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("body", "now", "opens"),
    [
        (TOWN, "2026-11-23T00:00", None),  # a Monday
        (TOWN, "2026-11-24T23:59", None),
        (TOWN, "2026-11-25T00:00", "2026-11-30T00:00"),
        (TAMBON, "2026-11-24T23:59", "2026-11-25T00:00"),
        (TAMBON, "2026-11-27T08:00", "2026-12-02T00:00"),
        (PAO, "2026-11-27T08:29", "2026-11-27T08:30"),
        (PAO, "2026-11-27T08:30", None),
        (PAO, "2026-11-28T00:00", "2026-12-04T08:30"),
        (TOWN, "2026-12-31T12:00", "2027-01-04T00:00"),  # a year's end
    ],
)
def test_three_groups_on_fixed_weekdays(body, now, opens):
    sent = staged(THREE, [body], now=at(now))
    assert (sent and sent.until) == (at(opens) if opens else None)
    if sent:
        assert sent.refusal.code == "group_closed"
        assert opens[:10] in sent.refusal.message_en
        assert "เปิดให้เข้าใช้อีกครั้ง" in sent.refusal.message_th


def test_who_serves_an_open_body_may_come():
    monday = at("2026-11-23T10:00")
    assert staged(THREE, [TAMBON, TOWN], now=monday) is None
    sent = staged(THREE, [PAO, TAMBON], now=monday)
    assert sent.until == at("2026-11-25T00:00"), "whichever opens first"


def test_who_is_in_no_group_may_come_at_any_time():
    monday = at("2026-11-23T10:00")
    assert staged(THREE, [], now=monday) is None, "the centre"
    pattaya = BodyFacts(code="7200401", kind="SPEC", province="20")
    assert staged(THREE, [pattaya], now=monday) is None


def test_the_first_group_that_has_a_body_decides():
    tuesday = Opening(weekdays=frozenset({2}))
    pilot = StagedGroup(
        name_th="นำร่อง", name_en="pilot", provinces=frozenset({"11"}), openings=(tuesday,)
    )
    monday = at("2026-11-23T10:00")
    assert staged((pilot, *THREE), [TOWN], now=monday).until == at("2026-11-24T00:00")
    elsewhere = BodyFacts(code="5130401", kind="TMUN", province="13")
    assert staged((pilot, *THREE), [elsewhere], now=monday) is None


def test_shares_are_parts_of_all_bodies():
    parts = [
        StagedGroup(
            name_th=f"กลุ่ม {part}",
            name_en=f"part {part}",
            share=(part, 3),
            openings=(Opening(weekdays=frozenset({part})),),
        )
        for part in (1, 2, 3)
    ]
    codes = [f"61{number:05d}" for number in range(3_000)]
    bodies = [BodyFacts(code=code, kind="SAO", province="11") for code in codes]
    members = [sum(group.has(body) for body in bodies) for group in parts]
    assert sum(members) == 3_000
    assert all(900 < count < 1_100 for count in members)


def test_parts_take_turns_and_everybody_writes_between():
    measure = Measure(what=What.READ_ONLY, settings={"parts": 4, "minutes": 15})
    code, start = "5110110", at("2026-11-23T08:00")
    turns = [
        turn_of_reading(measure, code, now=start + timedelta(minutes=minute))
        for minute in range(120)
    ]
    alone = [minute for minute, turn in enumerate(turns) if turn]
    assert len(alone) == 30, "fifteen minutes of every hour"
    first = alone[0]
    ends = {turn.until for turn in turns[first : first + 15]}
    assert ends == {start + timedelta(minutes=first + 15)}, "it says when the turn ends"


def test_a_turn_ends_no_later_than_the_measure():
    code = "5110110"
    now = at("2026-11-23T08:00")
    measure = Measure(what=What.READ_ONLY, settings={"parts": 1, "minutes": 600})
    until = now + timedelta(minutes=7)
    short = Measure(what=What.READ_ONLY, settings=measure.settings, until=until)
    assert turn_of_reading(short, code, now=now).until == until
    assert part_of(code, 1) == 1


def test_a_measure_ends_by_itself():
    until = datetime(2026, 11, 23, 9, tzinfo=UTC)
    policy = Policy(measures={What.REPORTS: Measure(what=What.REPORTS, until=until)})
    assert policy.on(What.REPORTS, until - timedelta(seconds=1))
    assert policy.on(What.REPORTS, until) is None
    assert policy.on(What.IMPORTS, until - timedelta(seconds=1)) is None


def test_when_to_come_again_is_never_now_and_never_far():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert seconds_until(None, now=now) == 60
    assert seconds_until(now, now=now) == 1
    assert seconds_until(now + timedelta(seconds=90.2), now=now) == 91
    assert seconds_until(now + timedelta(days=3), now=now) == 3600


def refused(what: What, settings: object, **others: object) -> set[str]:
    asked = Asked(what=what, settings=settings, **others)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    found = refusals_of(asked, provinces={"11"}, kinds={"SAO"}, now=now)
    assert all(one.message_th and one.message_en for one in found)
    return {f"{one.pointer} {one.code}" for one in found}


def test_all_reasons_are_told_at_once():
    assert refused(What.WAITING_ROOM, {"max_inside": 0, "speed": 1}) == {
        "/max_inside not_a_count",
        "/inlet_per_minute not_a_count",
        "/speed unknown_field",
    }
    assert refused(What.READ_ONLY, {"parts": True, "minutes": "5"}) == {
        "/parts not_a_count",
        "/minutes not_a_count",
    }
    past = datetime(2026, 11, 22, tzinfo=UTC)
    assert refused(What.CLOSED, {}, until=past, words_th="ปิด") == {
        "/until is_past",
        "/words_th both_languages",
    }
    assert refused(What.REPORTS, {}) == set()


def test_groups_that_cannot_be_read_are_told_each_at_its_place():
    wrong = {
        "name_th": "ก",
        "kinds": ["SAO", "XXX"],
        "provinces": "11",
        "share": [4, 3],
        "openings": [
            {"weekdays": [0, 8]},
            {"weekdays": [1], "begins": "16:00", "ends": "08:00"},
            {"weekdays": [1], "begins": "8 o'clock"},
        ],
    }
    assert refused(What.STAGED_GROUPS, {"groups": [wrong]}) == {
        "/groups/0/name_en required",
        "/groups/0/kinds unknown",
        "/groups/0/provinces not_a_list",
        "/groups/0/share not_a_share",
        "/groups/0/openings/0/weekdays not_weekdays",
        "/groups/0/openings/1/ends before_begin",
        "/groups/0/openings/2/begins not_an_hour",
    }
    assert refused(What.STAGED_GROUPS, {}) == {"/groups required"}


def settings_of(group: StagedGroup) -> dict[str, object]:
    openings = [
        {
            "weekdays": sorted(one.weekdays),
            "begins": f"{one.begins:%H:%M}",
            "ends": f"{one.ends:%H:%M}",
        }
        for one in group.openings
    ]
    return {
        "name_th": group.name_th,
        "name_en": group.name_en,
        "kinds": sorted(group.kinds),
        "provinces": sorted(group.provinces),
        "share": list(group.share) if group.share else None,
        "openings": openings,
    }


def test_groups_are_read_as_they_are_written():
    rows = [settings_of(group) for group in THREE]
    asked = Asked(what=What.STAGED_GROUPS, settings={"groups": rows})
    assert policy_of([asked]).groups == THREE
