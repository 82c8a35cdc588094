"""What must be done once before the app can serve: schemas, static files, the demonstration."""

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from openlaas.stack import paths, processes
from openlaas.stack.children import Child, Program
from openlaas.stack.environment import DATABASE
from openlaas.stack.errors import DiskFull, StackError
from openlaas.stack.paths import Announce, Places

_STATIC_FOLDERS = ("platform/portal/static", "api/static")
_STATIC_PACKAGES = (
    "django",
    "django-htmx",
    "djangorestframework",
    "drf-spectacular-sidecar",
    "whitenoise",
)
_LONGEST_STEP_SECONDS = 3_600


def openlaas_command(*words: str) -> tuple[str, ...]:
    """Return the command line of our own `openlaas`, whichever way it was installed."""
    return (sys.executable, "-m", "openlaas.cli", *words)


def run_step(
    places: Places,
    *,
    name: str,
    command: tuple[str, ...],
    environment: Mapping[str, str],
    announce: Announce,
    prefix: str | None = None,
) -> None:
    """Run a command to its end, showing what it writes behind its name or the prefix given.

    Its log is kept like any child's.

    Raises:
        StackError: it failed; the message has its last lines.
    """
    step = Child(
        Program(name=name, command=command, environment=environment, folder=paths.REPOSITORY),
        places,
    )
    step.end_leftover()
    step.start()

    def is_over() -> bool:
        is_running = step.is_running()
        for line in step.new_lines():
            announce(f"{name} | {line}" if prefix is None else f"{prefix}{line}")
        return not is_running

    try:
        processes.wait_until(is_over, seconds=_LONGEST_STEP_SECONDS)
        if step.exit_code() != 0:
            raise step_failure(step)
    finally:
        step.stop()


def step_failure(step: Child) -> StackError:
    """Return what to say of a step that failed, whose output has been shown already."""
    death = step.death()
    if isinstance(death, DiskFull):
        return death
    return StackError(
        f"the step {step.program.name!r} failed (exit code {step.exit_code()}). What it said is"
        f" above and in {step.log}"
    )


def prepare(places: Places, *, environment: Mapping[str, str], announce: Announce) -> None:
    """Bring the control plane, the cells and the template to this release; quick when they are."""
    announce("Preparing the control plane and the cells")
    run_step(
        places,
        name="prepare",
        command=openlaas_command("prepare"),
        environment=environment,
        announce=announce,
    )


def make_demonstration(
    places: Places, *, environment: Mapping[str, str], announce: Announce
) -> None:
    """Provision the demonstration province and its books, once for each database server."""
    done = places.var / "demo-done"
    server = hashlib.sha256(environment[DATABASE].encode()).hexdigest()
    if done.exists() and done.read_text(encoding="ascii").strip() == server:
        return
    announce("Making the demonstration: a province with its bodies, officers and books")
    run_step(
        places,
        name="demo",
        command=openlaas_command("demo"),
        environment=environment,
        announce=announce,
    )
    done.write_text(f"{server}\n", encoding="ascii")
    paths.give_to_checkout_owner(done, var=places.var)


def collect_static_files(
    places: Places, *, environment: Mapping[str, str], announce: Announce
) -> None:
    """Gather and compress the static files, unless the ones gathered are of this release."""
    build = Path(environment.get("OPENLAAS_BUILD") or paths.REPOSITORY / "build")
    stamp, wanted = build / "static-files-of", _static_release()
    if (build / "static").is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return
    announce("Gathering static files")
    run_step(
        places,
        name="static",
        command=(sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"),
        environment=environment,
        announce=announce,
    )
    stamp.write_text(wanted, encoding="ascii")


def show_links(
    places: Places, *, url: str, environment: Mapping[str, str], announce: Announce
) -> None:
    """Show sign-in links of the demonstration's officers, each good for one use."""
    announce("Sign in as, by a link that is good for one use:")
    try:
        run_step(
            places,
            name="links",
            command=openlaas_command("demo", "links"),
            environment={**environment, "OPENLAAS_URL": url.rstrip("/")},
            announce=announce,
            prefix="  ",
        )
    except StackError as error:
        announce(f"No sign-in links: {error}")
    finally:
        (places.log / "links.log").unlink(missing_ok=True)  # whoever reads it may sign in


def _static_release() -> str:
    packages = (f"{name} {importlib.metadata.version(name)}" for name in _STATIC_PACKAGES)
    return hashlib.sha256("\n".join([*packages, *_static_sources()]).encode()).hexdigest()


def _static_sources() -> Iterator[str]:
    for folder in _STATIC_FOLDERS:
        for path in sorted((paths.REPOSITORY / folder).rglob("*")):
            status = path.stat()
            yield f"{os.fspath(path)} {status.st_size} {status.st_mtime_ns}"
