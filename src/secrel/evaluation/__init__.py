"""Evaluation from counts; imports no model library."""

from secrel.evaluation.agreement import Agreement, Kappa, agree, agreement_table, cohen_kappa
from secrel.evaluation.baselines import CoOccurrence, Lexicon, always_none
from secrel.evaluation.behaviour import (
    END_TO_END,
    GOLD_ENTITIES,
    BehaviourScores,
    Outcome,
    System,
    behaviour_table,
    describe_failure,
    score_behaviour,
    wilson_interval,
)
from secrel.evaluation.bootstrap import Interval, difference_interval, f1_interval
from secrel.evaluation.calibration import Bin, ScoredMarks, scored_marks
from secrel.evaluation.counts import Counts
from secrel.evaluation.matching import entity_counts, merge, relation_counts, stance_counts, total
from secrel.evaluation.report import METRICS, Scores, score
from secrel.evaluation.resolutions import actor_counts, date_counts, source_counts

__all__ = [
    "END_TO_END",
    "GOLD_ENTITIES",
    "METRICS",
    "Agreement",
    "BehaviourScores",
    "Bin",
    "CoOccurrence",
    "Counts",
    "Interval",
    "Kappa",
    "Lexicon",
    "Outcome",
    "ScoredMarks",
    "Scores",
    "System",
    "actor_counts",
    "agree",
    "agreement_table",
    "always_none",
    "behaviour_table",
    "cohen_kappa",
    "date_counts",
    "describe_failure",
    "difference_interval",
    "entity_counts",
    "f1_interval",
    "merge",
    "relation_counts",
    "score",
    "score_behaviour",
    "scored_marks",
    "source_counts",
    "stance_counts",
    "total",
    "wilson_interval",
]
