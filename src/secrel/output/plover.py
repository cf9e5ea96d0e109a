"""Relations and stances as PLOVER events, one JSON object a line.

PLOVER is the event ontology of the Open Event Data Alliance (https://github.com/openeventdata/PLOVER). What is mapped
to what, and what that gets wrong, stands in ``plover.toml`` beside this module.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any

from secrel._version import __version__
from secrel.config import build, read_toml
from secrel.domain import Document, Dropped, Entity, LabelScheme, Metadata, Record, Relation, Stance
from secrel.errors import ConfigError
from secrel.output.atomic import streamed
from secrel.output.columns import parse_day
from secrel.output.tally import ROLE, log_dropped, symmetric_labels

if TYPE_CHECKING:
    from typing_extensions import Self

NON_STATE = frozenset({"IGO", "NGO", "ISM", "IMG", "MNC"})
"""PLOVER's codes of actors that are no countries; organisations of states are ``IGO``."""


@dataclass(frozen=True, slots=True)
class EventCategory:
    """An event category of PLOVER.

    Attributes:
        name: Its name.
        quad: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.
        requires_recipient: Whether an event of it must have a recipient.
    """

    name: str
    quad: int
    requires_recipient: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """What one label with one status becomes.

    Attributes:
        kind: ``relation`` or ``stance``.
        label: Relation label, or polarity of a stance.
        status: Status of the relation, empty for a stance.
        event: Event category, empty for none.
        alternatives: Categories that it may be as well.
        mode: PLOVER mode, or empty.
        context: PLOVER contexts.
        place: Whether the second argument is the place of the event and not its recipient.
        remark: What was chosen, and what that gets wrong.
    """

    kind: str
    label: str
    status: str = ""
    event: str = ""
    alternatives: tuple[str, ...] = ()
    mode: str = ""
    context: tuple[str, ...] = ()
    place: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PloverMapping:
    """A versioned mapping to PLOVER.

    Attributes:
        version: Its version.
        codebook: The version of PLOVER that it maps to.
        events: The event categories.
        rules: What becomes what.
    """

    version: str
    codebook: str
    events: tuple[EventCategory, ...]
    rules: tuple[Rule, ...]


def read_mapping(path: str | Path | None = None) -> PloverMapping:
    """Reads a mapping to PLOVER.

    Args:
        path: A file such as ``plover.toml``; the packaged one if not given.

    Raises:
        ConfigError: If it cannot be read, has an unknown, missing or ill-typed key, names an event category that it
            does not define, or has two rules for the same label and status.
    """
    if path is None:
        with resources.as_file(resources.files("secrel.output") / "plover.toml") as packaged:
            return read_mapping(packaged)
    mapping = build(PloverMapping, read_toml(path), where=str(path))
    names = {event.name for event in mapping.events}
    seen: set[tuple[str, str, str]] = set()
    for rule in mapping.rules:
        key = (rule.kind, rule.label, rule.status)
        where = f"{path}, {' '.join(key).strip()}"
        if rule.event and rule.event not in names:
            raise ConfigError(where, found=f"event {rule.event!r}", expected=f"one of {', '.join(sorted(names))}")
        if key in seen:
            raise ConfigError(where, found="a second rule", expected="one rule for a label and status")
        seen.add(key)
    return mapping


