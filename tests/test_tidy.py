"""What a reviewer should not have to look for: sizes, bans with their replacement, pages that are true."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES_MAX = {"service": 300, "tests": 400}
FUNCTION_LINES_MAX = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "manager", "common", "misc"}

# What a call or a name is called → what to use instead, and the files that may have it, each with its reason.
BANS = {
    "datetime.now": (
        "an injected clock",
        {"process.py": "makes the clock", "cli/": "a terminal's now is the real one"},
    ),
    "datetime.utcnow": ("an injected clock", {}),
    "datetime.today": ("an injected clock", {}),
    "date.today": ("an injected clock", {}),
    "time.time": ("an injected clock, or time.perf_counter for durations", {}),
    "uuid.uuid4": ("an injected source of ids", {"app.py": "makes the source"}),
    "print": ("logging, or cli/terminal", {}),
    "sys.stdout": ("write or write_table of cli/terminal, which drop control characters", {"cli/terminal.py": "is it"}),
    "sys.stderr": ("write_error of cli/terminal, or logging", {"cli/terminal.py": "is it"}),
    "sys.__stdout__": ("write of cli/terminal", {}),
    "sys.__stderr__": ("write_error of cli/terminal", {}),
    "rich": ("cli/terminal, which drops control characters", {"cli/terminal.py": "is it"}),
    "rich.console": ("cli/terminal, which drops control characters", {"cli/terminal.py": "is it"}),
    "rich.progress": ("progress_bars of cli/terminal", {"cli/terminal.py": "is it"}),
    "rich.table": ("plain_table of cli/terminal", {"cli/terminal.py": "is it"}),
    "logging.basicConfig": ("write_log of process, which escapes control characters", {"process.py": "has it"}),
    "logging.StreamHandler": ("write_log of process, which escapes control characters", {"process.py": "has it"}),
    "breakpoint": ("a test", {}),
    "BaseHTTPMiddleware": ("pure ASGI: it costs three quarters of the requests per second", {}),
    "os.environ": (
        "environment.read, in serving or cli",
        {
            "cli/": "reads them",
            "serving.py": "reads them",
            "embedded/programs.py": "hands the server an environment without them",
            "store/address.py": "names the host of asyncpg's PG* variables",
        },
    ),
    "os.getenv": ("environment.read, in serving or cli", {}),
}
# Where identifiers from the catalogue or from declarations may be put into SQL.
FRAGMENTS = {
    "compiler/": "makes statements; its identifiers come from the catalogue",
    "lists/statements/": "the same",
    "facts/": "names partitions and staging tables from their contracts",
    "embedded/server.py": "makes the one database that it gives the URL of",
}
SQL_IN_F_STRING = re.compile(
    r"\b(SELECT\s|INSERT INTO|UPDATE\s+\w+\s+SET|DELETE FROM|CREATE (TABLE|INDEX|DATABASE|TEMP)|ALTER TABLE"
    r"|DROP TABLE|TRUNCATE|COPY\s)"
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X{3})\b")
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[a-z, -]+\])?(?P<reason>\s+#\s*\S.*)?")


@cache
def tracked() -> tuple[str, ...]:
    """List the paths of the repository, including those that are not added yet."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(sorted(path for path in set(listing.stdout.splitlines()) if (ROOT / path).is_file()))


def python_files(*folders: str) -> list[str]:
    """Return the Python files below these folders, as paths from the root."""
    return [path for path in tracked() if path.endswith(".py") and path.startswith(folders)]


@cache
def parsed(path: str) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


def test_files_are_short():
    long = []
    for path in python_files("service/", "tests/"):
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        if lines > FILE_LINES_MAX[path.split("/")[0]]:
            long.append(f"{path}: {lines} lines")
    assert not long, "split these by idea:\n" + "\n".join(long)


