"""The house keeps its plan: who may import whom, what is said where, and how large a room gets (DESIGN.md)."""

from __future__ import annotations

import ast
import graphlib
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import ragsheets
from ragsheets.returns.findings import CATALOGUE, make_finding
from ragsheets.template.model import BUILT_IN_COLUMNS, read_template, shipped_templates

PACKAGE = Path(ragsheets.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
EACH_MODULE = pytest.mark.parametrize("module", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])

#: From the street inwards: a room may import from its own floor and from those below.
FLOORS = (
    ("cli", "__main__"),
    (
        *(
            "project",
            "planning",
            "outbox",
            "inbox",
            "queries_folder",
            "press",
            "publishing",
            "proposals",
            "corrections",
        ),
        *("periods", "originals", "naming", "lookback", "audit", "demo", "specimen", "mail"),
    ),
    ("returns", "report", "export", "workbook", "plans", "ledger"),
    (
        *("template", "template_faults", "plan", "plan_changes", "plan_pairing", "status", "colour", "places"),
        *("dates", "validation", "wording", "words", "files", "saving", "owners", "long_paths", "cloud"),
    ),
    ("errors",),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

#: Where a library may be imported; nowhere else.
HOMES = {
    "openpyxl": ("workbook/", "plans/xlsx.py", "export/xlsx.py"),
    "pyarrow": ("export/parquet.py",),
    "docx": ("report/", "plans/docx.py"),
    "click": ("cli/",),
    "rich": ("cli/",),
    "sqlalchemy": ("ledger/",),
    "xlrd": ("workbook/",),
    "olefile": ("workbook/",),
    "linkify_it": ("report/links.py",),
    "pypdf": ("workbook/post/replies.py",),
}

MOST_LINES = 400


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def imports(module: Path) -> Iterator[str]:
    """Everything that a module imports when it runs, inside functions too, as dotted names."""
    here = ["ragsheets", *module.relative_to(PACKAGE).parts[:-1]]
    for node in running(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below but those that only the type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            continue
        yield child
        yield from running(child)


# ------------------------------------------------------------------------------------------------ who imports whom


@EACH_MODULE
def test_every_module_stands_on_a_floor(module: Path) -> None:
    if module != PACKAGE / "__init__.py":
        assert module.relative_to(PACKAGE).parts[0].removesuffix(".py") in FLOOR_OF


@EACH_MODULE
def test_no_module_imports_from_a_floor_above(module: Path) -> None:
    floor = FLOOR_OF.get(module.relative_to(PACKAGE).parts[0].removesuffix(".py"), -1)
    rooms = {name.split(".")[1] for name in imports(module) if name.startswith("ragsheets.")}
    above = sorted(room for room in rooms if FLOOR_OF.get(room, len(FLOORS)) < floor)
    assert not above


def test_no_modules_import_each_other_round_in_a_circle() -> None:
    modules = {
        ".".join(["ragsheets", *module.relative_to(PACKAGE).with_suffix("").parts]): module for module in MODULES
    }
    modules = {name.removesuffix(".__init__"): module for name, module in modules.items()}

    def reached(name: str, module: Path) -> set[str]:
        names = {each if each in modules else each.rpartition(".")[0] for each in imports(module)}
        # The door of a package leads to the rooms inside it.
        return {each for each in names & modules.keys() if not each.startswith(f"{name}.")} - {"ragsheets"}

    graphlib.TopologicalSorter({name: reached(name, module) for name, module in modules.items()}).prepare()


@EACH_MODULE
def test_a_library_is_imported_only_where_it_is_at_home(module: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(module)}
    strangers = sorted(
        library
        for library in libraries & set(HOMES)
        if not any(name_of(module).startswith(home) for home in HOMES[library])
    )
    assert not strangers


def test_generate_and_read_never_import_each_other() -> None:
    for one, other in (("generate", "read"), ("read", "generate")):
        assert not any(f"workbook.{other}" in name for name in imports(PACKAGE / "workbook" / f"{one}.py"))


def test_the_layout_knows_nothing_of_files() -> None:
    for name in ("layout", "front_sheet", "outcome_sheet", "headlines_sheet"):
        libraries = {name.split(".")[0] for name in imports(PACKAGE / "workbook" / f"{name}.py")}
        assert not libraries & {"openpyxl", "zipfile", "python_calamine", "pathlib", "io", "os"}, name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import docx", ["docx"]),
        ("from docx.oxml import parse_xml", ["docx.oxml.parse_xml"]),
        ("def f():\n    from ragsheets import cli", ["ragsheets.cli"]),
        ("from . import read", ["ragsheets.returns.reading.reader"]),
        ("if TYPE_CHECKING:\n    import docx", []),
    ],
)
def test_these_tests_see_every_kind_of_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, found: list[str]
) -> None:
    module = tmp_path / "workbook" / "x.py"
    module.parent.mkdir()
    module.write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    assert list(imports(module)) == found


