"""Whether a word is a verb of saying where it stands, and where what it says begins."""

from __future__ import annotations

from secrel.reading.speech.clauses import BE, MODALS, REACH, RELATIVE
from secrel.reading.speech.phrases import (
    CONJUNCTIONS,
    DETERMINERS,
    POSSESSIVE,
    PREPOSITIONS,
    PRONOUNS,
    is_adverb,
    is_person,
    is_text,
)
from secrel.reading.speech.subjects import Subjects
from secrel.reading.speech.verbs import (
    ACTS,
    ADMISSIONS,
    AMBIGUOUS,
    BARE,
    BRIEF,
    CLAIMED,
    CLAIMS,
    DENIALS,
    IDIOMS,
    KNOWN,
    NOMINAL,
    NOUNS,
    OCCASIONS,
    PROMISES,
    REJECTIONS,
    RULES,
    SAY,
    TELL,
)

NEGATIVE = frozenset("not never nobody neither nor none cannot without refused refuses".split())
_PERSONAL = frozenset("me him them us".split())
_DEGREES = frozenset("more less rather quite very somewhat".split())
_MARKS = frozenset({'"', "“"})
# Not within the subject of a clause that follows a verb without "that".
_NOT_BRIEF = PREPOSITIONS - {"of"} | {"that"}
MOST_BETWEEN = 16
_MOST_BRIEF = 9


