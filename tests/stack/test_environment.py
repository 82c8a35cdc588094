"""What each kind of process is told."""

from openlaas.database_urls import connection_parameters, role_password
from openlaas.stack import environment, paths

SERVERS = {
    "DATABASE_URL": "postgresql://openlaas_owner:secret@/postgres?host=%2Frun%2Fs&port=5432",
    "REDIS_URL": "unix:///run/s/valkey.sock?db=0",
    "OPENLAAS_SECRET_KEY": "key",
}


def test_processes_cannot_act_as_the_owner():
    told = environment.for_processes({"HOME": "/h"}, SERVERS)
    assert "DATABASE_URL" not in told
    assert "secret" not in " ".join(told.values())
    control = connection_parameters(told["OPENLAAS_CONTROL_URL"])
    assert control["user"] == control["dbname"] == "openlaas_control"
    assert control["password"] == role_password(secret_key="key", role="openlaas_control")
    assert control["host"] == "/run/s"
    cell = connection_parameters(told["OPENLAAS_CELL_URL"])
    assert cell["user"] == "openlaas_login"
    assert "dbname" not in cell


def test_roles_that_are_named_are_kept():
    named = {"OPENLAAS_CONTROL_URL": "postgresql://control", "OPENLAAS_CELL_URL": "x"}
    told = environment.for_processes(named, SERVERS)
    assert {name: told[name] for name in named} == named


def test_command_finds_the_stack_of_this_folder(var):
    environ: dict[str, str] = {}
    environment.use_local_stack(environ, var=var)
    assert environ == {}
    places = paths.prepare_places(var, announce=print)
    secret = paths.secret_key(places)
    environment.use_local_stack(environ, var=var)
    assert environ["OPENLAAS_SECRET_KEY"] == secret
    assert connection_parameters(environ["DATABASE_URL"])["user"] == "openlaas_owner"


def test_command_that_was_told_of_servers_is_left_alone(var):
    paths.secret_key(paths.prepare_places(var, announce=print))
    environ = {"OPENLAAS_CONTROL_URL": "postgresql://control"}
    environment.use_local_stack(environ, var=var)
    assert list(environ) == ["OPENLAAS_CONTROL_URL"]
