"""What a bench leaves behind: figures, ratios, and where they were taken."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openlaas.stack import paths, servers


def commit_name() -> str:
    """Return the checkout's commit, with `-dirty` when files differ from it."""
    command = ("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=paths.REPOSITORY, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # installed from an archive
    return done.stdout.strip()


def machine_facts() -> dict[str, Any]:
    """Return how large this machine is, and which processor it has."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gb": round(servers.memory_megabytes() / 1024, 1),
        "cpu": _processor(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One bench of one commit on one machine; its JSON has these keys.

    `figures` and `ratios` are medians over the rounds; a ratio is taken within each round first,
    so that a slow minute of the machine spoils neither side alone. `dataset` says what was done
    and how much the samples scattered.
    """

    name: str
    dataset: dict[str, Any]
    figures: dict[str, float]
    ratios: dict[str, float] = field(default_factory=dict)
    commit: str = field(default_factory=commit_name)
    machine: dict[str, Any] = field(default_factory=machine_facts)

    def write(self, folder: Path) -> Path:
        """Write `<name>.json` into the folder; return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        return path


def bench_folder() -> Path:
    """Return where the reports are written."""
    return Path(os.environ.get("OPENLAAS_BUILD") or paths.REPOSITORY / "build") / "bench"
