"""The description as haproxy.cfg: text from values, nothing else."""

import json
from collections.abc import Iterator

from openlaas.nodes import answers, rules
from openlaas.nodes.description import IMPORTS, POOLS, REPORTS, WEB, Description, Node, Pool

METRICS_PATH = "/metrics"
_BUFFER_BYTES = 32 * 1024  # a request is waited for until it is whole, or fills one of these
_STATIC_MEGABYTES = 64
_LOGGED = (
    "at=%[date(0,ms)] id=%[var(txn.id)] client=%ci class=%[var(txn.class)] method=%HM"
    " path=%[var(txn.logged)] status=%ST bytes=%B pool=%b node=%s queue_ms=%Tw read_ms=%TR"
    " connect_ms=%Tc answer_ms=%Tr all_ms=%Ta ended=%tsc in_flight=%sc retries=%rc"
    " before_in_queue=%sq"
)


def configuration(description: Description) -> str:
    """Return HAProxy's configuration."""
    parts = (
        _global(description),
        _defaults(description),
        _metrics(description),
        _entrance(description),
        *(_pool(description, name) for name in POOLS),
        _tables(description),
    )
    return "\n".join("\n".join(part) + "\n" for part in parts)


def server_words(description: Description, node: Node, pool: str) -> str:
    """Return what is said of a server after its name, in the file and at run time alike.

    An idle connection is closed after a second or two, long before granian would close it after
    thirty: so a request is hardly ever sent on a connection that is just ending. Three connections
    that cannot be made say that the process is away, sooner than its health checks would.
    """
    return (
        f"{_bracketed(node.address)}:{node.port} id {node.number} maxconn {node.threads[pool]}"
        " check inter 1s fastinter 500ms fall 3 rise 1 pool-purge-delay 1s"
        " observe layer4 error-limit 3 on-error mark-down"
    )


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _global(description: Description) -> Iterator[str]:
    entrance = description.entrance
    yield "# Made by `openlaas nodes config` from its description: change that, not this."
    yield "global"
    yield f"    log {entrance.log}{' format raw' if entrance.log == 'stdout' else ''} local0"
    yield f"    stats socket {entrance.socket} mode 660 level admin expose-fd listeners"
    yield "    stats timeout 10s"
    yield f"    maxconn {entrance.connections}"
    if entrance.account:
        yield f"    user {entrance.account}"
        yield f"    group {entrance.account}"
    yield "    hard-stop-after 30s"
    yield f"    tune.bufsize {_BUFFER_BYTES}"
    yield "    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets"
    for name, answer in (("busy", answers.BUSY), ("unknown", answers.UNKNOWN)):
        yield f"    set-var-fmt proc.{name}_page '{answer.page}'"
    yield ""
    yield "cache static"
    yield f"    total-max-size {_STATIC_MEGABYTES}"
    yield f"    max-object-size {2 * 2**20}"
    yield "    max-age 3600"
    yield "    process-vary on"


def _defaults(description: Description) -> Iterator[str]:
    times = description.times
    yield "defaults"
    yield "    mode http"
    yield "    log global"
    yield "    option dontlognull"
    if not description.entrance.logs_everything:
        yield "    option dontlog-normal"
    yield f"    timeout connect {times.connect}s"
    yield f"    timeout client {times.client}s"
    yield f"    timeout http-request {times.request}s"
    yield f"    timeout http-keep-alive {times.keep_alive}s"
    yield f"    timeout check {times.check}s"
    yield f"    timeout server {max(p.answer_seconds for p in description.pools.values())}s"
    yield "    # No thread is taken before the request has come, however slowly it comes."
    yield "    option http-buffer-request"
    yield "    # Who has gone away leaves the queue."
    yield "    option abortonclose"
    yield "    # Sent once more only where it cannot have arrived: there was no connection. Who"
    yield "    # reads is sent on after a process died, too; see disable-l7-retry."
    yield "    retries 3"
    yield "    option redispatch 1"
    yield "    retry-on conn-failure empty-response"
    yield "    http-reuse safe"
    for answer, name in (
        (answers.BUSY, "busy"),
        (answers.UNKNOWN, "unknown"),
        (answers.LATE, "unknown"),
    ):
        yield (
            f"    http-error status {answer.status} content-type 'text/html; charset=utf-8'"
            f" lf-string '%[var(txn.{name})]' hdr Retry-After '{answer.retry_after}'"
            " hdr Cache-Control no-store"
        )


def _metrics(description: Description) -> Iterator[str]:
    yield "frontend metrics"
    yield f"    bind {description.entrance.metrics}"
    yield "    option dontlog-normal"
    yield f"    http-request use-service prometheus-exporter if {{ path {METRICS_PATH} }}"
    yield "    stats enable"
    yield "    stats uri /"
    yield "    stats refresh 5s"


def _entrance(description: Description) -> Iterator[str]:
    entrance = description.entrance
    yield "frontend entrance"
    for address in entrance.http:
        yield f"    bind {address}"
    for address in entrance.https:
        yield f"    bind {address} ssl crt {entrance.certificate} alpn h2,http/1.1"
    yield f"    log-format {json.dumps(_LOGGED)}"
    yield from _indented(rules.of_the_entrance(description))
    for pool in (REPORTS, IMPORTS):
        yield f"    use_backend {pool} if {{ var(txn.pool) -m str {pool} }}"
    yield f"    default_backend {WEB}"


def _pool(description: Description, name: str) -> Iterator[str]:
    pool: Pool = description.pools[name]
    yield f"backend {name}"
    yield "    balance hash var(txn.key)"
    yield "    hash-type consistent crc32 avalanche"
    yield f"    hash-balance-factor {pool.balance_percent}"
    yield f"    timeout queue {pool.queue_seconds}s"
    yield f"    timeout server {pool.answer_seconds}s"
    yield "    option httpchk"
    yield (
        "    http-check send meth GET uri /healthz ver HTTP/1.1"
        f" hdr Host {description.entrance.check_host}"
    )
    yield "    http-check expect status 200"
    yield "    http-response set-header X-OpenLAAS-Node %s"
    for node in description.nodes_of(name):
        yield f"    server {node.name} {server_words(description, node, name)}"


def _tables(description: Description) -> Iterator[str]:
    table = "stick-table type string len 16 size 64k expire 60s store"
    yield "# What each body and each address has asked, counted by the entrance."
    yield "backend per_body"
    yield f"    {table} http_req_rate(10s),conn_cur"
    yield "backend per_body_heavy"
    yield f"    {table} conn_cur"
    yield "backend per_address"
    yield "    stick-table type ipv6 size 64k expire 60s store http_req_rate(10s)"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
