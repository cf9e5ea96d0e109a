"""Pipelines for the benchmark that need no model: what is measured is then everything else."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from itertools import pairwise

from secrel.domain import Document, Entity, LabelScheme, ModelTag, Pair, Relation, RelationType, Span
from secrel.pipeline import Pipeline
from secrel.stages import SentenceStage

NAME = re.compile(r"\b[A-Z][\w-]+(?: [A-Z][\w-]+)*")
ANY = frozenset({"NAME"})


class Names:
    """Marks runs of capitalised words as names, and each as before the next one of its sentence."""

    name = "names"
    requires: tuple[str, ...] = ("sentences",)
    assigns: tuple[str, ...] = ("entities", "relations")

    def __init__(self, delay: float) -> None:
        self.delay = delay

    def __call__(self, document: Document) -> Document:
        """Marks a document, after ``delay`` seconds."""
        time.sleep(self.delay)
        entities: list[Entity] = []
        relations: list[Relation] = []
        for sentence in document.sentences or ():
            found = [
                Entity(Span(match.start(), match.end()), "NAME", match.group(), 1 / (1 + len(match.group())))
                for match in NAME.finditer(document.text, sentence.start, sentence.end)
            ]
            entities += found
            pairs = [Pair(one, other) for one, other in pairwise(found)]
            relations += [Relation(pair, "precedes", None, pair.head.score, evidence=sentence) for pair in pairs]
        return document.replace(entities=tuple(entities), relations=tuple(relations))


@dataclass(frozen=True)
class FakeLoader:
    """Makes the pipeline.

    Attributes:
        delay: Seconds that an article takes.
    """

    delay: float = 0.0
    title: str = "names 1"
    fingerprint: str = "names 1"
    scheme: LabelScheme = field(default=LabelScheme("names", "1", ("NAME",), (RelationType("precedes", ANY, ANY),)))

    def __call__(self) -> Pipeline:
        """The pipeline."""
        return Pipeline([SentenceStage(), Names(self.delay)], scheme=self.scheme, tag=ModelTag("names", "1"))
