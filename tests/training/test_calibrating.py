"""Fitting the calibration."""

from __future__ import annotations

import numpy as np
import pytest

from secrel.config import Scaling
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span
from secrel.evaluation import ScoredMarks
from secrel.training.calibrating import fit_calibration, fit_scaling


def drawn(truth: Scaling, n: int = 4000) -> ScoredMarks:
    """Marks that are right as often as ``truth`` of their score says."""
    generator = np.random.default_rng(0)
    scores = generator.uniform(0.02, 0.98, n)
    right = generator.uniform(size=n) < np.array([truth(score) for score in scores])
    return ScoredMarks(tuple(scores.tolist()), tuple(right.tolist()))


@pytest.mark.parametrize("truth", [Scaling(0.5, 0.0), Scaling(1.7, -0.8), Scaling(1.0, 0.0)])
def test_the_scaling_is_found(truth: Scaling) -> None:
    found = fit_scaling(drawn(truth))
    assert found.scale == pytest.approx(truth.scale, abs=0.12)
    assert found.shift == pytest.approx(truth.shift, abs=0.12)


def test_scaled_scores_are_calibrated() -> None:
    marks = drawn(Scaling(0.4, -1.0))
    scaling = fit_scaling(marks)
    scaled = ScoredMarks(tuple(scaling(score) for score in marks.scores), marks.right)
    assert marks.expected_error() > 0.2
    assert scaled.expected_error() < 0.04


def test_few_marks_change_nothing() -> None:
    assert fit_scaling(ScoredMarks((0.9,) * 19, (False,) * 19)) == Scaling()
    assert fit_scaling(ScoredMarks((0.9,) * 20, (False,) * 20)) != Scaling()


@pytest.mark.parametrize("right", [True, False])
def test_all_right_or_none_stays_finite(right: bool) -> None:
    scores = tuple(np.linspace(0.05, 0.95, 50).tolist())
    scaling = fit_scaling(ScoredMarks(scores, (right,) * 50))
    assert np.isfinite([scaling.scale, scaling.shift]).all()
    assert scaling.scale > 0
    assert (scaling(0.5) > 0.9) is right


def test_separated_scores_stay_finite() -> None:
    scores = tuple([0.1] * 30 + [0.9] * 30)
    scaling = fit_scaling(ScoredMarks(scores, (False,) * 30 + (True,) * 30))
    assert scaling(0.9) > 0.9
    assert scaling(0.1) < 0.1


def test_scores_that_say_the_contrary_become_the_share_that_is_right() -> None:
    scores = tuple([0.1] * 30 + [0.9] * 30)
    scaling = fit_scaling(ScoredMarks(scores, (True,) * 30 + (False,) * 30))
    assert scaling.scale > 0
    assert 0.4 < scaling(0.1) < scaling(0.9) < 0.6


def test_the_order_of_scores_is_kept() -> None:
    scaling = fit_scaling(drawn(Scaling(0.5, 0.3)))
    scaled = [scaling(score) for score in np.linspace(0, 1, 101)]
    assert scaled == sorted(scaled)
    assert 0 <= scaled[0] < scaled[-1] <= 1


def test_each_layer_is_fitted_on_its_own_marks() -> None:
    scheme = LabelScheme("test", "1", ("GPE", "ORG"))
    text = "Oslo " * 40
    entities = tuple(Entity(Span(5 * n, 5 * n + 4), "GPE", "Oslo", 0.9) for n in range(40))
    gold = Document(text, sentences=(Span(0, len(text)),), entities=entities[:20])
    predicted = gold.replace(entities=entities)
    calibration = fit_calibration([gold], [predicted], scheme)
    assert calibration.entity(0.9) == pytest.approx(0.5, abs=0.05)
    assert (calibration.relation, calibration.status, calibration.stance) == (Scaling(), Scaling(), Scaling())


def test_labels_with_enough_marks_are_fitted_on_their_own() -> None:
    ports = frozenset({"GPE"})
    labels = ("sails-to", "trades-with", "owns")
    scheme = LabelScheme("test", "1", ("GPE",), tuple(RelationType(label, ports, ports) for label in labels))
    text = "Oslo " * 400
    entities = tuple(Entity(Span(5 * n, 5 * n + 4), "GPE", "Oslo") for n in range(400))
    sentence = Span(0, len(text))

    def relations(label: str, some: range, first: int) -> tuple[Relation, ...]:
        pairs = (Pair(entities[first + 2 * n], entities[first + 2 * n + 1]) for n in some)
        return tuple(Relation(pair, label, None, 0.6, 1.0, sentence) for pair in pairs)

    # Scores of 0.6 are right in 60 of 80 cases of one label and in 20 of 80 of the other; one has too few marks.
    found = relations("sails-to", range(80), 0) + relations("trades-with", range(80), 160)
    found += relations("owns", range(30), 320)
    right = relations("sails-to", range(60), 0) + relations("trades-with", range(20), 160)
    right += relations("owns", range(15), 320)
    document = Document(text, sentences=(sentence,), entities=entities)
    calibration = fit_calibration([document.replace(relations=right)], [document.replace(relations=found)], scheme)
    assert set(calibration.labels) == {"sails-to", "trades-with"}
    assert calibration.labels["sails-to"](0.6) == pytest.approx(0.75, abs=0.03)
    assert calibration.labels["trades-with"](0.6) == pytest.approx(0.25, abs=0.03)
    assert calibration.relation(0.6) == pytest.approx(0.5, abs=0.03)


def test_scores_that_all_but_separate_stay_usable() -> None:
    scores = (*np.linspace(0.46, 0.495, 1000).tolist(), *np.linspace(0.505, 0.54, 1000).tolist())
    scaling = fit_scaling(ScoredMarks(scores, (False,) * 1000 + (True,) * 1000))
    assert scaling.scale == 20.0
    assert 0 <= scaling(1e-9) < 0.01
    assert 0.99 < scaling(1 - 1e-9) <= 1
    assert scaling(0.46) < 0.5 < scaling(0.54)


@pytest.mark.parametrize(("scale", "shift"), [(0.0, 0.0), (-1.0, 0.0), (float("inf"), 0.0), (1.0, float("nan"))])
def test_a_scaling_that_is_none_is_refused(scale: float, shift: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Scaling(scale, shift)


def test_steep_scalings_do_not_overflow() -> None:
    assert Scaling(1e6, 0.0)(0.0) == pytest.approx(0.0)
    assert Scaling(1e6, 0.0)(1.0) == pytest.approx(1.0)
