"""What a lossy step left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was left out, why, and how much of it.

    Attributes:
        reason: Short sentence that names what was left out and why.
        n: How many.
    """

    reason: str
    n: int
