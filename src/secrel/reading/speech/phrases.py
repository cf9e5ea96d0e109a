"""Words and names of a sentence in a row, and who a noun phrase makes speak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from secrel.domain import Entity, Span
from secrel.reading.speech.verbs import NOUNS

# "in January.The president": two sentences that nothing parts.
_GLUED = r"(?<=\w\w\w)\.(?=[A-Z][a-z’' ])"
_WORD = re.compile(rf"[’']s\b|[^\W_]+(?:(?![’']s\b|{_GLUED})[’'.&/-][^\W_]+)*|[^\w\s]")
_FULL_STOP = re.compile(rf"{_GLUED}|\.(?!\s*\S)")

PREPOSITIONS = frozenset(
    """
    about above across after against along amid among around at before behind below beneath beside besides between
    beyond by despite down during following for from in inside into near of off on onto out outside over per since
    through throughout to toward towards under until up upon via with within without
    """.split()
)
DETERMINERS = frozenset(
    "a an the this that these those its his her their our my your some any both another one two three four five several"
    " many most no neither each every other".split()
)
PRONOUNS = frozenset("he she it they we i you he’s she’s one".split())
SUBORDINATORS = frozenset(
    """
    that while whereas although though because unless if when where why how whether lest whatever whenever what
    """.split()
)
POSSESSIVE = frozenset({"’s", "'s"})
CONJUNCTIONS = frozenset("and but yet or nor so for then".split())
_NO_ADVERBS = frozenset("family daily weekly monthly ally reply assembly".split())
# Between subject and verb, or before a subject, and no part of either.
FILLERS = frozenset(
    """
    has have had is are was were be been being will would may might can could shall should must do does did not never
    also now still even then later once again already just only too first long meanwhile however instead likewise
    himself herself itself themselves back late all openly flatly soon often always thus hence here there yesterday
    today
    """.split()
)
# "a source close to the staff", "a veteran quoted by Interfax".
_AFTER_NOUN = frozenset(
    ", close familiar who which that quoted cited speaking issued briefed released published obtained signed".split()
)
_SETTINGS = frozenset(
    """
    addition contrast dawn dusk evening fact first last midnight night noon once part private public reply response
    return turn
    """.split()
)
_CLAUSAL = frozenset("since after before until".split())
# Belong to their body: "an adviser of the Security Council", but not "diplomats in Kyiv".
_OF = frozenset("of to from for at".split())
# Offices whose name goes on behind "of": "Secretary of State".
_TITLED = frozenset("secretary chief chairman head minister director commander ambassador undersecretary".split())
# Within a title: "Minister for Trade and Industry", "Ambassador to Klow".
_TITLE_WORDS = frozenset("of for to in the and &".split())
# "a diplomat in the Foreign Ministry".
_INSIDE = frozenset("in inside within on".split())
_PEOPLE = frozenset(
    """
    accountant admiral agent aide ally analyst attaché bishop captain chief citizen clerk colonel combatant command
    consultant correspondent critic cynic delegate deputy diplomat dissident emissary employee envoy executive expert
    functionary general governor guard guide head herdsman imam inhabitant interviewee judge king lieutenant major
    marshal mechanic merchant militant monitor monk mufti mullah nun official opponent optimist parliamentarian
    participant passenger patriarch people pilot politician pope president priest prince refugee local rebel guerrilla
    cleric ayatollah sheikh emir sultan regime relative insider junta bloc coalition alliance faction representative
    resident rival sceptic scholar secretary sergeant skeptic source specialist spokesperson staff student veteran
    warden wife witness eyewitness academy administration army association authorities authority bank board body
    branch bureau cabinet camp center centre chamber church circle coast commission committee company consortium
    consulate corps council court delegation department detachment directorate embassy firm fleet force forces front
    government group guild headquarters house inspectorate institute institution leadership majority minister
    ministry mission monitors movement navy office opposition organisation organization panel parliament party
    police presidency presidium prosecutor secretariat service side staff successor team tribunal union unit wing
""".split()
)
_TEXTS = frozenset(
    """
    account agency article blog broadcast broadcaster bulletin cable channel communique communiqué correspondence daily
    dispatch document documents editorial file gazette inquiry investigation item journal leaflet leak letter magazine
    media memo memoir memoirs memorandum monthly news newspaper note page pamphlet paper papers paragraph poll press
    probe publication radio record records release report reports rumor rumour rumors site source statement story study
    survey television text transcript tv website weekly wire word
