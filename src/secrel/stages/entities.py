"""Named entity recognition as a stage."""

from __future__ import annotations

from dataclasses import replace

from secrel.backends import Engine
from secrel.config import Scaling
from secrel.domain import Document, Entity, Span
from secrel.features.decoding import decode_ranges


class EntityStage:
    """Fills ``entities`` with the best valid tag sequence of every sentence.

    Args:
        engine: Runs the model.
        min_score: Entities below this probability are left out.
        calibrate: From the probability of the tags to that of the entity.
        one_label: Whether all mentions of a name in a document get the label that they have most often, weighted by
            score: a name means the same throughout a text (Gale et al., 1992, *One Sense per Discourse*; for entities
            Krishnan and Manning, 2006).
    """

    name = "entities"
    requires: tuple[str, ...] = ("sentences",)
    assigns: tuple[str, ...] = ("entities",)

    def __init__(
        self,
        engine: Engine,
        *,
        min_score: float = 0.0,
        calibrate: Scaling | None = None,
        one_label: bool = False,
    ) -> None:
        self.engine = engine
        self.calibrate = calibrate or Scaling()
        self.min_score = min_score
        self.one_label = one_label

    def __call__(self, document: Document) -> Document:
        """The document with entities in order of their spans."""
        prepared = self.engine.prepare(document.text, document.sentences or ())
        entities: list[Entity] = []
        for sentence, tags in zip(prepared.sentences, self.engine.tag(prepared), strict=True):
            for tagged in decode_ranges(tags):
                span = Span(sentence.words[tagged.start].start, sentence.words[tagged.end - 1].end)
                label = self.engine.scheme.entities[tagged.label]
                entities.append(Entity(span, label, span.of(document.text), tagged.score))
        if self.one_label:
            entities = _one_label_a_name(entities)
        scored = (replace(e, score=round(self.calibrate(e.score), 4)) for e in entities)
        kept = sorted((e for e in scored if e.score >= self.min_score), key=lambda entity: entity.span)
        # Pairs of the entities that were there before would refer to none of the new ones.
        return document.replace(entities=tuple(kept), relations=(), stances=())


def _one_label_a_name(entities: list[Entity]) -> list[Entity]:
    """Gives each mention of a name the label with the highest sum of scores over the mentions of that name.

    A mention whose label changes gets the share of that sum as its score.
    """
    votes: dict[str, dict[str, float]] = {}
    for entity in entities:
        labels = votes.setdefault(plain_name(entity), {})
        labels[entity.label] = labels.get(entity.label, 0.0) + entity.score
    agreed = []
    for entity in entities:
        labels = votes[plain_name(entity)]
        # The first label that reaches the highest sum, in the order of the text, wins a tie.
        best = max(labels, key=lambda label: labels[label])
        share = labels[best] / sum(labels.values())
        agreed.append(entity if best == entity.label else replace(entity, label=best, score=share))
    return agreed


def plain_name(entity: Entity) -> str:
    """The text of a mention, lower-cased, white space made single: what makes two mentions the same name."""
    return " ".join(entity.text.split()).casefold()
