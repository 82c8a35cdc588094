"""Which modules make up the `openlaas` command.

A module of commands has `register(app)`, which adds them. It imports Django and our packages only
inside the commands, so that `openlaas --help` is quick and `openlaas up` needs no settings.
"""

import os

import typer

from openlaas.cli import (
    admission,
    bench,
    bench_fleet,
    bench_servers,
    bodies,
    dashboards,
    demo,
    doctor,
    export,
    fleet,
    fleet_releases,
    load,
    master,
    nodes,
    officers,
    prepare,
    prove,
    provisioning,
    restore,
    rollups,
    rules,
    up,
    verify,
    waits,
)
from openlaas.stack import environment

# In the order of `openlaas --help`.
MODULES = (
    up,
    nodes,
    prepare,
    fleet,
    provisioning,
    fleet_releases,
    bodies,
    admission,
    doctor,
    demo,
    officers,
    verify,
    rollups,
    master,
    rules,
    export,
    restore,
    bench,
    bench_fleet,
    bench_servers,
    load,
    waits,
    dashboards,
    prove,
)
_FIND_THEIR_OWN_SERVERS = {
    *("up", "doctor", "bench", "dashboards", "load", "nodes", "prove", "rules", "waits"),
}


def register(app: typer.Typer) -> None:
    """Add every command; those that need servers find the ones of `make run` by themselves."""
    app.callback()(_point_at_local_stack)
    for module in MODULES:
        module.register(app)


def _point_at_local_stack(context: typer.Context) -> None:
    """OpenLAAS: the accounts of every Thai local body."""
    if context.invoked_subcommand not in _FIND_THEIR_OWN_SERVERS:
        environment.use_local_stack(os.environ)
