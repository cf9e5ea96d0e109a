from __future__ import annotations

import sys

import numpy as np
import pytest

from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.reading import (
    Neighbour,
    neighbours,
    parse_inline,
    sentence_lengths,
    similarity_matrix,
    similarity_table,
)
from secrel.reading.similarity import quantiles, skeleton

TEXTS = (
    "[Osh]GPE signed the treaty with [Kars]GPE in [May]DATE after long talks.",
    "[Osh]GPE signed the treaty with [Kars]GPE in [May]DATE after long talks.",
    "[Baku]GPE signed the treaty with [Tver]GPE in [July]DATE after long talks.",
    "A pipeline carries gas below the sea.",
)


@pytest.fixture
def documents(scheme: LabelScheme) -> list[Document]:
    return [parse_inline(text, scheme, id=f"d{n}").document for n, text in enumerate(TEXTS)]


def test_words_find_reprints_and_skeletons_find_templates(documents: list[Document]) -> None:
    words, bones = similarity_matrix(documents, "words"), similarity_matrix(documents, "skeleton")
    for matrix in (words, bones):
        assert np.allclose(matrix, matrix.T)
        assert np.allclose(np.diag(matrix), 0)
        assert matrix[0, 1] == pytest.approx(1)
        assert matrix[0, 3] < 0.1
    assert words[0, 2] < 0.8
    assert bones[0, 2] == pytest.approx(1)


def test_skeleton_replaces_mentions(documents: list[Document]) -> None:
    assert skeleton(documents[2]).startswith("LABELGPE signed the treaty with LABELGPE in LABELDATE")


def test_neighbours_are_sorted_and_never_oneself() -> None:
    matrix = np.array([[0.0, 0.2, 0.9], [0.2, 0.0, 0.3], [0.9, 0.3, 0.0]])
    assert neighbours("abc", matrix, [0, 1], [0, 1, 2]) == [Neighbour("a", "c", 0.9), Neighbour("b", "c", 0.3)]
    assert neighbours("abc", matrix, [0], [0]) == []


def test_of_nothing() -> None:
    with pytest.raises(ConfigError, match="found no article whose text is at hand"):
        similarity_matrix([], "words")


def test_tables(documents: list[Document]) -> None:
    lines = similarity_table({"some": [Neighbour("a", "b", 0.5), Neighbour("b", "a", 0.1)], "none": []})
    assert lines[-1] == "| some | 2 | 0.10 | 0.20 | 0.30 | 0.40 | 0.48 | 0.50 |"
    assert len(lines) == 3
    assert sentence_lengths({"x": documents, "y": []})[2:] == ["| x | 4 | 7 | 10 | 11 | 11 | 11 | 11 |"]
    with pytest.raises(ValueError, match="no value"):
        quantiles([])


def test_without_scikit_learn_it_says_what_to_install(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(ConfigError, match=r"found no scikit-learn; expected pip install 'secrel\[corpus\]'"):
        similarity_matrix(documents, "words")
