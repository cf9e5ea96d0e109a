"""Verbs of saying."""

from __future__ import annotations

from secrel.reading.speech.verbs import CUES, DENIALS, SAY, forms, is_past


def test_forms() -> None:
    assert forms("deny claim stress say/says/said") == {
        *("deny", "denies", "denied", "denying"),
        *("claim", "claims", "claimed", "claiming"),
        *("stress", "stresses", "stressed", "stressing"),
        *("say", "says", "said"),
    }
    assert forms("state") == {"state", "states", "stated", "stating"}


def test_lists_are_cues() -> None:
    assert SAY | DENIALS < CUES
    assert "closed" not in CUES


def test_is_past() -> None:
    assert is_past("said")
    assert is_past("denied")
    assert not is_past("says")
