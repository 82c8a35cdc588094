"""PostgreSQL and Valkey as tests and benches start them."""

import psycopg
import pytest
import redis

from openlaas.stack import paths, postgres, processes
from openlaas.stack.errors import AlreadyRunning, DiskFull, StackError
from openlaas.stack.servers import embedded_servers


def test_without_a_folder_everything_is_gone_at_the_end():
    with embedded_servers(small=True, fsync=False, environ={}) as environment:
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            (data,) = connection.execute("SHOW data_directory").fetchone()
            assert connection.info.user == "openlaas_owner"
            assert connection.info.server_version >= 180_000
        assert paths.Path(data).exists()
    assert not paths.Path(data).parent.exists()


def test_second_start_uses_the_data_of_the_first(var):
    with embedded_servers(var, small=True, environ={}) as first:
        with psycopg.connect(first["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 41 + 1 AS answer")
        with redis.Redis.from_url(first["REDIS_URL"]) as client:
            client.set("kept", "42")
    with embedded_servers(var, small=True, environ={}) as second:
        assert second == first
        with psycopg.connect(second["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        with redis.Redis.from_url(second["REDIS_URL"]) as client:
            assert client.get("kept") == b"42"


def test_server_that_is_named_is_not_started(var):
    named = {"DATABASE_URL": "postgresql://somewhere/else", "OPENLAAS_SECRET_KEY": "given"}
    with embedded_servers(var, small=True, environ=named) as environment:
        assert environment["DATABASE_URL"] == named["DATABASE_URL"]
        assert environment["OPENLAAS_SECRET_KEY"] == "given"
        assert not (var / "postgres").exists()
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            assert client.ping()


def test_folder_has_one_holder_and_the_first_is_untouched(var):
    with embedded_servers(var, small=True, fsync=False, environ={}) as environment:
        with pytest.raises(AlreadyRunning, match="already running"):
            embedded_servers(var, small=True, environ={}).__enter__()
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_another_secret_is_refused_by_name(var):
    with embedded_servers(var, small=True, fsync=False, environ={}):
        pass
    with (
        pytest.raises(StackError, match="another secret"),
        embedded_servers(var, small=True, environ={"OPENLAAS_SECRET_KEY": "another"}),
    ):
        pass
    assert not processes.working_in(var / "postgres")


def test_half_made_server_is_made_anew(var):
    places = paths.prepare_places(var, announce=print)
    places.account.make_folder(var / "postgres.new")
    (var / "postgres.new" / "half").touch()
    with embedded_servers(var, small=True, fsync=False, environ={}) as environment:
        psycopg.connect(environment["DATABASE_URL"]).close()
    assert not (var / "postgres.new").exists()


def test_full_disk_is_named_before_anything_is_written(var):
    var.mkdir()
    with pytest.raises(DiskFull, match="MB free"):
        paths.require_free_space(var, megabytes=10**9, purpose="a test")


def test_nobody_else_reads_the_secret_or_enters_the_data(var):
    with embedded_servers(var, small=True, fsync=False, environ={}):
        assert (var / "secret").stat().st_mode & 0o077 == 0
        for folder in ("postgres", "valkey", "socket"):
            assert (var / folder).stat().st_mode & 0o077 == 0, folder


@pytest.mark.parametrize(
    ("memory_megabytes", "buffers"), [(256, "128MB"), (2_000, "500MB"), (64_000, "2048MB")]
)
def test_buffers_follow_the_memory_within_limits(memory_megabytes, buffers):
    settings = postgres.settings_for(memory_megabytes=memory_megabytes, sockets=paths.Path("/s"))
    assert settings["shared_buffers"] == buffers
    assert settings["listen_addresses"] == ""
    assert "fsync" not in settings


def test_setting_may_hold_a_quote():
    assert "search_path = 'it''s'" in postgres.settings_text({"search_path": "it's"})
