"""A next release that a product does not have: more migrations, in a folder of a bench or test.

Whoever is told the environment returned here takes them for the product's own.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = "next_release"
_SETTINGS = '''"""The product's settings, with the migrations of this folder after its own."""
from {settings} import *
MIGRATION_MODULES = {{"{app}": "{package}.migrations"}}
'''
_MIGRATIONS = '''"""The product's migrations and those of this folder, as one package."""
import {module} as own
__path__ = [*__path__, *own.__path__]
'''
_MIGRATION = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("{app}", "{after}")]
    {more}
    operations = [migrations.RunSQL({sql!r})]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Whose next release it is: the app that is migrated, and the product's settings."""

    app: str
    module: str
    settings: str

    def last_migration(self) -> str:
        """Return the name of the product's own last migration."""
        found = find_spec(self.module)
        assert found is not None
        assert found.origin is not None
        return max(path.stem for path in Path(found.origin).parent.glob("[0-9]*.py"))


OPENLAAS = Product(app="accounting", module="accounting.migrations", settings="openlaas.settings")
_PEER = "loadtests.peers.plain_django_tenants"
PEER = Product(app="ledger", module=f"{_PEER}.ledger.migrations", settings=f"{_PEER}.settings")


def make_folder(folder: Path, product: Product = OPENLAAS) -> Path:
    """Make the folder of a release that says nothing yet; return that of its migrations."""
    migrations = folder / _PACKAGE / "migrations"
    migrations.mkdir(parents=True, exist_ok=True)
    (folder / _PACKAGE / "__init__.py").touch()
    settings = _SETTINGS.format(settings=product.settings, app=product.app, package=_PACKAGE)
    (folder / _PACKAGE / "settings.py").write_text(settings, encoding="utf-8")
    text = _MIGRATIONS.format(module=product.module)
    (migrations / "__init__.py").write_text(text, encoding="utf-8")
    return migrations


def add_migration(
    folder: Path, name: str, statements: str, *, more: str = "", product: Product = OPENLAAS
) -> None:
    """Add a migration that says these statements, after the last one that there is.

    Args:
        folder: the release's; it is made at need.
        name: without its number.
        statements: SQL.
        more: a line of Python for the migration's class.
        product: whose release it is.
    """
    migrations = make_folder(folder, product)
    here = (path.stem for path in migrations.glob("[0-9]*.py"))
    after = max(here, default=product.last_migration())
    text = _MIGRATION.format(app=product.app, after=after, more=more, sql=statements)
    (migrations / f"{int(after[:4]) + 1:04d}_{name}.py").write_text(text, encoding="utf-8")


def environment_of(folder: Path, told: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program of the release in the folder."""
    paths = os.pathsep.join(filter(None, [str(folder), told.get("PYTHONPATH", "")]))
    return {**told, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": f"{_PACKAGE}.settings"}
