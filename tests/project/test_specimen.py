"""The specimens beside the templates are what the templates produce."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from ragsheets.project.specimen import specimen_bytes, specimen_path
from ragsheets.template.reader import read_template, shipped_templates


def parts(content: bytes) -> dict[str, bytes]:
    """Return the sheet parts of a workbook as canonical XML, which is independent of library versions."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: etree.tostring(etree.fromstring(archive.read(name)), method="c14n")
            for name in archive.namelist()
            if name.startswith(("xl/worksheets/sheet", "xl/sharedStrings", "xl/workbook"))
        }


@pytest.mark.parametrize("name", shipped_templates())
def test_the_specimen_is_what_the_template_produces(name: str) -> None:
    assert parts(specimen_path(name).read_bytes()) == parts(specimen_bytes(read_template(name))), (
        "make it afresh: python -m ragsheets.project.specimen"
    )


def test_every_shipped_template_has_a_specimen() -> None:
    assert shipped_templates() == ("brag", "standard")
    assert all(specimen_path(name).is_file() for name in shipped_templates())
