"""A next release that the product does not have: more migrations, in a folder of a bench or test.

Whoever is told the environment returned here takes them for the books' own.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

_PACKAGE = "next_release"
_SETTINGS = f'''"""The product's settings, with the migrations of this folder after its own."""
from openlaas.settings import *
MIGRATION_MODULES = {{"accounting": "{_PACKAGE}.migrations"}}
'''
_MIGRATIONS = '''"""The product's migrations and those of this folder, as one package."""
import accounting.migrations
__path__ = [*__path__, *accounting.migrations.__path__]
'''
_MIGRATION = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounting", "{after}")]
    {more}
    operations = [migrations.RunSQL({sql!r})]
"""


def last_migration() -> str:
    """Return the name of the product's last migration of the books."""
    folder = Path(str(import_module("accounting").__file__)).parent / "migrations"
    return max(path.stem for path in folder.glob("[0-9]*.py"))


def make_folder(folder: Path) -> Path:
    """Make the folder of a release that says nothing yet; return that of its migrations."""
    migrations = folder / _PACKAGE / "migrations"
    migrations.mkdir(parents=True, exist_ok=True)
    (folder / _PACKAGE / "__init__.py").touch()
    (folder / _PACKAGE / "settings.py").write_text(_SETTINGS, encoding="utf-8")
    (migrations / "__init__.py").write_text(_MIGRATIONS, encoding="utf-8")
    return migrations


def add_migration(folder: Path, name: str, statements: str, *, more: str = "") -> None:
    """Add a migration that says these statements, after the last one that there is.

    Args:
        folder: the release's; it is made at need.
        name: without its number.
        statements: SQL.
        more: a line of Python for the migration's class.
    """
    migrations = make_folder(folder)
    here = (path.stem for path in migrations.glob("[0-9]*.py"))
    after = max(here, default=last_migration())
    text = _MIGRATION.format(after=after, more=more, sql=statements)
    (migrations / f"{int(after[:4]) + 1:04d}_{name}.py").write_text(text, encoding="utf-8")


def environment_of(folder: Path, told: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program of the release in the folder."""
    paths = os.pathsep.join(filter(None, [str(folder), told.get("PYTHONPATH", "")]))
    return {**told, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": f"{_PACKAGE}.settings"}
