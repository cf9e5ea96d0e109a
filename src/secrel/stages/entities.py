"""Named entity recognition as a stage."""

from __future__ import annotations

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
    """

    name = "entities"
    requires: tuple[str, ...] = ("sentences",)
    assigns: tuple[str, ...] = ("entities",)

    def __init__(self, engine: Engine, *, min_score: float = 0.0, calibrate: Scaling | None = None) -> None:
        self.engine = engine
        self.calibrate = calibrate or Scaling()
        self.min_score = min_score

    def __call__(self, document: Document) -> Document:
        """The document with entities in order of their spans."""
        prepared = self.engine.prepare(document.text, document.sentences or ())
        entities: list[Entity] = []
        for sentence, tags in zip(prepared.sentences, self.engine.tag(prepared), strict=True):
            for tagged in decode_ranges(tags):
                span = Span(sentence.words[tagged.start].start, sentence.words[tagged.end - 1].end)
                score = round(self.calibrate(tagged.score), 4)
                if score >= self.min_score:
                    label = self.engine.scheme.entities[tagged.label]
                    entities.append(Entity(span, label, span.of(document.text), score))
        # Pairs of the entities that were there before would refer to none of the new ones.
        return document.replace(
            entities=tuple(sorted(entities, key=lambda entity: entity.span)), relations=(), stances=()
        )
