"""What the peers that are written in PyTorch share: the encoder over words, a schedule, and heads over pairs."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from common import Data, Marks, encoder_folder
from sentences import Sentence
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import LabelScheme, Pair, Relation, Stance
from secrel.features.pairs import CandidatePair, candidate_pairs

IGNORE = -100
PACKAGES = ("torch", "transformers", "numpy")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch of B texts of at most T subwords and W words after the encoder, H wide.

    Attributes:
        hidden: Representations of the subwords (B, T, H).
        first: Position of each word's first subword (B, W); 0 behind the last word.
        last: Position of its last subword (B, W).
    """

    hidden: Tensor
    first: Tensor
    last: Tensor

    def firsts(self) -> Tensor:
        """Representation of each word's first subword (B, W, H)."""
        return _gather(self.hidden, self.first)

    def lasts(self) -> Tensor:
        """Representation of each word's last subword (B, W, H)."""
        return _gather(self.hidden, self.last)

    def maxima(self) -> Tensor:
        """Maximum over each word's subwords (B, W, H)."""
        result = self.firsts()
        for step in range(1, int((self.last - self.first).max()) + 1):
            position = torch.minimum(self.first + step, self.last)
            result = torch.maximum(result, _gather(self.hidden, position))
        return result


def _gather(hidden: Tensor, positions: Tensor) -> Tensor:
    return hidden.gather(1, positions.unsqueeze(-1).expand(-1, -1, hidden.size(-1)))


class WordEncoder(nn.Module):
    """The pretrained encoder, fed with words.

    Args:
        folder: Folder or hub name of the encoder.
        markers: Tokens that are added to its vocabulary.
    """

    def __init__(self, folder: str, markers: Sequence[str] = ()) -> None:
        super().__init__()
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.backbone = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        if markers:
            self.tokenizer.add_special_tokens({"additional_special_tokens": list(markers)})
            self.backbone.resize_token_embeddings(len(self.tokenizer), mean_resizing=False)
        self.size = int(self.backbone.config.hidden_size)
        self.limit = int(self.backbone.config.max_position_embeddings)
        self._pieces: dict[str, list[int]] = {}

    def pieces(self, word: str) -> list[int]:
        """Subwords of one word, the unknown one for a word that the tokenizer makes nothing of."""
        if word not in self._pieces:
            ids = self.tokenizer(word, add_special_tokens=False)["input_ids"]
            self._pieces[word] = ids or [int(self.tokenizer.unk_token_id)]
        return self._pieces[word]

    def forward(self, texts: Sequence[Sequence[str]]) -> Encoded:
        """Encodes texts given as words. What lies behind the encoder's last position is read as its last subword."""
        rows, firsts, lasts = [], [], []
        for words in texts:
            ids, first, last = [int(self.tokenizer.cls_token_id)], [], []
            for word in words:
                first.append(min(len(ids), self.limit - 2))
                ids += self.pieces(word)
                last.append(min(len(ids) - 1, self.limit - 2))
            rows.append([*ids[: self.limit - 1], int(self.tokenizer.sep_token_id)])
            firsts.append(first)
            lasts.append(last)
        input_ids = _pad(rows, int(self.tokenizer.pad_token_id or 0))
        lengths = torch.tensor([len(row) for row in rows])
        mask = (torch.arange(input_ids.size(1))[None] < lengths[:, None]).long()
        hidden = self.backbone(input_ids=input_ids, attention_mask=mask).last_hidden_state
        return Encoded(hidden.float(), _pad(firsts, 0), _pad(lasts, 0))


def _pad(rows: Sequence[Sequence[int]], value: int) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


def words_of(sentence: Sentence) -> list[str]:
    """Texts of the words of a sentence."""
    return [sentence.word(n) for n in range(len(sentence.words))]


