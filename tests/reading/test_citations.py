"""Source brackets: which parentheses are any, what they cite, and which sentences they cover."""

from __future__ import annotations

import re

import pytest

from secrel.domain import Attribution, Entity, Span
from secrel.errors import InputError
from secrel.reading.citations import parse_citations
from secrel.reading.sentences import split_sentences


def cited(
    bracket: str, *, day: str | None = "2006-02-10", year: int | None = None
) -> list[tuple[str | None, str | None]]:
    """Outlets and dates of the one bracket behind a sentence."""
    text = f"The convoy left the depot {bracket}."
    citations = parse_citations(text, [Span(0, len(text))], day=day, year=year)
    assert len(citations) <= 1
    return [(source.outlet, source.date) for citation in citations for source in citation.sources]


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        ("(Avesta, January 6)", [("Avesta", "2006-01-06")]),
        ("(Syldava Courier, January 6, 8)", [("Syldava Courier", "2006-01-06"), ("Syldava Courier", "2006-01-08")]),
        (
            "(IRNA, January 20, 23; Itar-Tass, January 27)",
            [("IRNA", "2006-01-20"), ("IRNA", "2006-01-23"), ("Itar-Tass", "2006-01-27")],
        ),
        ("(see EDM, January 21)", [("EDM", "2006-01-21")]),
        ("(see also EDM, January 21)", [("EDM", "2006-01-21")]),
        ("(for the background, see EDM, January 21)", [("EDM", "2006-01-21")]),
        ("(Courier, January 21; see EDM, January 3)", [("Courier", "2006-01-21"), ("EDM", "2006-01-03")]),
        ("(Courier, January 21—see EDM, January 3)", [("Courier", "2006-01-21"), ("EDM", "2006-01-03")]),
        ("(www.president.kz, July 1)", [("www.president.kz", "2005-07-01")]),
        ("(Kommersant-Daily, September 5-6)", [("Kommersant-Daily", "2005-09-05"), ("Kommersant-Daily", "2005-09-06")]),
        ("(Courier, July 31-August 2)", [("Courier", "2005-07-31"), ("Courier", "2005-08-02")]),
        ("(Courier, May 3 and 4)", [("Courier", "2005-05-03"), ("Courier", "2005-05-04")]),
        ("(Courier, May 30, June 2)", [("Courier", "2005-05-30"), ("Courier", "2005-06-02")]),
        ("(Courier, Herald, July 6)", [("Courier", "2005-07-06"), ("Herald", "2005-07-06")]),
        ("(Courier, July 6, Herald, July 7)", [("Courier", "2005-07-06"), ("Herald", "2005-07-07")]),
        ("(Interfax and Itar-Tass, July 6)", [("Interfax", "2005-07-06"), ("Itar-Tass", "2005-07-06")]),
        ("(Stars and Stripes, July 6)", [("Stars and Stripes", "2005-07-06")]),
        ("(Courier, 6 July 2003)", [("Courier", "2003-07-06")]),
        ("(Courier, July 6, 2003)", [("Courier", "2003-07-06")]),
        ("(Courier, May 3, 4, 2004)", [("Courier", "2004-05-03"), ("Courier", "2004-05-04")]),
        ("(Courier, 2004-05-03)", [("Courier", "2004-05-03")]),
        ("(Courier, Sept. 3)", [("Courier", "2005-09-03")]),
        ("(Courier, April)", [("Courier", "2005-04")]),
        ("(Courier, April 2003)", [("Courier", "2003-04")]),
        ("(Courier of July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, No. 45, March 15)", [("Courier", "2005-03-15")]),
        ("(the Syldavan daily Courier, July 6)", [("Courier", "2005-07-06")]),
        ("(as quoted by Interfax, July 6)", [("Interfax", "2005-07-06")]),
        ("(Channel One [Syldava], July 6)", [("Channel One [Syldava]", "2005-07-06")]),
        ("(24.kg, July 6)", [("24.kg", "2005-07-06")]),
        ("(0629, July 6)", [("0629", "2005-07-06")]),
        ("(24 Saati, July 6)", [("24 Saati", "2005-07-06")]),
        # An article in small letters, a title, an hour, a number: what stands beside outlet and day.
        ("(the Syldava Courier, July 6)", [("Syldava Courier", "2005-07-06")]),
        ("(see the Courier, July 6, 2003)", [("Courier", "2003-07-06")]),
        ("(der Kurier, July 6)", [("der Kurier", "2005-07-06")]),
        ("(1+1, July 6)", [("1+1", "2005-07-06")]),
        ("(Courier, #45, July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, 9:30 a.m., July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, 1830 GMT, July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, “Snow, Again?”, July 6)", [("Courier", "2005-07-06")]),
        ('(see "Snow in Klow," Courier, July 6)', [("Courier", "2005-07-06")]),
        ('("Lantern Post", July 6)', [("Lantern Post", "2005-07-06")]),
        ("(“Lantern Post,” “Herald,” July 6)", [("Lantern Post", "2005-07-06"), ("Herald", "2005-07-06")]),
        ("(“Lantern” radio, July 6)", [("Lantern radio", "2005-07-06")]),
        ("(Courier: July 6)", [("Courier", "2005-07-06")]),
        ("(Courier - July 6)", [("Courier", "2005-07-06")]),
        ("(Courier reported on July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, reported July 6)", [("Courier", "2005-07-06")]),
        ("(Courier, 6.7.2005)", [("Courier", "2005-07-06")]),
        ("(Courier, July 6 through 8)", [("Courier", "2005-07-06"), ("Courier", "2005-07-08")]),
        ("(Courier, December 30, January 2, 2005)", [("Courier", "2004-12-30"), ("Courier", "2005-01-02")]),
        ("(Courier, July 6 and Herald, July 7)", [("Courier", "2005-07-06"), ("Herald", "2005-07-07")]),
        ("(Courier, July 6 and August 7)", [("Courier", "2005-07-06"), ("Courier", "2005-08-07")]),
        # Known outlets survive what is not read.
        ("(Interfax, the one with the snow, July 6)", [("Interfax", "2005-07-06")]),
        # What no comma parts stays without the other's date.
        ("(Interfax; Courier, July 6)", [("Interfax", None), ("Courier", "2005-07-06")]),
        # Known without a date.
        ("(Interfax)", [("Interfax", None)]),
        ("(Kloop.kg; AKIpress)", [("Kloop.kg", None), ("AKIpress", None)]),
        ("(Sputnik Tajikistan)", [("Sputnik Tajikistan", None)]),
        # No day of the calendar.
        ("(Courier, February 30)", [("Courier", None)]),
    ],
)
def test_brackets_that_cite(bracket: str, expected: list[tuple[str, str | None]]) -> None:
    assert cited(bracket) == expected


