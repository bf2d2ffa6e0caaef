"""The architecture holds: the layers, the libraries of each package, what is loaded when, and the words of the code."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ragsheets
from helpers.source_code import (
    MODULES,
    PACKAGE,
    constants,
    dotted_name,
    imported_modules,
    imports,
    name_of,
    package_of,
    prose,
    public_names,
    tree_of,
)
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template, shipped_templates
from ragsheets.template.wording import REPORT_PREFIXES

#: From the lowest layer to the highest: a package imports from lower layers alone, never from its own or a higher one.
LAYERS = (
    ("errors", "version", "text"),
    ("dates", "validation"),
    ("files",),
    ("template", "plan", "formats"),
    ("workbook", "ledger"),
    ("returns",),
    ("history",),
    ("report", "export"),
    ("plan_files",),
    ("project",),
    ("cli",),
    ("__main__",),
)
LAYER_OF = {package: number for number, packages in enumerate(LAYERS) for package in packages}

#: The packages and modules that may import a library; nothing else may.
LIBRARIES = {
    "openpyxl": ("workbook/",),
    "pyarrow": ("export/parquet.py",),
    "docx": ("report/write/", "report/house_style/"),
    "click": ("cli/",),
    "rich": ("cli/",),
    "sqlalchemy": ("ledger/",),
    "xlrd": ("formats/spreadsheet/xls.py",),
    "olefile": ("formats/",),
    "msoffcrypto": ("formats/protection.py",),
    "asn1crypto": ("formats/mail/signed_content.py",),
    "linkify_it": ("report/write/links.py",),
    "pypdf": ("formats/text/extract.py",),
}

MOST_LINES = 400
MOST_TOP_LEVEL_MODULES = 12


# -------------------------------------------------------------------------------------------------------------- layers


def test_every_module_belongs_to_a_layer() -> None:
    assert {package_of(module) for module in MODULES} - {""} == set(LAYER_OF)


def test_no_package_imports_from_its_own_layer_or_a_higher_one() -> None:
    upwards = [
        (name_of(module), name)
        for module in MODULES
        if (package := package_of(module))
        for name in imported_modules(module)
        if (imported := name.split(".")[1]) != package and LAYER_OF[imported] >= LAYER_OF[package]
    ]
    assert upwards == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {dotted_name(module): imported_modules(module) for module in MODULES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_a_library_is_imported_only_where_it_belongs() -> None:
    misplaced = [
        (name_of(module), library)
        for module in MODULES
        for library in {name.split(".")[0] for name in imports(module)} & set(LIBRARIES)
        if not name_of(module).startswith(LIBRARIES[library])
    ]
    assert misplaced == []
    used = {name.split(".")[0] for module in MODULES for name in imports(module)}
    assert set(LIBRARIES) <= used


def test_the_writer_and_the_reader_of_workbooks_meet_only_in_the_layout() -> None:
    readers = [module for module in MODULES if name_of(module).startswith("returns/reading/")]
    assert readers
    assert [name_of(module) for module in readers if "ragsheets.workbook.writer" in imported_modules(module)] == []


def test_the_layout_knows_nothing_of_files() -> None:
    for name in ("layout", "front_sheet", "outcome_sheet", "headlines_sheet"):
        libraries = {name.split(".")[0] for name in imports(PACKAGE / "workbook" / f"{name}.py")}
        assert not libraries & {"openpyxl", "zipfile", "python_calamine", "pathlib", "io", "os"}, name


def test_no_workbook_shows_the_words_that_only_reports_have() -> None:
    """`Template.workbook_digest` leaves them out, so that a workbook would keep its reference when they change."""
    modules = [module for module in MODULES if name_of(module).startswith("workbook/")]
    names = [node.attr for module in modules for node in ast.walk(tree_of(module)) if isinstance(node, ast.Attribute)]
    assert {"total", "query_call"} <= set(names)
    assert [name for name in names if name.startswith(REPORT_PREFIXES)] == []


def test_xml_from_outside_has_one_parser() -> None:
    builders = {
        name_of(module)
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute) and node.attr in ("XMLParser", "iterparse")
    }
    assert builders == {"formats/xml.py"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import docx", ["docx"]),
        ("from docx.oxml import parse_xml", ["docx.oxml.parse_xml"]),
        ("def f():\n    from ragsheets import cli", ["ragsheets.cli"]),
        ("from . import layout", ["ragsheets.workbook.layout"]),
        ("if TYPE_CHECKING:\n    import docx", ["docx"]),
    ],
)
def test_every_kind_of_import_is_seen(tmp_path: Path, source: str, names: list[str]) -> None:
    module = tmp_path / "workbook" / "x.py"
    module.parent.mkdir()
    module.write_text(source, encoding="utf-8")
    assert list(imports(module, tmp_path)) == names


# --------------------------------------------------------------------------------------------- what is loaded, and when

HEAVY = ("pandas", "sqlalchemy", "openpyxl", "docx", "pydantic", "rich")


@pytest.mark.parametrize(
    "code",
    [
        "import ragsheets",
        "from ragsheets.cli import main; main(['--help'], standalone_mode=False)",
        "from ragsheets.cli import main; main(['--version'], standalone_mode=False)",
        "from ragsheets.cli import main; main(['ingest', '--help'], standalone_mode=False)",
        "from ragsheets.cli import main; main(['nonsense'])",
    ],
    ids=["import ragsheets", "--help", "--version", "ingest --help", "a usage error"],
)
def test_what_answers_at_once_loads_nothing_heavy(code: str) -> None:
    script = f"""
