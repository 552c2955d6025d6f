"""``cadran export``: write the files that are generated from the code, or only compare them (``--check``)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from cadran import environment
from cadran.api.openapi import build_document
from cadran.api.schema import print_sdl
from cadran.cli.terminal import write, write_error
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.refresh.rollup import compose_ddl
from cadran.contracts.model.form import ContractForm
from cadran.domain.catalogue import FAMILIES
from cadran.domain.metric import Metric
from cadran.errors import CadranError
from cadran.facts.schema.schema import KINDS, build_schemas, schema_name
from cadran.graphql.execution.fixed_limits import write_limits
from cadran.settings import Settings
from cadran.worker.jobs import write_jobs


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", help="write the generated files: OpenAPI, schemas, docs (for developers)")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a committed file differs")
    parser.add_argument("--directory", type=Path, default=Path(), help="the directory of the checkout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the generated files, or compare them."""
    differing = []
    for name, text in list_files(args.directory).items():
        path = args.directory / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        differing.append(name)
        if not args.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if args.check and differing:
        write_error(f"cadran: run `cadran export`; out of date: {', '.join(differing)}\n")
        return 1
    write("".join(f"wrote {name}\n" for name in differing))
    return 0


def list_files(directory: Path) -> Mapping[str, str]:
    """Return every generated file with its text."""
    openapi = orjson.dumps(build_document(), option=orjson.OPT_INDENT_2).decode() + "\n"
    rollups = "-- Generated from the lattice (cadran export): the rollups of the database.\n\n" + "\n\n".join(
        compose_ddl(table) for table in ROLLUPS.values()
    )
    found = {
        "openapi/openapi.json": openapi,
        "schema/schema.graphql": print_sdl(),
        "sql/rollups/rollups.sql": rollups + "\n",
    }
    found |= {f"schema/{name}": text for name, text in build_schemas().items()}
    found["schema/sla_contract.schema.json"] = _schema(ContractForm.model_json_schema())
    return found | {page: _filled(directory, page, mark, content()) for page, (mark, content) in _PAGES.items()}


def _schema(content: dict[str, Any]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **content}
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n"


def _filled(directory: Path, page: str, mark: str, content: str) -> str:
    """Return the page with its generated part. Raises CadranError if the page has no such part."""
    path = directory / page
    head, begin, rest = (path.read_text("utf-8") if path.exists() else "").partition(f"<!-- {mark} -->\n")
    _, end, tail = rest.partition(f"<!-- /{mark} -->")
    if not end:
        raise CadranError(f"{page} has no part between <!-- {mark} --> and <!-- /{mark} -->")
    return f"{head}{begin}{content}{end}{tail}"


def list_kinds() -> str:
    """Return a Markdown table of everything that can be loaded, with its schema and the meaning of a row."""
    rows = ["| `--as` | Contract | A row |", "| --- | --- | --- |"]
    for kind, model in KINDS.items():
        about = " ".join((model.__doc__ or "").split()).partition(". ")[0].rstrip(".")
        rows.append(f"| `{kind}` | `schema/{schema_name(model)}` | {about}. |")
    return "\n".join(rows) + "\n"


def write_glossary() -> str:
    """Return every metric with its unit and definition, as a Markdown table for each family."""
    return "\n".join(_family(name, metrics) for name, metrics in FAMILIES.items())


def _family(name: str, metrics: Iterable[Metric]) -> str:
    rows = [f"### {name.capitalize()}", "", "| Metric | Name | Unit | Definition |", "| --- | --- | --- | --- |"]
    rows += [f"| `{m.slug}` | {m.label.en} | {m.unit} | {m.definition.en} |" for m in metrics]
    return "\n".join(rows) + "\n"


#: The pages with a generated part: the mark of the part, and the function that generates it.
_PAGES: Final[Mapping[str, tuple[str, Callable[[], str]]]] = {
    "docs/access.md": ("graphql-limits", write_limits),
    "docs/loading.md": ("kinds", list_kinds),
    "docs/metrics.md": ("glossary", write_glossary),
    "docs/operating.md": ("jobs", write_jobs),
    "docs/settings.md": ("settings", environment.write_tables),
}