def batches(items: Sequence[T], size: int, length: Callable[[T], int]) -> Iterable[list[int]]:
    """Indices of the items in batches of similar length, longest first; for prediction."""
    order = sorted(range(len(items)), key=lambda n: -length(items[n]))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def schedule_options(options: argparse.ArgumentParser, *, batch_size: int = 16) -> None:
    """Adds the options of :func:`fit`. The defaults are those of the recipe of the packaged model."""
    options.add_argument("--batch-size", type=int, default=batch_size)
    options.add_argument("--learning-rate", type=float, default=1.5e-4, help="highest, of the encoder")
    options.add_argument("--head-learning-rate", type=float, default=1e-3, help="highest, of the layers above it")
    options.add_argument("--weight-decay", type=float, default=0.01)
    options.add_argument("--warmup", type=float, default=0.1, help="share of the steps in which the rate rises")
    options.add_argument("--bf16", action="store_true", help="automatic mixed precision in bfloat16")


def fit(
    model: nn.Module,
    loss_of: Callable[[list[T]], Tensor],
    epochs: Callable[[int], Sequence[T]],
    length: Callable[[T], int],
    options: argparse.Namespace,
    *,
    n_epochs: int,
) -> list[float]:
    """Trains with AdamW and a learning rate that rises, then falls linearly; gradients are clipped to norm 1.

    Args:
        model: The model; what lies in ``WordEncoder`` gets the encoder's learning rate.
        loss_of: Mean loss of some examples.
        epochs: The examples of the pass of that number.
        length: Of an example; a batch is made of examples of similar length.
        options: As of :func:`schedule_options`.
        n_epochs: Passes.

    Returns:
        Mean loss of every pass.
    """
    chooser = random.Random(options.seed)
    optimizer = torch.optim.AdamW(_groups(model, options), fused=True)
    passes = -(-len(epochs(0)) // options.batch_size)
    n_steps = passes * n_epochs
    warm = max(1, round(options.warmup * n_steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (n_steps - step) / max(1, n_steps - warm)))
    )
    history = []
    for epoch in range(n_epochs):
        model.train()
        examples = epochs(epoch)
        losses = []
        for batch in _shuffled(examples, options.batch_size, length, chooser):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16):
                loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        history.append(sum(losses) / max(1, len(losses)))
        print(f"  pass {epoch + 1} of {n_epochs}: loss {history[-1]:.4f}", flush=True)
    model.eval()
    return history


def _groups(model: nn.Module, options: argparse.Namespace) -> list[dict[str, Any]]:
    inside = {id(p) for module in model.modules() if isinstance(module, WordEncoder) for p in module.parameters()}
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = []
    for encoder, rate in ((True, options.learning_rate), (False, options.head_learning_rate)):
        # Neither biases nor scales decay.
        for decays in (True, False):
            some = [p for p in parameters if (id(p) in inside) == encoder and (p.dim() > 1) == decays]
            groups.append({"params": some, "lr": rate, "weight_decay": options.weight_decay if decays else 0.0})
    return [group for group in groups if group["params"]]


def _shuffled(
    examples: Sequence[T], size: int, length: Callable[[T], int], chooser: random.Random
) -> Iterable[list[T]]:
    order = list(range(len(examples)))
    chooser.shuffle(order)
    grouped = []
    for start in range(0, len(order), 50 * size):
        pool = sorted(order[start : start + 50 * size], key=lambda n: length(examples[n]))
        grouped += [pool[at : at + size] for at in range(0, len(pool), size)]
    chooser.shuffle(grouped)
    for batch in grouped:
        yield [examples[n] for n in batch]


@dataclass(frozen=True, slots=True)
class PairTargets:
    """What is to be said of some pairs. P pairs, L relation labels.

    Attributes:
        pairs: The pairs.
        relation: 1, 0, or IGNORE where the scheme does not allow the label (P, L).
        status: Index of the status, or IGNORE (P, L).
        stance: 0 for none or 1 + polarity, or IGNORE (P).
    """

    pairs: tuple[CandidatePair, ...]
    relation: tuple[tuple[int, ...], ...]
    status: tuple[tuple[int, ...], ...]
    stance: tuple[int, ...]

    def positive(self, row: int) -> bool:
        """Whether anything holds of a pair."""
        return 1 in self.relation[row] or self.stance[row] > 0

    def rows(self, rows: Sequence[int]) -> PairTargets:
        """Some of the pairs."""
        return PairTargets(
            tuple(self.pairs[n] for n in rows),
            tuple(self.relation[n] for n in rows),
            tuple(self.status[n] for n in rows),
            tuple(self.stance[n] for n in rows),
        )


