"""How far back in its paragraph a sentence goes on telling what those before it began.

A sentence goes on from an earlier one where it has one of these signs at its head:

* a person's pronoun ("He");
* a further report of who spoke before ("The minister added", "Ivanov also said", "In his view");
* an event or a document that the earlier one tells or names ("The visit", "During the talks", "The two sides");
* somebody who took part in an event of a stated day, in the past tense ("On July 6 Ivanov met Liu. Liu asked ...");

or where it tells how somebody took a deed of the one before ("hailed the Syldavan offer", "rejected the charge").

Who goes on speaking may have spoken up to two sentences earlier. General comment shows none of the signs, since it
tells neither a report nor an event of a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from secrel.reading.bracket_dates import DAY, MONTH
from secrel.reading.speech.verbs import forms

_STEM = 5
# Sentences between who speaks and "he" who speaks again.
_MOST_BETWEEN = 2
# Characters of a sentence in which its main verb is looked for.
_HEAD = 120


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_PRONOUN = re.compile(r"(?:He|She)\b")
_CONNECTIVE = r"(?:(?:In addition|Moreover|Furthermore|In particular|At the same time|Also|Further|Finally),? )?"
_REPORTED = _any(
    forms(
        "say/said/says tell/told/tells add announce argue assert assure claim confirm complain declare deny emphasize"
        " explain express insist mention note point promise report recall reject remark reveal state stress suggest"
        " underline underscore urge warn write/wrote/writes call describe praise criticize accuse thank demand"
    )
)
_ADDED = "added|adds|concluded|reiterated|repeated|went on"
# What follows the subject of a sentence that goes on reporting: "also said", "added", ", for his part, noted".
_FURTHER = re.compile(
    rf"(?:, [^,]{{1,40}},)?(?: (?:also|further|then|likewise)\b(?: [a-z]+ly)? (?:{_REPORTED})| (?:{_ADDED})"
    rf"| (?P<bare>{_REPORTED}))\b"
)
# "The minister": a subject that names somebody by his office.
_OFFICE = re.compile(
    rf"{_CONNECTIVE}(?P<who>It|They|The(?: (?!may|will|would|could|can|should|is|was|has|had)[\w’'-]+){{1,3}}?)"
)
_ACCORDING = re.compile(
    rf"{_CONNECTIVE}(?:According to (?:him|her|them|it|the same)|As (?:he|she) put it"
    r"|In (?:his|her|their) (?:view|opinion|words|estimate|assessment))\b",
    re.IGNORECASE,
)
_SPOKE = re.compile(rf"\b(?:{_REPORTED}|according to)\b", re.IGNORECASE)
_SIDES = re.compile(
    r"(?:They|(?:The|These|Both) (?:two |three )?(?:sides|parties|leaders|presidents|ministers|delegations|men))\b"
)
# Events and documents, with the stems of the words that tell or name them.
_EVENTS = {
    "meeting": "met meet meets meeting conven gather receiv",
    "talks": "talk met negotiat discuss visit",
    "visit": "visit arriv flew travel tour paid",
    "trip": "visit arriv flew travel tour trip",
    "exercise": "exercis maneuver drill",
    "exercises": "exercis maneuver drill",
    "drill": "exercis maneuver drill",
    "maneuvers": "exercis maneuver drill",
    "agreement": "agree sign conclud initial",
    "document": "sign adopt publish approv initial doctrine treaty document protocol",
    "contract": "contract sign order buy bought sold",
    "deal": "deal sign agree sold bought",
    "protocol": "protocol sign initial",
    "memorandum": "memorandum sign initial",
    "resolution": "resolution adopt",
    "statement": "statement said state declar",
    "summit": "summit",
    "session": "session",
    "conference": "conference",
    "ceremony": "ceremony opened inaugurat",
    "attack": "attack struck fired shell raid",
    "explosion": "explo blew blast",
    "incident": "fired shot shell collid kill",
    "operation": "operation",
    "delegation": "delegation",
    "convoy": "convoy",
    "note": "note protest",
    "appeal": "appeal call",
    "delivery": "deliver handed ship",
}
_EVENT = re.compile(
    rf"(?:(?:During|At|After|Following|Before|In|Under) )?[Tt]he (?:[a-z-]+ )?(?P<noun>{'|'.join(_EVENTS)})\b"
    r"(?! (?:of|that|which|by|between|with|on)\b)"
)
# What somebody rejects or hails, with the stems of the words for it in the sentence before.
_DEEDS = _EVENTS | {
    "text": "sign publish adopt treaty document protocol doctrine declar",
    "paper": "sign publish adopt treaty document protocol doctrine declar",
    "plan": "plan propos",
    "proposal": "propos offer suggest",
    "decision": "decid decision order note withdr",
    "charge": "accus charg alleg",
    "accusation": "accus charg alleg",
    "remark": "said called told remark",
}
_TOOK = _any(
    forms(
        "reject dismiss denounce call tear/tore/tears welcome hail criticize criticise condemn praise ridicule defend"
        " censure deplore applaud mock scorn brand endorse oppose support decline accept"
    )
)
_TAKEN = re.compile(
    rf"\b(?P<verb>{_TOOK}) (?:the(?P<whose> [A-Z][\w’'-]+)?|(?P<this>this|that|these|those|such))"
    r" (?P<noun>[a-z]{4,}?)s?\b"
    r"(?! (?:of|that|which|by)\b)"
)
_ON_DAY = re.compile(
    rf"\b(?:{MONTH}\s+{DAY}|{DAY}\s+{MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday)\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|said|told|made|took|came|went|gave|met|held|began|left|sent|spoke|saw|led|wrote"
    r"|[a-z]{2,}ed)\b"
)
_PRESENT = re.compile(r"\b(?:is|are|has|have|will|may|might|could|can|seems?|remains?|appears?)\b")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence without its brackets, and the mention that opens it.

    Attributes:
        text: The sentence.
        subject: The mention of somebody at its head, behind titles perhaps; empty if there is none.
        end: Where that mention ends in ``text``.
        is_person: Whether it is a person's.
    """

    text: str
    subject: str = ""
    end: int = 0
    is_person: bool = False


