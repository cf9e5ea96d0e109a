"""Batches by number of subwords instead of number of sentences."""

from __future__ import annotations

from collections.abc import Sequence

DEFAULT_BUDGET = 4096
"""Subwords in a batch, padding included: large enough to fill two cores, small enough for their caches."""


def token_batches(lengths: Sequence[int], *, budget: int = DEFAULT_BUDGET) -> list[list[int]]:
    """Groups items of similar length so that no batch, padded to its longest item, exceeds ``budget``.

    Args:
        lengths: Length of every item.
        budget: Largest product of items and longest item; an item longer than this is a batch of its own.

    Returns:
        Indices into ``lengths``, longest first; every index occurs exactly once.
    """
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    batches: list[list[int]] = []
    for index in order:
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= budget:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