def test_functions_are_short():
    long = []
    for path in python_files("service/", "tests/"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.append(f"{path}:{node.lineno} {node.name}: {lines} lines")
    assert not long, "name a part of these and move it out:\n" + "\n".join(long)


def test_files_say_what_they_are_for():
    silent = [
        path
        for path in python_files("service/", "tests/")
        if not path.endswith("__init__.py") and ast.get_docstring(parsed(path)) is None
    ]
    assert not silent, f"no module docstring: {silent}"


def test_files_are_named_by_a_noun_of_the_path():
    vague = [path for path in python_files("service/", "tests/") if Path(path).stem in VAGUE_NAMES]
    assert not vague, f"say what is in them: {vague}"


def test_package_files_stay_empty():
    filled = [
        path
        for path in python_files("service/", "tests/")
        if path.endswith("/__init__.py") and path != "service/cadran/__init__.py" and (ROOT / path).stat().st_size
    ]
    assert not filled, f"import from the module itself: {filled}"


@pytest.mark.parametrize("name", BANS)
def test_bans(name: str):
    replacement, allowed = BANS[name]
    found = [
        f"{path}:{line}"
        for path in python_files("service/")
        if not path.removeprefix("service/cadran/").startswith(tuple(allowed))
        for line in _uses(parsed(path), name)
    ]
    assert not found, f"{name} → {replacement}: {found}"


def test_sql_is_put_together_in_its_places_only():
    found = [
        f"{path}:{node.lineno}"
        for path in python_files("service/")
        if not path.removeprefix("service/cadran/").startswith(tuple(FRAGMENTS))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.JoinedStr) and _is_sql(node)
    ]
    assert not found, f"SQL by f-string → values as $n, hand-written SQL in sql/, fragments in compiler/: {found}"


def test_nothing_is_left_unfinished():
    found = [
        f"{path}:{number}"
        for path in tracked()
        if path.startswith(("service/", "tests/", "sql/")) and path.endswith((".py", ".sql"))
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert not found, f"open an issue, or do it now: {found}"


def test_ignores_carry_code_and_reason():
    bare = []
    for path in python_files("service/", "tests/"):
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
            match = None if path == "tests/test_tidy.py" else IGNORE.search(line)
            if match and not (match["code"] and match["reason"]):
                bare.append(f"{path}:{number}")
    assert not bare, f"# type: ignore[code]  # Why it is right.: {bare}"


def test_nothing_of_ours_is_mocked():
    found = [path for path in python_files("tests/") if any(_uses(parsed(path), "unittest.mock"))]
    assert not found, f"a mock → the real thing, or a value handed in: {found}"


def test_sql_files_begin_with_their_question():
    silent = [
        path
        for path in tracked()
        if path.startswith("sql/")
        and path.endswith(".sql")
        and not (ROOT / path).read_text(encoding="utf-8").lstrip().startswith("--")
    ]
    assert not silent, f"no leading comment: {silent}"


def test_the_lock_names_no_host():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links)", lock, re.MULTILINE)


def test_the_tree_is_the_real_one():
    top, package = _tree()
    assert top == {path.split("/")[0] for path in tracked() if not path.startswith(".")}
    modules = {
        path.split("/")[2].removesuffix(".py") for path in tracked() if re.fullmatch(r"service/cadran/.+\.py", path)
    }
    assert package == {name for name in modules if not name.startswith("__")}


def test_the_map_of_the_code_names_what_there_is():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`([a-z_/]+(?:\.py|\.md|/))`", text) if "/" in name or name.endswith(".py")]
    gone = [name for name in named if not ((ROOT / "service/cadran" / name).exists() or (ROOT / name).exists())]
    assert len(named) > 30
    assert not gone, f"docs/architecture.md names what is there no more: {gone}"


def _tree() -> tuple[set[str], set[str]]:
    """Return the names of the tree in docs/developing.md: those at the margin, and those below `service/cadran/`.

    Several on a line are split by ` · `. A name ends at two spaces or the line's end; what follows describes it.
    """
    page = (ROOT / "docs/developing.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- tree -->\n")[2].partition("<!-- /tree -->")[0]
    top, package, section = set(), set(), ""
    for line in shown.strip("`\n").splitlines():
        names = [name.strip().rstrip("/") for name in re.split(r"\s{2,}", line.strip())[0].split(" · ")]
        if not names[0]:
            continue
        if line.startswith(" ") and section == "service/cadran":
            package |= {name.removesuffix(".py") for name in names}
        elif not line.startswith(" "):
            section = names[0]
            top |= {name.split("/")[0] for name in names if not name.startswith(".")}
    return top, package


def _uses(tree: ast.Module, name: str) -> Iterator[int]:
    """Return the lines that use a dotted name, import it, or call it by its last part after such an import."""
    module, _, last = name.rpartition(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            written = ast.unparse(node)
            if written == name or (module and written.endswith(f".{name}")):
                yield node.lineno
        elif isinstance(node, ast.ImportFrom):
            imported = last in {alias.name for alias in node.names} and node.module == (module or node.module)
            if imported or node.module == name:
                yield node.lineno
        elif isinstance(node, ast.Import) and any(alias.name == name for alias in node.names):
            yield node.lineno


def _is_sql(node: ast.JoinedStr) -> bool:
    filled = any(isinstance(part, ast.FormattedValue) for part in node.values)
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return filled and SQL_IN_F_STRING.search(text) is not None