def first_told(sentences: Sequence[Told]) -> int:
    """Index of the first of some successive sentences of a paragraph whose telling the last one goes on with.

    Args:
        sentences: At least one sentence.
    """
    first = len(sentences) - 1
    while first > 0:
        before = _goes_on_from(sentences[:first], sentences[first])
        if before is None:
            break
        first = before
    return first


def _goes_on_from(earlier: Sequence[Told], sentence: Told) -> int | None:
    """Index of the earlier sentence that one goes on from; ``None`` if it begins something of its own."""
    last = len(earlier) - 1
    text = sentence.text
    further = _PRONOUN.match(text) is not None or _ACCORDING.match(text) is not None
    for index in range(last, max(-1, last - _MOST_BETWEEN - 1), -1):
        before = earlier[index].text
        told = (further or _reports_further(before, sentence)) and _SPOKE.search(before) is not None
        if told or _is_same_event(before, sentence):
            return index
    return last if further or _takes_up(earlier[last].text, text) else None


def _reports_further(before: str, sentence: Told) -> bool:
    """Whether somebody whom a sentence names goes on speaking."""
    if sentence.subject and _FURTHER.match(sentence.text, sentence.end):
        return _names(before, sentence.subject)
    office = _OFFICE.match(sentence.text)
    if office is None:
        return False
    further = _FURTHER.match(sentence.text, office.end())
    if further is None:
        return False
    return not further["bare"] or (office["who"].startswith("The ") and _names(before, office["who"]))


def _names(before: str, who: str) -> bool:
    """Whether a sentence has the last word of a name or an office."""
    return re.search(rf"\b{re.escape(who.rsplit(maxsplit=1)[-1])}\b", before, re.IGNORECASE) is not None


def _takes_up(before: str, after: str) -> bool:
    """Whether somebody rejects or hails a deed of the sentence before: "offered ... hailed the Canadian offer"."""
    words = re.findall(r"[^\W\d_]{3,}", before.lower())
    for match in _TAKEN.finditer(after):
        noun = match["noun"]
        if noun in _DEEDS:
            stems = _DEEDS[noun].split()
        elif match["verb"].startswith("call") or (noun in words and not match["this"]):
            continue  # "the Ukrainian army" only names again what has the same name
        else:
            stems = [noun[:_STEM]] if match["whose"] or match["this"] else []
        if any(word.startswith(stem) for word in words for stem in stems):
            return True
    return False


def _is_same_event(before: str, sentence: Told) -> bool:
    """Whether a sentence tells more of an event that an earlier one told."""
    event = _EVENT.match(sentence.text)
    if event is not None:
        words = re.findall(r"[^\W\d_]+", before.lower())
        return any(word.startswith(stem) for word in words for stem in _EVENTS[event["noun"]].split())
    head = sentence.text[:_HEAD]
    if not (_ON_DAY.search(before) and _PAST.search(before) and _PAST.search(head)):
        return False
    if _SIDES.match(head):
        return True
    own_day = _ON_DAY.search(sentence.text) or _PRESENT.search(head)
    return sentence.is_person and not own_day and _names(before, sentence.subject)