def pair_targets(sentence: Sentence, scheme: LabelScheme) -> PairTargets:
    """The candidate pairs of a marked sentence with what its marks say of them."""
    pairs = tuple(candidate_pairs(sentence.entities, scheme))
    relation, status, stance = [], [], []
    for pair in pairs:
        keys = [(pair.head, pair.tail, label) for label in scheme.relation_labels]
        held = [sentence.relations.get(key) for key in keys]
        relation.append(
            tuple(
                int(key in sentence.relations) if allowed else IGNORE
                for key, allowed in zip(keys, pair.relations, strict=True)
            )
        )
        status.append(tuple(scheme.statuses.index(s) if s in scheme.statuses else IGNORE for s in held))
        polarity = sentence.stances.get((pair.head, pair.tail))
        known = 0 if polarity is None else 1 + scheme.polarities.index(polarity)
        stance.append(known if pair.stance else IGNORE)
    return PairTargets(pairs, tuple(relation), tuple(status), tuple(stance))


class PairHeads(nn.Module):
    """One linear layer a layer of marks: relation labels yes or no, status given the label, none or a polarity.

    Args:
        size: Width of a pair's representation.
        scheme: The label scheme.
        dropout: Of the representation.
    """

    def __init__(self, size: int, scheme: LabelScheme, dropout: float = 0.1) -> None:
        super().__init__()
        self.scheme = scheme
        self.dropout = nn.Dropout(dropout)
        self.relation = nn.Linear(size, len(scheme.relations))
        self.status = nn.Linear(size, len(scheme.relations) * len(scheme.statuses))
        self.stance = nn.Linear(size, 1 + len(scheme.polarities))

    def forward(self, pairs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of representations (P, size): relation (P, L), status (P, L, S), stance (P, 1 + polarities)."""
        pairs = self.dropout(pairs)
        status = self.status(pairs).view(len(pairs), len(self.scheme.relations), len(self.scheme.statuses))
        return self.relation(pairs).float(), status.float(), self.stance(pairs).float()

    def loss(self, pairs: Tensor, targets: Sequence[PairTargets]) -> Tensor:
        """Sum of the mean losses of the three layers."""
        relation, status, stance = self(pairs)
        wanted = torch.tensor([row for item in targets for row in item.relation])
        wanted_status = torch.tensor([row for item in targets for row in item.status])
        wanted_stance = torch.tensor([row for item in targets for row in item.stance])
        total = pairs.sum() * 0.0
        if (wanted != IGNORE).any():
            chosen = wanted != IGNORE
            total = total + functional.binary_cross_entropy_with_logits(relation[chosen], wanted[chosen].float())
        if (wanted_status != IGNORE).any():
            chosen = wanted_status != IGNORE
            total = total + functional.cross_entropy(status[chosen], wanted_status[chosen])
        if (wanted_stance != IGNORE).any():
            total = total + functional.cross_entropy(stance, wanted_stance, ignore_index=IGNORE)
        return total

    def marks(self, logits: tuple[Tensor, Tensor, Tensor], sentence: Sentence, pairs: Sequence[CandidatePair]) -> Marks:
        """Relations and stances of one sentence with their probabilities."""
        held = logits[0].sigmoid().tolist()
        statuses = logits[1].argmax(-1).tolist()
        stance = logits[2].softmax(-1)[:, 1:]
        relations, stances = [], []
        for row, candidate in enumerate(pairs):
            pair = Pair(sentence.entities[candidate.head], sentence.entities[candidate.tail])
            for column, label in enumerate(self.scheme.relation_labels):
                if candidate.relations[column]:
                    status = self.scheme.statuses[statuses[row][column]]
                    relations.append(Relation(pair, label, status, held[row][column]))
            if candidate.stance:
                best = int(stance[row].argmax())
                stances.append(Stance(pair, self.scheme.polarities[best], float(stance[row, best])))
        return relations, stances


def n_weights(*modules: nn.Module) -> int:
    """Number of trained weights."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def encoder_of(data: Data, options: argparse.Namespace, markers: Sequence[str] = ()) -> WordEncoder:
    """The encoder that the recipe names."""
    return WordEncoder(encoder_folder(data, options), markers)