""".split()
)
# Are of somebody, though he is not named.
_OWN_TEXTS = frozenset(
    """
    cable communique communiqué document documents leaflet letter memo memorandum note release statement study survey
    poll inquiry investigation probe
    """.split()
)
# Speak for nobody but themselves, be they of a country or a party.
_PAPERS = frozenset("broadcaster channel daily magazine media newspaper paper press radio television tv weekly".split())
# Do not speak for what they belong to: those who live there, those who are against it.
_DWELLERS = frozenset("resident residents people inhabitant inhabitants villager villagers citizen citizens".split())
_AGAINST = frozenset("critic critics opponent opponents rival rivals foe foes enemy enemies victim victims".split())
# "bankers", "economist", "Egyptian", "fishermen".
_PERSON = re.compile(
    r".{2,}(?:er|or|ist|ian|eer|ess)s?|.{2,}(?:man|men|woman|women)|.{3,}(?:dent|dant|gent|tant|nant|geant)s?"
)
_NO_PERSONS = frozenset("accident incident precedent instant restaurant".split())
_AUTHOR = re.compile(
    r"(?:this|the present|our) (?:brief|article|report|note|paper|digest|column|author|writer|analysis|survey)"
    r"|the authors?|i|we|you|one",
    re.IGNORECASE,
)
_INDEFINITE = frozenset("some many few others most both all neither none everybody everyone somebody someone".split())
# "One of Ivanov's aides".
_PART = _INDEFINITE | frozenset("one two three several".split())
_ACTORS = frozenset({"PERSON", "NORP", "GPE", "ORG", "MIL"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, a punctuation mark, or a whole mention of a sentence.

    Attributes:
        span: Its characters in the text.
        word: The characters in lower case.
        entity: The mention, if it is one.
    """

    span: Span
    word: str
    entity: Entity | None = None

    def is_actor(self) -> bool:
        """Whether it is a mention of somebody who can speak."""
        return self.entity is not None and self.entity.label in _ACTORS


@dataclass(frozen=True, slots=True)
class Voice:
    """Who a noun phrase makes speak.

    Attributes:
        words: The noun phrase.
        speaker: The mention of who speaks, or of the body in whose name; ``None`` if the phrase names nobody.
        outlet: The mention of the outlet, if the phrase names one.
        silent: Whether nobody but the outlet speaks ("the weekly Kommersant", "a report in Kommersant").
        written: Whether the phrase names a paper or the like, and nobody ("one newspaper").
    """

    words: Span
    speaker: Entity | None = None
    outlet: Entity | None = None
    silent: bool = False
    written: bool = False

    def is_person(self) -> bool:
        """Whether a named person speaks."""
        return self.speaker is not None and self.speaker.label == "PERSON"


def split_units(text: str, sentence: Span, entities: Sequence[Entity], left_out: Sequence[Span] = ()) -> list[Unit]:
    """The words, marks and mentions of a sentence in order.

    Args:
        text: The text.
        sentence: The sentence.
        entities: The mentions of the sentence in order, none within another.
        left_out: Stretches that are no part of the sentence's grammar, such as brackets.
    """
    units: list[Unit] = []
    position = sentence.start
    named = {entity.span: entity for entity in entities if not entity.span.of(text).isspace()}
    holes = sorted([*left_out, *named])
    for hole in [*holes, None]:
        end = sentence.end if hole is None else hole.start
        for match in _WORD.finditer(text, min(position, end), end):
            # Full stops of abbreviations part nothing.
            if match.group() != "." or _FULL_STOP.match(text, match.start(), sentence.end):
                units.append(Unit(Span(match.start(), match.end()), match.group().lower()))
        if hole is not None and hole.start >= position:
            if hole in named and hole not in left_out:
                units.append(Unit(hole, hole.of(text).lower(), named[hole]))
            position = hole.end
    return units


def find_voice(units: Sequence[Unit], text: str) -> Voice | None:
    """Who speaks in a noun phrase; ``None`` if nobody does, or the author of the text.

    Of the names in the phrase it is the person; else the name that its noun belongs to ("the NATO spokesman", "a
    spokesman of NATO").

    Args:
        units: The noun phrase, perhaps with a phrase of place or time before it, and adverbs at its ends.
        text: The text.
    """
    phrase = _trimmed(units)
    if not phrase:
        return None
    said = next((i for i, unit in enumerate(phrase) if i and unit.word in {"quoted", "cited"}), len(phrase))
    words = Span(phrase[0].span.start, phrase[said - 1].span.end)
    if _AUTHOR.fullmatch(words.of(text)):
        return None
    cut = _core_end(phrase)
    core, rest = phrase[:cut], phrase[cut:]
    noun = core[-1]
    outlet = next((unit.entity for unit in phrase if unit.entity and unit.entity.label == "MEDIA"), None)
    speaker = _named(core)
    if speaker is None or speaker.label != "PERSON" or _owns(speaker, core):
        speaker = _titled(noun, rest, text) or _apposed(rest) or speaker or _named_behind(noun, rest)
    reads = is_text(noun.word) or (noun.entity is not None and noun.entity is outlet)
    news = len(core) > 1 and core[-2].word == "news" and noun.word in {"agency", "agencies"}
    unnamed = (noun.word.removesuffix("s") in _PAPERS or news) and speaker in [unit.entity for unit in core]
    if speaker is not None and speaker.label != "PERSON" and (unnamed or (outlet is not None and reads)):
        speaker = None  # "a Bordurian newspaper"
    silent = speaker is None and outlet is not None and reads
    written = speaker is None and outlet is None and reads and noun.word not in _OWN_TEXTS
    return Voice(words, speaker, outlet, silent, written)


