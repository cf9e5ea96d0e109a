from __future__ import annotations

import re
from pathlib import Path

import pytest

from secrel.errors import ConfigError
from secrel.knowledge.actors import FILES, FOLDER, ROLES
from secrel.knowledge.actors.tables import check_codes, read_table, split_code, split_period


def written(folder: Path, text: str) -> Path:
    path = folder / "names.tsv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("code", "base", "role"),
    [
        ("TJKGOVMIL", "TJK", "GOVMIL"),
        ("RUS", "RUS", None),
        ("EUGOV", "EU", "GOV"),
        ("NATOMIL", "NATO", "MIL"),
        ("INTERPOL", "INTERPOL", None),
        ("G7", "G7", None),
    ],
)
def test_code_parts_into_base_and_role(code: str, base: str, role: str | None) -> None:
    assert split_code(code, "here") == (base, role)


@pytest.mark.parametrize("code", ["", "Rus", "X", "RUS GOV"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ConfigError, match="here"):
        split_code(code, "here")


def test_period_in_brackets() -> None:
    assert split_period("Almaty [/1997-12-09]", "here") == ("Almaty", "", "1997-12-09")
    assert split_period("Astana", "here") == ("Astana", "", "")


def test_remarks_and_empty_lines_are_no_rows(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "# head\n\ncode\tfrom\tto\tnames\n# note\nGEOBUS\t\t\tVarda Mills; Varda\n\n"))
    rows = list(table.rows())
    assert table.form == "names"
    assert [row.listed("names") for row in rows] == [["Varda Mills", "Varda"]]
    assert rows[0].code() == ("GEO", "BUS")
    assert rows[0].where.endswith("line 5")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code\tname\nRUS\tRussia\n", "code name"),
        ("", "columns"),
        ("# only a remark\n", "columns"),
    ],
)
def test_unknown_columns_are_refused(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(ConfigError, match=found):
        read_table(written(tmp_path, text))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.tsv"):
        read_table(tmp_path / "nowhere.tsv")


def test_too_many_columns_are_refused_with_the_line(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "role\twords\nGOV\tbailiff\tmore\n"))
    with pytest.raises(ConfigError, match="line 2"):
        list(table.rows())


@pytest.mark.parametrize("day", ["long ago", "2020-13", "2020-13-45", "2021-02-29", "2020-1-1", "0000"])
def test_bad_days_are_refused(tmp_path: Path, day: str) -> None:
    table = read_table(written(tmp_path, f"code\tfrom\tto\tnames\nRUSGOV\t{day}\t\tZemstvo\n"))
    with pytest.raises(ConfigError, match=f"line 2: found '{day}'"):
        next(table.rows()).days()


@pytest.mark.parametrize(("first", "last"), [("2006", "2005-12-31"), ("2006-07-11", "2006-07-10")])
def test_a_last_day_before_the_first_is_refused(tmp_path: Path, first: str, last: str) -> None:
    table = read_table(written(tmp_path, f"code\tfrom\tto\tnames\nRUSGOV\t{first}\t{last}\tZemstvo\n"))
    with pytest.raises(ConfigError, match=f"found '{first}' to '{last}'"):
        next(table.rows()).days()


@pytest.mark.parametrize(("first", "last"), [("2006", "2006-07"), ("2006-07-11", "2006"), ("2004-02-29", "2004-02-29")])
def test_good_days_are_kept(tmp_path: Path, first: str, last: str) -> None:
    table = read_table(written(tmp_path, f"code\tfrom\tto\tnames\nRUSGOV\t{first}\t{last}\tZemstvo\n"))
    assert next(table.rows()).days() == (first, last)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code\tfrom\tto\tnames\nXQQBUS\t\t\tVarda Mills\n", "XQQBUS"),
        ("code\tfrom\tto\tnames\nRUSQQQ\t\t\tVarda Mills\n", "RUSQQQ"),
        ("code\tfrom\tto\tperson\toffice\nXQQGOV\t\t\tOla Tveit\tminister\n", "XQQGOV"),
        ("name\tcodes\nVarda\tRUS XQQ\n", "XQQ"),
        ("role\tlabels\twords\nQQQ\tORG\tguild\n", "QQQ"),
        ("role\twords\nLEG XQQ\tsyndic\n", "LEG XQQ"),
    ],
)
def test_unknown_codes_are_refused_with_the_line(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(ConfigError, match=f"line 2: found '{found}'"):
        check_codes(read_table(written(tmp_path, text)), countries={"RUS"}, bases={"RUS", "CSTO"})


def test_an_organisation_of_ones_own_has_a_line_without_role(tmp_path: Path) -> None:
    text = "code\tfrom\tto\tnames\nXQQMIL\t\t\tXQQ Guard\nCSTOMIL\t\t\tCSTO Guard\nRUSBUS\t\t\tVarda\nXQQ\t\t\tXQQ\n"
    check_codes(read_table(written(tmp_path, text)), countries={"RUS"}, bases={"RUS", "CSTO"})


def test_places_are_the_same_read_at_once_or_by_line(tmp_path: Path) -> None:
    at_once = read_table(written(tmp_path, "name\tcodes\nalbany\tUSA AUS\nbyron bay\tAUS\n")).places()
    by_line = read_table(written(tmp_path, "name\tcodes\nAlbany\tUSA AUS\n# a remark\nByron-Bay\tAUS\n")).places()
    assert at_once == by_line == {"albany": "USA AUS", "byron bay": "AUS"}


@pytest.mark.parametrize("name", FILES)
def test_packaged_files_are_well_formed(name: str) -> None:
    """Codes, days and roles of every line; the head says where it comes from and of when it is."""
    table = read_table(FOLDER / name)
    head = (FOLDER / name).read_text(encoding="utf-8").split("\n\n")[0][:900]
    assert head.startswith("#")
    assert "hand" in head or "GeoNames" in head or "PLOVER" in head or "Offices" in head
    if table.form == "places":
        assert re.fullmatch(r"(?:[^\t\n]+\t[A-Z]{3}(?: [A-Z]{3})*\n)+", table.body)
        return
    for row in table.rows():
        if "code" in row.cells:
            row.code()
        if "from" in row.cells:
            first, last = row.days()
            assert not first or not last or first <= last, row.where
        if "role" in row.cells:
            role, _, country = row.cells["role"].lstrip("*").partition(" ")
            assert role in ROLES, row.where
            assert re.fullmatch(r"(?:[A-Z]{2,8})?", country), row.where
