"""Offices that the words beside a person's name tell: titles before it, appositions and relative clauses behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from secrel.knowledge.actors.words import Office, OfficeWords

STATE_ROLES = frozenset({"GOV", "GOVMIL", "GOVCOP", "MIL", "LEG", "SPY", "JUD", "COP"})
"""Roles of offices of states."""
_RETIRED = r"(?:\s*\((?:ret|retd|retired|res|reserve)\.?\)|[\s-]+(?:designate|elect))?"
_STYLE = r"(?:\s+(?:Lord|Lady|Sir|Dame|Dr|Prince|Princess|Sheikh|Haji|Mr|Mrs|Ms|Shri|Daw|Baron|Count|Maulvi)\.?)?"
# What may stand between an office and the name that it belongs to: "minister of agriculture, X", "the colonel who
# wrote it, X".
_TITLE_END = re.compile(
    rf"\.?{_RETIRED}[”\"’']?(?P<of>\s+(?:of|for|in|at|to|from|with|on)\s+[^,;:()—–“”]{{1,70}}?)?(?P<comma>,?){_STYLE}\s*[“\"]?$"
    r"|\s+(?:who|that)\s+[^,;:.()—–“”]{2,60},\s*$"
    r"|(?:\s+(?:by\s+the\s+name\s+of|called|named))\s+$"
)
_MOST_PASSED = 2
# A verb on the way from an office to a name: the office is somebody else's.
_VERB = re.compile(
    r"\b(?!(?:united|armed|allied|combined|unified|limited|retired|advanced)\b)[a-z]+ed\b|\b(?:say|says)\b"
)
_RELATIVE = re.compile(r"(?:\s+(?:of|for|in|from)\s[^,;:.()—–“”]{1,40}?)?\s+(?:who|that)\s+[^;:.()—–“”]{2,60}")
_AGE = r"(?:(?:aged\s+)?(?:\d{1,2}|[a-z]+ty(?:-[a-z]+)?)(?:\s+years\s+old)?(?:,\s+|\s+and\s+))?"
_APPOSITION = re.compile(rf"[’”\"]?(?:,\s+{_AGE}|\s+\((?!R-|D-))([^;:—–()]{{3,160}})")
_HELD_AS = re.compile(
    r"who\s+(?:[a-z]+\s+){0,3}?(is|was|became|serve[sd]\s+as|work(?:s|ed)\s+as)\s+((?:an?|the|its|his|one)\s.+)"
)
_IS = re.compile(r"\s+(is|was|became|remains|has\s+been)\s+((?:an?|the|one|its|their)\s[^,;:—–()]{3,160})")
_LED_BY = re.compile(r",?\s+(?:(?:are|were|was|is)\s+)?(?:led|headed)\s+by\s+(?:[a-z]+\s+){0,2}$")
_DETERMINED = re.compile(
    r"(?:an?|the|its|his|her|their|our|my|one|then|now|former\w*|ex|retired|acting|newly|himself|herself|long|once"
    r"|until|both|two|three|[A-Z]\S*)\b"
)
_FORMER_BEFORE = re.compile(
    r"\b(?:former|ex|onetime|one-time|retired|ousted|deposed|late|erstwhile|dismissed|sacked|once)"
    r"[\s-]+(?:[\w’'-]+\s+){0,2}$",
    re.IGNORECASE,
)
_FORMER_BEHIND = re.compile(r"\s+(?:of that time|of the time|at the time|in those years)\b")
_LEFT_OFFICE = re.compile(r"\b(?:until|formerly|once|used\s+to|previously)\b")
# What somebody does for a body: words, and the role where the body's own is not known ("*": its own goes first).
_DEEDS = (
    (re.compile(r"\b(?:speaks|spoke|speaking)\s+(?:for|on\s+behalf\s+of)\b"), "*GOV"),
    (re.compile(r"\b(?:command(?:s|ed|ing)?|serv(?:es|ed|ing)\s+(?:in|with|on))\b"), "*MIL"),
    (re.compile(r"\b(?:sits?|sat|sitting)\s+(?:for|in|on)\b"), "*LEG"),
    (
        re.compile(
            r"\b(?:heads|headed|heading|chairs|chaired|chairing|leads|led|runs|running|directs|represents|representing"
            r"|presides\s+over|advises|founded|works?\s+(?:for|at|in)|worked\s+(?:for|at|in)|negotiates\s+for)\b"
        ),
        "*GOV",
    ),
    (re.compile(r"\b(?:edits|edited|reports\s+for|reporting\s+for|writes\s+for)\b"), "*JRN"),
    (re.compile(r"\b(?:teaches|taught|lectures|lectured|studies|studied)\b"), "*EDU"),
    (
        re.compile(
            r"\b(?:sells|sold|drives|farms|grows|herds|fishes|keeps\s+an?|owns\s+an?|works\s+as|mends|cleans|cooks"
            r"|fled|bakes|sews)\b"
        ),
        "CVL",
    ),
)


@dataclass(frozen=True, slots=True)
class Held:
    """An office found beside a name.

    Attributes:
        office: The office, its offsets into the text.
        former: Whether it was held formerly.
        deed: Whether it is told by what the person does, rather than by a word for the office.
    """

    office: Office
    former: bool
    deed: bool = False


class TitleReader:
    """Reads offices beside names.

    Args:
        offices: Words of offices.
        text: The text.
    """

    def __init__(self, offices: OfficeWords, text: str) -> None:
        self.offices = offices
        self.text = text

    def before(self, start: int, end: int) -> Held | None:
        """The office that ends right before a name.

        Args:
            start: First character of the text to look at.
            end: First character of the name.
        """
        left = self.text[start:end]
        found: Held | None = None
        passed = 0
        for office in reversed(self.offices.find(left)):
            between = left[office.end :]
            if found is None and office.plural and _LED_BY.fullmatch(between):
                # "Peruvian deputies, led by X"
                return Held(replace(office, start=office.start + start, end=office.end + start), False)
            fits = _ends_at_name(office, between)
            if found is None and not fits:
                # "a lecturer at the General Staff Academy, X": the word is part of a name.
                passed = passed + 1 if left[office.start].isupper() else _MOST_PASSED
                if passed >= _MOST_PASSED:
                    return None
                continue
            if found is None and passed and not between.rstrip().endswith(","):
                return None
            placed = replace(office, start=office.start + start, end=office.end + start)
            if found is None and left[office.start : office.end] == "Representative" and not between.strip():
                placed = replace(placed, role="LEG", as_body=False, base="USA")
            former = bool(_FORMER_BEFORE.search(left[: office.start]) or re.match(r"\s*\(ret", between))
            if found is None:
                found = Held(placed, former)
                continue
            to_found = self.text[placed.end : found.office.start]
            if _RELATIVE.fullmatch(to_found):
                # "the officer who sits beside the president, X" is the officer.
                return Held(placed, former)
            better = placed.as_body or former or placed.role in STATE_ROLES
            if is_rank(found.office) and better and re.fullmatch(r",?\s*(?:the\s+)?", to_found):
                # "its spokesman, Colonel X", "a retired officer, Colonel X".
                return Held(placed, former or found.former)
            break
        return found

    def behind(self, start: int, end: int) -> Held | None:
        """The office that an apposition behind a name tells.

        Args:
            start: The character behind the name.
            end: The one behind the last that is to be looked at.
        """
        match = _APPOSITION.match(self.text[start:end])
        if match is None:
            return self._predicate(start, end)
        words, at = match[1], start + match.start(1)
        held_as = _HELD_AS.match(words)
        if held_as:
            held = self._named(held_as[2], at + held_as.start(2))
            return replace(held, former=held.former or held_as[1] == "was") if held else None
        if re.match(r"(?:who|whose|speaking|representing|commanding|heading|chairing|leading|running)\b", words):
            return _deed(words, at)
        return self._named(words, at)

    def _predicate(self, start: int, end: int) -> Held | None:
        """The office that a name is said to hold: "X is a researcher of the institute"."""
        match = _IS.match(self.text[start:end])
        held = self._named(match[2], start + match.start(2)) if match else None
        return replace(held, former=held.former or match[1] == "was") if held and match else None

    def _named(self, apposition: str, start: int) -> Held | None:
        """The office that an apposition names: "the deputy head of the service"."""
        words = apposition.partition(", ")[0]
        offices = self.offices.find(words)
        if not _DETERMINED.match(words) and not (offices and offices[0].start == 0 and not offices[0].plural):
            return None  # The clause goes on: "the commander, Colonel X, showed journalists the runway".
        for office in offices:
            before = words[: office.start]
            if len(before.split()) > 6 or re.search(r"\b(?:and|but|who|which|that|to|told|said|while)\b", before):
                return None
            if office.plural and not re.match(r"(?:the\s+)?(?:both|two|three)\b|one of", before):
                return None  # "..., Swiss diplomats said".
            former = bool(_FORMER_BEFORE.search(before) or _FORMER_BEHIND.match(words[office.end :]))
            return Held(replace(office, start=office.start + start, end=office.end + start), former)
        return None

    def joint(self, start: int, end: int) -> Held | None:
        """The office that an apposition behind two names gives to both: "X and Y, the two ministers"."""
        held = self.behind(start, end)
        return held if held is not None and held.office.plural else None


def is_rank(office: Office) -> bool:
    """Whether an office is a military rank, beside which there may be a better title."""
    return office.role == "MIL" and not office.as_body


def _ends_at_name(office: Office, between: str) -> bool:
    """Whether the words between an office and a name leave the office the name's."""
    fits = _TITLE_END.fullmatch(between)
    if fits is None:
        return False
    if fits["of"] and not fits["comma"]:
        return not office.plural and not _VERB.search(fits["of"])
    return not (office.plural and between.strip())


def _deed(clause: str, start: int) -> Held | None:
    """The office that a relative clause or a participle tells: "who speaks for the ministry"."""
    for pattern, role in _DEEDS:
        deed = pattern.search(clause[:60])
        if deed:
            office = Office(start + deed.start(), start + deed.end(), role.lstrip("*"), role.startswith("*"))
            past = deed[0].split()[0].endswith(("ed", "taught", "led")) and not clause.startswith(("speaking",))
            former = bool(_LEFT_OFFICE.search(clause)) and past
            return Held(office, former, deed=True)
    return None
