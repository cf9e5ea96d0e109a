"""Whether the name of a capital stands for its government or for the town, by the words around it."""

from __future__ import annotations

import re


def _any(words: str) -> str:
    """A pattern for any of the words, parted by white space; ``_`` is a space and ``*`` any ending."""
    return "(?:" + "|".join(words.split()).replace("_", r"\s+").replace("*", r"\w*") + ")"


_TRAVEL = _any(
    """came come comes coming fly flies flew flown flying went go goes going gone travel* return* arriv* drove drive*
    driv* sail* move moves moved moving march* rode walk* trip visit* flight flights road roads highway train* rail*
    track* line route plane* bus buses ship* fled flee* summon* recall* called_back delegation journey* invit* way
    kilometer kilometers km miles hour hours minute minutes transfer* deport* extradit* brought bring* taken took
    take deliver* convoy* column* withdr* remov* transport* relocat* posted accredited dispatch* landed headed
    heading hurried rushed raced escort* smuggl* carried carry carries pipeline tour exile* emigrat* pilgrimage call
    calls phone telephone*"""
)
_BEFORE_TOWNS = _any(
    """in near outside around through via across inside within downtown central visit visited visits visiting reach
    reached reaches reaching leaves leaving enter entered enters entering capture captured occupy occupied besiege
    besieged shelled bombed storm stormed storming tour toured at into above beneath beyond greater seize seized
    live_in lives_in born_in throughout flew_over"""
)
_TOWN_BEFORE = re.compile(
    rf"\b{_BEFORE_TOWNS}\s+(?:the\s+)?(?:\w+ern\s+)?$"
    rf"|\b{_any('north south east west northeast northwest southeast southwest capital')}(?:\s+of)?,?\s+$",
    re.IGNORECASE,
)
_BEFORE_OF = _any(
    """mayor street* suburb* outskirts city town region center centre capital capitals airport university bazaar*
    market association* siege battle fall north south east west northeast northwest southeast southwest kilometers
    km miles bishop archbishop archdiocese metropolitan patriarch churches port square* defense people newspaper*
    papers institutes works blockade bankers merchants traders hotels shops schools universities doctors resident*
    citizens inhabitants population Treaty Peace Charter protocol district* vicinity occupation capture map out
    museum institute theater* governor roofs news native* garrison bombing shelling heart edge skies short side"""
)
_TOWN_OF = re.compile(rf"\b{_BEFORE_OF}\s+of\s+$")
_FIGURATIVE = _any(
    "mood trust trusted confidence faith interest interested believ* disappoint* veto disillusion* distrust support"
)
_FIGURATIVE_IN = re.compile(rf"\b{_FIGURATIVE}\s+in\s+$", re.IGNORECASE)
_AT = _any(
    """anger* angry scoff* incensed furious directed aimed rage* outrage* look* irritat* shout* laugh* point* swipe*
    barb* dismay* indignant annoyed bitter* rail* sneer* jab* finger resentment target* indignation criticism
    leveled alarm*"""
)
_AT_GOVERNMENT = re.compile(rf"\b{_AT}\s+at\s+$", re.IGNORECASE)
_TO_TOWN = re.compile(rf"\b{_TRAVEL}(?:\s+[\w’'.-]+){{0,6}}\s+to\s+$|\bfrom\s+(?:[\w’'-]+\s+){{1,3}}to\s+$")
_SENT = _any(
    """battalion* brigade* troops soldiers delegat* envoy* men team* compan* ship* planes minister* officers
    instructors advisers peacekeepers experts observers diplomats mission* Brigade Regiment Battalion Division Force"""
)
_SENT_TO = re.compile(rf"\b(?:sen[dt]s?|sending)\s+(?:[\w’'.-]+\s+){{0,5}}{_SENT}\s+to\s+$")
_FOR_TOWN = re.compile(
    rf"\b{_any('left leave leaves leaving bound headed depart* embarked sailed flew set_out took_off')}\s+for\s+$"
)
_VISITORS = _any(
    """scholar* historian* student* professor* expert* analyst* engineer* doctor* nurse* singer* musician* artist*
    actor* tourist* journalist* reporter* lawyer* banker* merchant* trader* famil* guest* pilgrim* teacher* driver*"""
)
_FROM_TOWN = re.compile(
    rf"\b{_TRAVEL}(?:\s+[\w’'.-]+){{0,8}}\s+from\s+$|\b(?i:{_VISITORS})\s+from\s+$|\b(?:one|two|three|\d+)\s+from\s+$"
)
_FROM_TO = re.compile(r"\s+to\s+(?:the\s+)?[A-Z]")
_OF_TOWN = _any(
    r"""street* airport* mayor* suburb* region\b district university daily paper newspaper* weekly market bazaar hotel*
    metro\b station railway park\b plant factory resident* correspondent bureau conference summit restaurant cafe*
    court prison suburban apartment museum academy institute school studio embankment boulevard square skyline
    garrison military_district zoo port\b harbor harbour hospital cathedral church seminar forum office\b offices\b
    edition journalist analyst lawyer professor think_tank editor businessman banker road\b highway ring_road train
    declaration agreement accord* protocol memorandum treaty talks\b meeting round\b subway traffic winter weather
    opera theater oblast province county exhibition airshow air_show stock_exchange exchange publisher trial
    courtroom police dealer* city_council council\b newsstand* taxi kitchen* salon*"""
)
_KINDS_OF = _any(
    """city international main central old biggest largest own southern northern eastern western public private
    air-defense downtown"""
)
_TOWN_AFTER = re.compile(rf"\s+(?:{_KINDS_OF}\s+)*{_OF_TOWN}", re.IGNORECASE)
_TOWNS_OWN = _any(
    r"""street* airport* mayor* suburb* outskirts university daily newspaper* weekly market bazaar hotel* metro\b
    station* railway* park\b plant factory resident* inhabitants citizens restaurant cafe* prison apartment* museum
    academy institute school* studio* embankment boulevard square skyline zoo port\b harbor harbour hospital* cathedral
    church* seminary highway ring_road subway traffic weather opera theater* oblast province stock_exchange
    district* quarter* center\b centre\b old_town new_town downtown hall\b palace stadium bridge* roofs poor taxi*
    neighborhood* population slums"""
)
_PART_OF_TOWN = re.compile(r"['’]s?(?:\s+[A-Z][\w’-]*)+(?:[,.;)]|$)")
_POSSESSIVE = re.compile(r"['’]s?\s")
_TOWN_POSSESSES = re.compile(rf"['’]s?\s+(?:(?:{_KINDS_OF}|(?-i:[A-Z][\w.’'-]*))\s+){{0,4}}{_TOWNS_OWN}", re.IGNORECASE)
_TAKEN = re.compile(r"\b(?:took|leave|left)\s+$")
_TAKEN_TOWN = re.compile(r"\s+(?:in [A-Z\d]|on [A-Z]|from|by|for|again\b|after)|[.,;]|$")
_BASED = re.compile(r"-(?:based|born|bred|educated|trained)\b")
_DATELINE = re.compile(r"\s*(?:,\s*(?:[A-Z][a-z]+\.? \d{1,2}|\w+)\s*)?(?:\([A-Za-z-]+\)\s*)?(?:—|–|--|-\s)")
_SENTENCE = re.compile(r"\s+\w*[a-z]")
_CAPITAL = re.compile(r"\bcapital,\s+$")
_AND_BEFORE = re.compile(r"(?:,\s*|,?\s+(?:and|or|nor|as well as|but not)\s+)(?:in\s+|from\s+|to\s+)?$")
_INSERTED = r"(?:,[^,.;]{2,60},)?"
# A word that is no preposition, conjunction or relative: most likely a verb, with which a clause begins.
_NO_VERB = _any(
    """and or but in on at for from to with by of as where which who whose when while after before since until alike
    respectively together into under via through near that than the a an"""
)
_CLAUSE = re.compile(rf"{_INSERTED}\s+(?!{_NO_VERB}\b)[a-z]{{2,}}")
_ACTS = _any(
    """has had have is was will would could may might must does did say says said insist* agree* want* ask* accus* deny
    denies denied protest* warn* demand* refus* reject* claim* hope* fear* support supports supported oppos* seeks
    sought offer* welcom* condemn* announc* promis* threaten* decid* responded replied answered intend* plan plans
    complain* remain* expect* blam* call* praise* argu* maintain* considers regards sees knows needs"""
)
_ACTS_AFTER = re.compile(rf"{_INSERTED}\s+{_ACTS}\b")
_BESIDE = 80
"""Characters before a name, and behind it, that are looked at."""


