"""Readers of the public sets: from the files as they are published to marked sentences.

Every mark that a corpus of secrel cannot hold is counted by reason; none is passed over.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from directed import DSE_SCHEME, ENTITY, directed_sentence
from marked import MarkedSentence, Mention, PublicSet, divide, from_tokens

from secrel.domain import LabelScheme, RelationType
from secrel.errors import InputError

DEV_SHARE = 0.1
"""Share of a set without a development part that is held out as one."""

CROSSRE_LABELS = (
    "artifact",
    "cause-effect",
    "compare",
    "general-affiliation",
    "named",
    "opposite",
    "origin",
    "part-of",
    "physical",
    "related-to",
    "role",
    "social",
    "temporal",
    "topic",
    "type-of",
    "usage",
    "win-defeat",
)
"""The relation labels of CrossRE (Bassignana and Plank, EMNLP Findings 2022); one domain need not have them all."""

FURTHER = "further mentions of an argument in its sentence: not marked, the first carries the relation"
REDOCRED_RELATIONS = "relations between the entities of a whole document: left out, this set is read for its mentions"
NO_TEXT = "sentences of blank tokens only: left out"

Blocks = list[list[MarkedSentence]]


def conll_blocks(path: Path, separator: str, lost: Counter[str]) -> Blocks:
    """Sentences of a file of ``token SEPARATOR tag`` lines, one block for every ``-DOCSTART-``.

    Tags are BIO or IOB1 (Ramshaw and Marcus, 1995): an ``I-`` behind another label or behind ``O`` begins a mention, as
    the scorer of CoNLL-2003 takes it.

    Raises:
        InputError: If the file is missing or a line has another form.
    """
    blocks: Blocks = [[]]
    tokens: list[str] = []
    tags: list[str] = []

    def finish() -> None:
        if tokens:
            _append(blocks[-1], from_tokens(tokens, tagged_ranges(tags), lost), lost)
        tokens.clear()
        tags.clear()

    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            finish()
            continue
        token, found, tag = line.rpartition(separator)
        if not found or not (tag == "O" or tag[:2] in {"B-", "I-"}):
            raise InputError(
                f"{path}, line {number}", found=repr(line[:60]), expected=f"a token, {separator!r} and O, B-x or I-x"
            )
        if token == "-DOCSTART-":
            finish()
            blocks.append([])
            continue
        tokens.append(token)
        tags.append(tag)
    finish()
    return [block for block in blocks if block]


def tagged_ranges(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Mentions as first token, token behind the last, and label; see :func:`conll_blocks` for the tags."""
    ranges: list[tuple[int, int, str]] = []
    for n, tag in enumerate(tags):
        prefix, _, label = tag.partition("-")
        if prefix == "I" and ranges and ranges[-1][1:] == (n, label):
            ranges[-1] = (ranges[-1][0], n + 1, label)
        elif prefix != "O":
            ranges.append((n, n + 1, label))
    return ranges


def _append(sentences: list[MarkedSentence], sentence: MarkedSentence | None, lost: Counter[str]) -> None:
    if sentence is None:
        lost[NO_TEXT] += 1
    else:
        sentences.append(sentence)


def read_re3d(folder: Path, seed: int) -> PublicSet:  # noqa: ARG001
    """Entities in reports on Syria and Iraq; ``train.txt`` and ``dev.txt``."""
    lost: Counter[str] = Counter()
    parts = {
        part: tuple(chain.from_iterable(conll_blocks(folder / "re3d" / f"{part}.txt", "\t", lost)))
        for part in ("train", "dev")
    }
    return PublicSet("re3d", _entity_scheme("re3d", parts), parts, lost)


def read_wikigold(folder: Path, seed: int) -> PublicSet:
    """Entities in Wikipedia articles, which a seeded deal parts into train and dev."""
    lost: Counter[str] = Counter()
    blocks = conll_blocks(folder / "wikigold" / "wikigold.conll.txt", " ", lost)
    parts = divide(blocks, share=DEV_SHARE, seed=seed)
    return PublicSet("wikigold", _entity_scheme("wikigold", parts), parts, lost)


def read_redocred(folder: Path, seed: int) -> PublicSet:
    """Mentions in Wikipedia introductions; the documents of ``dev_revised.json``, dealt out to train and dev."""
    lost: Counter[str] = Counter()
    blocks: Blocks = []
    for document in _json(folder / "redocred" / "dev_revised.json"):
        mentions: dict[int, list[tuple[int, int, str]]] = {}
        for mention in chain.from_iterable(document["vertexSet"]):
            mentions.setdefault(mention["sent_id"], []).append((*mention["pos"], mention["type"]))
        lost[REDOCRED_RELATIONS] += len(document.get("labels", ()))
        blocks.append([])
        for number, tokens in enumerate(document["sents"]):
            _append(blocks[-1], from_tokens(tokens, mentions.get(number, ()), lost), lost)
    parts = divide(blocks, share=DEV_SHARE, seed=seed)
    return PublicSet("redocred", _entity_scheme("redocred", parts), parts, lost)


