"""How many mentions, dates and attributions are resolved rightly.

A resolution is right or wrong; a :class:`Counts` counts a right one as ``tp`` and a wrong one as both ``fp`` and
``fn``, so that its F1 is the share of right ones and can be summed and resampled. Marks that stay open by hand are
right only if they are left open.
"""

from __future__ import annotations

from collections import defaultdict

from secrel.domain import UNNAMED, Attribution, Document, Entity, Resolutions, Source
from secrel.evaluation.counts import Counts

RIGHT, WRONG = Counts(tp=1), Counts(fp=1, fn=1)


def actor_counts(gold: Resolutions, document: Document, *, countries_only: bool = False) -> dict[str, Counts]:
    """Right and wrong actor codes by entity label.

    Args:
        gold: What was marked.
        document: The same mentions, by identifier, with the actors that were found.
        countries_only: Whether the first three letters of a code suffice (the country, or part of an organisation).
    """
    found: defaultdict[str, Counts] = defaultdict(Counts)
    for entity in document.entities:
        if entity.id in gold.actors:
            code, expected = entity.actor.code if entity.actor else None, gold.actors[entity.id]
            if countries_only:
                code, expected = code and code[:3], expected and expected[:3]
            found[entity.label] += RIGHT if code == expected else WRONG
    return dict(found)


def date_counts(gold: Resolutions, document: Document) -> dict[str, Counts]:
    """Right and wrong dates by granularity as marked, ``open`` for those that stay open; days and granularity count."""
    found: defaultdict[str, Counts] = defaultdict(Counts)
    for entity in document.entities:
        if entity.id in gold.dates:
            expected = gold.dates[entity.id]
            found[expected.granularity if expected else "open"] += RIGHT if entity.date == expected else WRONG
    return dict(found)


def source_counts(gold: Resolutions, document: Document) -> dict[str, Counts]:
    """Right and wrong attributions by what was marked: ``author``, ``speaker``, ``outlet``, ``speaker and outlet``.

    A speaker is right if he has the name of the mention that was marked, or is none of the document's mentions where
    :data:`secrel.domain.UNNAMED` was. A date counts where one was marked.
    """
    found: defaultdict[str, Counts] = defaultdict(Counts)
    mentions = {entity.id: entity for entity in document.entities}
    names = {entity.text for entity in document.entities}
    for mark in document.marks:
        if mark.id in gold.sources:
            expected = gold.sources[mark.id]
            right = _matches(expected, mark.attribution, mentions, names)
            found[_kind(expected)] += RIGHT if right else WRONG
    return dict(found)


def _matches(expected: Source, attribution: Attribution | None, mentions: dict[str, Entity], names: set[str]) -> bool:
    if attribution is None:
        return False
    if expected.speaker == UNNAMED:
        speaker_right = attribution.speaker is not None and attribution.speaker not in names
    else:
        name = mentions[expected.speaker].text if expected.speaker else None
        speaker_right = attribution.speaker == name
    date_right = expected.date is None or attribution.date == expected.date
    return speaker_right and attribution.outlet == expected.outlet and date_right


def _kind(source: Source) -> str:
    kinds = [kind for kind, value in (("speaker", source.speaker), ("outlet", source.outlet)) if value]
    return " and ".join(kinds) or "author"