def is_town(text: str, start: int, end: int, sentence: tuple[int, int]) -> bool | None:
    """Whether a capital's name stands for the town.

    Args:
        text: The text.
        start: First character of the name.
        end: Character behind the last.
        sentence: First character of its sentence, and the one behind the last.

    Returns:
        ``None`` where it goes with the name before it, as in "in Minsk and Moscow".
    """
    before, after = text[max(sentence[0], start - _BESIDE) : start], text[end : min(sentence[1], end + _BESIDE)]
    opens = not before.strip() and text[max(0, start - 1) : start] in {"", "\n", "\r"}
    shouted = text[start:end].isupper() and end - start > 3 and _SENTENCE.match(after)
    if (opens and (_DATELINE.match(after) or shouted)) or _BASED.match(after) or _CAPITAL.search(before):
        return True
    if _POSSESSIVE.match(after):
        part = _PART_OF_TOWN.match(after) and re.search(r"\b(?:in|near)\s+$", before, re.IGNORECASE)
        return bool(part or _TOWN_POSSESSES.match(after))
    if _TOWN_AFTER.match(after):
        return True
    joined = _AND_BEFORE.search(before)
    if joined:
        # "In Moscow, and in Kyiv" says so itself; behind a comma a new clause may begin.
        if re.search(r"\bin\s+$", before):
            return True
        return False if "," in joined[0] and _CLAUSE.match(_behind_list(after)) else None
    return _stands_behind(before, after)


