"""A pipeline that needs no model, for worker processes of the tests; run as a script it extracts an archive.

What it does with an article is told by the article: a text with ``CRASH`` kills the process that reads it, ``ONCE``
does so the first time only, ``RAISE`` raises, ``SLOW`` takes long, and ``HUGE`` is short of memory the first time.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from secrel.domain import Document, Entity, LabelScheme, ModelTag, Pair, Relation, RelationType, Span
from secrel.errors import ModelError
from secrel.pipeline import Pipeline

ANY = frozenset({"NAME"})
SCHEME = LabelScheme("fake", "1", ("NAME",), (RelationType("precedes", ANY, ANY),))


class Fake:
    """Marks every capitalised word as a name, and the first as before the second."""

    name = "fake"
    requires: tuple[str, ...] = ("text",)
    assigns: tuple[str, ...] = ("sentences", "entities", "relations")

    def __init__(self, loader: FakeLoader) -> None:
        self.loader = loader

    def __call__(self, document: Document) -> Document:
        self.loader.note(document.id)
        text = document.text
        if self.loader.broken == "article" or "CRASH" in text or ("ONCE" in text and self.loader.is_first(document.id)):
            os.kill(os.getpid(), signal.SIGSEGV)
        if "RAISE" in text:
            raise KeyError("a fault of the program")
        if "HUGE" in text and self.loader.is_first(document.id):
            raise MemoryError
        time.sleep(30 if "SLOW" in text else self.loader.delay)
        entities = []
        position = 0
        for word in text.split():
            start = text.index(word, position)
            position = start + len(word)
            if word[0].isupper():
                entities.append(Entity(Span(start, position), "NAME", word, 1 / 3))
        relations = ()
        if len(entities) > 1:
            relations = (Relation(Pair(entities[0], entities[1]), "precedes", None, 0.1, evidence=Span(0, len(text))),)
        return document.replace(sentences=(Span(0, len(text)),), entities=tuple(entities), relations=relations)


@dataclass(frozen=True)
class FakeLoader:
    """Makes the pipeline, and takes down in a folder what is read.

    Attributes:
        folder: For notes: ``read`` has a line for every article that was begun, ``loaded`` one for every pipeline.
        version: Of the model.
        delay: Seconds that an article takes.
        broken: How loading fails: ``model`` raises, ``import`` raises another error, ``death`` ends the process;
            ``article`` loads what kills the process at any article.
    """

    folder: Path
    version: str = "1"
    delay: float = 0.0
    broken: str = ""
    scheme: LabelScheme = field(default=SCHEME)

    @property
    def title(self) -> str:
        return f"fake {self.version}"

    @property
    def fingerprint(self) -> str:
        return self.title

    def __call__(self) -> Pipeline:
        if self.broken == "model":
            raise ModelError("fake", found="nothing", expected="a model")
        if self.broken == "import":
            raise ImportError("no such library")
        if self.broken == "death":
            os._exit(7)
        self._append("loaded", str(os.getpid()))
        return Pipeline([Fake(self)], scheme=self.scheme, tag=ModelTag("fake", self.version))

    def note(self, id: str) -> None:
        self._append("read", id)

    def is_first(self, id: str) -> bool:
        return self.lines("read").count(id) < 2

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _append(self, name: str, line: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def main() -> None:
    """``fake_archive.py ARCHIVE OUT NOTES JOBS DELAY``: one run, to be killed."""
    from secrel.batch import extract_archive, store

    # In keeping with articles that take hundredths of a second.
    store._SECONDS_BETWEEN_COMMITS = 0.1
    archive, out, notes, jobs, delay = sys.argv[1:]
    loader = FakeLoader(Path(notes), delay=float(delay))
    extract_archive(archive, out, jobs=int(jobs), loader=loader, formats=("jsonl", "csv", "brat"))


if __name__ == "__main__":
    # Under the name by which worker processes know its classes.
    from fake_archive import main as run

    run()
