"""The pages for readers (README, docs/, sql/README): links resolve, the things they name exist, and lines are short."""

import re
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from cadran.environment import FOREIGN, PREFIX
from cadran.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "sql/README.md", *sorted((ROOT / "docs").glob("*.md")))
}
README_LINES_MAX = 330
COLUMNS_MAX = 150
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OUR_PATH = re.compile(r"`((?:docs|openapi|schema|service|sql|tests)/[\w./-]+)`")


def anchors(page: str) -> set[str]:
    """Return the anchors that a Markdown renderer gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str):
    lost = []
    for target in LINK.findall(FENCE.sub("", PAGES[name])):
        path, _, anchor = target.partition("#")
        found = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        if not found.exists() or (anchor and anchor not in anchors(found.read_text("utf-8"))):
            lost.append(target)
    assert not lost, f"{name} leads nowhere: {lost}"


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_names_exists(name: str):
    paths = {path for path in OUR_PATH.findall(PAGES[name]) if not (ROOT / path).exists()}
    known = FOREIGN | {f"{PREFIX}{each.name.upper()}" for each in fields(Settings)}
    settings = set(re.findall(rf"\b{PREFIX}\w*[A-Z]\b", PAGES[name])) - known
    assert not paths | settings, f"{name} names what is not there"


@pytest.mark.parametrize("name", PAGES)
def test_lines_are_short(name: str):
    long = [
        f"{name}:{number}"
        for number, line in enumerate(PAGES[name].splitlines(), start=1)
        if len(LINK.sub("", line)) > COLUMNS_MAX and not line.startswith("|")
    ]
    assert not long, f"over {COLUMNS_MAX} columns: {long}"


def test_readme_is_short():
    assert PAGES["README.md"].count("\n") <= README_LINES_MAX, "move it into docs/"


def test_readme_leads_to_every_page():
    linked = {target.partition("#")[0] for target in LINK.findall(PAGES["README.md"])}
    assert PAGES.keys() - {"README.md"} <= linked


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_by_one(name: str):
    depths = [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", PAGES[name]), re.MULTILINE)]
    assert depths[0] == 1
    assert depths.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(depths))


def test_the_mapping_is_the_one_that_is_tested():
    shown = re.findall(r"```sql\n(.*?)```", PAGES["docs/loading.md"], re.DOTALL)
    assert shown == [(ROOT / "tests/facts/call_centre.sql").read_text("utf-8")]


@pytest.fixture(scope="module")
def source() -> str:
    """Return the source text of the whole service."""
    return "".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))


def test_symptoms_are_in_the_service_s_own_words(source: str):
    table = PAGES["docs/operating.md"].partition("## At three")[2].partition("\n## ")[0]
    symptoms = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)[2:]
    assert len(symptoms) >= 10
    assert [words for each in symptoms for words in re.findall(r"`(.*?)`", each) if words not in source] == []


def test_every_warning_is_told(source: str):
    codes = set(re.findall(r'\bNotice\(\s*"(\w+)"', source))
    told = PAGES["docs/metrics.md"].partition("## Warnings")[2]
    assert codes == set(re.findall(r"^\| `(\w+)` ", told, re.MULTILINE))
