"""Parts of WordprocessingML with a printed form of their own: alternatives, formulas, symbols of sign fonts."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.formats.xml import local_name
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, number_of, value_of

#: Elements whose content is not printed: deleted and moved text, and properties.
_NOT_PRINTED = {"del", "moveFrom", "sectPr", "tblGrid", "fldData", "ffData"}
#: What Word can show: of an alternative that requires anything else, the fallback is printed.
_KNOWN_NAMESPACES = (
    "http://schemas.microsoft.com/office/",
    "http://schemas.openxmlformats.org/",
    "urn:schemas-microsoft",
)

#: The signs of the fonts that have signs in place of letters, by the font's name and the code of the letter.
_SYMBOL_SIGNS = dict(
    zip(
        (*range(0x41, 0x5B), *range(0x61, 0x7B), *bytes.fromhex("2DA0A3A5ACADAEAFB0B1B3B4B7B8B9BBBCD6E5")),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ−€≤∞←↑→↓°±≥×•÷≠≈…√∑",
        strict=True,
    )
)
_WINGDINGS_SIGNS = dict(
    zip(bytes.fromhex("4A4B4C6C6E6F71737678 9FA7A8D8E0E8FBFCFDFE"), "☺😐☹●■☐❑◆❖☒•▪☐➢→➔✗✓☒☑", strict=True)
)
_SIGNS_BY_FONT = {"symbol": _SYMBOL_SIGNS, "wingdings": _WINGDINGS_SIGNS}


def is_printed(name: str) -> bool:
    """Return whether the content of elements of this name is printed."""
    return name not in _NOT_PRINTED and not name.endswith(("Pr", "PrEx"))


def unwrapped_children(parent: Element, wanted: frozenset[str]) -> Iterator[Element]:
    """Yield the elements of the wanted names, including those inside content controls and other wrappers."""
    for element in parent:
        name = local_name(element)
        if name in wanted:
            yield element
        elif name == "AlternateContent":
            if (alternative := chosen_alternative(element)) is not None:
                yield from unwrapped_children(alternative, wanted)
        elif is_printed(name):
            yield from unwrapped_children(element, wanted)


def chosen_alternative(element: Element) -> Element | None:
    """Return the alternative that Word shows: the first one that it knows, else the one for older programs."""
    for choice in children_of(element, "Choice"):
        namespaces = (choice.nsmap.get(prefix, "") for prefix in value_of(choice, "Requires").split())
        if all(namespace.startswith(_KNOWN_NAMESPACES) for namespace in namespaces):
            return choice
    return child_of(element, "Fallback")


def formula_text(element: Element) -> str:
    """Return a formula, or a part of it, in one line."""
    name = local_name(element)
    if name == "t":
        return element.text or ""
    if not is_printed(name) or name == "ctrlPr":
        return ""
    parts = [formula_text(child) for child in element if is_printed(local_name(child))]
    match name:
        case "f":
            return "/".join(parts)
        case "sSup":
            return "^".join(parts)
        case "sSub":
            return "_".join(parts)
        case "rad":
            return f"√({parts[-1]})" if parts else ""
        case "d":
            return f"({', '.join(parts)})"
    return "".join(parts)


def symbol_sign(code: str, font: str) -> str:
    """Return the sign that a character is printed as, by its code in hexadecimal digits and its font."""
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return printed_signs(character, font)


def printed_signs(text: str, font: str) -> str:
    """Return a text as it is printed in a font; only fonts of signs change it."""
    signs = _SIGNS_BY_FONT.get(font.casefold())
    return "".join(signs.get(ord(letter) & 0xFF, letter) for letter in text) if signs else text


def form_field_text(form_field: Element) -> str:
    """Return what a form field shows by its own settings (ECMA-376 part 1, 17.16): its chosen entry, or its tick."""
    settings = child_of(form_field, "ffData")
    if (check_box := child_of(settings, "checkBox")) is not None:
        state = child_of(check_box, "checked")
        state = state if state is not None else child_of(check_box, "default")
        return "☒" if is_on(state) else "☐"
    drop_down = child_of(settings, "ddList")
    if drop_down is None:
        return ""
    entries = [value_of(entry) for entry in children_of(drop_down, "listEntry")]
    selected = child_of(drop_down, "result")
    index = number_of(selected if selected is not None else child_of(drop_down, "default"))
    return entries[index] if 0 <= index < len(entries) else ""
