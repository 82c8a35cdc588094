"""Where the files go: long names, and folders that the servers' account cannot enter."""

import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from openlaas.stack import paths
from openlaas.stack.servers import embedded_servers

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another user")


def test_long_name_gets_a_short_folder_for_its_sockets(var):
    long = var / ("a" * 60) / ("b" * 60)
    said: list[str] = []
    try:
        with embedded_servers(
            long, small=True, fsync=False, environ={}, announce=said.append
        ) as environment:
            psycopg.connect(environment["DATABASE_URL"]).close()
    finally:
        shutil.rmtree(paths.socket_folder(long), ignore_errors=True)
    assert any("too long" in line for line in said)


def test_name_with_odd_letters_works(var):
    odd = var.with_name("บัญชี it's 100%")
    with embedded_servers(odd, small=True, fsync=False, environ={}) as environment:
        psycopg.connect(environment["DATABASE_URL"]).close()


@needs_root
def test_folder_that_only_root_enters_has_its_servers_elsewhere():
    said: list[str] = []
    with tempfile.TemporaryDirectory() as name:  # mode 0700
        var = Path(name) / "var"
        with embedded_servers(var, small=True, environ={}, announce=said.append) as first:
            with psycopg.connect(first["DATABASE_URL"]) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
            servers = Path((var / "servers-are-in").read_text().strip())
        try:
            with (
                embedded_servers(var, small=True, environ={}) as second,
                psycopg.connect(second["DATABASE_URL"]) as connection,
            ):
                assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
        finally:
            shutil.rmtree(servers)
    assert any(str(servers) in line for line in said)


@needs_root
def test_books_of_a_deleted_folder_are_set_aside_and_not_thrown_away():
    said: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        var = Path(name) / "var"
        servers = paths.prepare_places(var, announce=said.append).servers
        (servers / "postgres").mkdir()
        shutil.rmtree(var)
        try:
            assert paths.prepare_places(var, announce=said.append).servers == servers
            (kept,) = servers.parent.glob(f"{servers.name}.*")
            assert (kept / "postgres").is_dir()
            assert any(str(kept) in line for line in said)
        finally:
            for folder in servers.parent.glob(f"{servers.name}*"):
                shutil.rmtree(folder)