# ------------------------------------------------------------------------------------------- what is loaded, and when

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
    for name in ragsheets.__all__:
        assert getattr(ragsheets, name) is not None
    assert set(dir(ragsheets)) == set(ragsheets.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ragsheets.nonsense


# ------------------------------------------------------------------------------------------------------ each room


@EACH_MODULE
def test_every_module_and_every_public_name_in_it_says_what_it_is(module: Path) -> None:
    tree = tree_of(module)
    silent = [] if ast.get_docstring(tree) else ["the module"]
    silent += [name for name, node in public(tree) if not ast.get_docstring(node)]
    assert not silent


def public(node: ast.Module | ast.ClassDef, inside: str = "") -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    for child in node.body:
        if isinstance(child, (ast.ClassDef, ast.FunctionDef)) and not child.name.startswith("_"):
            yield f"{inside}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{inside}{child.name}.")


@EACH_MODULE
def test_no_module_is_longer_than_a_person_reads_in_one_go(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


# ---------------------------------------------------------------------------------------------------- the findings


def constants(module: Path) -> Iterator[str]:
    """Every text in a module but docstrings."""
    tree = tree_of(module)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_of_the_catalogue_is_used_somewhere(code: str) -> None:
    homes = [name_of(module) for module in MODULES if code in constants(module)]
    assert set(homes) - {"returns/findings.py"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_has_a_sentence_and_a_cure_that_can_be_filled_in(code: str) -> None:
    kind = CATALOGUE[code]
    words = {
        field
        for text in (kind.message, kind.fix, kind.ask, kind.remedy)
        for _, field, _, _ in string.Formatter().parse(text)
        if field
    }
    assert words <= {"found", "wanted", "suggestion", "line"}
    made = make_finding(code, found="<found>", wanted="<wanted>", line="<line>", suggestion="<suggestion>")
    assert (made.code, made.severity) == (code, kind.severity)
    assert "<found>" in made.message or "found" not in words
    assert bool(made.ask) == bool(made.remedy)
    for text in (made.message, made.fix, *filter(None, (made.ask, made.remedy))):
        assert text.endswith((".", "<suggestion>"))
        assert not set("{}") & set(text)


def test_braces_that_a_contact_typed_are_only_text() -> None:
    assert "“{wanted} {0} {”" in make_finding("unknown-status", found="{wanted} {0} {", wanted="GREEN").message


# -------------------------------------------------------------- headings, statuses and colours: the template's alone


def template_words() -> dict[str, set[str]]:
    """What only a template may say: headings of columns, statuses, and colours (white is the paper's)."""
    templates = [read_template(name) for name in shipped_templates()]
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


WORDS = template_words()


def test_there_are_such_words() -> None:
    assert {"Planned improvement/action needed and deadline", "Tasks"} <= WORDS["headings"]
    assert {"on track", "Amber – needs attention"} <= WORDS["labels"]
    assert {"C6EFCE", "006100"} <= WORDS["colours"]
    assert "GREY" in WORDS["codes"]


@EACH_MODULE
def test_no_module_says_what_only_a_template_may_say(module: Path) -> None:
    texts = list(constants(module))
    said = {text for kind in ("headings", "codes", "labels") for text in WORDS[kind] if text in texts}
    # A label or a heading of several words, and any colour, may not stand inside a longer text either.
    long = {text for kind in ("headings", "labels") for text in WORDS[kind] if " " in text}
    said |= {
        text
        for text in long | WORDS["colours"]
        if any(re.search(rf"\b{re.escape(text)}\b", constant, re.IGNORECASE) for constant in texts)
    }
    assert not said


@pytest.mark.parametrize("name", shipped_templates())
def test_the_standing_columns_are_in_every_shipped_template(name: str) -> None:
    assert set(BUILT_IN_COLUMNS) <= {column.key for column in read_template(name).columns}
