"""Entities and pairs have an encoder each.

As in Zhong and Chen (2021), *A Frustratingly Easy Approach for Entity and Relation Extraction* (PURE), who find that
two encoders, trained apart, do better than one that both share. Both trainings follow the recipe but for its loss. It
costs twice the training, twice the weights and two encodings of each text.
"""

from __future__ import annotations

from dataclasses import replace

from secrel.pipeline import Pipeline
from variants import Run, pipeline_of


def pipeline(run: Run) -> Pipeline:
    """Trains twice, for entities alone and for pairs alone, and reads pairs of the entities that the first finds."""
    loss = run.recipe.loss
    entities = replace(run.recipe, loss=replace(loss, relation=0.0, status=0.0, stance=0.0))
    pairs = replace(run.recipe, loss=replace(loss, entity=0.0))
    finder = pipeline_of(run.train(entities, name="entities"))
    judge = pipeline_of(run.train(pairs, name="pairs"))
    stages = [
        *(stage for stage in finder.stages if "entities" not in stage.requires),
        *(stage for stage in judge.stages if "entities" in stage.requires),
    ]
    return Pipeline(stages, scheme=run.scheme, tag=judge.tag)
