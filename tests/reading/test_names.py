from __future__ import annotations

import pytest

from secrel.domain import LabelScheme
from secrel.reading import Names, collect_names, names_table, parse_inline

TRAIN = "[Osh]GPE hit [Kars]GPE and [Osh]GPE.\n[Osh]MIL slept.\n"
TEST = "[Osh]GPE hit [Baku]GPE, [Baku]GPE and [Kars]MIL.\n"


def _names(text: str, scheme: LabelScheme) -> Names:
    return collect_names([parse_inline(text, scheme).document])


def test_texts_are_counted_by_label(scheme: LabelScheme) -> None:
    names = _names(TRAIN, scheme)
    assert names.surfaces == {"GPE": {"Osh": 2, "Kars": 1}, "MIL": {"Osh": 1}}
    assert names.of(["GPE", "MIL"]) == {"Osh": 3, "Kars": 1}
    assert names.of(["LAW"]) == {}


def test_unseen_is_a_share_of_mentions_with_their_label(scheme: LabelScheme) -> None:
    train, test = _names(TRAIN, scheme), _names(TEST, scheme)
    assert test.unseen(train, ["GPE"]) == pytest.approx(2 / 3)
    assert test.unseen(train, ["MIL"]) == 1  # Kars was seen, but as another label.
    assert test.unseen(train, ["GPE", "MIL"]) == pytest.approx(3 / 4)
    assert test.unseen(train, ["LAW"]) is None
    assert train.unseen(train, ["GPE"]) == 0


def test_white_space_inside_a_mention_is_folded(scheme: LabelScheme) -> None:
    assert _names("[Kara  Suu]GPE slept.", scheme).surfaces == {"GPE": {"Kara Suu": 1}}


def test_table(scheme: LabelScheme) -> None:
    lines = names_table({"train": _names(TRAIN, scheme), "test": _names(TEST, scheme)}, scheme)
    assert lines[0] == "| | distinct, all | distinct, train | unseen, test |"
    assert "| `GPE` | 3 | 2 | 66.7 % |" in lines
    assert "| `LAW` | 0 | 0 |  |" in lines
    assert "| all | 5 | 3 | 75.0 % |" in lines