@pytest.mark.parametrize(
    "bracket",
    [
        "(CSTO)",
        "(ret.)",
        "(which ended in July)",
        "(in July)",
        "(May 5)",
        "(July: 46)",
        "(born May 5)",
        "(Monday, May 5)",
        "(July 6, 1950 - May 5, 2001)",
        "(1994-96)",
        "(the one in Borduria, not the other)",
        "(the Bordurian election, July 6)",
        "(the Courier of old, which slept, July 6)",
        "(Interfax, the one with the snow)",
        "(33 killed, July 6)",
        "(He was released, July 6)",
        "(Borduria, 2004)",
        "(SAP.TO)",
        "(31 miles)",
        "( )",
        "()",
    ],
)
def test_brackets_that_do_not(bracket: str) -> None:
    assert cited(bracket) == []


def test_an_abbreviation_of_an_outlet_is_no_source() -> None:
    text = "The Baltic News Service (BNS) opened an office."
    assert parse_citations(text, [Span(0, len(text))]) == ()


def test_the_year_is_that_of_the_article_unless_the_day_would_lie_ahead() -> None:
    assert cited("(Courier, February 9)") == [("Courier", "2006-02-09")]
    assert cited("(Courier, February 17)") == [
        ("Courier", "2006-02-17")
    ]  # A week ahead may be a misprint, or announced.
    assert cited("(Courier, February 18)") == [("Courier", "2005-02-18")]
    assert cited("(Courier, December 30)", day="2005-12-31") == [("Courier", "2005-12-30")]
    assert cited("(Courier, January 2)", day="2005-12-31") == [("Courier", "2006-01-02")]
    assert cited("(Courier, February)") == [("Courier", "2006-02")]
    assert cited("(Courier, December 30)", day=None, year=2006) == [("Courier", "2006-12-30")]
    assert cited("(Courier, December 30)", day=None) == [("Courier", None)]
    assert cited("(Courier, December 30, 2004)", day=None) == [("Courier", "2004-12-30")]


def test_a_broken_date_of_the_article_is_refused() -> None:
    with pytest.raises(InputError, match="ISO 8601"):
        cited("(Courier, July 6)", day="July 2006")


def mention(text: str, name: str, label: str) -> Entity:
    start = text.index(name)
    return Entity(Span(start, start + len(name)), label, name)


def test_marked_outlets_need_no_date() -> None:
    text = "The convoy left (Lantern Post). Nobody waved (Lantern Post)."
    sentences = split_sentences(text)
    assert parse_citations(text, sentences) == ()
    found = parse_citations(text, sentences, entities=[mention(text, "Lantern Post", "MEDIA")])
    assert [(c.span.of(text), c.sources, c.sentences) for c in found] == [
        ("(Lantern Post)", (Attribution("Lantern Post"),), (0,))
    ]


