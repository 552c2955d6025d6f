"""The names of SQL statements: every name is a literal, every literal names a statement, every statement is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from cadran import sqlfiles
from tests.test_tidy import ROOT, parsed, python_files, tracked

#: Folders of sql/ whose statements the service does not read → who uses them.
NO_ROOMS = {
    "migrations": "`cadran migrate` applies all files of the folder",
    "rollups": "`cadran export` writes them for readers",
}
NAME = re.compile(r"[a-z0-9_/]+\.sql(:\w*)?")
#: Functions that read a statement, as (module, function) → the position of the name among the arguments.
READ = {("cadran.sqlfiles", "read"): 0}


class Function(NamedTuple):
    """A function of the service: its module, its name, and its parameters without ``self``."""

    module: str
    name: str
    parameters: tuple[str, ...]
    node: ast.FunctionDef | ast.AsyncFunctionDef


def service() -> dict[str, ast.Module]:
    """Return the syntax trees of the service, by module."""
    return {
        path.removeprefix("service/").removesuffix(".py").replace("/", "."): parsed(path)
        for path in python_files("service/")
    }


def statements() -> set[str]:
    """Return the names of all statements that the service should use."""
    found = set()
    for path in tracked():
        folder, _, rest = path.removeprefix("sql/").partition("/")
        if path.startswith("sql/") and path.endswith(".sql") and folder not in NO_ROOMS:
            queries = sqlfiles.queries(f"{folder}/{rest}")
            found |= {f"{folder}/{rest}:{query}" for query in queries} or {f"{folder}/{rest}"}
    return found


def literals(trees: Mapping[str, ast.Module]) -> set[str]:
    """Return the literals of the code that have the form of a statement's name."""
    return {
        node.value
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value)
    }


def assembled(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return the places where a name is put together: in the argument of a function that reads statements, or anywhere
    from a text with `.sql` in it."""
    readers = _readers(trees)
    found = set()
    for module, tree in trees.items():
        imported = _imports(tree)
        for node, scope in _within(tree, tree):
            if isinstance(node, ast.Call):
                position = readers.get(_called(node, module, imported))
                if position is not None and any(map(_is_assembly, _assigned(_argument(node, position), scope))):
                    found.add(f"{module}:{node.lineno}")
            if _is_assembly(node) and any(".sql" in text for text in _texts(node)):
                found.add(f"{module}:{node.lineno}")
    return sorted(found)


def _within(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Yield the expressions below a node, each with the function that contains it, or else the module."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr):
            yield part, scope
        yield from _within(part, part if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) else scope)


def _readers(trees: Mapping[str, ast.Module]) -> dict[tuple[str, str], int]:
    """Return the functions that read a statement, including those that pass a parameter on to such a function."""
    calls = [
        (each, _called(node, module, imported), node)
        for module, tree in trees.items()
        for imported in [_imports(tree)]
        for each in _functions(module, tree)
        for node in ast.walk(each.node)
        if isinstance(node, ast.Call)
    ]
    found = dict(READ)
    while True:
        before = len(found)
        for each, called, call in calls:
            position = found.get(called)
            argument = None if position is None else _argument(call, position)
            if isinstance(argument, ast.Name) and argument.id in each.parameters:
                found.setdefault((each.module, each.name), each.parameters.index(argument.id))
        if len(found) == before:
            return found


def _functions(module: str, tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parameters = [each.arg for each in node.args.args]
            yield Function(module, node.name, tuple(name for name in parameters if name != "self"), node)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return the dotted name of each imported name of a module."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _called(call: ast.Call, module: str, imported: Mapping[str, str]) -> tuple[str, str]:
    """Return the module and the function that a call names; for a method of ``self``, the module of the call."""
    match call.func:
        case ast.Attribute(ast.Name("self"), name):
            return module, name
        case ast.Attribute(ast.Name(owner), name):
            return imported.get(owner, ""), name
        case ast.Name(name):
            owner, _, imported_name = imported.get(name, f"{module}.{name}").rpartition(".")
            return owner, imported_name
    return "", ""


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    return call.args[position] if position < len(call.args) else None


def _assigned(argument: ast.expr | None, scope: ast.AST) -> list[ast.AST]:
    """Return the parts of an argument, and those of the values that its names get in the same function."""
    if argument is None:
        return []
    names = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
    values = [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in names for target in node.targets)
    ]
    return [part for value in (argument, *values) for part in ast.walk(value)]


def _is_assembly(node: ast.AST) -> bool:
    """Return whether an expression puts a text together: an f-string, `+`, `%`, `format` or `join`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "format_map", "join")
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an expression puts together. Texts in the arguments of further calls are not included."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _texts(node.func.value)
    if not isinstance(node, ast.Call) or _is_assembly(node):
        for part in ast.iter_child_nodes(node):
            yield from _texts(part)


