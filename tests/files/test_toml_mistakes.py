"""The messages about TOML that people wrote by hand: each names the line, the slip and what to type instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragsheets.errors import PlanError
from ragsheets.files import parse_toml, read_toml_head


def message_for(text: str) -> str:
    with pytest.raises(PlanError) as error:
        parse_toml(text.encode(), "plan.toml", PlanError)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "slip", "repaired"),
    [
        ("title = “Parks”", 1, "curly quotes", 'title = "Parks"'),
        ("title = ‘Parks’", 1, "curly quotes", 'title = "Parks"'),
        ("title = «Parks»", 1, "curly quotes", 'title = "Parks"'),
        ("title = “The “Big” one”", 1, "curly quotes", 'title = "The “Big” one"'),
        ("title = “Children’s play”", 1, "curly quotes", 'title = "Children’s play"'),
        ("email = [“a@b.org”, “c@d.org”]", 1, "curly quotes", 'email = ["a@b.org", "c@d.org"]'),
        ("title = “””\nParks\n”””", 1, "curly quotes", 'title = """'),
        ("title\u00a0= 'Parks'", 1, "invisible", "title = 'Parks'"),
        ('title = "Pa\u000brks"', 1, "invisible", 'title = "Parks"'),
        ("date = 2008–09–04", 1, "long dash", "date = 2008-09-04"),
        ("a = 1\non_hold = yes", 2, "the word true", "on_hold = true"),
        ("on_hold = False", 1, "the word true", "on_hold = false"),
        ('title = "Parks\nref = "2.1"', 1, "a quotation mark is missing", 'title = "Parks"'),
        ('title = Parks"', 1, "a quotation mark is missing", 'title = "Parks"'),
        ("title = 'Parks", 1, "a quotation mark is missing", "title = 'Parks'"),
        ("title = Parks", 1, "without quotation marks", 'title = "Parks"'),
        ("due = 4 September 2008", 1, "without quotation marks", 'due = "4 September 2008"'),
        ("due = 04/09/2008", 1, "without quotation marks", 'due = "04/09/2008"'),
        ("email = di@example.org", 1, "without quotation marks", 'email = "di@example.org"'),
        ("fill = #C6EFCE", 1, "without quotation marks", 'fill = "#C6EFCE"'),
        ('title = "The "Big" one"', 1, "quotes inside a text", "title = \"The 'Big' one\""),
        ("title = 'Children's play'", 1, "quotes inside a text", 'title = "Children\'s play"'),
        ('logo = "C:\\Users\\logo.png"', 1, "backslash", 'logo = "C:/Users/logo.png"'),
        ('logo = "pictures\\logo.png"', 1, "backslash", 'logo = "pictures/logo.png"'),
        ('logo = "C:\\temp\\new.png"', 1, "backslash", 'logo = "C:/temp/new.png"'),
        ('title = "Our" "parks"', 1, "several texts where one belongs", 'title = "Our parks"'),
        ("title = 'Our'  \"parks\"", 1, "several texts where one belongs", 'title = "Our parks"'),
        ('email = "a@b.org", "c@d.org"', 1, "between square brackets", 'email = ["a@b.org", "c@d.org"]'),
        ("title =", 1, "no value", 'title = ""'),
        ('email = ["a" "b"]', 1, "a comma is missing", 'email = ["a", "b"]'),
        ('email = [\n  "a"\n  "b"\n]', 2, "a comma is missing", '"a",'),
        ('email = ["a", "b"\nkey = "k"', 1, "the list has no end", 'email = ["a", "b"]'),
        ("spellings = [g, on track]", 1, "lacks a quotation mark", 'spellings = ["g", "on track"]'),
        ('title "Parks"', 1, "no equals sign", 'title = "Parks"'),
        ('title: "Parks"', 1, "no equals sign", 'title = "Parks"'),
        ("title: Parks", 1, "no equals sign", 'title = "Parks"'),
        ('[[groups]\nname = "x"', 1, "brackets", "[[groups]]"),
        ("[look", 1, "brackets", "[look]"),
        ('title = "Parks" the new one', 1, "words after the value", 'title = "Parks"  # the new one'),
    ],
)
def test_a_slip_is_named_with_its_line_and_what_to_type(text: str, line: int, slip: str, repaired: str) -> None:
    message = message_for(text)
    written_line = "".join(sign if sign.isprintable() else "�" for sign in text.split("\n")[line - 1].strip())
    assert message.startswith(f"plan.toml: line {line} ({written_line}): ")
    assert slip in message
    assert message.endswith(f": {repaired}")


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ('title = "A"\nref = "1"\ntitle = "B"\nkey = "k"', 3, "“title” is written twice. Keep one of them"),
        ('[[groups]]\nname = "A"\nname = "B"', 3, "the first is on line 2"),
        ("[look]\nsize = 1\n[look]\n", 3, "put what is below it under line 1"),
        ('[groups]\nname = "A"\n[groups]\n', 3, "Write [[groups]] if there may be several"),
        (
            'a = """\nx\nb = "y"\nc = """\nz"""',
            1,
            'has no end. Close it with """ before line 3.',
        ),
        ('a = """\nx', 1, 'Close it with """.'),
        ("a = '''\nx\n[[groups]]\nname = 'x'", 1, "Close it with ''' before line 3."),
        ("due = 2009-02-30", 1, "there is no such day in the calendar."),
        ('title = "A"\nand more of it', 2, "cannot be understood. Compare it with a line that works"),
        ("// a comment", 1, "A line that begins with # is a comment."),
    ],
)
def test_other_mistakes_are_named_with_their_line(text: str, line: int, part: str) -> None:
    message = message_for(text)
    assert message.startswith(f"plan.toml: line {line} ({text.split(chr(10))[line - 1]}): ")
    assert part in message


@pytest.mark.parametrize(
    "text",
    [
        'logo = "C:/temp/new.png"',
        'logo = "C:\\\\temp"',
        "logo = 'C:\\temp'",
        'a = "Line\\n"',
        "notes = '''\nlogo = \"C:\\temp\"\n'''",
        'target = "a:\\n* plant the oaks"',
    ],
)
def test_backslashes_that_are_meant_are_no_mistake(text: str) -> None:
    assert len(parse_toml(text.encode(), "plan.toml", PlanError)) == 1


def test_a_long_line_is_shortened_and_not_repeated() -> None:
    message = message_for(f"title = “{'x' * 200}”")
    assert "x" * 60 + "…)" in message
    assert message.endswith("Type straight ones.")


def test_the_line_counts_in_a_file_of_which_only_the_head_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('title = "A"\nledger = “x”\n[[groups]]\nname = “y”\n', encoding="utf-8")
    with pytest.raises(PlanError, match="line 2 "):
        read_toml_head(path, PlanError)


@pytest.mark.parametrize(
    "text",
    [
        "[[groups]]\nname = “y”\n",
        'ledger = "x"\n[[groups]]\nname = “y”\n',
        'title = """\n[draft]"""\nledger = "x"\n[[groups]]\nname = “y”\n',
        '# """\nledger = "x"\n[[groups]]\nname = """\n[draft]',
    ],
)
def test_the_rest_of_such_a_file_may_be_unfinished(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    assert read_toml_head(path, PlanError).get("ledger", "x") == "x"
