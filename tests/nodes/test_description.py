"""infra/nodes.toml and what may stand in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from openlaas.nodes import description as descriptions
from openlaas.nodes import elsewhere, haproxy
from openlaas.nodes.configuration import configuration
from openlaas.nodes.description import BadDescription, Node
from openlaas.stack.errors import StackError

OURS = descriptions.FILE.read_text(encoding="utf-8")
ONE_MACHINE = OURS[OURS.index("[machines.app1]") :]
THREE_MACHINES = """
[machines.app1]
address = "10.0.0.11"
first_port = 8001
web = 6
[machines.app2]
address = "fd00::12"
first_port = 8001
web = 6
reports = 1
[machines.papers]
address = "localhost"
first_port = 9001
reports = 2
imports = 1
"""


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = OURS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "nodes.toml"
    file.write_text(text, encoding="utf-8")
    return file


def openlaas_nodes(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openlaas.cli", "nodes", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ((ONE_MACHINE, THREE_MACHINES),),
        (("hosts = []", 'hosts = ["a.go.th", "b.go.th"]'),),
        (("trusted_proxies = []", 'trusted_proxies = ["10.1.0.0/16", "fd00::/8"]'),),
        (
            ('account = "haproxy"', 'account = ""'),
            ("logs_everything = true", "logs_everything = false"),
        ),
        (
            ("body_requests = 300", "body_requests = 0"),
            ("body_at_once = 12", "body_at_once = 0"),
            ("body_heavy_at_once = 3", "body_heavy_at_once = 0"),
            ("address_requests = 3000", "address_requests = 0"),
        ),
    ],
    ids=["ours", "three machines", "hosts", "trusted", "account", "no limits"],
)
def test_haproxy_takes_what_is_made_of_a_description(tmp_path, changes):
    described = descriptions.read(written(tmp_path, *changes))
    file = tmp_path / "haproxy.cfg"
    file.write_text(configuration(described), encoding="utf-8")
    assert haproxy.complaints(file) == ""


def test_haproxy_takes_a_certificate(tmp_path):
    pem = tmp_path / "own.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 1"
    made = subprocess.run(
        [*command.split(), "-keyout", "-", "-out", "-"], capture_output=True, check=True
    )
    pem.write_bytes(made.stdout)
    file = written(tmp_path, ("https = []", 'https = ["*:443"]'), ('ate = ""', f'ate = "{pem}"'))
    done = openlaas_nodes("config", "--check", "--description", file)
    assert done.returncode == 0, done.stderr
    assert "redirect scheme https" in done.stdout


def test_each_kind_of_a_machine_has_ports_of_its_own(tmp_path):
    described = descriptions.read(written(tmp_path, (ONE_MACHINE, THREE_MACHINES)))
    places = {node.name: (node.address, node.port) for node in described.nodes}
    assert places["app1-web-6"] == ("10.0.0.11", 8006)
    assert places["app2-reports-1"] == ("fd00::12", 8101)
    assert places["papers-imports-1"] == ("localhost", 9201)
    assert len(described.nodes_of("reports")) == 3
    assert "server app2-web-1 [fd00::12]:8001 id " in configuration(described)


def test_a_process_that_serves_two_pools_has_its_threads_once():
    side = Node(name="a-side-1", kind="side", address="127.0.0.1", port=1)
    assert sum(side.threads.values()) == 4
    assert sum(Node(name="a", kind="web", address="a", port=1).threads.values()) == 4


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    file = written(
        tmp_path,
        ('http = ["*:80"] ', "http = []"),
        ("connections = 20000 ", "connections = 7"),
        ("body_at_once = 12 ", 'body_at_once = "many"'),
        ("request = 10 ", "reqest = 10"),
        ('log = "/dev/log"', "log = '''a\nstats socket /tmp/x'''"),
        ("trusted_proxies = [] ", 'trusted_proxies = ["10.0.0.1/8"]'),
        ("posting = -10", ""),
        ('metrics = "127.0.0.1:8404"', 'metrics = "127.0.0.1"'),
        ("side = 1", "imports = 1"),
    )
    with pytest.raises(BadDescription) as refused:
        descriptions.read(file)
    told = str(refused.value).splitlines()[1:]
    for start in (
        "entrance: it listens nowhere",
        "entrance.connections: 7 is not between 100 and",
        "limits.body_at_once: 'many' is no whole number",
        "times.request: it is missing",
        "times.reqest: nothing here has that name",
        "entrance.log: ",
        "entrance.trusted_proxies: 10.0.0.1/8 has host bits set",
        "priorities.posting: it is missing",
        "entrance.metrics: '127.0.0.1' needs a port",
        "machines: no process serves reports",
    ):
        assert any(line.strip().startswith(start) for line in told), start
    assert len(told) == 10, told


def test_two_processes_at_one_place_are_refused(tmp_path):
    twice = ONE_MACHINE + ONE_MACHINE.replace("app1", "app2")
    with pytest.raises(BadDescription, match=r"two processes at 127.0.0.1:8001"):
        descriptions.read(written(tmp_path, (ONE_MACHINE, twice)))


def test_a_configuration_that_haproxy_refuses_is_not_written(tmp_path):
    out = tmp_path / "haproxy.cfg"
    file = written(tmp_path, ('account = "haproxy"', 'account = "nobody-of-that-name"'))
    done = openlaas_nodes("config", "--description", file, "--out", out)
    assert done.returncode == 1
    assert "nobody-of-that-name" in done.stderr
    assert not out.exists()
    good = openlaas_nodes("config", "--description", written(tmp_path), "--out", out)
    assert good.returncode == 0, good.stderr
    assert haproxy.complaints(out) == ""


def test_an_operator_elsewhere_is_told_what_to_do(tmp_path):
    described = descriptions.read(written(tmp_path, (ONE_MACHINE, THREE_MACHINES)))
    lines = list(elsewhere.steps("roll", "", described, file=Path("n.toml")))
    with pytest.raises(StackError, match="Remove app1-web-6 instead"):
        list(elsewhere.steps("remove", "app1-web-2", described, file=Path("n.toml")))
    removed = list(elsewhere.steps("remove", "app1-web-6", described, file=Path("n.toml")))
    assert removed[-1] == "ssh 10.0.0.11 systemctl disable --now openlaas@8006"
    assert lines[0] == "openlaas nodes drain app1-web-1 --socket /run/haproxy/openlaas.sock"
    assert len(lines) == 4 * len(described.nodes)
