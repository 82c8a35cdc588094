"""The ordinary operating-system account that PostgreSQL and Valkey run as."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openlaas.stack.errors import StackError


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of this machine. `is_other` tells that it is not the one we run as."""

    uid: int
    gid: int
    name: str
    is_other: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Return what `subprocess` needs to start a program as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Tell whether this account may enter (a folder) or run (a program) `path`."""
        if not self.is_other:
            return os.access(path, os.X_OK)
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        try:
            return (
                subprocess.run(test, cwd="/", check=False, **self.popen_arguments()).returncode == 0
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StackError(
                "PostgreSQL refuses to run as root, and this system does not let root become"
                f" {self.name!r} ({error}). Start as an ordinary user."
            ) from error

    def make_folder(self, path: Path) -> None:
        """Create a folder that only this account (and root) may enter, or check one that is there.

        Raises:
            StackError: it is there and belongs to somebody else, or is a link.
        """
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            status = path.lstat()
            if (
                path.is_symlink()
                or not path.is_dir()
                or status.st_uid not in {self.uid, os.geteuid()}
            ):
                raise StackError(
                    f"{path} belongs to {account_name(status.st_uid)!r}, and the servers run as"
                    f" {self.name!r}. Start as that user, or choose another folder with"
                    " OPENLAAS_VAR."
                ) from None
        except OSError as error:
            raise StackError(f"Cannot create {path}: {error.strerror}.") from error
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def write_file(self, path: Path, text: str) -> None:
        """Write a file that only this account (and root) may read; whole or not at all.

        Root follows no link that the account may have laid there.
        """
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            if self.is_other:
                os.fchown(descriptor, self.uid, self.gid)
        unfinished.rename(path)


def server_account(*, data: Path, checkout: Path) -> Account:
    """Choose the account for servers whose files are, or will be, in `data`.

    An ordinary user runs them as themself. Root keeps to the owner of the data, so that a second
    start finds what the first one made; otherwise takes the owner of `checkout`, so that a folder
    mounted into a container stays its owner's; otherwise `nobody`.
    """
    if os.geteuid() != 0:
        uid = os.geteuid()
        return Account(uid=uid, gid=os.getegid(), name=account_name(uid), is_other=False)
    for folder in (data, checkout):
        if folder.exists():
            try:
                owner = pwd.getpwuid(folder.stat().st_uid)
            except KeyError:  # initdb refuses an account without a name
                continue
            if owner.pw_uid != 0:
                return _as_account(owner)
    try:
        return _as_account(pwd.getpwnam("nobody"))
    except KeyError:
        raise StackError(
            "PostgreSQL refuses to run as root, and this system has no user 'nobody'."
            " Start as an ordinary user."
        ) from None


def account_name(uid: int) -> str:
    """Return the account's name, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _as_account(entry: pwd.struct_passwd) -> Account:
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, is_other=True)
