"""Run by the Python that LibreOffice's bridge belongs to: opens workbooks in LibreOffice, types, recalculates, saves.

Reads one job as JSON from standard input and prints what it saw as JSON. A job: {"pipe": name, "open": path,
"type": [[sheet, address, text], …], "add": [[what, sheet, address, text], …], "formulas": bool,
"save": [path, filter] or null}. What is added is a "note", a "text-box", a "picture" (its path), or words that are
"struck" through in a cell. With "stamp": true the time of saving is written, as for a person who presses Save.

The bridge writes over locks, so each cell is asked whether its sheet protects it, as the program itself would.
"""

import json
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FORMULA = uno.Enum("com.sun.star.table.CellContentType", "FORMULA")


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice did not start")


def option(name, value):
    property_value = PropertyValue()
    property_value.Name, property_value.Value = name, value
    return property_value


def typed(document, entries):
    refused = []
    for sheet_name, address, text in entries:
        sheet = document.Sheets.getByName(sheet_name)
        cell = sheet.getCellRangeByName(address)
        if sheet.isProtected() and cell.CellProtection.IsLocked:
            refused.append([sheet_name, address])
        else:
            cell.setFormula(text) if cell.NumberFormat == 0 else cell.setString(text)
    return refused


def added(document, additions):
    for what, sheet_name, address, text in additions:
        sheet = document.Sheets.getByName(sheet_name)
        cell = sheet.getCellRangeByName(address)
        if what == "note":
            sheet.Annotations.insertNew(cell.CellAddress, text)
        elif what == "struck":
            cursor = cell.createTextCursor()
            cursor.gotoStart(False)
            cursor.goRight(cell.String.index(text), False)
            cursor.goRight(len(text), True)
            cursor.CharStrikeout = 1
        else:
            kind = "GraphicObjectShape" if what == "picture" else "RectangleShape"
            shape = document.createInstance(f"com.sun.star.drawing.{kind}")
            size = shape.Size
            size.Width, size.Height = 5000, 2000
            shape.Size = size
            sheet.DrawPage.add(shape)
            shape.Anchor = cell
            shape.Position = cell.Position
            if what == "picture":
                shape.GraphicURL = uno.systemPathToFileUrl(text)
                shape.Title = "A screenshot"
            else:
                shape.String = text


def formulas(document):
    values = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        for row in range(last.EndRow + 1):
            for column in range(last.EndColumn + 1):
                cell = sheet.getCellByPosition(column, row)
                if cell.Type == FORMULA:
                    address = cell.AbsoluteName.rsplit(".", 1)[-1].replace("$", "")
                    values.setdefault(sheet.Name, {})[address] = cell.Value if not cell.getError() else "error"
    return values


def main():
    job = json.load(sys.stdin)
    context = connected(job["pipe"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(
        uno.systemPathToFileUrl(job["open"]), "_blank", 0, (option("Hidden", True),)
    )
    seen = {"refused": typed(document, job.get("type", []))}
    added(document, job.get("add", []))
    document.calculateAll()
    if job.get("formulas"):
        seen["formulas"] = formulas(document)
    seen["heights"] = {
        sheet.Name: [sheet.Rows.getByIndex(row).Height for row in range(30)] for sheet in document.Sheets
    }
    if job.get("save"):
        path, kind = job["save"]
        if job.get("stamp"):
            document.createInstance("com.sun.star.document.Settings").ApplyUserData = True
            document.setModified(True)
        store = document.storeAsURL if job.get("stamp") else document.storeToURL
        store(uno.systemPathToFileUrl(path), (option("FilterName", kind),))
    document.close(True)
    if job.get("quit"):
        desktop.terminate()
    print(json.dumps(seen), flush=True)


main()
# An ordinary exit of Python sometimes crashes in the bridge, whose threads run on while its objects are destroyed.
os._exit(0)
