"""Dates of documents."""

from __future__ import annotations

import re

import pytest

from secrel.domain import Document, Entity, Metadata, Pair, Relation, Span, Stance
from secrel.errors import InputError
from secrel.reading import split_sentences
from secrel.stages.dates import DateStage

DAY = Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006)
YEAR = Metadata(year=2006)


def document(marked: str, metadata: Metadata = DAY, *, sentences: bool = True) -> Document:
    """A document whose dates stand in square brackets in ``marked``."""
    text, entities = "", []
    for plain, date in re.findall(r"([^\[\]]*)(?:\[([^\]]*)\])?", marked):
        text += plain
        if date:
            entities.append(Entity(Span(len(text), len(text) + len(date)), "DATE", date))
            text += date
    spans = tuple(split_sentences(text)) if sentences else None
    return Document(text, metadata=metadata, sentences=spans, entities=tuple(entities))


def dates(marked: str, metadata: Metadata = DAY, *, sentences: bool = True) -> list[str]:
    return [str(entity.date or "-") for entity in DateStage()(document(marked, metadata, sentences=sentences)).entities]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Klow signed on [July 6] and will leave in [May].", ["2006-07-06", "2007-05-01/2007-05-31"]),
        ("Raids came on [October 9] and [17].", ["2005-10-09", "2005-10-17"]),
        ("Klow agreed (Zora, [July 4], [5]; Nova, [July 7]).", ["2006-07-04", "2006-07-05", "2006-07-07"]),
        ("They met on [9] and [10 March].", ["2006-03-09", "2006-03-10"]),
        ("It paid from [July] to [September last year].", ["2005-07-01/2005-07-31", "2005-09-01/2005-09-30"]),
        ("It paid in [December 2003] and [January].", ["2003-12-01/2003-12-31", "2004-01-01/2004-01-31"]),
        ("It paid between [March], [April] and [May 2004].", ["2004-03-01", "2004-04-01", "2004-05-01"]),
        ("It paid on [April 12] of [last year].", ["2005-04-12", "2005-01-01/2005-12-31"]),
        ("It paid in [2004] and in [May].", ["2004-01-01/2004-12-31", "2006-05-01/2006-05-31"]),
        ("It will open in [October] and [November].", ["2006-10-01/2006-10-31", "2006-11-01/2006-11-30"]),
        ("It closed in [2003]. In [May of that year] it burned.", ["2003-01-01/2003-12-31", "2003-05-01/2003-05-31"]),
        ("It closed in [2003]. All was well. It burned [that year].", ["2003-01-01/2003-12-31", "-"]),
        ("Klow left (Zora, [May 3]). [The same day] it came back.", ["2006-05-03", "-"]),
        ("Klow left on [May 3]. On [the same day] it came back.", ["2006-05-03", "2006-05-03"]),
        ("Fleet Day is celebrated on [August 12].", ["-"]),
        ("The fair will last from [July 10] to [July 21].", ["2006-07-10", "2006-07-21"]),
        ("The fair was put off from [May 12] until [September 30].", ["2006-05-12", "2006-09-30"]),
        ("In [1999], on [August 7], it crossed the river.", ["1999-01-01/1999-12-31", "1999-08-07"]),
        ("In [March 2003] it rose, and in [April] it fell.", ["2003-03-01/2003-03-31", "2003-04-01/2003-04-30"]),
        ("In [March 2003] it rose, and in [April] it will fall.", ["2003-03-01/2003-03-31", "2007-04-01/2007-04-30"]),
        ("In [winter 2003], in [December], it rose.", ["2002-12-01/2003-02-28", "2002-12-01/2002-12-31"]),
        ("In [March 2003] it rose (Zora, [April 7]).", ["2003-03-01/2003-03-31", "2006-04-07"]),
        ("Idle since [March 2003], it fell in [April].", ["2003-03-01/2003-03-31", "2006-04-01/2006-04-30"]),
        ("Klow left (Zora, [July 12]; Nova, [December 30]).", ["2006-07-12", "2005-12-30"]),
    ],
)
def test_dates_of_a_text(marked: str, expected: list[str]) -> None:
    found = dates(marked)
    assert len(found) == len(expected)
    assert all(date.startswith(start) for date, start in zip(found, expected, strict=True)), found


def test_the_year_alone_and_source_brackets() -> None:
    text = "Klow has stood still since [December]; [last month] it moved (Zora, [May 10]; Nova, [May 11])."
    assert dates(text, YEAR) == ["2005-12-01/2005-12-31", "-", "2006-05-10", "2006-05-11"]
    assert dates("Klow has stood still since [December].", YEAR) == ["2006-12-01/2006-12-31"]
    assert dates("Klow left on [May 3, 2005], not [last week] or [May 4].", Metadata()) == ["2005-05-03", "-", "-"]


def test_without_sentences_a_line_is_one() -> None:
    text = "Klow signed on [July 6].\nIt will leave in [May]\n"
    assert dates(text, sentences=False) == dates(text) == ["2006-07-06", "2007-05-01/2007-05-31"]


def test_all_else_is_as_it_was() -> None:
    before = document("Klow struck Szohod on [July 6].")
    klow, szohod = (Entity(Span(at, at + len(name)), "GPE", name, 0.5) for name, at in (("Klow", 0), ("Szohod", 12)))
    named = before.replace(
        entities=(klow, szohod, *before.entities),
        relations=(Relation(Pair(klow, szohod), "pressures", "actual", 0.7),),
        stances=(Stance(Pair(klow, szohod), "against", 0.6),),
    )
    after = DateStage()(named)
    assert after.entities[:2] == (klow, szohod)
    assert after.entities[2].date is not None
    assert (after.relations, after.stances, after.text) == (named.relations, named.stances, named.text)
    assert DateStage(label="TIME")(named) == named
    assert DateStage()(after) == after


def test_relations_go_with_a_date_that_is_an_argument() -> None:
    before = document("From [July 6] to [July 9].")
    first, last = before.entities
    after = DateStage()(before.replace(relations=(Relation(Pair(first, last), "before", None),)))
    assert after.relations[0].head is after.entities[0]
    assert after.relations[0].tail is after.entities[1]


def test_a_malformed_date_is_refused() -> None:
    with pytest.raises(InputError, match="July"):
        DateStage()(document("Klow left in [May].", Metadata(date="July 11")))
