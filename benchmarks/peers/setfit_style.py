"""Stance between gold entities by contrastive fine-tuning of a sentence encoder, in the manner of SetFit.

From the description of Tunstall et al., *Efficient Few-Shot Learning Without Prompts*, 2022 (arXiv 2209.11055): pairs
of texts of one class are drawn together and pairs of two classes apart by the squared error of their cosine; then
logistic regression is fitted to the embeddings. A text here is a sentence in which one holder and one target are
marked; the classes are no stance and the polarities.

    python benchmarks/peers/setfit_style.py -o out/setfit.json
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from common import Data, Marks, System, parser, run
from network import PACKAGES, WordEncoder, batches, encoder_of, fit, n_weights, schedule_options
from sentences import Sentence, sentences_of
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import LabelScheme, Pair, Stance
from secrel.features.pairs import CandidatePair, candidate_pairs

NONE = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One candidate: its words, and what is held; ``sentence`` is the index of its sentence."""

    sentence: int
    pair: CandidatePair
    words: tuple[str, ...]
    polarity: str


def texts_of(sentences: Sequence[Sentence], scheme: LabelScheme) -> list[Text]:
    """Every pair of entities that may be holder and target, marked in its sentence."""
    return [
        Text(n, pair, marked(sentence, pair), sentence.stances.get((pair.head, pair.tail), NONE))
        for n, sentence in enumerate(sentences)
        for pair in candidate_pairs(sentence.entities, scheme)
        if pair.stance
    ]


def marked(sentence: Sentence, pair: CandidatePair) -> tuple[str, ...]:
    """The words with ``[ holder ... ]`` and ``[ target ... ]``: words that the pretrained encoder knows."""
    words: list[str] = []
    for n in range(len(sentence.words)):
        for name, place in (("holder", pair.head), ("target", pair.tail)):
            if sentence.ranges[place][0] == n:
                words += ["[", name]
        words.append(sentence.word(n))
        words += ["]" for place in (pair.head, pair.tail) if sentence.ranges[place][1] == n + 1]
    return tuple(words)


class Network(nn.Module):
    """The sentence encoder: the mean of the subwords, of length one."""

    def __init__(self, encoder: WordEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, texts: Sequence[Text]) -> Tensor:
        """Embeddings (N, H)."""
        encoded = self.encoder([text.words for text in texts])
        # Behind the last word stands the closing token, then padding.
        lengths = encoded.last.amax(1) + 2
        inside = (torch.arange(encoded.hidden.size(1))[None] < lengths[:, None]).unsqueeze(-1)
        return functional.normalize((encoded.hidden * inside).sum(1) / lengths[:, None], dim=-1)


class SetFitStyle(System):
    """The encoder and the regression; stances only.

    Args:
        data: The corpus.
        options: The options of the command line.
    """

    layers = ("stances",)

    def __init__(self, data: Data, options: argparse.Namespace) -> None:
        super().__init__()
        self.scheme, self.options = data.scheme, options
        self.network = Network(encoder_of(data, options))
        texts = texts_of(sentences_of(data.train, data.scheme), data.scheme)
        held = [text for text in texts if text.polarity != NONE]
        others = [text for text in texts if text.polarity == NONE]
        if not held or not others:
            raise SystemExit(f"setfit: found {len(held)} pairs with and {len(others)} without a stance; expected both")
        chooser = random.Random(options.seed)
        n_others = min(len(others), round(options.none * len(held)))
        self.losses["contrast"] = fit(
            self.network,
            self.loss,
            lambda epoch: self._contrasts([*held, *chooser.sample(others, n_others)], epoch),
            lambda pair: len(pair[0].words) + len(pair[1].words),
            options,
            n_epochs=options.epochs,
        )
        n_fitted = min(len(others), round(options.none_in_regression * len(held)))
        self.classifier = self._regression([*held, *chooser.sample(others, n_fitted)])
        self.weights = n_weights(self.network) + self.classifier.coef_.size + self.classifier.intercept_.size

    def _contrasts(self, texts: Sequence[Text], epoch: int) -> list[tuple[Text, Text]]:
        """For every text ``--pairs`` others of its class and as many of another class."""
        chooser = random.Random(1000 * self.options.seed + epoch)
        classes: dict[str, list[Text]] = {}
        for text in texts:
            classes.setdefault(text.polarity, []).append(text)
        pairs = []
        for text in texts:
            other = [name for name in classes if name != text.polarity]
            for _ in range(self.options.pairs):
                pairs.append((text, chooser.choice(classes[text.polarity])))
                pairs.append((text, chooser.choice(classes[chooser.choice(other)])))
        return pairs

    def loss(self, pairs: list[tuple[Text, Text]]) -> Tensor:
        """Mean squared error of the cosines: 1 within a class, 0 between classes."""
        embeddings = self.network([text for pair in pairs for text in pair]).view(len(pairs), 2, -1)
        wanted = torch.tensor([float(first.polarity == second.polarity) for first, second in pairs])
        return functional.mse_loss((embeddings[:, 0] * embeddings[:, 1]).sum(-1), wanted)

    @torch.inference_mode()
    def embed(self, texts: Sequence[Text]) -> Any:
        """Embeddings as a matrix (N, H) of NumPy."""
        matrix = torch.zeros(len(texts), self.network.encoder.size)
        for rows in batches(texts, 64, lambda text: len(text.words)):
            matrix[rows] = self.network([texts[row] for row in rows])
        return matrix.numpy()

    def _regression(self, texts: Sequence[Text]) -> Any:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(max_iter=1000, random_state=self.options.seed)
        return model.fit(self.embed(texts), [text.polarity for text in texts])

    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """The most probable polarity of every candidate pair."""
        marks: list[Marks] = [([], []) for _ in sentences]
        texts = texts_of(sentences, self.scheme)
        if not texts:
            return marks
        probabilities = self.classifier.predict_proba(self.embed(texts))
        polarities = [n for n, name in enumerate(self.classifier.classes_) if name != NONE]
        for row, text in enumerate(texts):
            best = max(polarities, key=lambda n: probabilities[row, n])
            entities = sentences[text.sentence].entities
            pair = Pair(entities[text.pair.head], entities[text.pair.tail])
            stance = Stance(pair, str(self.classifier.classes_[best]), float(probabilities[row, best]))
            marks[text.sentence][1].append(stance)
        return marks


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=1)
    schedule_options(options)
    # The rate of a sentence encoder that is only to be turned, not taught anew.
    options.set_defaults(learning_rate=2e-5)
    options.add_argument("--pairs", type=int, default=5, help="pairs of one class, and of two, drawn for every text")
    options.add_argument(
        "--none", type=float, default=2.0, help="texts without a stance for each with one, in contrast"
    )
    options.add_argument("--none-in-regression", type=float, default=8.0, help="the same, in the regression")
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("SetFit-style", arguments().parse_args(argv), SetFitStyle, *PACKAGES, "scikit-learn")


if __name__ == "__main__":
    main()
