"""Sends the API 50,000 requests made from its OpenAPI document, and tells what it answered.

    make prove-api                        50,000, over every operation and role
    python tests/prove_api.py 5000        as many as that
    python tests/prove_api.py 5000 7      with another seed

It fails on any answer of 5xx, and on any that is not as the document says: see
tests/api/test_contract.py.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "build" / "test" / "contract.json"
SERVER_ERROR = 500


def main() -> int:
    """Run the test at the size asked for; print the tally; return the exit status."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.unlink(missing_ok=True)
    began = time.monotonic()
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "tests/api/test_contract.py"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "OPENLAAS_CONTRACT_REQUESTS": str(wanted),
            "OPENLAAS_CONTRACT_SEED": sys.argv[2] if len(sys.argv) > 2 else "2569",
            "OPENLAAS_CONTRACT_REPORT": str(DOCUMENT),
        },
        check=False,
    ).returncode
    if not DOCUMENT.exists():
        print("No request was sent.")
        return status or 1
    sent, errors = tell(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    print(f"{sent:,} requests in {time.monotonic() - began:,.0f} s, {errors} answers of 5xx")
    verdict = "every answer is as the document says" if status == 0 else "see the failures above"
    print(f"{verdict}; counts in {DOCUMENT.relative_to(REPOSITORY)}")
    if sent < wanted:
        print(f"Fewer than the {wanted:,} asked for: some operations have no more to vary.")
    return status or int(errors > 0)


def tell(rows: list[tuple[str, str, int, int]]) -> tuple[int, int]:
    """Print answers by operation, role and status; return how many, and how many were 5xx."""
    by_operation: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    total: Counter[int] = Counter()
    for operation, role, status, count in rows:
        by_operation[operation][role][status] += count
        total[status] += count
    for operation, roles in by_operation.items():
        print(operation)
        for role, counted in roles.items():
            print(f"    {role:<13} {_line(counted)}")
    print(f"in all {' ' * 10} {_line(total)}")
    return total.total(), sum(n for status, n in total.items() if status >= SERVER_ERROR)


def _line(counted: Counter[int]) -> str:
    return "  ".join(f"{status}: {count:,}" for status, count in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
