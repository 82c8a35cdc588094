"""Where the embedded stack keeps its files, and who may read them."""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openlaas.stack.account import Account, server_account
from openlaas.stack.errors import DiskFull, StackError

REPOSITORY = Path(__file__).resolve().parents[3]
# macOS takes 104 bytes for the address of a Unix socket, Linux 108; the end of it is ours.
_LONGEST_SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432.lock")
_SYSTEM_FOLDER = Path("/var/lib/openlaas")
# Not $TMPDIR, which differs from one terminal to the next. Owner and mode are checked.
_SHORT_FOLDER = Path("/tmp")  # noqa: S108

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one stack.

    `var` holds the secret, logs, locks and process numbers, and belongs to who starts the stack.
    `servers` holds what the account of the servers must reach: mostly `var` too. `sockets` is
    short enough for the address of a Unix socket.
    """

    var: Path
    servers: Path
    sockets: Path
    account: Account

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.servers / "postgres"

    @property
    def valkey_data(self) -> Path:
        """The folder of Valkey's append-only file."""
        return self.servers / "valkey"

    @property
    def run(self) -> Path:
        """Locks and the numbers of running processes."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        """One log for each child."""
        return self.var / "log"

    @property
    def secret_file(self) -> Path:
        """The deployment's secret, made at the first start."""
        return self.var / "secret"


def var_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder chosen, else OPENLAAS_VAR's, else `var` in the repository."""
    folder = chosen or os.environ.get("OPENLAAS_VAR") or REPOSITORY / "var"
    return Path(folder).expanduser().resolve()


def socket_folder(servers: Path) -> Path:
    """Return where the servers have their sockets: with their files, or shorter if that is long."""
    inside = servers / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER_BYTES:
        return inside
    return _SHORT_FOLDER / f"openlaas-{folder_mark(servers)}"


def folder_mark(folder: Path) -> str:
    """Return a short name that stands for the folder and is the same at every start."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def prepare_places(var: Path, *, announce: Announce) -> Places:
    """Create the folders, choose the servers' account and a place that it can reach.

    Root's servers run as another account. Where that account cannot enter `var` (a checkout in
    root's own home), the servers' files stand under /var/lib/openlaas, and `var/servers-are-in`
    tells so from then on.

    Raises:
        StackError: a folder cannot be made or belongs to somebody else.
    """
    _make_own_folder(var, var=var)
    moved_to = var / "servers-are-in"
    servers = Path(moved_to.read_text().strip()) if moved_to.exists() else var
    account = server_account(data=servers / "postgres", checkout=var.parent)
    if servers == var and not account.can_reach(var):
        servers = _SYSTEM_FOLDER / folder_mark(var)
        _set_aside(servers, announce=announce)
        moved_to.write_text(f"{servers}\n", encoding="utf-8")
        announce(f"User {account.name!r} cannot enter {var}: the servers' files are in {servers}")
    if servers != var:
        _make_system_folder(servers)
    places = Places(var=var, servers=servers, sockets=socket_folder(servers), account=account)
    for folder in (places.run, places.log):
        _make_own_folder(folder, var=var)
        folder.chmod(0o700)  # logs may hold sign-in links and people's names
    for folder in (places.valkey_data, places.sockets):
        account.make_folder(folder)
    if places.sockets.parent != servers:
        announce(f"{var} is too long a name for a socket: the sockets are in {places.sockets}")
    return places


def known_places(var: Path) -> Places | None:
    """Return the places of a stack that has been started before, changing nothing."""
    moved_to = var / "servers-are-in"
    try:
        servers = Path(moved_to.read_text().strip()) if moved_to.exists() else var
        if not (var / "secret").exists():
            return None
    except OSError:
        return None
    account = server_account(data=servers / "postgres", checkout=var.parent)
    return Places(var=var, servers=servers, sockets=socket_folder(servers), account=account)


def secret_key(places: Places) -> str:
    """Return the secret of this folder, made at the first call; nobody else may read it."""
    file = places.secret_file
    if not file.exists():
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
            stream.flush()
            os.fsync(stream.fileno())
        give_to_checkout_owner(new, var=places.var)
        new.rename(file)  # whole or not at all, whenever we are killed
    secret = file.read_text(encoding="utf-8").strip()
    if not secret:
        raise StackError(f"{file} is empty. Put the secret back, or set OPENLAAS_SECRET_KEY.")
    return secret


def give_to_checkout_owner(path: Path, *, var: Path) -> None:
    """Give what root writes to the owner of the checkout, so that they can start it later."""
    if os.geteuid() == 0:
        os.chown(path, var.parent.stat().st_uid, -1, follow_symlinks=False)


def require_free_space(folder: Path, *, megabytes: int, purpose: str) -> None:
    """Refuse to go on when the disk of `folder` has less room than the purpose needs.

    Raises:
        DiskFull: it has less.
    """
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise DiskFull(
            f"The disk of {folder} has {free} MB free; {purpose} needs {megabytes} MB."
            " Nothing was lost. Make room, or choose another folder with OPENLAAS_VAR."
        )


def _make_own_folder(folder: Path, *, var: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True)
        # Root's servers run as another account, which must pass through to its own folders.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        give_to_checkout_owner(folder, var=var)
    except OSError as error:
        raise StackError(
            f"Cannot create {folder}: {error.strerror}. Choose another folder with OPENLAAS_VAR."
        ) from error


def _make_system_folder(servers: Path) -> None:
    try:
        servers.mkdir(parents=True, exist_ok=True)
        for folder in (servers.parent, servers):
            folder.chmod(0o711)
    except OSError as error:
        raise StackError(f"Cannot create {servers}: {error.strerror}.") from error


def _set_aside(servers: Path, *, announce: Announce) -> None:
    # The var folder was deleted and made anew: its servers start afresh, but no books are lost.
    if servers.exists():
        kept = servers.with_name(f"{servers.name}.{time.strftime('%Y%m%d-%H%M%S')}")
        servers.rename(kept)
        announce(f"An earlier folder of the same name left servers' files: kept in {kept}")
