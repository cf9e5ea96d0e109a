"""A student learns what an ensemble says of the training sentences, beside the marks.

As in Hinton, Vinyals and Dean (2015), *Distilling the Knowledge in a Neural Network*. The teachers are cross-fitted by
document: each speaks only of documents that it was not trained on, where it is as unsure as of new text. What they say
is computed once, before the student is trained, of the words and pairs of its examples with nothing hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from secrel.backends import Engine, SentencePairs
from secrel.domain import Document, Dropped
from secrel.features.pairs import candidate_pairs
from secrel.nn.model import IGNORE
from secrel.pipeline import Pipeline
from secrel.training import trainer
from secrel.training.examples import Example, make_examples
from secrel.training.folds import make_folds
from secrel.training.network import Collator, TrainableModel
from variants import Run, patched, pipeline_of
from variants.ensemble import ensemble


def pipeline(run: Run, *, members: int, temperature: float, weight: float, folds: int = 2) -> Pipeline:
    """Trains ``members`` teachers without each of ``folds`` parts of the documents, then a student on all of them.

    With one fold the teachers speak of what they were trained on. The student's loss is ``weight`` times that against
    the teachers, both at ``temperature``, plus ``1 - weight`` times that against the marks.
    """
    if temperature <= 0 or not 0 <= weight <= 1 or folds < 1:
        raise ValueError(f"temperature {temperature} is to be above 0, weight {weight} in [0, 1], folds {folds} from 1")
    parts = [[]] if folds == 1 else make_folds(run.training, folds, seed=run.recipe.training.seed)
    teachers: dict[str, Engine] = {}
    for number, part in enumerate(parts, 1):
        others = [document for document in run.training if document not in part]
        engine = ensemble(replace(run, training=others), members, name=f"fold-{number}-teacher")
        teachers |= {document.id: engine for document in part or others}
    with (
        patched(trainer, "make_examples", partial(taught_examples, teachers=teachers, temperature=temperature)),
        patched(trainer, "Collator", TaughtCollator),
        patched(trainer, "TrainableModel", partial(Student, share=weight, temperature=temperature)),
    ):
        return pipeline_of(run.train())


@dataclass(frozen=True)
class Taught(Example):
    """An example and, by name of the target, the probabilities that teachers give its words and pairs."""

    taught: Mapping[str, Sequence[Any]]


def taught_examples(
    documents: Sequence[Document], *rest: Any, teachers: Mapping[str, Engine], temperature: float
) -> tuple[list[Taught], tuple[Dropped, ...]]:
    """In the place of :func:`make_examples`; ``teachers`` are told by document, and read its copies (``~``) too."""
    examples, dropped = make_examples(documents, *rest)
    said = chain.from_iterable(_said(d, teachers[d.id.removesuffix("~")], temperature) for d in documents)
    values = ({field.name: getattr(example, field.name) for field in fields(example)} for example in examples)
    return [Taught(**some, taught=soft) for some, soft in zip(values, said, strict=True)], dropped


def _said(document: Document, teacher: Engine, temperature: float) -> Iterator[dict[str, Any]]:
    """What a teacher says of each sentence that makes an example, in their order, of the same words and pairs."""
    read = teacher.prepare(document.text, document.sentences or ())
    items = []
    for index, _, entities in document.entities_by_sentence():
        if read.sentences[index].words:
            kept = tuple(e for e in entities if read.sentences[index].word_range(e.span) is not None)
            items.append(SentencePairs(index, kept, tuple(candidate_pairs(kept, teacher.scheme))))
    tags = teacher.tag(read)
    for item, pairs in zip(items, teacher.classify(read, items), strict=True):
        logs = {"tags": torch.tensor(tags[item.sentence])}
        logs |= {name: torch.tensor(getattr(pairs, name)).log() for name in ("status", "stance")}
        soft = {name: (log / temperature).softmax(-1).tolist() for name, log in logs.items()}
        yield soft | {"relation": (torch.tensor(pairs.relation).logit() / temperature).sigmoid().tolist()}


class TaughtCollator(Collator):
    """Puts what the teachers say beside the targets: words and pairs of the batch in a row, without padding."""

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """The tensors of :class:`Collator`, and ``taught_tags`` and so on."""
        names = rows[0]["taught"]
        soft = {f"taught_{name}": torch.tensor([v for row in rows for v in row["taught"][name]]) for name in names}
        return super().__call__(rows) | soft


class Student(TrainableModel):
    """A :class:`TrainableModel` that also learns from teachers; ``share`` is the weight of what they say."""

    def __init__(self, *arguments: Any, share: float, temperature: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.share, self.temperature = share, temperature

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        """The losses against the marks, the one against the teachers, ``taught``, and their mean, ``loss``."""
        outputs: list[Any] = []
        with self.model.register_forward_hook(lambda _module, _inputs, output: outputs.append(output)):
            parts = super().forward(**batch)
        (tags, pairs), taught = outputs[0], torch.zeros((), device=self.model.device)
        # Classes have no weights here: the teachers' probabilities come of them already.
        for layer, name in (("entity", "tags"), ("relation", "relation"), ("status", "status"), ("stance", "stance")):
            places = batch[f"target_{name}"] != IGNORE
            if places.any():
                logits = (tags if name == "tags" else getattr(pairs, name)).float()[places] / self.temperature
                wanted = batch[f"taught_{name}"][... if name == "tags" else places]  # Tags come without padding.
                compare = F.binary_cross_entropy_with_logits if name == "relation" else F.cross_entropy
                taught = taught + self.temperature**2 * getattr(self.weights, layer) * compare(logits, wanted)
        return parts | {"taught": taught, "loss": self.share * taught + (1 - self.share) * parts["loss"]}
