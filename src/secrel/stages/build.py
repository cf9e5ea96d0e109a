"""The stages of a trained model, with its thresholds and its calibration."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from pathlib import Path

from secrel.backends import Engine
from secrel.config import Calibration, Decision
from secrel.stages.actors import ActorStage
from secrel.stages.attribution import AttributionStage
from secrel.stages.dates import DateStage
from secrel.stages.entities import EntityStage
from secrel.stages.pairs import PairScorer, RelationStage, StanceStage
from secrel.stages.protocol import Stage


def model_stages(
    engine: Engine, scorer: PairScorer, decision: Decision, calibration: Calibration, *, min_score: float = 0.0
) -> dict[str, Stage]:
    """The stages that a model can run, by name, in order.

    Args:
        engine: Runs the model.
        scorer: Scores its pairs.
        decision: The model's thresholds.
        calibration: The model's calibration.
        min_score: Leaves out what is less probable; the model's thresholds apply all the same.
    """
    stages: dict[str, Stage] = {
        "entities": EntityStage(engine, min_score=min_score, calibrate=calibration.entity, one_label=decision.one_label)
    }
    if engine.scheme.relations:
        stages["relations"] = RelationStage(
            scorer,
            min_score=max(decision.relation, min_score),
            calibrate=calibration.relation,
            calibrate_status=calibration.status,
            calibrate_labels=calibration.labels,
        )
    if engine.scheme.stance:
        stages["stances"] = StanceStage(scorer, min_score=max(decision.stance, min_score), calibrate=calibration.stance)
    return stages


def replace_threshold(stage: Stage, min_score: float) -> Stage:
    """A relation or stance stage with another threshold; any other stage as it is."""
    if isinstance(stage, RelationStage | StanceStage):
        stage = copy(stage)
        stage.min_score = min_score
    return stage


def resolving_stages(*, knowledge: Sequence[str | Path] = ()) -> dict[str, Stage]:
    """The stages that say what marks stand for in the world, by name: actors, dates, attribution. They need no model.

    Args:
        knowledge: Files of actors that add to the packaged ones (:mod:`secrel.knowledge`).

    Raises:
        ConfigError: If such a file is missing or malformed.
    """
    stages: list[Stage] = [ActorStage(knowledge=knowledge), DateStage(), AttributionStage()]
    return {stage.name: stage for stage in stages}