def speaks(voice: Voice, units: Sequence[Unit]) -> bool:
    """Whether a phrase is of somebody, or something written, that can say a thing: no plan, no photograph."""
    phrase = [unit for unit in units if voice.words.contains(unit.span)]
    if not phrase:
        return False
    noun = phrase[_core_end(phrase) - 1]
    return (
        noun.is_actor()
        or (noun.entity is not None and noun.entity.label == "MEDIA")
        or noun.word in PRONOUNS | _INDEFINITE
        or is_person(noun.word)
        or is_text(noun.word)
        or voice.is_person()
    )


def is_titled(units: Sequence[Unit], text: str) -> bool:
    """Whether a phrase is a person behind an office of several words: "Minister for Trade and Industry Muskar"."""
    cut = _core_end(units)
    entity = units[-1].entity if cut < len(units) else None
    return entity is not None and entity.label == "PERSON" and _is_title(units[cut - 1], units[cut:-1], text)


def is_person(word: str) -> bool:
    """Whether a common noun, singular or plural, is one of people or of a body that speaks."""
    last = word.rsplit("-", maxsplit=1)[-1]
    if _PERSON.fullmatch(last) and last.removesuffix("s") not in _TEXTS | _NO_PERSONS:
        return True
    singulars = {last, last.removesuffix("s"), last.removesuffix("es"), f"{last.removesuffix('ies')}y"}
    return not singulars.isdisjoint(_PEOPLE)


def is_text(word: str) -> bool:
    """Whether a common noun, singular or plural, is one of something written or broadcast."""
    return not _TEXTS.isdisjoint({word, word.removesuffix("s"), f"{word.removesuffix('ies')}y"})


def _trimmed(units: Sequence[Unit]) -> list[Unit]:
    """A noun phrase without what stands before and behind it."""
    phrase = list(units)
    while phrase and (is_adverb(phrase[-1]) or phrase[-1].word in {",", "—", "–"} | CONJUNCTIONS | PREPOSITIONS):
        phrase.pop()
    while phrase and (
        phrase[0].word in CONJUNCTIONS
        or phrase[0].word in {",", "as", "that", "even", "—", "–", '"', "“", "”", ":"}
        or is_adverb(phrase[0])
    ):
        phrase.pop(0)
    if len(phrase) > 2 and phrase[0].word in PREPOSITIONS and phrase[1].word in _SETTINGS:
        return _trimmed(phrase[2:])  # "in response the minister"
    if phrase and phrase[0].word in PREPOSITIONS:
        # "since the minister", "after Ivanov": a clause and no time.
        clausal = phrase[0].word in _CLAUSAL
        return _behind_first(phrase) or (_trimmed(phrase[1:]) if clausal else _person_behind(phrase))
    return phrase


def is_adverb(unit: Unit) -> bool:
    """Whether a unit may stand between subject and verb: an adverb, an auxiliary, a date."""
    if unit.entity is not None:
        return unit.entity.label == "DATE"
    return unit.word in FILLERS or (unit.word.endswith("ly") and unit.word not in _NO_ADVERBS)


def _behind_first(phrase: list[Unit]) -> list[Unit]:
    """What follows a phrase of place or time: "In the Meclis | the deputy Erdem"."""
    for i, unit in enumerate(phrase):
        if i == 0:
            continue
        if unit.word == "," or (i > 1 and unit.word in DETERMINERS):
            return _trimmed(phrase[i:])
        following = phrase[i + 1].word if i + 1 < len(phrase) else ""
        if unit.entity is not None and following not in PREPOSITIONS | {"and", "’s", "'s"}:
            return _trimmed(phrase[i + 1 :])
    return []


def _person_behind(phrase: list[Unit]) -> list[Unit]:
    """The person behind a phrase of place or time that no comma closes: "In his speech | General Ivanov"."""
    person = next((i for i, unit in enumerate(phrase) if unit.entity and unit.entity.label == "PERSON"), 0)
    first = person
    while first > 0 and is_person(phrase[first - 1].word):
        first -= 1
    before = phrase[first - 1] if first > 1 else None
    if before is None or before.entity is not None or before.word.endswith("ing"):
        return []
    belongs = before.word in PREPOSITIONS | DETERMINERS | POSSESSIVE | CONJUNCTIONS | {",", "who", "which", "whose"}
    return [] if belongs or phrase[person + 1 :] else phrase[first:]


