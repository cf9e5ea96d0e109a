"""Evaluation from counts; imports no model library."""

from secrel.evaluation.agreement import Agreement, Kappa, agree, agreement_table, cohen_kappa
from secrel.evaluation.baselines import CoOccurrence, Lexicon, always_none
from secrel.evaluation.bootstrap import Interval, difference_interval, f1_interval
from secrel.evaluation.calibration import Bin, ScoredMarks, scored_marks
from secrel.evaluation.counts import Counts
from secrel.evaluation.matching import entity_counts, merge, relation_counts, stance_counts, total
from secrel.evaluation.report import METRICS, Scores, score

__all__ = [
    "METRICS",
    "Agreement",
    "Bin",
    "CoOccurrence",
    "Counts",
    "Interval",
    "Kappa",
    "Lexicon",
    "ScoredMarks",
    "Scores",
    "agree",
    "agreement_table",
    "always_none",
    "cohen_kappa",
    "difference_interval",
    "entity_counts",
    "f1_interval",
    "merge",
    "relation_counts",
    "score",
    "scored_marks",
    "stance_counts",
    "total",
]
