"""How many connections the processes of a deployment may hold, and whether the server has them.

Pure: `openlaas up` and `openlaas doctor` ask it before Django knows its settings.
"""

from dataclasses import dataclass

CONNECTIONS_OF_A_PROCESS = 48  # OPENLAAS_POOL_CONNECTIONS, unless it is told
THREADS_OF_A_PROCESS = 4  # of a web process; each keeps a connection to the control plane
# For commands by hand beside the traffic: verify, migrate, move, provision, and a person's psql.
FOR_OPERATORS = 20
_WORKER_PROCESSES, _WORKER_THREADS = 1, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionBudget:
    """What the processes of all nodes may hold together, and what a server lets them.

    Attributes:
        max_connections: the server's own setting.
        kept_by_server: connections that it keeps for superusers and the like.
        nodes: machines that run web and worker processes.
        workers: web processes of a node.
        of_a_process: tenant connections that a process may hold to a server, over all cells.
    """

    max_connections: int
    kept_by_server: int
    nodes: int
    workers: int
    of_a_process: int

    @property
    def usable(self) -> int:
        """What the processes may have together."""
        return self.max_connections - self.kept_by_server - FOR_OPERATORS

    @property
    def processes(self) -> int:
        """Web and worker processes of all nodes."""
        return self.nodes * (self.workers + _WORKER_PROCESSES)

    @property
    def to_control_plane(self) -> int:
        """Connections of all threads to the control plane."""
        threads = self.workers * THREADS_OF_A_PROCESS + _WORKER_PROCESSES * _WORKER_THREADS
        return self.nodes * threads

    @property
    def needed(self) -> int:
        """What the processes may come to hold when every one of them is busy with every cell."""
        return self.processes * self.of_a_process + self.to_control_plane

    @property
    def fair_share(self) -> int:
        """The tenant connections that each process may have; not positive when there are none."""
        return (self.usable - self.to_control_plane) // self.processes

    @property
    def is_kept(self) -> bool:
        """Whether the server has them all, and each process enough for its threads."""
        return self.needed <= self.usable and self.of_a_process >= THREADS_OF_A_PROCESS

    def told(self) -> str:
        """Return the budget in a sentence."""
        return (
            f"{self.needed} of {self.usable} connections: {self.nodes} node(s) of {self.workers}"
            f" web process(es) and a worker, {self.of_a_process} to the cells for each, and"
            f" {self.to_control_plane} to the control plane; the server has"
            f" {self.max_connections}, of which {self.kept_by_server + FOR_OPERATORS} are kept for"
            " operators"
        )

    def advice(self) -> str:
        """Return what to change when the budget is not kept."""
        if self.fair_share >= THREADS_OF_A_PROCESS:
            return (
                f"Set OPENLAAS_POOL_CONNECTIONS to between {THREADS_OF_A_PROCESS} and"
                f" {self.fair_share}, or max_connections of PostgreSQL to at least"
                f" {self.max_connections + self.needed - self.usable}"
            )
        least = self.processes * THREADS_OF_A_PROCESS + self.to_control_plane
        return (
            "There are too many processes for the server: set OPENLAAS_WORKERS or OPENLAAS_NODES"
            " lower, or max_connections of PostgreSQL to at least"
            f" {self.max_connections + least - self.usable}"
        )
