"""How much the articles of a corpus resemble one another, and whether a split leaks into another.

Two measures. *Words*: cosine of TF-IDF vectors over words and word pairs, which finds reprints and shared topics.
*Skeleton*: the same over runs of three words in which every mention is replaced by its label, which finds articles
written from one template. Needs scikit-learn, the extra ``secrel[corpus]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secrel.domain import Document
from secrel.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
MEASURES = ("words", "skeleton")
_WORD = r"(?u)\b\w[\w’'-]*"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article and the one that is most like it.

    Attributes:
        name: The article.
        nearest: Its nearest neighbour among those compared with.
        similarity: Cosine, in [0, 1].
    """

    name: str
    nearest: str
    similarity: float


def similarity_matrix(documents: Sequence[Document], measure: str) -> NDArray[np.float64]:
    """Cosines of all pairs of N documents, (N, N); 0 on the diagonal.

    Args:
        documents: Marked documents.
        measure: One of :data:`MEASURES`.

    Raises:
        ConfigError: If scikit-learn is not installed, or there is no document.
    """
    if not documents:
        raise ConfigError("similarity", found="no article whose text is at hand", expected="at least one")
    import numpy as np

    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise ConfigError("similarity", found="no scikit-learn", expected="pip install 'secrel[corpus]'") from error
    options: dict[str, Any] = {"token_pattern": _WORD, "sublinear_tf": True}
    if measure == "words":
        vectors = TfidfVectorizer(ngram_range=(1, 2), **options).fit_transform(d.text for d in documents)
    else:
        vectors = TfidfVectorizer(ngram_range=(3, 3), lowercase=True, **options).fit_transform(map(skeleton, documents))
    matrix: NDArray[np.float64] = (vectors @ vectors.T).toarray()
    np.fill_diagonal(matrix, 0.0)
    return matrix


def skeleton(document: Document) -> str:
    """The text with every mention replaced by its label."""
    pieces, position = [], 0
    for entity in document.entities:
        pieces += [document.text[position : entity.start], f"LABEL{entity.label}"]
        position = entity.end
    return "".join([*pieces, document.text[position:]])


def neighbours(
    names: Sequence[str], matrix: NDArray[np.float64], rows: Sequence[int], columns: Sequence[int]
) -> list[Neighbour]:
    """For every document of ``rows`` the most similar one of ``columns``, itself excepted; the most similar first.

    Args:
        names: Names of the documents.
        matrix: Their similarities.
        rows: Indices of the documents to find neighbours of.
        columns: Indices of the documents to find them among.
    """
    found = []
    for row in rows:
        others = [column for column in columns if column != row]
        if others:
            best = max(others, key=lambda column: float(matrix[row, column]))
            found.append(Neighbour(names[row], names[best], float(matrix[row, best])))
    return sorted(found, key=lambda neighbour: -neighbour.similarity)


def quantiles(values: Sequence[float]) -> list[float]:
    """The :data:`QUANTILES` of some values.

    Raises:
        ValueError: If there is none.
    """
    if not values:
        raise ValueError("quantiles of no value")
    import numpy as np

    return [float(value) for value in np.quantile(values, QUANTILES)]


def sentence_lengths(documents: Mapping[str, Sequence[Document]]) -> list[str]:
    """A Markdown table of the words a sentence has, by part."""
    lines = _header("words a sentence")
    for name, items in documents.items():
        words = [len(sentence.of(d.text).split()) for d in items for sentence in d.sentences or ()]
        if words:
            lines.append(f"| {name} | {len(words)} | {' | '.join(f'{value:.0f}' for value in quantiles(words))} |")
    return lines


def similarity_table(rows: Mapping[str, Sequence[Neighbour]]) -> list[str]:
    """A Markdown table of the similarity to the nearest neighbour."""
    lines = _header("similarity to the nearest")
    for name, found in rows.items():
        if found:
            values = quantiles([neighbour.similarity for neighbour in found])
            lines.append(f"| {name} | {len(found)} | {' | '.join(f'{value:.2f}' for value in values)} |")
    return lines


def _header(title: str) -> list[str]:
    names = ["lowest", "25 %", "median", "75 %", "95 %", "highest"]
    return [f"| {title} | n | {' | '.join(names)} |", f"|---|---:|{'---:|' * len(names)}"]
