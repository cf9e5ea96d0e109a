from __future__ import annotations

import math

import pytest

from secrel.domain import Document, LabelScheme
from secrel.evaluation import Kappa, agree, agreement_table, cohen_kappa
from secrel.reading import parse_inline

A = """\
[Osh]GPE#1 trains [Kars]GPE#2 and [Baku]GPE#3 with [Tver]GPE#4.
> trains 1 2 actual
> trains 1 3 planned
> cooperates-with 1 4 actual
> stance 2 1 favor
"""
B = """\
[Osh]GPE#1 trains [Kars]GPE#2 and [Baku]GPE#3 with [Tver]ORG#4.
> trains 1 2 actual
> trains 1 3 actual
> trains 2 3 actual
> stance 2 1 against
"""


def _documents(scheme: LabelScheme, *texts: str) -> list[Document]:
    return [parse_inline(text, scheme).document for text in texts]


def test_kappa_of_a_textbook_table() -> None:
    # Observed 35 / 50, expected 0.5 x 0.6 + 0.5 x 0.4 = 0.5.
    kappa = cohen_kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15)
    assert (kappa.items, kappa.observed, kappa.expected) == (50, 0.7, 0.5)
    assert kappa.value == pytest.approx(0.4)


def test_kappa_at_its_limits() -> None:
    assert cohen_kappa([(1, 1), (2, 2)]).value == 1
    assert cohen_kappa([(1, 2), (2, 1)]).value == -1
    assert cohen_kappa([(1, 1), (1, 1)]).value is None
    assert cohen_kappa([]) == Kappa(0, 0.0, 0.0)
    assert cohen_kappa([]).value is None


def test_layers_of_two_annotations(scheme: LabelScheme) -> None:
    (a, b) = _documents(scheme, A, B)
    agreement = agree([a], [b], scheme)
    assert agreement.documents == 1
    assert (agreement.total("entities").tp, agreement.total("entities").f1) == (3, 0.75)
    assert (agreement.total("relations").tp, agreement.total("relations").support) == (2, 3)
    assert agreement.total("relations").f1 == pytest.approx(2 / 3)
    assert agreement.total("relations with status").f1 == pytest.approx(1 / 3)
    assert agreement.total("stances").f1 == 0
    swapped = agree([b], [a], scheme)
    for layer in agreement.f1:
        assert swapped.total(layer).f1 == pytest.approx(agreement.total(layer).f1)
        if layer in agreement.judgements:
            assert swapped.kappa(layer).value == pytest.approx(agreement.kappa(layer).value)


def test_pairs_are_judged_where_both_marked_the_mentions(scheme: LabelScheme) -> None:
    (a, b) = _documents(scheme, A, B)
    agreement = agree([a], [b], scheme)
    # Tver has two labels, so that three mentions are left: six ordered pairs, three for a symmetric relation.
    assert agreement.kappa("relations").items == 6
    assert agreement.kappa("relations", "trains").items == 6
    assert agreement.kappa("relations", "cooperates-with").items == 3
    assert agreement.kappa("relations", "trains").observed == pytest.approx(5 / 6)
    assert agreement.kappa("status").items == 2
    assert agreement.kappa("status").observed == 0.5
    assert agreement.kappa("stances").items == 6
    assert agreement.kappa("stances", "favor").observed == pytest.approx(5 / 6)
    assert agreement.kappa("relations", "no such label").items == 0


def test_the_order_of_symmetric_arguments_is_no_difference(scheme: LabelScheme) -> None:
    text = "[Osh]GPE#1 met [Kars]GPE#2.\n> cooperates-with {} actual"
    (a, b) = _documents(scheme, text.format("1 2"), text.format("2 1"))
    agreement = agree([a], [b], scheme)
    assert agreement.total("relations").f1 == 1
    assert agreement.kappa("relations").observed == 1


def test_only_the_same_texts_can_be_compared(scheme: LabelScheme) -> None:
    (a, b) = _documents(scheme, A, "[Osh]GPE slept.")
    with pytest.raises(ValueError, match="same texts"):
        agree([a], [b], scheme)


def test_the_table_has_a_row_a_label(scheme: LabelScheme) -> None:
    (a, b) = _documents(scheme, A, B)
    lines = agreement_table(agree([a], [b], scheme))
    assert lines[0] == "| | F1 | marks a | marks b | kappa | items |"
    assert "| **entities** | 75.0 | 4 | 4 |  |  |" in lines
    rows = {line.split(" | ")[0].strip("| "): line for line in lines}
    assert rows["`ORG`"] == "| `ORG` | 0.0 | 0 | 1 |  |  |"
    kappa = agree([a], [b], scheme).kappa("relations", "trains").value
    assert kappa is not None
    assert not math.isnan(kappa)
    assert f"| `trains` | 80.0 | 2 | 3 | {kappa:.2f} | 6 |" in lines
