"""The nouns of the library: frozen dataclasses without any heavy import."""

from secrel.domain.actor import Actor, Attribution
from secrel.domain.behaviour import BehaviourCase
from secrel.domain.date import GRANULARITIES, DateInterval
from secrel.domain.document import Citation, Document, Metadata, ModelTag
from secrel.domain.dropped import Dropped
from secrel.domain.entity import Entity
from secrel.domain.label import LabelScheme, RelationType, StanceType, tag_names
from secrel.domain.pair import Pair, Relation, Stance
from secrel.domain.record import Record
from secrel.domain.resolution import UNNAMED, Resolutions, Source
from secrel.domain.span import Span

__all__ = [
    "GRANULARITIES",
    "UNNAMED",
    "Actor",
    "Attribution",
    "BehaviourCase",
    "Citation",
    "DateInterval",
    "Document",
    "Dropped",
    "Entity",
    "LabelScheme",
    "Metadata",
    "ModelTag",
    "Pair",
    "Record",
    "Relation",
    "RelationType",
    "Resolutions",
    "Source",
    "Span",
    "Stance",
    "StanceType",
    "tag_names",
]