class Contents(Subjects):
    """The clauses of a sentence, with where what a verb says begins.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.
    """

    def opens_content(self, i: int, word: str, end: int) -> bool:
        """Whether what is said follows a verb without "that"."""
        if word in BRIEF and (self._opens_brief(end) or self._opens_brief(i + 1)):
            return True
        if word in RULES and self.word(i + 1) == "out":
            return True
        if word in REJECTIONS:
            return self._rejects_claim(i)
        if word in ACTS or (self.is_stop(i + 1) and self.word(i + 1) not in _MARKS):
            return False
        clause = word in BARE | TELL and self._has_clause(i, word)
        return self.word(end) in _MARKS or clause or (word in NOMINAL and self._has_object(i, word))

    def _rejects_claim(self, i: int) -> bool:
        """As in "dismissed reports of ...", "rejected as nonsense the idea of ..."."""
        claims = (k for k in range(i + 1, min(i + _MOST_BRIEF, self.next_stop(i + 1))) if self.word(k) in CLAIMED)
        return any(self.word(k + 1) in {"of", "about", "on"} for k in claims)

    def quotation(self, end: int) -> tuple[int, int] | None:
        """First index and end of what follows a verb behind a colon, or behind a comma in quotation marks."""
        if self.word(end) not in {",", ":"} or end + 1 >= len(self.units):
            return None
        if self.word(end + 1) not in _MARKS:
            return (end + 1, len(self.units)) if self.word(end) == ":" else None
        last = min(len(self.units), end + REACH)
        return end + 2, next((k for k in range(end + 2, last) if self.word(k) in {'"', "”"}), last)

    def _opens_brief(self, i: int) -> bool:
        """Whether a clause with an auxiliary begins at ``i``: "it would ...", but not "the plan which would ..."."""
        if not self.opens_phrase(i):
            return False
        end = min(self.next_stop(i), i + _MOST_BRIEF)
        auxiliary = next((k for k in range(i + 1, end) if self.word(k) in MODALS), None)
        between = range(i, auxiliary or i)
        return auxiliary is not None and not any(self.word(k) in RELATIVE | _NOT_BRIEF for k in between)

    def is_infinitive(self, i: int) -> bool:
        """Whether the word at ``i``, behind "to", may be an infinitive."""
        word = self.word(i)
        return bool(word) and word not in DETERMINERS | PRONOUNS and not is_person(word)

    def is_idiom(self, i: int) -> bool:
        """Whether a verb is one of "let it be known that ..." and the like."""
        that = self.that(i)
        return that is not None and any(self.word(k) in KNOWN for k in range(i + 1, that))

    def is_noun(self, i: int, word: str) -> bool:
        """Whether a word such as "reports" is a noun here."""
        if word not in SAY and (self.word(i - 1) in DETERMINERS or self.word(i - 1) in POSSESSIVE):
            return True  # "its alleged use", "a warning"
        if word not in AMBIGUOUS or self.word(i - 1) == "to":
            return False
        before = i - 1
        while before >= 0 and is_adverb(self.units[before]):
            before -= 1
        if before < 0:
            return True
        unit = self.units[before]
        if unit.entity is not None:
            return unit.entity.label == "NORP" and not unit.word.endswith("s")
        return not (
            is_person(unit.word) or unit.word in PRONOUNS | CONJUNCTIONS | {",", "who", "which"} or is_text(unit.word)
        )

    def is_passive(self, i: int, word: str) -> bool:
        """Whether the verb at ``i`` stands behind a form of "to be"."""
        before = i - 1
        while before >= 0 and is_adverb(self.units[before]) and self.word(before) not in BE:
            before -= 1
        return self.word(before) in BE and not word.endswith("ing")

    def is_negated(self, i: int) -> bool:
        """Whether a negation stands before the verb at ``i``."""
        for k in range(i - 1, max(-1, i - 6), -1):
            if self.is_stop(k):
                return False
            if self.word(k) in NEGATIVE:
                # "who asked not to be named", "not only did he say"
                return self.word(k + 1) != "to" and (self.word(k), self.word(k + 1)) != ("not", "only")
            if self.is_nobody(k) or (self.word(k), self.word(k + 1)) == ("no", "longer"):
                return True
        return False

    def is_nobody(self, i: int) -> bool:
        """Whether nobody is named at ``i``: "no one", "no senior official", "nobody"."""
        following = self.word(i + 1)
        people = following == "one" or is_person(following) or is_person(self.word(i + 2))
        return self.word(i) == "nobody" or (self.word(i) == "no" and people and following != "longer")

    def that(self, i: int) -> int | None:
        """Index of the "that" with which a verb opens what is said."""
        for k in range(i + 1, min(i + MOST_BETWEEN, len(self.units))):
            word = self.word(k)
            if word == "that":
                return k
            if word == ",":
                close = next((m for m in range(k + 1, min(k + 8, len(self.units))) if self.word(m) == ","), None)
                return close + 1 if close is not None and self.word(close + 1) == "that" else None
            joined = word in {"and", "but"} and self.word(k + 1).endswith("ed")
            if (word in MODALS and word != "be") or self.is_stop(k) or joined:
                return None
        return None

    def content_start(self, i: int, word: str) -> int | None:
        """Index of the "that" that opens what the verb at ``i`` says; not that of "rejected a plan that ..."."""
        that = self.that(i)
        between = range(i + 1, that or i + 1)
        adverbial = that is not None and self.adverbials_end(i, tells=word in TELL | ACTS) >= that
        free = word in NOMINAL or word in IDIOMS or any(self.word(k) in NOUNS | {",", "as"} for k in between)
        return that if adverbial or free else None

    def adverbials_end(self, i: int, *, tells: bool) -> int:
        """Index behind what follows a verb without being said: "on Monday", "to reporters", "Interfax"."""
        end = i + 1
        if tells or self.word(end) in {"it", "so"}:
            while not self.is_stop(end) and self.word(end) not in PREPOSITIONS | {"that"} | MODALS:
                end += 1
                named = self.units[end - 1].entity is not None and not is_person(self.word(end))
                if named or self.word(end - 1) in PRONOUNS | _PERSONAL:
                    break
        while not self.is_stop(end):
            unit = self.units[end]
            degree = unit.word in _DEGREES and self.word(end + 1).endswith("ly")
            if is_adverb(unit) or degree or (unit.entity is not None and unit.entity.label == "DATE"):
                end += 1
            elif unit.word in PREPOSITIONS:
                end += 1
                while not self.is_stop(end) and self.word(end) not in PREPOSITIONS | MODALS | {"that"}:
                    end += 1
                    if self.units[end - 1].entity is not None and self.opens_phrase(end):
                        return end
                    if self.word(end - 1) in OCCASIONS and self.word(end) not in POSSESSIVE:
                        break  # "in a statement soldiers had ..."
            else:
                break
        return end

    def _has_clause(self, i: int, word: str) -> bool:
        """Whether a verb is followed by what is said without "that": "said Baku would", not "insisted on talks"."""
        stop = self.next_stop(i + 1)
        if word not in SAY:
            # "claimed victory and posted a film" is none.
            stop = next((k for k in range(i + 1, stop) if self.word(k) in {"and", "but"}), stop)
        verbs = any(self.word(k) in MODALS or self.word(k).endswith("ed") for k in range(i + 2, stop))
        if word in TELL:
            between = range(i + 1, min(i + 7, stop))
            order = any(self.word(k) in {"to", "of", "about"} for k in between)
            return verbs and word in {"tell", "tells", "told", "telling"} and not order
        if self.word(i + 1) in PREPOSITIONS:  # "said on Friday it would"
            end = self.adverbials_end(i, tells=False)
            return word in SAY and verbs and (self.opens_phrase(end) or self.word(end - 1) in OCCASIONS)
        return verbs or word in SAY

    def opens_phrase(self, i: int) -> bool:
        """Whether a noun phrase begins at ``i``."""
        return self.word(i) in PRONOUNS | DETERMINERS or (i < len(self.units) and self.units[i].is_actor())

    def _has_object(self, i: int, word: str) -> bool:
        following = self.word(i + 1)
        if word.endswith("ing") and word not in DENIALS:
            return False
        if word in ADMISSIONS and not following.endswith("ing"):
            return False
        if word in CLAIMS:
            return following == "to"
        if self.is_stop(i + 1) or following in (PREPOSITIONS | {"as"}) - {"to", "in"}:
            return False
        return following != "to" or word in PROMISES | DENIALS
