"""What provisioning does in each cell, worked out first and then done in several cells at once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from threading import Lock

from django.db import connections
from django.db.models import Count

from tenants.directory.models import LARGEST_CELL, Body, Cell, Place, PlaceUse
from tenants.provisioning import cells, giving, stock
from tenants.provisioning.placement import NoRoom
from tenants.provisioning.placement_policy import Homeless, Room, plan
from tenants.provisioning.schemas import server_of
from tenants.provisioning.server_list import Address, servers_for_new_cells
from tenants.provisioning.servers import (
    in_use,
    owner_connection,
    unless_in_use,
)

# Places of a cell that provisioning leaves for what comes beside live books: an earlier generation,
# restored books, the copy that a move makes.
ONE_PLACE_LEFT_IN = 20
# Cells filled together get so many more places than bodies, one in so many, so that provinces find
# room together; what is left of them are spares.
_SLACK_ONE_IN = 50
# Copying a cell is copying files and syncing each. A disk syncs for four at once almost as fast as
# for one: 400 schemas took 17 s alone, and four times 400 took 10 s together.
_CELLS_AT_ONCE = 4
_HALF_MADE = "openlaas_half_made"  # stocks, and databases that cells are exchanged with


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a run is to go about it.

    Attributes:
        cell: place everybody there; else placement_policy decides, and cells are made as needed.
        capacity: of the cells that are made.
        after_each: called with each code when it has books, also when it had; one call at a time.
        after_stock: called with how many schemas of a stock are made, and how many it will hold.
    """

    cell: str | None = None
    capacity: int = LARGEST_CELL
    after_each: Callable[[str], None] = lambda _code: None
    after_stock: Callable[[int, int], None] = lambda _made, _count: None

    @property
    def filled_to(self) -> int:
        """How many bodies a new cell is given at most."""
        return self.capacity - self.capacity // ONE_PLACE_LEFT_IN


@dataclass(slots=True, kw_only=True)
class Job:
    """What happens in one cell.

    Attributes:
        address: the cell's server.
        free: how many bodies it may be given.
        codes: bodies that get their books there, in order.
        spares: how many a copy of the stock brings; 0: it is not copied from the stock.
        is_new: the cell is not there yet.
    """

    cell: str
    address: Address
    free: int = 0
    codes: list[str] = field(default_factory=list)
    spares: int = 0
    is_new: bool = False


def jobs_for(codes: Sequence[str], answering: Sequence[Address], wishes: Wishes) -> list[Job]:
    """Return what is to be done where, so that each of the bodies gets its books.

    Args:
        codes: bodies without books; those that an earlier run placed stay where it placed them.
        answering: the servers whose cells are to be thought of.
        wishes: as the operator said.

    Raises:
        NoRoom: the cell wished for is not there or not open.
    """
    jobs = {cell.name: Job(cell=cell.name, address=server_of(cell)) for cell in Cell.objects.all()}
    jobs = {name: job for name, job in jobs.items() if job.address in answering}
    live = Place.objects.filter(body__code__in=codes, use=PlaceUse.LIVE)
    placed = dict(live.values_list("body__code", "cell_id"))
    for code in codes:
        if placed.get(code) in jobs:
            jobs[placed[code]].codes.append(code)
    homeless = [code for code in codes if code not in placed]
    if wishes.cell and homeless:
        is_open = Cell.objects.filter(name=wishes.cell, is_open=True).exists()
        if not is_open or wishes.cell not in jobs:
            raise NoRoom(f"there is no open cell {wishes.cell} on a server that answers")
        jobs[wishes.cell].codes += homeless
    elif homeless:
        _make_room(jobs, len(homeless), answering, wishes)
        _assign(jobs, homeless)
    return [job for job in jobs.values() if job.codes]


def _make_room(
    jobs: dict[str, Job], bodies: int, answering: Sequence[Address], wishes: Wishes
) -> None:
    """Say how many bodies each open cell may take, and add as many new cells as are needed.

    Cells that hold nothing and new ones are filled evenly, and copied from the stock when several
    are to be filled.
    """
    empty = []
    uses = Counter(Place.objects.values_list("cell_id", "use"))
    for cell in Cell.objects.filter(is_open=True, name__in=jobs).order_by("name"):
        taken = sum(uses[cell.name, use] for use in PlaceUse if use != PlaceUse.SPARE)
        filled_to = cell.capacity - cell.capacity // ONE_PLACE_LEFT_IN
        jobs[cell.name].free = max(filled_to - taken, 0)
        if not taken + uses[cell.name, PlaceUse.SPARE]:
            empty.append(jobs[cell.name])
    needed = bodies - sum(job.free for job in jobs.values() if job not in empty)
    more = needed - sum(job.free for job in empty)
    new_cells = ceil(more / wishes.filled_to) if more > 0 else 0
    names = cells.new_cell_names(new_cells)
    new = [
        Job(cell=name, address=address, free=wishes.filled_to, is_new=True)
        for name, address in zip(names, servers_for_new_cells(new_cells, answering), strict=True)
    ]
    jobs |= {job.cell: job for job in new}
    if needed > 0:
        _share(needed, [*empty, *new], wishes)


