"""Where new bodies go: with their province, units with their parent, every cell equally full."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tenants.provisioning.placement_policy import Homeless, Room, plan


def body(code: str, province: str = "30", parent: str | None = None) -> Homeless:
    return Homeless(code=code, parent_code=parent, province_code=province)


def rooms(**free: int) -> list[Room]:
    return [Room(cell=name, free=count) for name, count in free.items()]


def test_a_province_stays_together_where_one_cell_has_room():
    bodies = [body(f"{n:03d}", province="11") for n in range(6)]
    bodies += [body(f"{n:03d}", province="12") for n in range(10, 15)]
    assert plan(bodies, rooms(a=8, b=7)).placed == {
        "a": [f"{n:03d}" for n in range(6)],
        "b": [f"{n:03d}" for n in range(10, 15)],
    }


def test_a_province_goes_where_most_of_it_is_already():
    there = [Room(cell="a", free=9), Room(cell="b", free=5, held=Counter({"30": 3}))]
    assert plan([body("1")], there).placed == {"b": ["1"]}


def test_provinces_are_spread_so_that_cells_are_equally_full():
    bodies = [body(f"{p}{n:02d}", province=str(p)) for p in range(10, 30) for n in range(10)]
    placed = plan(bodies, rooms(a=105, b=105)).placed
    assert {cell: len(codes) for cell, codes in placed.items()} == {"a": 100, "b": 100}


def test_a_unit_goes_where_its_parent_has_its_books():
    bodies = [body("1-01", parent="1"), body("2-01", parent="2")]
    placed = plan(bodies, rooms(a=9, b=5, c=5), {"1": "b", "2": "c"}).placed
    assert placed == {"b": ["1-01"], "c": ["2-01"]}


def test_a_unit_whose_parents_cell_is_full_or_closed_goes_elsewhere():
    bodies = [body("1-01", parent="1"), body("2-01", parent="2")]
    assert plan(bodies, rooms(a=9, b=0), {"1": "b", "2": "closed"}).placed == {
        "a": ["1-01", "2-01"]
    }


def test_a_province_too_large_for_a_cell_is_divided_between_bodies_and_not_within_one():
    bodies = [body(str(n)) for n in range(4)]
    bodies += [body(f"{n}-{u:02d}", parent=str(n)) for n in range(4) for u in range(3)]
    planned = plan(bodies, rooms(a=9, b=9))
    assert not planned.left_over
    home = {code: cell for cell, codes in planned.placed.items() for code in codes}
    for one in bodies:
        assert home[one.code] == home[one.parent_code or one.code]


def test_a_body_with_more_units_than_any_room_is_divided_at_last():
    bodies = [body("1"), *(body(f"1-{u:02d}", parent="1") for u in range(7))]
    planned = plan(bodies, rooms(a=4, b=4))
    assert {cell: len(codes) for cell, codes in planned.placed.items()} == {"a": 4, "b": 4}


def test_who_finds_no_room_is_told():
    planned = plan([body("1"), body("2")], rooms(a=1))
    assert planned.placed == {"a": ["1"]}
    assert planned.left_over == ["2"]
    assert plan([body("1")], []).left_over == ["1"]


@given(
    st.lists(st.integers(0, 5), max_size=12),
    st.lists(st.integers(0, 20), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_nobody_is_lost_no_cell_overfilled_and_the_order_does_not_matter(units, free, chance):
    people = [body(str(n), province=str(n % 3)) for n in range(len(units))]
    for number, count in enumerate(units):
        people += [
            body(f"{number}-{unit}", province=str(number % 3), parent=str(number))
            for unit in range(count)
        ]
    named = {f"cell{number}": count for number, count in enumerate(free)}
    planned = plan(people, rooms(**named))
    everybody = [code for codes in planned.placed.values() for code in codes] + planned.left_over
    assert sorted(everybody) == sorted(one.code for one in people)
    assert all(len(codes) <= named[cell] for cell, codes in planned.placed.items())
    assert len(planned.left_over) == max(len(people) - sum(free), 0)
    chance.shuffle(people)
    assert plan(people, rooms(**named)) == planned
