"""A corpus as a folder that ``datasets.load_dataset(FOLDER)`` reads: a Parquet file a split, and a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from secrel.domain import Document, LabelScheme
from secrel.errors import OutputError
from secrel.output.atomic import write_whole
from secrel.reading import Remarks

Row = tuple[Document, Remarks, Mapping[str, Any]]


def write_datasets_folder(
    splits: Mapping[str, Sequence[Row]],
    scheme: LabelScheme,
    folder: Path,
    *,
    card: str,
    license: str | None = None,
) -> dict[str, int]:
    """Writes the folder.

    Args:
        splits: Marked documents of every split, each with its remarks and its entry in ``articles.toml``.
        scheme: The label scheme.
        folder: Where to write; made if it is not there.
        card: Markdown text of the card, below the metadata.
        license: Identifier of the licence for the card's metadata, where there is one for all of it.

    Returns:
        Number of documents in every split written; a split without documents is not written, and the file that an
        earlier export made of it is removed.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    from datasets import Dataset, Features

    features = Features.from_dict(_features())
    written: dict[str, int] = {}
    try:
        (folder / "data").mkdir(parents=True, exist_ok=True)
        for split, rows in splits.items():
            if rows:
                dataset = Dataset.from_list([_row(*row) for row in rows], features=features)
                part = folder / "data" / f"{_file_stem(split)}.parquet.part"
                dataset.to_parquet(str(part))
                part.replace(part.with_suffix(""))
                written[split] = len(rows)
            else:
                (folder / "data" / f"{_file_stem(split)}.parquet").unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            folder, found=str(error.strerror or error), expected="a folder that can be written to"
        ) from error
    write_whole(folder / "README.md", _card(written, scheme, card, license))
    return written


def _file_stem(split: str) -> str:
    # load_dataset takes only letters, digits, underscores and dots in the names of splits.
    return split.replace("-", "_")


def _features() -> dict[str, Any]:
    def value(dtype: str) -> dict[str, str]:
        return {"_type": "Value", "dtype": dtype}

    def listed(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {"_type": "List", "feature": dict(fields)}

    text, number = value("string"), value("int32")
    pair = {"id": text, "head": text, "tail": text}
    return {
        "id": text,
        "text": text,
        "title": text,
        "region": text,
        "year": number,
        "voice": text,
        "sentences": listed({"start": number, "end": number}),
        "entities": listed({"id": text, "label": text, "start": number, "end": number, "text": text}),
        "relations": listed({**pair, "label": text, "status": text, "form": text}),
        "stances": listed({**pair, "polarity": text}),
        "negatives": listed({"head": text, "tail": text, "kind": text}),
    }


def _row(document: Document, remarks: Remarks, notes: Mapping[str, Any]) -> dict[str, Any]:
    marked = document.with_ids()
    ids = {entity: entity.id for entity in marked.entities}

    def pair(mark: Any) -> dict[str, str]:
        return {"head": ids[mark.pair.head], "tail": ids[mark.pair.tail]}

    return {
        "id": document.id,
        "text": document.text,
        "title": notes.get("title"),
        "region": notes.get("region"),
        "year": notes.get("year", document.metadata.year),
        "voice": notes.get("voice"),
        "sentences": [{"start": span.start, "end": span.end} for span in document.sentences or ()],
        "entities": [
            {"id": e.id, "label": e.label, "start": e.start, "end": e.end, "text": e.text} for e in marked.entities
        ],
        "relations": [
            {"id": r.id, **pair(r), "label": r.label, "status": r.status, "form": remarks.forms.get(index)}
            for index, r in enumerate(marked.relations)
        ],
        "stances": [{"id": s.id, **pair(s), "polarity": s.polarity} for s in marked.stances],
        "negatives": [{**pair(negative), "kind": negative.kind} for negative in remarks.negatives],
    }


def _card(written: Mapping[str, int], scheme: LabelScheme, card: str, license: str | None) -> str:
    lines = [
        "---",
        "language:",
        "- en",
        *([f"license: {license}"] if license else []),
        "task_categories:",
        "- token-classification",
        "tags:",
        "- relation-extraction",
        "- stance-detection",
        "- security-studies",
        "configs:",
        "- config_name: default",
        "  data_files:",
    ]
    for split in written:
        lines += [f"  - split: {_file_stem(split)}", f"    path: data/{_file_stem(split)}.parquet"]
    lines += [
        "---",
        "",
        f"# Label scheme `{scheme.name}` {scheme.version}, {sum(written.values())} articles",
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        'corpus = load_dataset("PATH/OF/THIS/FOLDER")',
        "```",
        "",
        "Offsets are half-open ranges of Unicode code points of `text`; `head` and `tail` name the `id` of an entity.",
        "",
        f"Entities: {', '.join(scheme.entities)}. Relations: {', '.join(scheme.relation_labels)}."
        f" Statuses: {', '.join(scheme.statuses)}. Stances: {', '.join(scheme.polarities)}.",
        "",
    ]
    return "\n".join(lines) + card
