# ruff: noqa: INP001 - a program of its own, run by hand when the map is renewed
"""Make the portal's outlines of the provinces from those of npm's `@svg-maps/thailand`.

Neighbours share their border, point by point but for the rounding of relative steps. So points that
are nearly one are made one, each border is thinned once for both sides, and no gap opens between
them; a thinning of each outline by itself would leave slivers of sea on land.

    npm pack @svg-maps/thailand@2.0.0 && tar xzf svg-maps-thailand-2.0.0.tgz
    python infra/maps/outline_provinces.py package/index.js \
        platform/portal/central/data/outlines.csv
"""

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

Point = tuple[int, int]
Ring = list[Point]

UNITS = 2  # of ours in one of the source's: its 560 x 1025 become 1120 x 2050, in whole numbers
NEARLY_ONE = 0.16  # of the source's units; the rounded steps of a ring drift by less
TOLERANCE = 1.5  # of our units, 0.6 of a pixel on a map 450 pixels wide
SMALLEST = 12.0  # of our units squared: a smaller island is no more than a speck
REGISTER = Path(__file__).parents[2] / "tenants" / "data" / "provinces.csv"
LAKE = "lksg"  # the lake of Songkhla, which is water and no province


def main(source: str, target: str) -> None:
    """Read the source, match, thin and write one row for each province and one for the lake."""
    text = Path(source).read_text(encoding="utf-8")
    shapes = json.loads(text[text.index("{") : text.rindex("}") + 1])["locations"]
    codes = {_plain(row["name_en"]): row["code"] for row in _register()}
    rings = {_code(one, codes): list(_rings(one["path"])) for one in shapes}
    thin = _thinned(_joined(rings))
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["province_code", "path"])
        rows.writerows([code, _path(thin[code])] for code in sorted(thin))


def _register() -> list[dict[str, str]]:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(name: str) -> str:
    """Return the name without what the two spell differently: Buriram and Buri Ram."""
    return name.replace(" ", "").lower()


def _code(shape: dict[str, str], codes: dict[str, str]) -> str:
    return "lake" if shape["id"] == LAKE else codes[_plain(shape["name"])]


def _rings(path: str) -> Iterator[list[tuple[float, float]]]:
    """Yield the closed lines of a path of the source, which knows only m, steps and z."""
    x = y = 0.0
    ring: list[tuple[float, float]] = []
    for part in path.split():
        if part == "m":
            ring = []
        elif part == "z":
            yield ring
            x, y = ring[0]
        else:
            step_x, step_y = part.split(",")
            x, y = x + float(step_x), y + float(step_y)
            ring.append((x, y))


class _Points:
    """Points that are known already, found again by anything nearly one with them."""

    def __init__(self) -> None:
        self._near: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)

    def settled(self, x: float, y: float) -> Point:
        """Return the known point there, or this one, now known; in tenths of our units."""
        column, row = int(x / NEARLY_ONE), int(y / NEARLY_ONE)
        around = product((column - 1, column, column + 1), (row - 1, row, row + 1))
        points = (point for cell in around for point in self._near[cell])
        known = next((one for one in points if math.dist(one, (x, y)) <= NEARLY_ONE), None)
        if known is None:
            known = (x, y)
            self._near[column, row].append(known)
        return round(known[0] * UNITS * 10), round(known[1] * UNITS * 10)


def _joined(rings: dict[str, list[list[tuple[float, float]]]]) -> dict[str, list[Ring]]:
    """Return the rings in tenths of our units, points that are nearly one made one."""
    points = _Points()
    return {
        code: [_without_stops([points.settled(*point) for point in line]) for line in lines]
        for code, lines in rings.items()
    }


def _without_stops(ring: Ring) -> Ring:
    return [point for place, point in enumerate(ring) if point != ring[place - 1]]


def _thinned(rings: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Thin each border once: between two points where what lies on it changes."""
    owners: dict[Point, set[str]] = defaultdict(set)
    for code, lines in rings.items():
        for line in lines:
            for point in line:
                owners[point].add(code)
    made: dict[str, list[Ring]] = {}
    for code, lines in rings.items():
        thin = [_thin_ring(line, owners) for line in lines]
        largest = max(thin, key=_area)
        made[code] = [ring for ring in thin if ring is largest or _area(ring) >= SMALLEST]
    return made


def _thin_ring(ring: Ring, owners: dict[Point, set[str]]) -> Ring:
    ends = [place for place, point in enumerate(ring) if _is_end(ring, place, owners)]
    if not ends:  # an island, or a province within another: two points far apart hold it
        first = ring.index(min(ring))
        ring = ring[first:] + ring[:first]
        ends = [0, max(range(len(ring)), key=lambda place: math.dist(ring[place], ring[0]))]
    thin: Ring = []
    for start, stop in zip(ends, [*ends[1:], ends[0] + len(ring)], strict=True):
        arc = [ring[place % len(ring)] for place in range(start, stop + 1)]
        turned = arc[-1] < arc[0]
        kept = _thin_line(arc[::-1] if turned else arc)
        thin += (kept[::-1] if turned else kept)[:-1]
    return _without_stops([(round(x / 10), round(y / 10)) for x, y in thin])


def _is_end(ring: Ring, place: int, owners: dict[Point, set[str]]) -> bool:
    here = owners[ring[place]]
    before, after = owners[ring[place - 1]], owners[ring[(place + 1) % len(ring)]]
    return len(here) > len(before & here) or len(here) > len(after & here)


def _thin_line(line: Ring) -> Ring:
    """Thin by Douglas and Peucker: keep the farthest point while it is beyond the tolerance."""
    between = line[1:-1]
    if not between:
        return line
    distances = [_distance(point, line[0], line[-1]) for point in between]
    farthest = max(distances)
    if farthest <= TOLERANCE * 10:
        return [line[0], line[-1]]
    at = distances.index(farthest) + 1
    return _thin_line(line[: at + 1])[:-1] + _thin_line(line[at:])


def _distance(point: Point, start: Point, stop: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, stop
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0:
        return math.dist(point, start)
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length**2
    along = max(0.0, min(1.0, along))
    return math.dist(point, (x1 + along * (x2 - x1), y1 + along * (y2 - y1)))


def _area(ring: Ring) -> float:
    turns = (x * ring[place - 1][1] - ring[place - 1][0] * y for place, (x, y) in enumerate(ring))
    return abs(sum(turns)) / 2


def _path(rings: list[Ring]) -> str:
    return "".join(_of_ring(ring) for ring in rings)


def _of_ring(ring: Ring) -> str:
    """Return a ring as SVG: where it begins, steps from point to point, and back."""
    x, y = ring[0]
    steps = []
    for next_x, next_y in ring[1:]:
        steps.append(f"{next_x - x} {next_y - y}".replace(" -", "-"))
        x, y = next_x, next_y
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps).replace(' -', '-')}z"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