import sys, contextlib
with contextlib.suppress(SystemExit):
    {code}
print("LOADED", *(name for name in {HEAVY} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]


def test_the_public_names_are_all_there() -> None:
    assert ragsheets.__all__
    for name in ragsheets.__all__:
        assert getattr(ragsheets, name) is not None
    assert set(dir(ragsheets)) == set(ragsheets.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ragsheets.nonsense


# --------------------------------------------------------------------------------------------------------- each module


def test_the_top_level_holds_few_modules_and_no_module_is_too_long_to_read_in_one_go() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_TOP_LEVEL_MODULES
    lengths = {name_of(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_and_every_public_name_has_a_docstring() -> None:
    undocumented = [f"{name_of(module)}: the module" for module in MODULES if not ast.get_docstring(tree_of(module))]
    undocumented += [
        f"{name_of(module)}: {name}"
        for module in MODULES
        for name, node in public_names(tree_of(module))
        if not ast.get_docstring(node)
    ]
    assert undocumented == []


def test_no_two_public_classes_have_the_same_name() -> None:
    places: dict[str, list[str]] = {}
    for module in MODULES:
        for node in tree_of(module).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name_of(module))
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


# ----------------------------------------------------------------------------------------------- the words of the code

#: Words that documentation of this field hardly uses, and the most uses of each in 10,000 words of ours.
PRIVATE_WORDS = {
    "tell": r"tells?|told|telling",
    "say": r"says?|said|saying",
    "stand": r"stands?|stood|standing",
    "came back": r"(?:came|comes?) (?:back|home)|what (?:came|comes)",
}
MOST_IN_10_000 = 5


def test_docstrings_and_comments_use_the_words_of_the_field() -> None:
    text = "\n".join(text for module in MODULES for text in prose(module))
    words = len(text.split())
    assert words > 10_000
    uses = {name: len(re.findall(rf"\b(?:{word})\b", text, re.IGNORECASE)) for name, word in PRIVATE_WORDS.items()}
    assert {name: count for name, count in uses.items() if count * 10_000 > MOST_IN_10_000 * words} == {}


# ---------------------------------------------------------------- headings, statuses and colours: the template's alone


def template_words() -> dict[str, set[str]]:
    """What only a template may contain: headings of columns, statuses, and colours (white is the paper's)."""
    templates: list[Template] = [read_template(name) for name in shipped_templates()]
    statuses = [status for template in templates for status in template.statuses]
    look = [value for template in templates for value in template.look.model_dump().values()]
    return {
        "headings": {column.heading for template in templates for column in template.columns},
        "codes": {status.code for status in statuses},
        "labels": {text for s in statuses for text in (s.label, *s.label.split(" – "))},
        "colours": {
            colour
            for colour in [*(c for s in statuses for c in (s.fill, s.ink)), *look]
            if isinstance(colour, str) and re.fullmatch(r"[0-9A-F]{6}", colour)
        }
        - {"FFFFFF", "000000"},
    }


def test_no_module_repeats_what_only_a_template_may_contain() -> None:
    words = template_words()
    assert {"Planned improvement/action needed and deadline", "Tasks"} <= words["headings"]
    assert {"on track", "Amber – needs attention"} <= words["labels"]
    assert {"C6EFCE", "006100"} <= words["colours"]
    assert "GREY" in words["codes"]
    whole = words["headings"] | words["codes"] | words["labels"]
    # A label or a heading of several words, and any colour, may not be part of a longer text either.
    long = {text for text in words["headings"] | words["labels"] if " " in text} | words["colours"]
    within = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(long)))})\b", re.IGNORECASE)
    repeated = [
        (name_of(module), text)
        for module in MODULES
        for text in constants(module)
        if text in whole or within.search(text)
    ]
    assert repeated == []