def _core_end(phrase: Sequence[Unit]) -> int:
    """Index behind the noun of a phrase: at its first preposition or comma, or at what else describes it."""
    return next((i for i, unit in enumerate(phrase) if i and unit.word in PREPOSITIONS | _AFTER_NOUN), len(phrase))


def _named(core: Sequence[Unit]) -> Entity | None:
    """The person of a noun phrase, or the last of the names before its noun; of several with "and" the first."""
    based = [i for i, unit in enumerate(core) if unit.word == "based"]
    actors = [
        (i, unit.entity)
        for i, unit in enumerate(core)
        # "Klow-based analysts" are not of Klow.
        if unit.is_actor() and unit.entity is not None and not {i + 1, i + 2}.intersection(based)
    ]
    person = next((entity for _, entity in actors if entity.label == "PERSON"), None)
    if person is not None or not actors:
        return person
    last, chosen = actors[0]
    for i, entity in actors[1:]:
        # "Georgia's Foreign Ministry", "Syrian Kurdish YPG leaders", but not "Moscow and Beijing".
        if any(unit.word in {"and", "or", "&"} for unit in core[last:i]):
            break
        last, chosen = i, entity
    return chosen


def _owns(speaker: Entity, core: Sequence[Unit]) -> bool:
    """Whether a person only owns what a noun phrase names: "Ivanov's deputy"."""
    return any(unit.entity is speaker and after.word in POSSESSIVE for unit, after in pairwise(core))


def _titled(noun: Unit, rest: Sequence[Unit], text: str) -> Entity | None:
    """The person of "Secretary of State Kerry", by what stands behind "Secretary"."""
    for i, (before, unit) in enumerate(pairwise(rest), 1):
        if unit.word == "," or before.word in {"who", "which", "whose", "whom"}:
            return None
        if unit.entity is not None and unit.entity.label == "PERSON":
            office = rest[0].word == "of" and before.entity is None and before.word not in PREPOSITIONS
            titled = office or _is_title(noun, rest[:i], text)
            return unit.entity if titled and noun.word not in _AGAINST else None
    return None


def _is_title(noun: Unit, units: Sequence[Unit], text: str) -> bool:
    """Whether an office goes on behind its noun in capitals and names: "for Trade and Industry", "to Klow"."""
    opens = bool(units) and is_person(noun.word) and units[0].word in {"of", "for", "to", "in"}
    words = (unit.entity is not None or unit.span.of(text)[0].isupper() for unit in units)
    named = all(word or unit.word in _TITLE_WORDS for word, unit in zip(words, units, strict=True))
    return opens and named and units[-1].word not in _TITLE_WORDS


def _apposed(rest: Sequence[Unit]) -> Entity | None:
    """The person of "its envoy, Colonel Liu"."""
    comma = next((i for i, unit in enumerate(rest) if unit.word == ","), None)
    if comma is None:
        return None
    titled = False
    for unit in rest[comma + 1 : comma + 12]:
        titled = titled or unit.word in _TITLED
        if unit.word in PREPOSITIONS - (_OF if titled else frozenset()):
            return None
        if unit.word in {",", "who", "which", "whose", "whom", "and", "’s", "'s"}:
            return None
        if unit.entity is not None and unit.entity.label == "PERSON":
            return unit.entity
    return None


def _named_behind(noun: Unit, rest: Sequence[Unit]) -> Entity | None:
    """Whom a noun belongs to, by the phrases behind it."""
    stands = noun.entity is not None or is_person(noun.word) or is_text(noun.word) or noun.word in _PART | NOUNS
    if noun.word in _AGAINST or not stands:
        return None
    preposition = ""
    for i, unit in enumerate(rest):
        if unit.word in PREPOSITIONS:
            preposition = unit.word
        elif unit.word in {"who", "which", "whose", "whom", ","}:
            return None
        elif unit.is_actor() and unit.entity is not None:
            town = unit.entity.label == "GPE" and (noun.word in _DWELLERS or preposition in {"at", "from"})
            addressee = is_text(noun.word) and rest[0].word in {"to", "for"}
            inside = preposition in _INSIDE and unit.entity.label in {"ORG", "MIL"}
            of = preposition in _OF or inside or (preposition == "by" and is_text(noun.word))
            if of and not (town or addressee):
                ends = (k for k in range(i, len(rest)) if rest[k].word in PREPOSITIONS or rest[k].word == ",")
                return _named(rest[i : next(ends, len(rest))])
    return None
