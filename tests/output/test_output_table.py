"""Tables for people and for pandas, and what displaCy draws."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from secrel.domain import (
    Actor,
    Attribution,
    DateInterval,
    Document,
    Entity,
    Metadata,
    Pair,
    Record,
    Relation,
    Span,
    Stance,
)
from secrel.errors import OutputError
from secrel.output import document_table, marked_text, to_dataframe, to_displacy
from secrel.output.columns import column_types

TEXT = "Avaria backs Borduria. Borduria fears “Syldava”."
AVARIA = Entity(Span(0, 6), "GPE", "Avaria")
BORDURIA = Entity(Span(13, 21), "GPE", "Borduria")
AGAIN = Entity(Span(23, 31), "GPE", "Borduria")
SYLDAVA = Entity(Span(39, 46), "ORG", "Syldava")
MARKED = Document(
    TEXT,
    id="a[red]b",
    metadata=Metadata("Daily [/b] News", 3, 7, "2006-07-11", 2006),
    sentences=(Span(0, 22), Span(23, 48)),
    entities=(AVARIA, BORDURIA, AGAIN, SYLDAVA),
    relations=(
        Relation(Pair(AGAIN, SYLDAVA), "pressures", "possible", 0.625, evidence=Span(23, 48)),
        Relation(Pair(AVARIA, BORDURIA), "cooperates-with", None, 0.875, evidence=Span(0, 22)),
    ),
    stances=(Stance(Pair(AVARIA, BORDURIA), "favor", 0.5, Span(0, 22)),),
)


def shown(renderable: RenderableType, *, colour: bool = False, width: int = 140) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    console.print(renderable)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_rows_in_order_of_the_text() -> None:
    lines = shown(document_table(MARKED)).splitlines()
    # Square brackets of names are no markup.
    assert lines[0].strip() == "a[red]b · Daily [/b] News 3/7 (2006-07-11)"
    assert lines[1].strip() == "4 entities, 2 relations, 1 stances"
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert rows == [
        ["Avaria", "cooperates-with", "Borduria", "", "0.88", "0-22"],
        ["Avaria", "stance: favor", "Borduria", "", "0.50", "0-22"],
        ["Borduria", "pressures", "Syldava", "possible", "0.62", "23-48"],
    ]


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        (Metadata(), "x"),
        (Metadata("News", 1, 2), "x · News 1/2 (no date)"),
        (Metadata("News", 1, 2, None, 2004), "x · News 1/2 (2004)"),
    ],
)
def test_title_says_what_is_known(metadata: Metadata, title: str) -> None:
    assert shown(document_table(Document("y", id="x", metadata=metadata))).splitlines()[0].strip() == title


def test_codes_days_and_sources_stand_in_the_row() -> None:
    avaria, may = (
        Entity(Span(0, 6), "GPE", "Avaria", actor=Actor("AVAGOV")),
        DateInterval("2006-05-04", "2006-05-06", "range"),
    )
    day, borduria = Entity(Span(7, 12), "DATE", "May 4", date=may), Entity(Span(13, 21), "GPE", "Borduria")
    said = Attribution("AFP", "a colonel", "2006-05-07")
    document = Document(
        "Avaria May 4 Borduria",
        sentences=(Span(0, 21),),
        entities=(avaria, day, borduria),
        relations=(Relation(Pair(avaria, borduria), "trains", "actual", 0.5, attribution=said),),
    )
    rows = [line for line in shown(document_table(document), width=260).splitlines() if line.startswith("│")]
    cells = [cell.strip() for cell in rows[0].strip("│").split("│")]
    assert cells[0] == "Avaria AVAGOV"
    assert cells[4:6] == ["2006-05-04 to 2006-05-06", "a colonel, AFP, 2006-05-07"]


def test_colours_follow_the_scheme() -> None:
    table = shown(document_table(MARKED, labels=("pressures", "cooperates-with")), colour=True)
    cyan, magenta, green = (f"\x1b[{code}m" for code in (36, 35, 32))
    assert f"{cyan}pressures" in table
    assert f"{magenta}cooperates-with" in table
    assert f"{green}stance: favor" in table
    assert f"{cyan}pressures" not in shown(document_table(MARKED), colour=True)


def test_marked_text_shows_each_sentence_with_its_labels() -> None:
    assert shown(marked_text(MARKED)).split("\n") == [
        "Avaria GPE backs Borduria GPE.",
        "Borduria GPE fears “Syldava ORG”.",
        "",
        "",
    ]
    assert shown(marked_text(Document("[b]No[/b] marks 😀", sentences=(Span(0, 17),)))).strip() == "[b]No[/b] marks 😀"


def test_dataframe_of_one_document_and_of_several() -> None:
    one = to_dataframe(MARKED)
    assert tuple(one.columns) == Record.columns()
    assert one[["kind", "head", "label", "tail", "score"]].to_numpy().tolist() == [
        ["relation", "Borduria", "pressures", "Syldava", 0.625],
        ["relation", "Avaria", "cooperates-with", "Borduria", 0.875],
        ["stance", "Avaria", "favor", "Borduria", 0.5],
    ]
    assert one["sentence"][0] == "Borduria fears “Syldava”."
    assert len(to_dataframe(iter([MARKED, Document("Nothing."), MARKED]))) == 6
    empty = to_dataframe([])
    assert (len(empty), tuple(empty.columns)) == (0, Record.columns())


def test_dataframe_has_types_whatever_is_missing() -> None:
    pandas = pytest.importorskip("pandas")
    dated = Entity(Span(23, 31), "DATE", "Borduria", date=DateInterval("0987-01-01", "2006-07-06", "range"))
    actor = replace(SYLDAVA, actor=Actor("SYD", "SYD"))
    relation = Relation(Pair(AGAIN, actor), "pressures", "possible", 0.625, evidence=Span(23, 48))
    known = MARKED.replace(entities=(AGAIN, dated, actor), relations=(relation,), stances=())
    types = {"text": "string", "integer": "Int64", "number": "float64", "day": "datetime64[s]"}
    for documents in ([], [Document("Nothing.")], [MARKED.replace(metadata=Metadata())], [MARKED, known]):
        frame = to_dataframe(documents)
        assert {name: str(frame[name].dtype) for name in frame} == {
            name: types[kind] for name, kind in column_types().items()
        }
    row = to_dataframe(known).iloc[0]
    assert (row["tail_actor"], row["tail_country"]) == ("SYD", "SYD")
    assert row["date"] == pandas.Timestamp("2006-07-11")
    # Earlier than nanoseconds could say.
    assert (row["when_start"].year, row["when_end"]) == (987, pandas.Timestamp("2006-07-06"))
    assert frame["head_actor"].isna().all()
    assert frame["volume"].tolist() == [3, 3, 3, 3]
    assert frame["status_score"].isna().tolist() == [False, False, True, False]


def test_dataframe_refuses_what_is_no_day() -> None:
    with pytest.raises(OutputError, match=r"column date, row 0: found '2006-07'; expected a date such as 2006-07-11"):
        to_dataframe(MARKED.replace(metadata=Metadata(date="2006-07")))


def test_displacy_form() -> None:
    assert to_displacy(MARKED) == {
        "text": TEXT,
        "title": "a[red]b",
        "ents": [
            {"start": 0, "end": 6, "label": "GPE"},
            {"start": 13, "end": 21, "label": "GPE"},
            {"start": 23, "end": 31, "label": "GPE"},
            {"start": 39, "end": 46, "label": "ORG"},
        ],
    }
