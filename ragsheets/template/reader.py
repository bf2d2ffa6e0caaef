"""Templates read from their files, each laid over the template that it extends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ragsheets import files
from ragsheets.errors import Problem, TemplateError
from ragsheets.template.checks import find_template_faults
from ragsheets.template.model import BUILT_IN_COLUMNS, LOOK_FILE_KEYS, Template
from ragsheets.text import first_words, has_forbidden_characters
from ragsheets.validation import Location, location_text, problems_of, shape_problems, suggest_nearest


def read_template(name: str, folder: Path | None = None) -> Template:
    """Read the template `name`: one that ships with ragsheets, or a file in `folder` (the plan's folder).

    Raises TemplateError with every problem found: unknown keys, columns or statuses that clash, text colours with too
    little contrast to their background.
    """
    path = _find_template_file(name, folder)
    raw = _read_with_base(path, folder, visited=())
    problems = _find_clashes(raw)
    try:
        template = Template.model_validate(_without_places(raw))
    except ValidationError as error:
        all_problems = [*problems_of(error, Template, name_location=partial(_describe_location, raw)), *problems]
        raise _template_error(path, all_problems) from None
    if problems := problems + find_template_faults(template):
        raise _template_error(path, problems)
    return template


def from_snapshot(text: str) -> Template:
    """Return the template that was stored as JSON, with the standard template's words and colours where it has none.

    Words that are no longer used are ignored.
    """
    raw, standard = json.loads(text), _standard_tables()
    stored_questions = raw.get("wording", {}).get("questions", {})
    for table in ("wording", "look"):
        raw[table] = {key: raw.get(table, {}).get(key, value) for key, value in standard[table].items()}
    questions = standard["wording"]["questions"]
    raw["wording"]["questions"] = {code: stored_questions.get(code, words) for code, words in questions.items()}
    template = Template.model_validate(raw)
    # Reports and workbooks that were made with it name its digests.
    template.keep_digests(text)
    return template


@lru_cache(maxsize=1)
def _standard_tables() -> dict[str, Any]:
    return files.read_toml(_shipped_file("standard"), TemplateError)


def _shipped_file(name: str) -> Path:
    return files.shipped_folder("workbook_templates") / f"{name}.toml"


def shipped_templates() -> tuple[str, ...]:
    """Return the names of the templates that ship with ragsheets."""
    return tuple(sorted(path.stem for path in files.shipped_folder("workbook_templates").glob("*.toml")))


def custom_template_files(name: str, folder: Path) -> list[tuple[str, Path]]:
    """Return the template files in `folder` that the template `name` is built from: its own and those that it extends.

    Each has its path relative to the folder; there are none for a shipped template. Raises TemplateError if one of them
    is missing or cannot be read.
    """
    template_files: list[tuple[str, Path]] = []
    next_name: str | None = name
    while next_name is not None:
        path = _find_template_file(next_name, folder)
        is_read = path in [known_path for _, known_path in template_files]
        if path == _shipped_file(path.stem) or is_read or not path.resolve().is_relative_to(folder.resolve()):
            break
        template_files.append((path.resolve().relative_to(folder.resolve()).as_posix(), path))
        base = files.read_toml(path, TemplateError).get("extends")
        next_name = None if base is None or base == path.stem else str(base)
    return template_files


def custom_templates(folder: Path) -> Iterator[Template]:
    """Yield the templates in `folder` that can be used."""
    for path in sorted(folder.glob("*.toml")):
        try:
            template = read_template(path.name, folder)
        except TemplateError:
            continue  # plans and other files have the same suffix
        yield template


def _find_template_file(name: str, folder: Path | None, where: str = "template") -> Path:
    """Return the file of a template. Raises TemplateError, with `where` as its location, if there is none."""
    if name in shipped_templates():
        return _shipped_file(name)
    for candidate in ((folder or Path()) / name, (folder or Path()) / f"{name}.toml"):
        with suppress(OSError, ValueError):  # no file can have such a name
            if candidate.is_file():
                return candidate
    raise TemplateError(
        f"there is no template “{name}”.",
        where=where,
        fix=f"Name one that ships with ragsheets ({', '.join(shipped_templates())}) or a file beside the plan.",
    )


def _read_with_base(path: Path, folder: Path | None, visited: tuple[Path, ...]) -> dict[str, Any]:
    """Return the file's tables merged over those of the template that it extends."""
    if path in visited:
        raise TemplateError("the template extends itself.", where=path.name, fix="Name another template under extends.")
    raw = files.read_toml(path, TemplateError)
    known_keys = ["extends", *Template.model_fields]
    problems = [
        Problem(key, "is not a known key.", suggest_nearest(key, known_keys)) for key in raw if key not in known_keys
    ]
    base_name = raw.pop("extends", None)
    if base_name is not None and not isinstance(base_name, str):
        problems.append(Problem("extends", "must be the name of a template.", 'Write extends = "standard".'))
    if problems := problems + shape_problems(raw, Template):
        raise _template_error(path, problems)
    raw.setdefault("name", path.stem)
    raw["look"] = {key: _path_from_plan(key, value, path, folder) for key, value in raw.get("look", {}).items()}
    if base_name is None:
        # A template of an older version may lack words that were added since.
        base: dict[str, Any] = {} if path == _shipped_file("standard") else {"wording": _standard_tables()["wording"]}
        return _merge_tables(base, raw)
    if base_name == path.stem and base_name in shipped_templates():  # a file may have the name of a shipped template
        base_path = _shipped_file(base_name)
    else:
        base_path = _find_template_file(base_name, folder, f"{path.name}: extends")
    return _merge_tables(_read_with_base(base_path, folder, (*visited, path)), raw)


def _path_from_plan(key: str, value: Any, path: Path, folder: Path | None) -> Any:
    """Return the path of a file named by the look of the template at `path`, relative to the plan's folder."""
    is_file_name = key in LOOK_FILE_KEYS and isinstance(value, str) and value and not has_forbidden_characters(value)
    if not is_file_name or Path(value).is_absolute():
        return value
    file_path = (path.parent / value).resolve()
    plan_folder = (folder or Path()).resolve()
    if file_path.is_relative_to(plan_folder):
        file_path = file_path.relative_to(plan_folder)
    return file_path.as_posix()


def _merge_tables(base: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    merged = {**base, **raw}
    for table in ("wording", "look"):
        merged[table] = {**base.get(table, {}), **raw.get(table, {})}
    if isinstance(questions := raw.get("wording", {}).get("questions"), dict):
        base_questions = base.get("wording", {}).get("questions", {})
        changed = {
            code: {**base_questions.get(code, {}), **words} if isinstance(words, dict) else words
            for code, words in questions.items()
        }
        merged["wording"]["questions"] = {**base_questions, **changed}
    merged["columns"] = _merge_rows(base.get("columns", []), raw.get("columns", []), "key")
    merged["statuses"] = _merge_rows(base.get("statuses", []), raw.get("statuses", []), "code")
    return merged


def _merge_rows(base: list[dict[str, Any]], rows: list[dict[str, Any]], id_key: str) -> list[dict[str, Any]]:
    """Return `base` with each of `rows` updating the row of its name, or added before the row it names, or last."""
    merged = [dict(row) for row in base]
    base_names = _names(base, id_key)
    for row in rows:
        names = _names(merged, id_key)
        values = {key: value for key, value in row.items() if key != "before"}
        if (name := _names([row], id_key)[0]) and name in base_names:
            merged[names.index(name)].update(values)
        elif row.get("before") and row["before"] in names:
            merged.insert(names.index(row["before"]), values)
        else:
            merged.append(dict(row))
    return merged


def _names(rows: list[dict[str, Any]], id_key: str) -> list[str]:
    """Return the name of each row, "" for one that has none or another value than text, which is reported later."""
    return [name if isinstance(name := row.get(id_key), str) else "" for row in rows]


def _without_places(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the tables without the key that places a row before another one, which only the merge uses."""
    rows = {
        table: [{key: value for key, value in row.items() if key != "before"} for row in raw[table]]
        for table in ("columns", "statuses")
    }
    return {**raw, **rows}


def _find_clashes(raw: dict[str, Any]) -> list[Problem]:
    """Find names used twice, missing built-in columns, and rows placed before one that does not exist."""
    problems = []
    keys = _names(raw["columns"], "key")
    codes = [code.casefold() for code in _names(raw["statuses"], "code")]
    for table, names in (("columns", keys), ("statuses", codes)):
        for index, row in enumerate(raw[table]):
            if "before" in row:
                what = f"there is no “{row['before']}” to put it before."
                problems.append(Problem(_describe_location(raw, (table, index)), what, "Name one that exists."))
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            problems.append(Problem(table, f"two of them have the name “{name}”.", "Give each its own name."))
    for key in BUILT_IN_COLUMNS:
        if key not in keys:
            problems.append(Problem("columns", f"the column “{key}” is missing.", "Add it, or extend “standard”."))
    return problems


def _describe_location(raw: Mapping[str, Any], location: Location) -> str:
    """Describe a location in a merged template; a row by its name, or its first text: "statuses.RED.label"."""
    table, *steps = location
    if table in ("columns", "statuses") and steps:
        row = raw[str(table)][steps[0]]
        name = _names([row], "key" if table == "columns" else "code")[0]
        texts = (first_words(str(value)) for value in row.values() if isinstance(value, (str, int, float)))
        if named_row := f".{name}" if name else next((f" “{text}”" for text in texts if text), ""):
            return location_text((f"{table}{named_row}", *steps[1:]))
    return location_text(location)


def _template_error(path: Path, problems: Sequence[Problem]) -> TemplateError:
    """Return the error that lists all of these problems of a template file."""
    return TemplateError(
        f"{path.name} cannot be used",
        problems=[Problem(f"{path.name}: {problem.where}", problem.what, problem.fix) for problem in problems],
    )