def test_no_name_of_a_statement_is_assembled():
    found = assembled(service())
    assert not found, f"write the whole name as a literal, here or in a declaration: {found}"


def test_every_statement_is_used_and_every_name_exists():
    named = {name for name in literals(service()) if not name.startswith("sql/")}
    assert not named - statements(), f"sql/ has no such statement: {sorted(named - statements())}"
    assert not statements() - named, f"nothing in service/ names these; delete them: {sorted(statements() - named)}"


def test_folders_are_named_after_the_rooms_that_read_them():
    rooms = {path.name for path in (ROOT / "service/cadran").iterdir() if (path / "__init__.py").exists()}
    folders = {path.split("/")[1] for path in tracked() if path.startswith("sql/") and path.endswith(".sql")}
    assert folders - NO_ROOMS.keys() <= rooms
    assert rooms.isdisjoint(NO_ROOMS)


def test_thin_wrappers_are_found():
    found = _readers(service())
    assert found["cadran.facts.sql", "run_statement"] == 1
    assert found["cadran.facts.load.ready", "_text"] == 0
    assert len(found) > 10


@pytest.mark.parametrize(
    "line",
    [
        'sqlfiles.read(f"facts/{name}.sql")',
        'sqlfiles.read(f"{file}:{query}")',
        'sqlfiles.read("facts/" + name)',
        'sqlfiles.read(file + suffix if file else "facts/functions.sql")',
        'sqlfiles.read("facts/{}".format(name))',
        'sqlfiles.read("%s:%s" % (file, name))',
        'sql.run_statement(connection, f"facts/contact.sql:{name}")',
        'wrapped(connection, f"{file}:{query}", 1)',
        'text = f"{file}:{query}"; sqlfiles.read(text)',
        'names = [name + ".sql" for name in ("a", "b")]',
    ],
)
def test_an_assembled_name_is_found(line: str):
    source = f"""
from cadran import sqlfiles
from cadran.facts import sql

async def wrapped(connection, statement, *arguments):
    await sql.run_statement(connection, statement, *arguments)

{line}
"""
    trees = {"cadran.facts.sql": service()["cadran.facts.sql"], "cadran.module": ast.parse(source)}
    assert assembled(trees) == ["cadran.module:8"]


@pytest.mark.parametrize(
    "line",
    [
        'sqlfiles.read("facts/contact.sql:lock")',
        "sqlfiles.read(STATEMENTS[kind])",
        "sql.run_statement(connection, self._fact.read)",
        'sql.run_statement(connection, "facts/a.sql" if few else "facts/b.sql")',
        'sql.run_statement(connection, "facts/contact.sql:lock", a + b)',
    ],
)
def test_a_whole_name_is_allowed(line: str):
    source = f"from cadran import sqlfiles\nfrom cadran.facts import sql\n{line}\n"
    assert assembled({"cadran.facts.sql": service()["cadran.facts.sql"], "cadran.module": ast.parse(source)}) == []
