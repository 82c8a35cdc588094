"""SQL written by hand that is prepared for each body: statements that go out together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PLACE = re.compile(r"%\(([a-z0-9_]+)\)s")
_SCHEMA = "\0"  # stands for the schema in a template


@dataclass(frozen=True, slots=True)
class Script:
    """Statements that go out together, each prepared for each body.

    Attributes:
        name: its own among all scripts.
        count: how many statements.
        template: what executes them; ``text_for`` puts the schema and the parameters in.
        texts: the statements, with numbered parameters.
    """

    name: str
    count: int
    template: str
    texts: tuple[str, ...]

    def text_for(self, schema: str, literals: Mapping[str, str]) -> str:
        """Return what executes it for a body.

        Args:
            schema: the body's.
            literals: the parameters by name, each as PostgreSQL writes it, quoted and escaped.
        """
        return self.template.replace(_SCHEMA, schema) % literals

    def preparing(self, schema: str) -> str:
        """Return what prepares it for a body."""
        return "".join(
            f'PREPARE "{_prepared_name(self.name, place, schema)}" AS {text}; '
            for place, text in enumerate(self.texts)
        )

    def forgetting(self, schema: str) -> str:
        """Return what takes it back."""
        return "".join(
            f'DEALLOCATE "{_prepared_name(self.name, place, schema)}"; '
            for place in range(self.count)
        )


def _prepared_name(script: str, place: int, schema: str) -> str:
    return f"{script}_{place}_{schema}"


def _numbered(statement: str, names: list[str]) -> str:
    """Return a statement with numbered parameters for its named ones."""
    numbers = {name: f"${number}" for number, name in enumerate(names, start=1)}
    return _PLACE.sub(lambda found: numbers[found[1]], statement).replace("%%", "%")


def script(name: str, sql: str) -> Script:
    """Return a script of statements parted by semicolons, parameters named as ``%(name)s``."""
    statements = [part.strip() for part in sql.split(";") if part.strip()]
    calls, texts = [], []
    for place, statement in enumerate(statements):
        names = list(dict.fromkeys(_PLACE.findall(statement)))
        texts.append(_numbered(statement, names))
        arguments = ", ".join(f"%({name})s" for name in names)
        call = f'EXECUTE "{_prepared_name(name, place, _SCHEMA)}"'
        calls.append(f"{call}({arguments})" if names else call)
    return Script(name=name, count=len(texts), template="; ".join(calls), texts=tuple(texts))


def script_beside(module: str, name: str) -> Script:
    """Return the statements of a file beside a module; the file's name is the script's."""
    path = Path(module).with_name(name)
    lines = (line.split("--")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return script(path.stem, " ".join(line for line in lines if line))