def read_crossre(domain: str) -> Callable[[Path, int], PublicSet]:
    """The reader of one domain of CrossRE: typed entities, directed relations, several on one pair."""

    def read(folder: Path, seed: int) -> PublicSet:  # noqa: ARG001
        lost: Counter[str] = Counter()
        parts: dict[str, tuple[MarkedSentence, ...]] = {}
        for part in ("train", "dev"):
            sentences: list[MarkedSentence] = []
            for line in _lines(folder / "crossre" / f"{domain}-{part}.json"):
                if line.strip():
                    _append(sentences, _crossre_sentence(json.loads(line), lost), lost)
            parts[part] = tuple(sentences)
        name = f"crossre-{domain}"
        entities = _entity_scheme(name, parts).entities
        return PublicSet(name, _relation_scheme(name, entities, CROSSRE_LABELS), parts, lost)

    return read


def _crossre_sentence(row: Mapping[str, Any], lost: Counter[str]) -> MarkedSentence | None:
    # Token numbers are inclusive at both ends.
    mentions = [(first, last + 1, label_of(label)) for first, last, label in row["ner"]]
    pairs = [((a, b + 1), (c, d + 1), label_of(label)) for a, b, c, d, label, *_ in row["relations"]]
    return from_tokens(row["sentence"], mentions, lost, pairs)


def label_of(name: str) -> str:
    """A label as secrel writes it: white space, slashes and colons become hyphens."""
    return "-".join(name.replace("/", " ").replace(":", " ").split())


def read_fewrel(folder: Path, seed: int) -> PublicSet:
    """One relation a sentence between a head and a tail; sentences that occur twice stay in one part."""
    lost: Counter[str] = Counter()
    blocks: dict[str, list[MarkedSentence]] = {}
    for file in ("val_wiki", "val_nyt"):
        for label, rows in _json(folder / "fewrel" / f"{file}.json").items():
            for row in rows:
                (head, *others), (tail, *more) = row["h"][2], row["t"][2]
                lost[FURTHER] += len(others) + len(more)
                ranges = [(tokens[0], tokens[-1] + 1) for tokens in (head, tail)]
                mentions = [(*tokens, ENTITY) for tokens in ranges]
                sentence = from_tokens(row["tokens"], mentions, lost, [(ranges[0], ranges[1], label_of(label))])
                if sentence is None:
                    lost[NO_TEXT] += 1
                else:
                    blocks.setdefault(sentence.text, []).append(sentence)
    parts = divide(list(blocks.values()), share=DEV_SHARE, seed=seed)
    labels = sorted({label for block in blocks.values() for s in block for _, _, label in s.relations})
    return PublicSet("fewrel", _relation_scheme("fewrel", (ENTITY,), labels), parts, lost)


def read_dse(folder: Path, seed: int) -> PublicSet:  # noqa: ARG001
    """Directed sentiment between two marked entities (Park et al., ACL Findings 2021); see :mod:`directed`."""
    lost: Counter[str] = Counter()
    parts: dict[str, tuple[MarkedSentence, ...]] = {}
    for part, file in (("train", "train.txt"), ("dev", "valid.txt")):
        path = folder / "dse" / file
        # Fields with quotation marks are quoted as in CSV.
        rows = csv.reader(_lines(path, keep_ends=True), delimiter="\t")
        sentences = []
        for row in rows:
            if len(row) != 4 or row[3] not in {"0", "1", "2", "3", "4"}:
                raise InputError(
                    f"{path}, line {rows.line_num}",
                    found=repr(row)[:80],
                    expected="a sentence, p, q and a class 0 to 4",
                )
            sentence = directed_sentence(row[0], row[1], row[2], int(row[3]), lost)
            if sentence is not None:
                sentences.append(sentence)
        parts[part] = tuple(sentences)
    return PublicSet("dse", DSE_SCHEME, parts, lost)


READERS: Mapping[str, Callable[[Path, int], PublicSet]] = {
    "re3d": read_re3d,
    "dse": read_dse,
    "crossre-news": read_crossre("news"),
    "crossre-politics": read_crossre("politics"),
    "fewrel": read_fewrel,
    "wikigold": read_wikigold,
    "redocred": read_redocred,
}
"""The sets by name: a reader takes the folder of the data and the seed of a deal into train and dev."""


def _entity_scheme(name: str, parts: Mapping[str, Iterable[MarkedSentence]]) -> LabelScheme:
    mentions: Iterable[Mention] = (m for sentences in parts.values() for s in sentences for m in s.mentions)
    return LabelScheme(name, "1", tuple(sorted({mention.label for mention in mentions})))


def _relation_scheme(name: str, entities: Sequence[str], labels: Iterable[str]) -> LabelScheme:
    every = frozenset(entities)
    return LabelScheme(name, "1", tuple(entities), tuple(RelationType(label, every, every) for label in labels))


def _lines(path: Path, *, keep_ends: bool = False) -> list[str]:
    # Only line feeds end a line: texts hold other characters that Python's splitlines would take for one.
    text = _text(path)
    lines = text.split("\n")[: -1 if text.endswith("\n") else None]
    return [line + "\n" for line in lines] if keep_ends else [line.removesuffix("\r") for line in lines]


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise InputError(path, found=f"no JSON: {error}", expected="the file as it is published") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(
            path, found=str(error.strerror), expected="a file of the public set; benchmarks/public/README.md says whose"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(path, found=str(error), expected="a text in UTF-8") from error
