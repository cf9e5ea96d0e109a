"""Stages: each takes a document and returns a new one with more layers."""

from secrel.stages.actors import ActorStage
from secrel.stages.attribution import AttributionStage
from secrel.stages.build import model_stages, replace_threshold, resolving_stages
from secrel.stages.dates import DateStage
from secrel.stages.entities import EntityStage
from secrel.stages.pairs import PairScorer, RelationStage, StanceStage
from secrel.stages.protocol import Stage
from secrel.stages.sentences import SentenceStage

__all__ = [
    "ActorStage",
    "AttributionStage",
    "DateStage",
    "EntityStage",
    "PairScorer",
    "RelationStage",
    "SentenceStage",
    "Stage",
    "StanceStage",
    "model_stages",
    "replace_threshold",
    "resolving_stages",
]