def test_a_day_alone_belongs_to_the_outlet_before_it() -> None:
    text = "As Lantern Post (January 9) has it, the convoy left (January 8)."
    sentences = split_sentences(text)
    assert parse_citations(text, sentences, day="2006-02-10") == ()
    found = parse_citations(text, sentences, day="2006-02-10", entities=[mention(text, "Lantern Post", "MEDIA")])
    assert [(c.span.of(text), c.sources) for c in found] == [
        ("(January 9)", (Attribution("Lantern Post", date="2006-01-09"),))
    ]
    text = "According to Kommersant (January 9, 11), the convoy left."
    found = parse_citations(text, split_sentences(text), day="2006-02-10")
    assert [source.date for source in found[0].sources] == ["2006-01-09", "2006-01-11"]


def test_the_place_of_a_meeting_is_no_outlet() -> None:
    text = "They met at the summit (Klow, July 6) and parted."
    sentences = split_sentences(text)
    assert parse_citations(text, sentences, year=2006, entities=[mention(text, "Klow", "GPE")]) == ()


@pytest.mark.parametrize("label", ["GPE", "PERSON", "EVENT", "MIL"])
def test_a_name_that_is_another_mention_is_no_outlet(label: str) -> None:
    text = "The pact was signed (Klow, July 6). Nobody waved (Klow, Courier, July 6) or slept (Klow Courier, July 7)."
    starts = [match.start() for match in re.finditer("Klow", text)]
    marked = [Entity(Span(start, start + len("Klow")), label, "Klow") for start in starts]
    found = parse_citations(text, split_sentences(text), year=2006, entities=marked)
    assert [[source.outlet for source in c.sources] for c in found] == [["Courier"], ["Klow Courier"]]
    # A label may be wrong where the name is known.
    text = "Nobody waved (Interfax, July 6)."
    found = parse_citations(text, split_sentences(text), year=2006, entities=[mention(text, "Interfax", label)])
    assert [source.outlet for source in found[0].sources] == ["Interfax"]


def test_a_dateline_covers_its_paragraph() -> None:
    text = "KLOW, January 6 (Xinhua) - A convoy left. Nobody waved.\n\nThe depot is empty."
    found = parse_citations(text, split_sentences(text), day="2006-02-10")
    assert [(c.span.of(text), c.sources, c.sentences) for c in found] == [
        ("(Xinhua)", (Attribution("Xinhua", date="2006-01-06"),), (0, 1))
    ]


@pytest.mark.parametrize(
    ("before", "own", "covered"),
    [
        ("Syldava offered the marines a course.", "Generals hailed the Syldavan offer", (0, 1)),
        ("Syldava published a doctrine.", "An opposition deputy tore the document to pieces", (0, 1)),
        ("The minister flew to Klow.", "He signed nothing there", (0, 1)),
        ("Syldava keeps two battalions at the pass.", "Borduria protested against a road", (1,)),
        ("The Syldavan army sleeps.", "Borduria feared the Syldavan army", (1,)),
    ],
)
def test_a_bracket_covers_the_sentence_before_where_its_own_goes_on(
    before: str, own: str, covered: tuple[int, ...]
) -> None:
    text = f"{before} {own} (Courier, July 6)."
    (citation,) = parse_citations(text, split_sentences(text), year=2006)
    assert citation.sentences == covered


def test_a_bracket_does_not_reach_back_over_a_paragraph_or_another_bracket() -> None:
    text = "Syldava offered a course.\nGenerals hailed the Syldavan offer (Courier, July 6)."
    assert [c.sentences for c in parse_citations(text, split_sentences(text), year=2006)] == [(1,)]
    text = "Syldava offered a course (Herald, July 5). Generals hailed the Syldavan offer (Courier, July 6)."
    assert [c.sentences for c in parse_citations(text, split_sentences(text), year=2006)] == [(0,), (1,)]


def test_offsets_are_of_the_text_and_brackets_outside_of_sentences_cover_none() -> None:
    text = "\ufeffНарод. The convoy left (Courier,\r\nJuly 6).\r\n"
    (citation,) = parse_citations(text, [], year=2006)
    assert citation.span.of(text) == "(Courier,\r\nJuly 6)"
    assert citation.sources == (Attribution("Courier", date="2006-07-06"),)
    assert citation.sentences == ()


def test_unclosed_and_nested_parentheses() -> None:
    assert parse_citations("(Courier, July 6 " + "and so on " * 60, []) == ()
    text = "The convoy left (Channel One (Klow), July 6)."
    (citation,) = parse_citations(text, [Span(0, len(text))], year=2006)
    assert citation.sources[0].date == "2006-07-06"