def _share(bodies: int, fresh: list[Job], wishes: Wishes) -> None:
    """Fill fresh cells evenly; copy them from the stock where that is worth making it."""
    evenly = ceil(bodies / len(fresh))
    evenly = min(evenly + evenly // _SLACK_ONE_IN + 1, max(job.free for job in fresh))
    same = [job for job in fresh if job.free >= evenly]
    on_server = Counter(_key(job.address) for job in same)
    for job in same:
        # While the smaller ones among the fresh cells take less, these must take more.
        if len(same) == len(fresh):
            job.free = evenly
        if on_server[_key(job.address)] > 1 and bodies >= wishes.filled_to:
            job.spares = evenly


def _assign(jobs: dict[str, Job], codes: list[str]) -> None:
    """Give each body to the job that placement_policy chooses."""
    rows = Body.objects.filter(code__in=codes).values_list("code", "parent__code", "province_id")
    bodies = [
        Homeless(code=code, parent_code=parent, province_code=province)
        for code, parent, province in rows
    ]
    live = Place.objects.filter(use=PlaceUse.LIVE)
    parents = {one.parent_code for one in bodies if one.parent_code}
    homes = dict(live.filter(body__code__in=parents).values_list("body__code", "cell_id"))
    held: dict[str, Counter[str]] = defaultdict(Counter)
    by_province = live.values_list("cell_id", "body__province_id").annotate(held=Count("id"))
    for cell, province, count in by_province:
        held[cell][province] = count
    rooms = [Room(cell=job.cell, free=job.free, held=held[job.cell]) for job in jobs.values()]
    planned = plan(bodies, rooms, homes)
    if planned.left_over:
        raise NoRoom(f"{len(planned.left_over)} bodies: every open cell is full")
    for cell, some in planned.placed.items():
        jobs[cell].codes += some


def run(jobs: Iterable[Job], *, now: datetime, wishes: Wishes) -> set[str]:
    """Do the jobs, several cells at once; return the codes of bodies that got their books.

    When one fails, those not begun are left out, and its exception is raised after the others.
    """
    jobs = sorted(jobs, key=lambda job: (not job.spares, job.cell))
    servers = {_key(job.address): job.address for job in jobs}
    with ExitStack() as held:
        for address in servers.values():
            server = held.enter_context(owner_connection("postgres", address))
            held.enter_context(in_use(server, _HALF_MADE))
        made = _run(jobs, now, wishes)
    for address in servers.values():
        _tidy(address)
    return made


def _run(jobs: Sequence[Job], now: datetime, wishes: Wishes) -> set[str]:
    stocks = _make_stocks(jobs, wishes)
    counting = Lock()

    def count(codes: list[str]) -> None:
        with counting:
            for code in codes:
                wishes.after_each(code)

    def work(job: Job, *, takes_stock: bool = False) -> list[str]:
        source = cells.THE_TEMPLATE
        if job.spares:
            source = cells.Source(database=stocks[_key(job.address)], is_used_up=takes_stock)
        try:
            cell = _prepared(job, source, now=now, capacity=wishes.capacity)
            return giving.give_books(cell=cell, codes=job.codes, now=now, after_batch=count)
        finally:
            connections["default"].close()  # this thread's own

    # The last cell of each stock takes the stock itself, when nobody copies from it any more.
    last = {_key(job.address): job for job in jobs if job.spares}.values()
    with ThreadPoolExecutor(_CELLS_AT_ONCE) as threads:
        begun = [threads.submit(work, job) for job in jobs if job not in last]
        try:
            made = {code for done in as_completed(begun) for code in done.result()}
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
    for job in last:
        made.update(work(job, takes_stock=True))
    return made


def _tidy(address: Address) -> None:
    """Drop the stock and what refilling cells has left, also in killed runs, unless one runs."""
    with (
        owner_connection("postgres", address) as server,
        unless_in_use(server, _HALF_MADE) as may_drop,
    ):
        if may_drop:
            stock.drop_stock(address)
            cells.drop_exchanged(address)


def _make_stocks(jobs: Sequence[Job], wishes: Wishes) -> dict[tuple[str, str], str]:
    """Make the stock of each server that cells are copied from; return its name by server."""
    stocks: dict[tuple[str, str], str] = {}
    for job in jobs:
        key = _key(job.address)
        if job.spares and key not in stocks:
            made = [0]

            def count(schemas: int, made: list[int] = made, size: int = job.spares) -> None:
                made[0] += schemas
                wishes.after_stock(made[0], size)

            stocks[key] = stock.ensure_stock(job.address, job.spares, after_each=count)
    return stocks


def _prepared(job: Job, source: cells.Source, *, now: datetime, capacity: int) -> Cell:
    """Return the job's cell, made or filled with spares if it has to be."""
    if job.is_new:
        cells.make_cell(job.cell, job.address, slots=capacity, source=source)
        cells.list_cell(job.cell, job.address, capacity=capacity, now=now)
    elif job.spares:
        cells.refill_empty_cell(job.cell, job.address, source=source, now=now)
    return Cell.objects.get(name=job.cell)


def _key(address: Address) -> tuple[str, str]:
    return address.get("host", ""), address.get("port", "")