def acts(text: str, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether the name plainly stands for somebody who acts: more than not being a town's.

    Args:
        text: The text.
        start: First character of the name.
        end: Character behind the last.
        sentence: First character of its sentence, and the one behind the last.
    """
    before, after = text[max(sentence[0], start - _BESIDE) : start], text[end : min(sentence[1], end + _BESIDE)]
    if is_town(text, start, end, sentence):
        return False
    return _ACTS_AFTER.match(_behind_list(after)) is not None and not re.search(r"\b(?:of|in|at|near)\s+$", before)


def _stands_behind(before: str, after: str) -> bool:
    """Whether the words before a name, most often a preposition, make it a town's."""
    preposition = re.search(r"\b(to|from|of|for)\s+$", before)
    if preposition:
        towns = {"to": (_TO_TOWN, _SENT_TO), "from": (_FROM_TOWN,), "of": (_TOWN_OF,), "for": (_FOR_TOWN,)}[
            preposition[1]
        ]
        onward = preposition[1] == "from" and _FROM_TO.match(after) is not None
        return onward or any(pattern.search(before) for pattern in towns)
    if _TAKEN.search(before):
        return _TAKEN_TOWN.match(after) is not None
    if _FIGURATIVE_IN.search(before) or _AT_GOVERNMENT.search(before):
        return False
    return _TOWN_BEFORE.search(before) is not None


def _behind_list(after: str) -> str:
    """The text behind "and Kyiv", where that follows."""
    joined = re.match(r"\s+and\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)?", after)
    return after[joined.end() :] if joined else after
