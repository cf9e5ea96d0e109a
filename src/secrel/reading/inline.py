"""Inline marks: a form in which a text can be written and marked by hand at once.

One sentence a line, paragraphs separated by blank lines. A mention is ``[text]LABEL`` or, where a relation needs
it, ``[text]LABEL#n``; below a sentence stand its relations, ``> label n m status`` and ``> stance n m polarity``,
and its remarks: how a relation is worded as a fifth word, ``> label n m status passive``, and pairs that only look
related, ``> negative n m bare-meeting``. Lines ``# key: value`` at the top are notes on the article. ``secrel
annotations convert`` turns such a file into a text with brat stand-off and back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import AnnotationError
from secrel.reading.article import body_start, parse_article
from secrel.reading.remarks import FORMS, NEGATIVES, Negative, Remarks
from secrel.reading.standoff import STANCE

NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class InlineArticle:
    """A marked document with the notes at the top of its file and the remarks on its marks."""

    document: Document
    notes: dict[str, str]
    remarks: Remarks = field(default_factory=Remarks)


def parse_inline(text: str, scheme: LabelScheme, *, id: str = "text", where: str = "inline") -> InlineArticle:
    """Parses inline marks; the lines are the sentences of the result.

    Raises:
        AnnotationError: At the first broken mark, unknown label or identifier, naming the line.
    """
    return _InlineParser(scheme, where).parse(text, id)


class _InlineParser:
    def __init__(self, scheme: LabelScheme, where: str) -> None:
        labels = "|".join(map(re.escape, sorted(scheme.entities, key=len, reverse=True)))
        self.mark = re.compile(rf"\[([^\[\]]+)\]({labels})(?:#(\d+))?(?!\w)")
        self.scheme = scheme
        self.where = where
        self.length = 0
        self.pieces: list[str] = []
        self.sentences: list[Span] = []
        self.entities: list[Entity] = []
        self.relations: list[Relation] = []
        self.stances: list[Stance] = []
        self.forms: dict[int, str] = {}
        self.negatives: list[Negative] = []
        self.numbered: dict[str, Entity] = {}

    def parse(self, text: str, id: str) -> InlineArticle:
        notes: dict[str, str] = {}
        separator = ""
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
            where = f"{self.where}, line {number}"
            if line.startswith("# ") and not self.pieces:
                key, _, value = line[2:].partition(":")
                notes[key.strip()] = value.strip()
            elif not line.strip():
                separator = "\n\n" if self.pieces else ""
            elif line.startswith(">"):
                self._relation(line, where)
            elif line.startswith("Publication:") and not self.pieces:
                self._add(line)
                separator = "\n\n"
            else:
                self._add(separator)
                self._sentence(line.strip(), where)
                separator = " "
        self._add("\n")
        document = parse_article("".join(self.pieces), id=id)
        start = body_start(document.text)
        document = document.replace(
            # A date line below the header is no sentence.
            sentences=tuple(sentence for sentence in self.sentences if sentence.start >= start),
            entities=tuple(self.entities),
            relations=tuple(self.relations),
            stances=tuple(self.stances),
        )
        return InlineArticle(document, notes, Remarks(self.forms, tuple(self.negatives)))

    def _add(self, piece: str) -> None:
        if piece:
            self.pieces.append(piece)
            self.length += len(piece)

    def _sentence(self, line: str, where: str) -> None:
        begin, position = self.length, 0
        self.numbered = {}
        for match in self.mark.finditer(line):
            self._plain(line[position : match.start()], where)
            entity = Entity(Span(self.length, self.length + len(match[1])), match[2], match[1])
            self.entities.append(entity)
            if match[3]:
                if match[3] in self.numbered:
                    raise AnnotationError(where, found=f"#{match[3]} twice", expected="a number once a sentence")
                self.numbered[match[3]] = entity
            self._add(match[1])
            position = match.end()
        self._plain(line[position:], where)
        self.sentences.append(Span(begin, self.length))

    def _plain(self, text: str, where: str) -> None:
        if "[" in text or "]" in text:
            raise AnnotationError(
                where, found=repr(text), expected="marks of the form [text]LABEL with a label of the scheme"
            )
        self._add(text)

    def _relation(self, line: str, where: str) -> None:
        words = line[1:].split()
        expected = "'> label n m status' with numbers of this sentence's marks"
        if not 4 <= len(words) <= 5 or words[1] not in self.numbered or words[2] not in self.numbered:
            raise AnnotationError(where, found=repr(line), expected=expected)
        label, first, second, value = words[:4]
        form = words[4] if len(words) == 5 else None
        if form is not None and (form not in FORMS or label not in self.scheme.relation_labels):
            raise AnnotationError(
                where, found=repr(line), expected=f"one of {', '.join(FORMS)} as the fifth word, of a relation only"
            )
        values = self.scheme.polarities if label == STANCE else ("-", *self.scheme.statuses)
        if label != NEGATIVE and label in {STANCE, *self.scheme.relation_labels} and value not in values:
            raise AnnotationError(where, found=repr(line), expected=f"one of {', '.join(values)} as the fourth word")
        pair = Pair(self.numbered[first], self.numbered[second])
        evidence = self.sentences[-1]
        if label == STANCE:
            self.stances.append(Stance(pair, value, evidence=evidence))
        elif label == NEGATIVE:
            if value not in NEGATIVES:
                raise AnnotationError(where, found=repr(line), expected=f"one of {', '.join(NEGATIVES)}")
            self.negatives.append(Negative(pair, value))
        elif label in self.scheme.relation_labels:
            if form is not None:
                self.forms[len(self.relations)] = form
            self.relations.append(Relation(pair, label, None if value == "-" else value, evidence=evidence))
        else:
            raise AnnotationError(
                where,
                found=f"label {label!r}",
                expected=f"{STANCE}, {NEGATIVE} or {', '.join(self.scheme.relation_labels)}",
            )


def format_inline(document: Document, notes: dict[str, str] | None = None, remarks: Remarks | None = None) -> str:
    """Inline marks of a document with sentences; white space between sentences is normalised.

    Args:
        document: The document.
        notes: Notes for the top of the file.
        remarks: Remarks on its marks.

    Raises:
        AnnotationError: If the document has no sentences, its text has square brackets, mentions overlap, or a mark
            does not lie inside one sentence.
    """
    if document.sentences is None:
        raise AnnotationError(document.id, found="no sentences", expected="a document with sentence spans")
    if "[" in document.text or "]" in document.text:
        raise AnnotationError(document.id, found="square brackets in the text", expected="a text without them")
    remarks = remarks or Remarks()
    _refuse_unwritable(document, remarks)
    lines = [f"# {key}: {value}" for key, value in (notes or {}).items()]
    start = body_start(document.text)
    if header := document.text[:start].strip("\ufeff \r\n"):
        # A line each, so that reading them finds the same header.
        lines += [re.sub(r"\s*[\r\n]\s*", "\n\n", header), ""]
    previous = None
    for _, sentence, entities in document.entities_by_sentence():
        if previous is not None and re.search(r"[\r\n]", document.text[previous : sentence.start]):
            lines.append("")
        previous = sentence.end
        sentence_lines = _sentence_lines(document, sentence, entities, remarks)
        # Either would be read as something else than a sentence.
        if sentence_lines[0].startswith((">", "# ")):
            raise AnnotationError(
                document.id,
                found=f"a sentence that begins with {sentence_lines[0][0]!r}",
                expected="no '>' and no '# ' at the beginning of a sentence",
            )
        lines += sentence_lines
    return "\n".join(lines) + "\n"


def _refuse_unwritable(document: Document, remarks: Remarks) -> None:
    position = 0
    for entity in document.entities:
        fault = None
        if entity.start < position:
            fault = "overlapping the mention before it"
        elif document.sentence_index(entity.span) is None:
            fault = "outside a sentence"
        if fault:
            raise AnnotationError(document.id, found=f"{entity.text!r} {fault}", expected="flat marks in sentences")
        position = entity.end
    pairs = [*(relation.pair for relation in document.relations), *(stance.pair for stance in document.stances)]
    pairs += [negative.pair for negative in remarks.negatives]
    for head, tail in ((pair.head, pair.tail) for pair in pairs):
        if document.sentence_index(head.span) != document.sentence_index(tail.span):
            raise AnnotationError(
                document.id,
                found=f"a relation, stance or negative of {head.text!r} and {tail.text!r} across sentences",
                expected="both in one sentence",
            )


def _sentence_lines(document: Document, sentence: Span, entities: tuple[Entity, ...], remarks: Remarks) -> list[str]:
    marks = [
        (m.pair, m.label, " ".join(filter(None, (m.status or "-", remarks.forms.get(index)))))
        for index, m in enumerate(document.relations)
        if sentence.contains(m.head.span)
    ]
    marks += [(m.pair, STANCE, m.polarity) for m in document.stances if sentence.contains(m.holder.span)]
    marks += [(m.pair, NEGATIVE, m.kind) for m in remarks.negatives if sentence.contains(m.pair.head.span)]
    used = {entity for pair, _, _ in marks for entity in (pair.head, pair.tail)}
    numbers = {entity: str(n) for n, entity in enumerate((e for e in entities if e in used), 1)}
    pieces, position = [], sentence.start
    for entity in entities:
        number = f"#{numbers[entity]}" if entity in numbers else ""
        pieces.append(f"{document.text[position : entity.start]}[{entity.text}]{entity.label}{number}")
        position = entity.end
    pieces.append(document.text[position : sentence.end])
    line = re.sub(r"\s*[\r\n]\s*", " ", "".join(pieces))
    return [line, *(f"> {label} {numbers[p.head]} {numbers[p.tail]} {value}" for p, label, value in marks)]
