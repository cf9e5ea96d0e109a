"""Several trainings that differ in the seed answer together.

As in Lakshminarayanan, Pritzel and Blundell (2017), *Simple and Scalable Predictive Uncertainty Estimation using Deep
Ensembles*: probabilities of relations, statuses and stances are means over the members. Log-probabilities of tags are
averaged too, which is the geometric mean of the probabilities, and made to sum to 1 again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from secrel.backends import Engine, PairScores, Prepared, SentencePairs
from secrel.backends.torch_engine import TorchEngine
from secrel.config import Calibration
from secrel.domain import LabelScheme, ModelTag, Span
from secrel.pipeline import Pipeline
from secrel.stages import PairScorer, SentenceStage, model_stages
from variants import ALMOST_ALL, Run


def pipeline(run: Run, *, members: int) -> Pipeline:
    """Trains ``members`` times; what the pipeline says is the mean of what the members say."""
    engine = ensemble(run, members)
    stages = model_stages(engine, PairScorer(engine), ALMOST_ALL, Calibration())
    tag = ModelTag(run.recipe.model.name, run.recipe.model.version)
    return Pipeline([SentenceStage(), *stages.values()], scheme=run.scheme, tag=tag)


def ensemble(run: Run, members: int, *, name: str = "member") -> Ensemble:
    """Trains the members; the seed of each is 1000 times that of the row plus its number, from 1.

    Args:
        run: What each trains.
        members: How many.
        name: Beginning of the names of their states.
    """
    engines = []
    for number in range(1, members + 1):
        seed = 1000 * run.recipe.training.seed + number
        recipe = replace(run.recipe, training=replace(run.recipe.training, seed=seed))
        checkpoint = run.train(recipe, name=f"{name}-{number}")
        engines.append(TorchEngine(checkpoint.model, checkpoint.encoder, checkpoint.scheme))
    return Ensemble(engines)


class Ensemble:
    """The engine that averages what other engines of one label scheme and one tokenizer say.

    Args:
        engines: The members.

    Raises:
        ValueError: If there is none.
    """

    def __init__(self, engines: Sequence[Engine]) -> None:
        if not engines:
            raise ValueError("an ensemble has at least one member")
        self.engines = tuple(engines)

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme of the members."""
        return self.engines[0].scheme

    def prepare(self, text: str, sentences: Sequence[Span]) -> Prepared:
        """What every member has read, as the state."""
        read = tuple(engine.prepare(text, sentences) for engine in self.engines)
        return Prepared(read[0].sentences, read)

    def tag(self, prepared: Prepared) -> list[NDArray[np.float32]]:
        """Means of the members' log-probabilities, normalized."""
        said = [engine.tag(read) for engine, read in zip(self.engines, prepared.state, strict=True)]
        means = [np.mean(sentence, axis=0) for sentence in zip(*said, strict=True)]
        return [mean - np.logaddexp.reduce(mean, axis=-1, keepdims=True) for mean in means]

    def classify(self, prepared: Prepared, pairs: Sequence[SentencePairs]) -> list[PairScores]:
        """Means of the members' probabilities."""
        said = [engine.classify(read, pairs) for engine, read in zip(self.engines, prepared.state, strict=True)]
        return [
            PairScores(
                np.mean([scores.relation for scores in sentence], axis=0),
                np.mean([scores.status for scores in sentence], axis=0),
                np.mean([scores.stance for scores in sentence], axis=0),
            )
            for sentence in zip(*said, strict=True)
        ]
