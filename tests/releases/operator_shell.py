"""An operator's shell for tests: each command is a process of its own, forked once Django is up.

Reads `["run", words, output]` or `["begin", words, output]`, a line of JSON each; answers with the
process's number, and for `run` with its exit code on the next line. Starting Python and Django anew
for each of fifty commands would take most of the tests' time.
"""

import json
import os
import sys

import django


def main() -> None:
    django.setup()
    from openlaas.cli import commands  # noqa: F401 - imported once, for all

    for line in sys.stdin:
        kind, words, output = json.loads(line)
        number = os.fork()
        if number == 0:
            run(words, output)
        print(number, flush=True)  # noqa: T201 - what it answers
        if kind == "run":
            _, status = os.waitpid(number, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def run(words: list[str], output: str) -> None:
    from openlaas.cli import main as command

    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(f"{output}.{name}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["openlaas", *words]
    code = 1
    try:
        command()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001 - told as Python itself would
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
