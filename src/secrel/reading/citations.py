"""Source brackets such as ``(Avesta, July 6; Itar-Tass, July 8)``: which outlets, which days, which sentences.

Three forms are read:

* the bracket that names its outlets, ``(Interfax, April 20, 23; see EDM, April 21)``;
* the bracket with nothing but days behind an outlet of its sentence, ``as Kommersant (August 6) has it``;
* the outlet of a dateline, ``KABUL, July 9 (Xinhua) -``.

Abbreviations, asides and other parentheses are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from secrel.domain import Attribution, Citation, Entity, Span
from secrel.reading.bracket_dates import DATES, Anchor, Day, fold, join_days, read_days
from secrel.reading.bracket_reach import BRACKET, DATELINE, BracketReach

_DATE_LIST = re.compile(rf"(?:{DATES.pattern})(?:,\s*(?:{DATES.pattern}))*", re.IGNORECASE)
# "Kommersant of July 6", "Interfax: July 6", "Interfax reported on July 6".
_TRAILING = re.compile(
    rf"(?P<name>.+?)(?:\s*[:–—]|\s-|\s(?:reported|wrote|said))?\s+(?:(?:of|on|from)\s+)?(?P<dates>{DATES.pattern})",
    re.IGNORECASE,
)
# Stand beside outlet and day and are neither.
_ASIDE = re.compile(
    r"(?:(?:no|nos|nr|issue|vol|volume|pp?|page|pages)\b\.?\s*[\d-]+|[#№]\s*[\d-]+"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|\d{1,2}(?:[:.]?\d\d)?\s*(?:[ap]\.?m\b\.?|gmt|utc|cet|msk|hours|(?:local|moscow) time)|\d{1,2}:\d\d"
    r"|(?:online|print|evening|morning)(?: edition)?|(?:in )?(?:russian|english|ukrainian))",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:and |also )?see(?: also)?|cf\.?|e\.g\.|i\.a\.|and|via|sources?:|according to|accessed|from"
    r"|posted|(?:as )?(?:reported|quoted|cited|relayed|carried)(?: by| in| on)?"
    r"|the (?:[\w’'-]+ )?(?:daily|weekly|newspaper|paper|agency|service|journal|magazine))[:,]?\s+",
    re.IGNORECASE,
)
# "for the background, see EDM, April 21".
_SUBJECT = re.compile(r"\s*(?:for|on)\b[^,;()]{1,60},\s*(?=see\b)", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?:/\S*)?", re.IGNORECASE)
# "the New York Times", but not "the Lower House election".
_THE = re.compile(r"the\s+(?=[A-Z][\w’'.-]*(?:\s+(?:[A-Z][\w’'.-]*|of|and|&))*(?:,|;|$|\s+\d))")
# "al-Hayat", "de Volkskrant".
_FOREIGN = re.compile(r"(?:a[lnrs]|ash|at|el)-\S.*|(?:die|der|das|de|het|el|la|le|les|il)\s+[A-Z].*")
# "24 Saati", "15min", "0629".
_NUMBERED = re.compile(r"\d+(?: [A-Z].*|[\w.-]*[^\W\d_][\w.-]*)|0\d{3}")
_QUOTES = re.compile(r"[“”„«»\"]")
# Titles of articles: a chunk wholly in quotation marks.
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]*[”“»\"]")
_MOST_WORDS = 7
# Open no outlet, though with a capital at the head of a bracket.
_NO_OUTLET = frozenset(
    """
    a about after age aged an as at before between born by circa died during early estimated every except for from he
    her here his how however if in including it its last late mid my next no not of on once or our over she since
    some still that their then there these they this those though until up we when where whether which while who with
    year monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter figure table map
    """.split()
)
_NO_NAME = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|which|who|that|said|says|until|since|between|ended|began|left)\b"
)
# Known without a date and without a mark. Words of a name are joined by hyphens.
_OUTLETS = frozenset(
    """
    1+1 24.kg aap afp akipress al-jazeera anadolu anadolu-agency ani ansa antara apa apsnypress armenpress arka
    asia-plus associated-press agence-france-presse avesta azatutyun azertac azertaj azg basapress bbc belapan belta
    black-sea-press bloomberg bns bta channel-one civil-georgia civil.ge cnn ctk delfi deutsche-presse-agentur
    deutsche-welle dpa edm ekho-moskvy elta eurasianet fergana.ru ferghana.ru financial-times gazeta.ru imedi infotag
    interfax interpressnews irna isna itar-tass izvestia izvestiya kabar kavkaz-press kazakhstan-today kazinform kcna
    khovar kommersant kommersant-daily krasnaya-zvezda kyodo le-monde lenta.ru leta los-angeles-times mediamax
    moldpres montsame nezavisimaya-gazeta new-york-times novaya-gazeta novosti-gruziya novosti-armeniya noyan-tapan
    ntv ozodlik pajhwok pap prime-news radio-free-europe radio-liberty rbc rbk regnum reuters rfe/rl rferl rfi
    ria-novosti ria-novosti rompres rossiiskaya-gazeta rossiyskaya-gazeta rtr rustavi-2 sana segodnya sputnik tanjug
    tass tasnim tengrinews turan tut.by ukrainska-pravda ukrinform unian vedomosti vna voice-of-america
    vremya-novostei wall-street-journal washington-post xinhua yonhap
    """.split()
)
# With a country or a service behind them: "Interfax-Ukraine", "Sputnik Tajikistan".
_FAMILIES = ("interfax", "sputnik", "itar-tass", "bbc", "rfe/rl", "anadolu", "kommersant", "rustavi-2", "ria")
_OCCASION = re.compile(
    r"\b(?:summit|meeting|session|conference|talks|forum|treaty|agreement|accord|protocol|declaration|exercises?"
    r"|maneuvers|battle|congress|games|festival)\s*$"
)
_PLACES = frozenset({"GPE", "LOC", "FAC", "EVENT", "LAW"})
# Whole mentions that are no outlets, unless it is a known one.
_OTHERS = _PLACES | {"PERSON", "NORP", "MIL", "DATE"}
_GROUPS = re.compile(r";|[—–]\s*(?=see\b)")
# Also behind a title with its comma inside of the marks, and between a day and the next outlet or month.
_COMMAS = re.compile(r",|(?<=,[”\"])\s+|(?<=\d)\s+(?:and|&)\s+(?=[^\W\d])")
# How far before a bracket with a date alone its outlet may stand, in characters.
_NEAR = 80


@dataclass(slots=True)
class _Outlet:
    """An outlet of a bracket, with the days that belong to it."""

    name: str
    span: Span
    days: list[Day] = field(default_factory=list)


def parse_citations(
    text: str,
    sentences: Sequence[Span],
    *,
    day: str | None = None,
    year: int | None = None,
    entities: Sequence[Entity] = (),
) -> tuple[Citation, ...]:
    """The source brackets of a text.

    A bracket is a citation if it names an outlet together with a day or a month, or an outlet that is known: one of
    the usual agencies and newspapers, a web address, or a mention labelled ``MEDIA``.

    Dates: a day without a year falls into the year of the article, or into the year before where it would otherwise
    lie more than a week after the article. An outlet with several days gives one source a day, a range its first and
    its last day. Outlets parted by commas share the date behind them ("Interfax, Itar-Tass, July 6"); one that a
    semicolon closes off without a date has none. Of what stands between two semicolons and is not read throughout, only
    known outlets with a date count.

    Sentences: a bracket covers its own sentence, and those before it in the same paragraph, back to the bracket before,
    as far as each plainly goes on telling what the one before it began (:mod:`secrel.reading.continuation`), or from
    the one on that names the outlet itself. One that is a paragraph of its own covers the paragraph before it, back to
    the bracket before. The outlet of a dateline covers the paragraph that it opens.

    Args:
        text: The text.
        sentences: Its sentences in order.
        day: ISO 8601 date of the article, if it is known.
        year: Its year, if no more is known; without either, dates that state no year are left out.
        entities: Mentions in order, if they are known; with them outlets without a date are recognised by their label,
            and so are those that stand before a bracket with a date alone; what is another mention is no outlet.

    Returns:
        Citations in order of their brackets; ``sentences`` of a bracket outside of every sentence is empty.
    """
    anchor, reach = Anchor.of(day, year), BracketReach(text, sentences, entities)
    found: list[Citation] = []
    for match in BRACKET.finditer(text):
        span = Span(match.start(), match.end())
        index = _index(sentences, span)
        begin = sentences[index].start if index is not None else max(0, span.start - _NEAR)
        cited = _outlets(text, begin, span, entities)
        if cited:
            sources = tuple(Attribution(o.name, date=d) for o in cited for d in anchor.places(o.days) or (None,))
            covered = () if index is None else reach.of(span, index, [outlet.name for outlet in cited])
            found.append(Citation(span, sources, covered))
    return tuple(found)


def _outlets(text: str, begin: int, bracket: Span, entities: Sequence[Entity]) -> list[_Outlet]:
    """What a bracket in a sentence that begins at ``begin`` cites; nothing if it is no citation."""
    dateline = DATELINE.fullmatch(text, begin, bracket.start)
    cited = _named(text, bracket, entities) or _named_before(text, begin, bracket, entities)
    if dateline is None:
        return cited
    name = fold(text[bracket.start + 1 : bracket.end - 1])
    if not cited and _is_name(name):
        cited = [_Outlet(name, bracket)]
    for outlet in cited:
        if dateline["date"] and not outlet.days:
            outlet.days = read_days(dateline["date"], None)
    return cited


def _index(sentences: Sequence[Span], span: Span) -> int | None:
    index = bisect_right(sentences, span.start, key=lambda sentence: sentence.start) - 1
    return index if index >= 0 and sentences[index].contains(span) else None


def _from(entities: Sequence[Entity], first: int, end: int) -> Sequence[Entity]:
    """The mentions that begin from ``first`` on and before ``end``."""
    low, high = (bisect_left(entities, place, key=lambda entity: entity.start) for place in (first, end))
    return entities[low:high]


def _named(text: str, bracket: Span, entities: Sequence[Entity]) -> list[_Outlet]:
    """The outlets that a bracket names itself; none if it is no citation."""
    inside = [entity for entity in _from(entities, bracket.start, bracket.end) if bracket.contains(entity.span)]
    cited: list[_Outlet] = []
    for group in _split(text, Span(bracket.start + 1, bracket.end - 1), _GROUPS):
        cited += (outlet for outlet in _group(text, group) if not _is_other(text, outlet, inside))
    before = text[max(0, bracket.start - _NEAR) : bracket.start]
    dated = any(month for outlet in cited for _, month, _ in outlet.days)
    place = any(outlet.span.overlaps(e.span) for outlet in cited for e in inside if e.label in _PLACES)
    if dated and not (place and _OCCASION.search(before)):
        return cited
    marked = [entity.span for entity in inside if entity.label == "MEDIA"]
    known = all(
        _is_known(o.name) or any(o.span.overlaps(m) and 2 * len(m) > len(o.span) for m in marked) for o in cited
    )
    return cited if known and not _abbreviates(text[bracket.start + 1 : bracket.end - 1], before) else []


def _named_before(text: str, begin: int, bracket: Span, entities: Sequence[Entity]) -> list[_Outlet]:
    """The outlet of the sentence to which a bracket with days alone belongs."""
    content = text[bracket.start + 1 : bracket.end - 1]
    days = read_days(content, None) if _DATE_LIST.fullmatch(content) else []
    if not any(month for _, month, _ in days):
        return []
    begin = max(begin, bracket.start - _NEAR)
    for entity in reversed(_from(entities, begin, bracket.start)):
        between = text[entity.end : bracket.start]
        if entity.label == "MEDIA" and entity.end <= bracket.start and ")" not in between:
            return [_Outlet(fold(entity.text), entity.span, days)]
    words = list(re.finditer(r"[^\s()]+", text[begin : bracket.start]))
    for count in range(min(4, len(words)), 0, -1):
        name = " ".join(word.group() for word in words[-count:])
        if _is_known(name) and name[0].isupper():
            return [_Outlet(name, bracket, days)]
    return []


def _is_other(text: str, outlet: _Outlet, inside: Sequence[Entity]) -> bool:
    """Whether the whole name of an outlet that is not known is a mention of something else: "(Klow, July 6)"."""
    named = (entity for entity in inside if entity.label in _OTHERS and entity.start <= outlet.span.start)
    return not _is_known(outlet.name) and any(outlet.name in fold(entity.span.of(text)) for entity in named)


def _chunks(text: str, group: Span) -> list[Span]:
    """The parts of a group between commas, without what leads to them and what stands beside outlets and days."""
    if subject := _SUBJECT.match(text, group.start, group.end):
        group = Span(subject.end(), group.end)
    chunks: list[Span] = []
    for chunk in _split(text, group, _COMMAS):
        start = chunk.start
        while lead := _LEAD.match(text, start, chunk.end) or _THE.match(text, start, chunk.end):
            start = lead.end()
        if not _ASIDE.fullmatch(fold(text[start : chunk.end])):
            chunks.append(Span(start, chunk.end))
    names = [chunk for chunk in chunks if not DATES.fullmatch(fold(chunk.of(text)))]
    titles = [chunk for chunk in names if _QUOTED.fullmatch(chunk.of(text))]
    # "Lantern Post, “Who Pays?”", but not "“Lantern Post,” “Herald”".
    return chunks if len(titles) == len(names) else [chunk for chunk in chunks if chunk not in titles]


def _group(text: str, group: Span) -> list[_Outlet]:
    """The outlets of what stands between two semicolons.

    Where something in it is neither outlet nor date, they are those that are known and have a date.
    """
    cited: list[_Outlet] = []
    waiting: list[_Outlet] = []
    month: int | None = None
    closed = unread = False
    for chunk in _chunks(text, group):
        content = fold(chunk.of(text))
        if DATES.fullmatch(content):
            days = read_days(content, month)
            if not waiting or not days:
                unread = True
                continue
            month = days[-1][1] or month
            for outlet in waiting:
                outlet.days = join_days(outlet.days, days)
            closed = True
            continue
        if closed:
            waiting, month, closed = [], None, False
        trailing = _TRAILING.fullmatch(content)
        days = read_days(trailing["dates"], None) if trailing else []
        dated = bool(days) and days[0][1] is not None
        name = _QUOTES.sub("", trailing["name"] if trailing and dated else content).strip(" ,")
        if not _is_name(name):
            unread = True
            continue
        # "Interfax and Itar-Tass", but not "Stars and Stripes".
        pair = re.split(r"\s+(?:and|&)\s+", name)
        names = pair if all(_is_known(part) for part in pair) else [name]
        outlets = [_Outlet(part, chunk, days if dated else []) for part in names]
        waiting += outlets
        cited += outlets
        month, closed = (days[-1][1], True) if dated else (month, closed)
    return [outlet for outlet in cited if not unread or (outlet.days and _is_known(outlet.name))]


def _is_name(name: str) -> bool:
    words = name.strip("‘’'").split()
    if not 1 <= len(words) <= _MOST_WORDS or words[0].lower() in _NO_OUTLET or _NO_NAME.search(name):
        return False
    if _WEB.fullmatch(name) or _is_known(name):
        return True
    foreign = _FOREIGN.fullmatch(name) or _NUMBERED.fullmatch(name)
    return words[0][0].isupper() or foreign is not None


def _is_known(name: str) -> bool:
    key = "-".join(re.split(r"[\s-]+", name.strip("“”\"‘’'").lower()))
    family = any(key.startswith(f"{agency}-") for agency in _FAMILIES)
    # "SAP.TO" is a share, not a site.
    return key in _OUTLETS or family or (_WEB.fullmatch(name) is not None and not name.isupper())


def _abbreviates(name: str, before: str) -> bool:
    """Whether a name in brackets is made of the initials of the words before it."""
    letters = [character.lower() for character in name if character.isalpha()]
    initials = [word[0].lower() for word in re.findall(r"[^\W\d_]+(?:[’'][a-z]+)?", before)]
    return name.isupper() and letters == initials[-len(letters) :]


def _split(text: str, span: Span, separator: re.Pattern[str]) -> list[Span]:
    """The parts of ``span`` between separators that stand outside of inner parentheses and quotes, without blanks."""
    cuts, depth, position = [span.start], 0, span.start
    while position < span.end:
        match = separator.match(text, position, span.end)
        if match and depth == 0:
            cuts += [match.start(), match.end()]
            position = match.end()
            continue
        if text[position] == '"':  # opens and closes alike
            position = max(position, text.find('"', position + 1, span.end))
        depth += {"(": 1, "[": 1, "“": 1, ")": -1, "]": -1, "”": -1}.get(text[position], 0)
        position += 1
    cuts.append(span.end)
    parts: list[Span] = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        content = text[start:end]
        if content.strip():
            first = start + len(content) - len(content.lstrip())
            parts.append(Span(first, first + len(content.strip())))
    return parts
