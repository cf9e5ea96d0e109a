"""JSONL, CSV and brat: what is written is what is read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrel.domain import (
    Document,
    Dropped,
    Entity,
    LabelScheme,
    Metadata,
    ModelTag,
    Pair,
    Record,
    Relation,
    RelationType,
    Span,
    Stance,
    StanceType,
)
from secrel.errors import OutputError
from secrel.output import BratSink, CsvSink, JsonlSink, format_json_line
from secrel.output.sinks import Sink, csv_writer
from secrel.reading import format_standoff, from_document, parse_standoff, read_article, read_standoff, to_document

GPE = frozenset({"GPE"})
SCHEME = LabelScheme(
    "small", "1", ("GPE",), (RelationType("attacks", GPE, GPE),), ("actual",), StanceType(("favor",), GPE, GPE)
)
# A byte order mark, CRLF, NBSP, curly quotes, a combining cedilla and a character outside of the BMP.
TEXT = "\ufeffPreface\r\n\r\n“Boca\u0327”\u00a0hit 😀 New\r\nAvaria, hard."


def entity(text: str, name: str) -> Entity:
    start = text.index(name)
    return Entity(Span(start, start + len(name)), "GPE", name, 0.75)


def document(text: str = TEXT, *, id: str = "odd") -> Document:
    boca, avaria = entity(text, "Boca\u0327"), entity(text, "New\r\nAvaria")
    sentence = Span(text.index("“"), len(text))
    return Document(
        text,
        id=id,
        metadata=Metadata("Eurasia Daily Monitor", 3, 7, None, 2006, "odd.txt"),
        sentences=(Span(1, 8), sentence),
        entities=(boca, avaria),
        relations=(Relation(Pair(boca, avaria), "attacks", "actual", 0.5, 0.25, sentence),),
        stances=(Stance(Pair(avaria, boca), "favor", 0.125, sentence),),
        model=ModelTag("hand", "1"),
        dropped=(Dropped("lost", 2),),
    ).with_ids()


NAME = PurePath("odd.txt")


def test_jsonl_lines_read_back(tmp_path: Path) -> None:
    other = document("“Boca\u0327” New\r\nAvaria", id="other")
    with JsonlSink(tmp_path / "out.jsonl") as sink:
        sink.write(document(), NAME)
        # What was written is there before the file has its name.
        part = (tmp_path / "out.jsonl.part").read_text(encoding="utf-8")
        assert Document.from_dict(json.loads(part)) == document()
        sink.write(other, NAME)
    data = (tmp_path / "out.jsonl").read_bytes()
    assert b"\r" not in data
    lines = data.decode("utf-8").removesuffix("\n").split("\n")
    assert [Document.from_dict(json.loads(line)) for line in lines] == [document(), other]
    assert "Boca\u0327”\u00a0hit 😀" in lines[0]


def test_jsonl_line_has_the_keys_of_the_contract() -> None:
    data = json.loads(format_json_line(document()))
    assert list(data) == [
        *("id", "meta", "text", "sentences", "entities", "relations", "stances", "citations", "model", "dropped")
    ]
    assert data["sentences"] == [[1, 8], [12, 44]]
    assert data["entities"][0] == {
        "id": "T1",
        "label": "GPE",
        "start": 13,
        "end": 18,
        "text": "Boca\u0327",
        "score": 0.75,
        "actor": None,
        "date": None,
    }
    assert data["relations"][0] == {
        "id": "R1",
        "label": "attacks",
        "head": "T1",
        "tail": "T2",
        "status": "actual",
        "score": 0.5,
        "status_score": 0.25,
        "sentence": 1,
        "attribution": None,
    }
    assert data["stances"][0] == {
        "id": "S1",
        "holder": "T2",
        "target": "T1",
        "polarity": "favor",
        "score": 0.125,
        "sentence": 1,
        "attribution": None,
    }
    assert (data["model"], data["dropped"]) == ({"name": "hand", "version": "1"}, [{"reason": "lost", "n": 2}])


@given(text=st.text(min_size=1, max_size=60), data=st.data())
def test_any_text_comes_back_from_jsonl_and_brat(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    marked = Document(
        text, sentences=(Span(0, len(text)),), entities=tuple(Entity(s, "GPE", s.of(text)) for s in spans)
    )
    if len(spans) > 1:
        pair = Pair(marked.entities[1], marked.entities[0])
        evidence = Span(0, len(text))
        marked = marked.replace(
            relations=(Relation(pair, "attacks", "actual", evidence=evidence),),
            stances=(Stance(pair, "favor", evidence=evidence),),
        )
    line = format_json_line(marked)
    assert "\n" not in line
    assert Document.from_dict(json.loads(line)) == marked
    bare = marked.replace(entities=(), relations=(), stances=())
    assert to_document(parse_standoff(format_standoff(from_document(marked))), bare) == marked


def test_csv_rows(tmp_path: Path) -> None:
    with CsvSink(tmp_path / "out.csv") as sink:
        sink.write(document(), NAME)
        sink.write(Document("Nothing here.", sentences=(Span(0, 13),)), NAME)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["relation", "stance"]
    assert tuple(rows[0]) == Record.columns()
    assert {k: v for k, v in rows[0].items() if v} == {
        **{"article": "odd", "publication": "Eurasia Daily Monitor", "volume": "3", "issue": "7", "year": "2006"},
        **{"kind": "relation", "label": "attacks", "status": "actual", "score": "0.5", "status_score": "0.25"},
        **{"head": "Boca\u0327", "head_label": "GPE", "head_start": "13", "head_end": "18"},
        **{"tail": "New\r\nAvaria", "tail_label": "GPE", "tail_start": "26", "tail_end": "37"},
        **{"sentence": TEXT[12:], "sentence_start": "12", "sentence_end": "44", "model": "hand 1"},
    }
    assert (rows[1]["label"], rows[1]["status"], rows[1]["head"]) == ("favor", "", "New\r\nAvaria")


FIELDS = st.text(st.sampled_from("a,\"'; \t\r\n\u2028\x0b\x85\ufeff"), min_size=1, max_size=6)


@given(rows=st.lists(st.tuples(FIELDS, FIELDS), max_size=4))
def test_csv_fields_come_back_whatever_line_ends_they_have(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    writer = csv_writer(file, ["x", "y"])
    writer.writerows({"x": x, "y": y} for x, y in rows)
    assert [tuple(row) for row in csv.reader(io.StringIO(file.getvalue(), newline=""))] == rows


def test_csv_of_a_lone_carriage_return(tmp_path: Path) -> None:
    with CsvSink(tmp_path / "out.csv") as sink:
        sink.write(document(id="lone\rreturn"), NAME)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["article"], row["kind"]) for row in rows] == [("lone\rreturn", "relation"), ("lone\rreturn", "stance")]
    assert (tmp_path / "out.csv").read_bytes().endswith(b"hand 1,\n"), "rows end in line feeds"


def test_without_a_document_no_file_is_made_or_replaced(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("earlier", encoding="utf-8")
    for sink in (CsvSink(tmp_path / "old.csv"), JsonlSink(tmp_path / "new.jsonl")):
        with sink:
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "earlier"


def test_csv_of_a_document_without_records_has_a_header(tmp_path: Path) -> None:
    with CsvSink(tmp_path / "out.csv") as sink:
        sink.write(Document("Nothing."), NAME)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == ",".join(Record.columns()) + "\n"


@pytest.mark.parametrize("sink_type", [JsonlSink, CsvSink])
def test_open_stream_is_written_to_and_left_open(sink_type: type[JsonlSink | CsvSink]) -> None:
    stream = io.StringIO()
    with sink_type(stream) as sink:
        sink.write(document(), NAME)
    assert not stream.closed
    assert "Avaria" in stream.getvalue()


@pytest.mark.parametrize("sink_type", [JsonlSink, CsvSink])
def test_interrupted_extraction_keeps_what_was_done(tmp_path: Path, sink_type: type[JsonlSink | CsvSink]) -> None:
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError), sink_type(path) as sink:
        sink.write(document(), NAME)
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "old"
    assert "Avaria" in (tmp_path / "out.part").read_text(encoding="utf-8")


@pytest.mark.parametrize("data", [TEXT.encode(), TEXT.encode("utf-16-le")], ids=["utf-8", "utf-16"])
def test_brat_offsets_hold_in_the_file_as_it_lies_on_disk(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd.txt").write_bytes(data)
    read = read_article(tmp_path / "odd.txt")
    assert read.text == TEXT
    with BratSink(tmp_path / "out", SCHEME) as sink:
        sink.write(document(), NAME)
    assert (tmp_path / "out" / "odd.ann").read_bytes().decode() == (
        "T1\tGPE 13 18\tBoca\u0327\nT2\tGPE 26 37\tNew  Avaria\n"
        "R1\tattacks Arg1:T1 Arg2:T2\nR2\tstance Holder:T2 Target:T1\n"
        "A1\tStatus R1 actual\nA2\tPolarity R2 favor\n"
    )
    again = to_document(read_standoff(tmp_path / "out" / "odd.ann"), read.replace(sentences=document().sentences))
    assert [(e.span, e.label, e.text) for e in again.entities] == [
        (e.span, e.label, e.text) for e in document().entities
    ]


def test_brat_folder(tmp_path: Path) -> None:
    with BratSink(tmp_path, SCHEME) as sink:
        sink.write(document(), PurePath("a.b.txt"))
        sink.write(document(), PurePath("sub/a.txt"))
        sink.write(Document("Nothing."), PurePath("none.text"))
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} == {
        *("annotation.conf", "a.b.ann", "sub/a.ann", "none.ann")
    }
    assert (tmp_path / "none.ann").read_bytes() == b""
    assert read_standoff(tmp_path / "none.ann").lines == ()
    conf = (tmp_path / "annotation.conf").read_text(encoding="utf-8")
    assert "attacks\tArg1:GPE, Arg2:GPE" in conf
    assert "Polarity\tArg:<RELATION>, Value:favor" in conf


def test_brat_refuses_a_second_article_of_one_name(tmp_path: Path) -> None:
    with BratSink(tmp_path, SCHEME) as sink:
        sink.write(document(), PurePath("a.txt"))
        first = (tmp_path / "a.ann").read_bytes()
        with pytest.raises(OutputError) as error:
            sink.write(Document("Other."), PurePath("a.text"))
    assert str(error.value) == (
        f"{tmp_path / 'a.ann'}: found a second article of this name; "
        "expected names that differ; extract their folders apart"
    )
    assert (tmp_path / "a.ann").read_bytes() == first


def test_brat_has_the_text_of_a_page_beside_its_marks(tmp_path: Path) -> None:
    page = PurePath("2006/a.b.HTML")
    with BratSink(tmp_path, SCHEME) as sink:
        sink.write(document(), page)
        sink.write(document(), PurePath("2006/c.text"))
    assert [path.name for path in sorted((tmp_path / "2006").iterdir())] == ["a.b.ann", "a.b.txt", "c.ann"]
    assert (tmp_path / "2006" / "a.b.txt").read_bytes().decode() == TEXT
    read = read_article(tmp_path / "2006" / "a.b.txt").replace(sentences=document().sentences)
    again = to_document(read_standoff(tmp_path / "2006" / "a.b.ann"), read)
    assert [(e.span, e.text) for e in again.entities] == [(e.span, e.text) for e in document().entities]
    with BratSink(tmp_path, SCHEME) as sink:
        # A later run replaces what this one wrote.
        sink.write(Document("Other."), page)
        assert (tmp_path / "2006" / "a.b.txt").read_text(encoding="utf-8") == "Other."
        sink.remove(page)
    assert [path.name for path in (tmp_path / "2006").iterdir()] == ["c.ann"]


def test_brat_replaces_and_removes_no_text_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Mine.", encoding="utf-8")
    with BratSink(tmp_path, SCHEME) as sink:
        with pytest.raises(OutputError, match=r"a\.txt: found a text of something else; expected no such file"):
            sink.write(document(), PurePath("a.html"))
        sink.remove(PurePath("a.html"))
        sink.write(document(), PurePath("b.txt"))
        (tmp_path / "b.txt").write_text("Mine, too.", encoding="utf-8")
        sink.remove(PurePath("b.txt"))
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.txt", "annotation.conf", "b.txt"]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "Mine."


def test_sinks_share_a_protocol(tmp_path: Path) -> None:
    sinks: list[Sink] = [JsonlSink(tmp_path / "a"), CsvSink(tmp_path / "b"), BratSink(tmp_path / "c", SCHEME)]
    for sink in sinks:
        with sink as opened:
            opened.write(document(), NAME)
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["a", "b", "c"]
