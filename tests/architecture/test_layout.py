"""Where things are, and what they are called: rules that no linter has."""

import ast
import importlib
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOTS = {
    "accounting": REPOSITORY,
    "api": REPOSITORY,
    "loadtests": REPOSITORY,
    "tenants": REPOSITORY,
    "jobs": REPOSITORY / "platform",
    "openlaas": REPOSITORY / "platform",
    "papers": REPOSITORY / "platform",
    "portal": REPOSITORY / "platform",
    "thai": REPOSITORY / "platform",
}
FUNCTION_LINES, MODULE_LINES = 50, 400
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "services", "signals", "misc"}


def files_of_the_project() -> list[Path]:
    """Every file that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [path for name in listed if name and (path := REPOSITORY / name).is_file()]


FILES = files_of_the_project()
PRODUCT = [
    path
    for path in FILES
    if path.suffix == ".py"
    and not path.is_relative_to(REPOSITORY / "tests")
    and "migrations" not in path.parts
]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PRODUCT}


def told(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def nodes(kind: type[ast.AST] | tuple[type[ast.AST], ...]):
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield path, node


def test_there_is_something_to_look_at():
    assert len(PRODUCT) > 80
    assert {told(path).split("/")[0] for path in PRODUCT} >= {"accounting", "api", "tenants"}


# --- packages ------------------------------------------------------------------------------------


def test_the_standard_librarys_platform_is_not_shadowed():
    import platform

    assert not Path(platform.__file__).is_relative_to(REPOSITORY)
    assert platform.python_version()


def test_platform_is_a_folder_of_packages_and_no_package():
    for name in ("__init__.py", "conftest.py"):
        assert not (REPOSITORY / "platform" / name).exists()
    assert not list((REPOSITORY / "platform").glob("test_*"))


def test_no_folder_of_tests_is_a_package():
    assert list((REPOSITORY / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_imported_is_this_tree(name):
    package = importlib.import_module(name)
    assert Path(package.__file__) == ROOTS[name] / name / "__init__.py"


def test_every_folder_of_product_code_is_a_package():
    for path in PRODUCT:
        home = path.parent
        if home in {REPOSITORY, REPOSITORY / "platform"}:
            continue
        if home.is_relative_to(REPOSITORY / "infra"):
            continue  # programs run by hand, never imported
        assert (home / "__init__.py").exists(), told(path)


def test_no_module_is_named_for_nothing():
    for path in PRODUCT:
        parts = {*path.relative_to(REPOSITORY).parts[:-1], path.stem}
        assert not parts & NAMES_THAT_SAY_NOTHING, told(path)


# --- size ----------------------------------------------------------------------------------------


def test_modules_are_short():
    long = {
        told(path): count
        for path in PRODUCT
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    }
    assert long == {}


def test_functions_are_short():
    long = {
        f"{told(path)}:{node.name}": count
        for path, node in nodes((ast.FunctionDef, ast.AsyncFunctionDef))
        if (count := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


# --- shape ---------------------------------------------------------------------------------------


def test_operations_are_called_by_keyword():
    found = 0
    for path, tree in TREES.items():
        if path.stem != "operations":
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found += 1
                positional = node.args.args + node.args.posonlyargs
                assert positional == [], told(path) + node.name
    assert found >= 4


def test_nothing_happens_by_signal():
    for path, node in nodes((ast.FunctionDef, ast.ClassDef)):
        for decorator in node.decorator_list:
            assert "receiver" not in ast.unparse(decorator), told(path)
    for path, node in nodes(ast.ImportFrom):
        assert "signals" not in (node.module or ""), told(path)


def test_no_model_has_an_order_of_its_own():
    for path, node in nodes(ast.ClassDef):
        if node.name == "Meta":
            names = {t.id for n in node.body if isinstance(n, ast.Assign) for t in n.targets}
            assert "ordering" not in names, told(path)


def test_the_books_know_no_floats():
    for path, node in nodes((ast.Name, ast.Constant)):
        if not path.is_relative_to(REPOSITORY / "accounting"):
            continue
        is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_type = isinstance(node, ast.Name) and node.id == "float"
        assert not is_float, f"{told(path)}:{node.lineno}"
        assert not is_type, f"{told(path)}:{node.lineno}"
    for path in FILES:
        if path.suffix == ".sql":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(float[48]?|real|double precision)\b", text), told(path)


def test_no_database_column_of_a_body_is_a_float(body, as_owner):
    query = (
        "SELECT count(*) FROM information_schema.columns WHERE table_schema IN (%s, 'shared')"
        " AND data_type IN ('real', 'double precision', 'money')"
    )
    with as_owner(body) as owner:
        assert owner.execute(query, [body.schema_name]).fetchone() == (0,)


# --- the repository ------------------------------------------------------------------------------


def test_the_readme_names_the_two_commands_that_matter():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_the_readme_names_only_commands_that_there_are():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"^\s+make ([a-z-]+)|`make ([a-z-]+)", readme, flags=re.MULTILINE))
    for pair in re.findall(r"^\s+make ([a-z-]+)|`make ([a-z-]+)", readme, flags=re.MULTILINE):
        assert targets >= {name for name in pair if name}


def test_lock_files_name_no_registry():
    locks = list((REPOSITORY / "infra" / "requirements").iterdir())
    assert len(locks) >= 2
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert not re.search(
            r"^--(extra-)?index-url|^--find-links|^--trusted-host", text, re.MULTILINE
        )


def test_what_is_run_is_locked_with_hashes():
    text = (REPOSITORY / "infra" / "requirements" / "run.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9._-]+)==", text, flags=re.MULTILINE)
    assert {"django", "django-tenants", "psycopg"} <= set(packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_nothing_refers_to_what_is_outside_the_repository():
    outside = re.compile(r"\.\./" + r"shared|/wor" + r"k/|/tmp/sp" + r"ike|/roo" + r"t/")
    for path in FILES:
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sql", ".sh", ".yml", ""}:
            text = path.read_text(encoding="utf-8", errors="replace")
            found = outside.search(text)
            assert found is None or path == Path(__file__), f"{told(path)}: {found}"