class PloverSink:
    """One event a line, with the field names of the PLOVER manual; the text itself is left out.

    Fields beside those of PLOVER: ``event_alternatives`` (categories that it may be as well), ``score`` and
    ``attribution``. The date is that of the article; where only its year is known, ``date`` and ``enddate`` are its
    first and last day. What gives no event (no category, no actor as source, no date, a reprint) is counted in
    ``dropped`` and logged at the end.

    Args:
        target: A path, or an open stream that is left open.
        scheme: The label scheme, which says what relations are symmetric; the packaged one if not given.
        mapping: A mapping; the packaged one if not given.
        empty: As for :class:`secrel.output.JsonlSink`.
    """

    def __init__(
        self,
        target: Path | IO[str],
        scheme: LabelScheme | None = None,
        *,
        mapping: PloverMapping | None = None,
        empty: bool = False,
    ) -> None:
        self.mapping = mapping or read_mapping()
        self.empty = empty
        self._target = target
        self._symmetric = symmetric_labels(scheme)
        self._rules = {(rule.kind, rule.label, rule.status): rule for rule in self.mapping.rules}
        self._events = {event.name: event for event in self.mapping.events}
        self._stack = ExitStack()
        self._ids: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._n_written = 0
        self._file: IO[str]

    def __enter__(self) -> Self:
        if isinstance(self._target, Path):
            self._file = self._stack.enter_context(
                streamed(self._target, keep=lambda: self.empty or self._n_written > 0)
            )
        else:
            self._file = self._target
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.__exit__(*exception)  # type: ignore[arg-type]
        log_dropped(self._target if isinstance(self._target, Path) else "PLOVER", self.dropped)

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What gave no event, and how much."""
        return tuple(Dropped(reason, n) for reason, n in sorted(self._dropped.items()))

    def write(self, document: Document, name: PurePath) -> None:  # noqa: ARG002
        """Writes the events of a document.

        Raises:
            OutputError: If its date is no ISO 8601 date.
        """
        document = document.with_ids()
        parse_day(document.metadata.date, where=f"article {document.id}, date")
        self._ids[document.id] += 1
        n = self._ids[document.id]
        prefix = document.id if n == 1 else f"{document.id}~{n}"
        marks: tuple[Relation | Stance, ...] = (*document.relations, *document.stances)
        for mark, record in zip(marks, document.to_records(), strict=True):
            event = self._event(document, mark, record)
            if event is not None:
                line = json.dumps({"id": f"{prefix}-{mark.id}", **event}, ensure_ascii=False, separators=(",", ":"))
                self._file.write(line + "\n")
        self._file.flush()
        self._n_written += 1

    def _event(self, document: Document, mark: Relation | Stance, record: Record) -> dict[str, Any] | None:
        rule = self._rules.get((record.kind, record.label, record.status or ""))
        dates = _dates(document.metadata)
        head, tail = mark.pair.head, mark.pair.tail
        if record.kind == "relation" and record.label in self._symmetric and _code(tail) < _code(head):
            head, tail = tail, head
        reason = self._reason(rule, record, head, tail)
        if reason is None and dates is None:
            reason = "of an article without date and year"
        if reason is not None or rule is None or dates is None:
            self._dropped[f"relations and stances {reason}"] += 1
            return None
        index = document.sentence_index(mark.pair.head.span)
        event = {
            **dates,
            "source": [_actor(head)],
            "recipient": None if rule.place or tail.actor is None else [_actor(tail)],
            "event": [rule.event],
            "event_alternatives": list(rule.alternatives),
            "mode": rule.mode,
            "context": list(rule.context),
            "quad_code": self._events[rule.event].quad,
            "event_loc": _place(tail) if rule.place else None,
            "text_info": {"sequence": index, "start": record.sentence_start, "end": record.sentence_end},
            "cite_info": _cited(document, self.mapping),
            "score": record.score,
            "attribution": _known({"outlet": record.outlet, "speaker": record.speaker, "date": record.report_date}),
        }
        return _known(event)

    def _reason(self, rule: Rule | None, record: Record, head: Entity, tail: Entity) -> str | None:
        """Why this gives no event, or ``None`` if it gives one."""
        if record.duplicate_of is not None:
            return "of a reprint"
        if rule is None or not rule.event:
            return f"without PLOVER category: {' '.join(filter(None, (record.label, record.status)))}"
        if head.actor is None:
            return "without actor as source"
        if tail.actor is None and self._events[rule.event].requires_recipient and not rule.place:
            return f"without actor as recipient, which {rule.event} requires"
        return None


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty or not known."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _code(entity: Entity) -> str:
    # Behind all codes, so that the actor of the two that is known becomes the source.
    return entity.actor.code if entity.actor else "~"


def _actor(entity: Entity) -> dict[str, str]:
    actor = entity.actor
    if actor is None:
        return {}
    base = actor.country or re.sub(rf"(?<=.){ROLE}$", "", actor.code)
    # The manual spells the field so.
    other = {} if actor.country or base in NON_STATE else {"identifer_text": base}
    return _known(
        {
            "code": "IGO" if other else base,
            "sector": actor.role,
            "actor_text": entity.text,
            **other,
        }
    )


def _place(entity: Entity) -> dict[str, str]:
    return _known({"name": entity.text, "cc3": entity.actor.country if entity.actor else None})


def _dates(metadata: Metadata) -> dict[str, str] | None:
    if metadata.date is not None:
        return {"date": metadata.date}
    if metadata.year is not None:
        year = f"{metadata.year:04}"
        return {"date": f"{year}-01-01", "enddate": f"{year}-12-31", "comment": "only the year is known"}
    return None


def _cited(document: Document, mapping: PloverMapping) -> dict[str, str]:
    meta = document.metadata
    return _known(
        {
            "citation": document.id,
            # A path says nothing on another machine.
            "url": meta.source if meta.source and re.match("https?://", meta.source) else None,
            "title": meta.title,
            "publication": meta.publication,
            "coder": f"secrel {__version__}" + (f", {document.model}" if document.model else ""),
            "codebook": f"{mapping.codebook}, secrel mapping {mapping.version}",
        }
    )
