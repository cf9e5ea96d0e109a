"""Engines: one protocol, and what runs the weights."""

from secrel.backends.protocol import Engine, PairScores, Prepared, SentencePairs

__all__ = ["Engine", "PairScores", "Prepared", "SentencePairs"]
