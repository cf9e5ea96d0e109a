from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pytest

from secrel.errors import ConfigError, InputError
from secrel.reading import DATA_VARIABLE, SourceFile, download, read_corpus
from secrel.reading.sources import cache_folder, data_folders, read_sources

RECORDS = "".join(
    json.dumps({"_id": id, "text": text}, ensure_ascii=False) + "\n"
    for id, text in (("A1", "Osh trains Kars.\u2028Baku slept."), ("B2", "Kars \U0001f600 slept. See A1."))
)
LINES = "Osh slept.\t4\nKars woke.\t0\r\nBaku fled.\n"
SOURCES = """\
[files.records]
path = "set/records.json"
url = "{url}"
format = "jsonl"
[files.lines]
path = "set/lines.tsv"
url = "{url}"
format = "lines"
[documents.one]
file = "records"
key = "A1"
[documents.two]
file = "lines"
lines = [3, 1, 2]
"""
TEXTS = {"one": "Osh trains Kars.\u2028Baku slept.", "two": "Baku fled.\n\nOsh slept.\n\nKars woke.\n"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with both files; nothing else is looked into."""
    folder = tmp_path / "data"
    (folder / "set").mkdir(parents=True)
    (folder / "set" / "records.json").write_bytes(RECORDS.encode())
    (folder / "set" / "lines.tsv").write_bytes(LINES.encode())
    monkeypatch.setenv(DATA_VARIABLE, str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    return folder


@pytest.fixture
def corpus_folder(tmp_path: Path, data: Path) -> Path:
    folder = tmp_path / "project" / "annotations"
    (folder / "far").mkdir(parents=True)
    (folder / "labels.toml").write_text('name = "toy"\nversion = "1"\nentities = ["GPE"]\n')
    (folder / "far" / "sources.toml").write_text(SOURCES.format(url=(data / "set" / "records.json").as_uri()))
    sums = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}.txt\n" for name, text in TEXTS.items()]
    (folder / "far" / "SHA256SUMS").write_text("".join(sums))
    (folder / "far" / "one.ann").write_text("T1\tGPE 0 3\tOsh\n")
    (folder / "far" / "two.ann").write_text("T1\tGPE 0 4\tBaku\n")
    return folder


def test_texts_are_cut_out_and_verified(corpus_folder: Path) -> None:
    corpus = read_corpus(corpus_folder)
    assert corpus.available() == (("one", "two"), ())
    assert {name: corpus.text(name).text for name in TEXTS} == TEXTS
    assert corpus.document("two").entities[0].text == "Baku"
    assert corpus.entries["one"].part == "far"
    assert corpus.check() == []


def test_a_changed_file_is_refused(corpus_folder: Path, data: Path) -> None:
    (data / "set" / "lines.tsv").write_text(LINES.replace("fled", "left"))
    corpus = read_corpus(corpus_folder)
    with pytest.raises(InputError, match=r"lines\.tsv: found sha256 .* expected .*, the text that was marked"):
        corpus.text("two")
    assert corpus.text("one").text == TEXTS["one"]


def test_a_text_in_a_folder_goes_before_the_public_file(corpus_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "one.txt").write_bytes(TEXTS["one"].encode())
    corpus = read_corpus(corpus_folder, articles=[tmp_path / "mine"])
    assert corpus.entries["one"].find() == tmp_path / "mine" / "one.txt"
    assert corpus.text("one").text == TEXTS["one"]


def test_without_the_file_the_text_is_missing(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "elsewhere"))
    corpus = read_corpus(corpus_folder)
    assert corpus.available() == ((), ("one", "two"))
    with pytest.raises(InputError, match=r"found no text of this article; expected .* 'secrel annotations fetch'"):
        corpus.text("one")


def test_download_puts_the_file_into_the_cache(
    corpus_folder: Path, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "elsewhere"))
    source = read_sources(corpus_folder / "far" / "sources.toml")["one"]
    assert source.find() is None
    assert download(source.file) == cache_folder() / "set" / "records.json"
    assert source.find() == tmp_path / "cache" / "secrel" / "data" / "set" / "records.json"
    assert read_corpus(corpus_folder).text("one").text == TEXTS["one"]
    (data / "set" / "records.json").unlink()
    with pytest.raises(InputError, match=f"expected a file to download, or set/records.json in .* {DATA_VARIABLE}"):
        download(source.file)
    assert source.find() is not None  # What was there before stays.


def test_data_folders_in_order(data: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "secrel" / "data"
    assert data_folders() == [data, cache]
    assert data_folders(tmp_path / "shared") == [data, tmp_path / "shared", cache]


@pytest.mark.parametrize(
    ("key", "content", "found"),
    [
        ("A1", RECORDS.replace('"text"', '"body"'), "no record"),
        ("A1", '{"_id": "A1", "text"\n', "no record"),
        ("Z9", RECORDS, "no record Z9"),
    ],
)
def test_broken_records(corpus_folder: Path, data: Path, key: str, content: str, found: str) -> None:
    path = data / "set" / "records.json"
    path.write_text(content)
    sources = corpus_folder / "far" / "sources.toml"
    sources.write_text(sources.read_text().replace('"A1"', f'"{key}"'))
    with pytest.raises(InputError) as caught:
        read_sources(sources)["one"].read(path)
    assert caught.value.found.startswith(found)


def test_a_record_is_found_by_its_identifier_not_by_its_text(data: Path) -> None:
    path = data / "set" / "records.json"
    path.write_text("\n".join(reversed(RECORDS.rstrip("\n").split("\n"))))  # B2 mentions A1.
    sources = data / "sources.toml"
    sources.write_text(SOURCES.format(url="file:///x"))
    assert read_sources(sources)["one"].read(path).decode() == TEXTS["one"]


def test_lines_behind_the_end_and_unreadable_files(data: Path) -> None:
    sources = data / "sources.toml"
    sources.write_text(SOURCES.format(url="file:///x").replace("[3, 1, 2]", "[9]"))
    source = read_sources(sources)["two"]
    with pytest.raises(InputError, match="found 4 lines; expected a line 9"):
        source.read(data / "set" / "lines.tsv")
    (data / "set" / "lines.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="expected a readable file in UTF-8"):
        source.read(data / "set" / "lines.tsv")


@pytest.mark.parametrize(
    ("change", "where", "found"),
    [
        (("[files.records]", "[extra]\n[files.records]"), ", extra", "an unknown key"),
        (('format = "jsonl"', 'format = "csv"'), ", files, records", "csv"),
        (('format = "jsonl"', ""), ", files, records, format", "nothing"),
        (('path = "set/records.json"', 'path = "../x.json"'), ", files, records", "path '../x.json'"),
        (('path = "set/records.json"', 'path = "/etc/x.json"'), ", files, records", "path '/etc/x.json'"),
        (
            ('url = "file:///x"\nformat = "jsonl"', 'url = "ftp://x"\nformat = "jsonl"'),
            ", files, records",
            "url 'ftp://x'",
        ),
        (('file = "records"', 'file = "other"'), ", documents, one", "file 'other'"),
        (('key = "A1"', "lines = [1]"), ", documents, one", "{'file': 'records', 'lines': [1]}"),
        (("lines = [3, 1, 2]", 'key = "A1"'), ", documents, two", "{'file': 'lines', 'key': 'A1'}"),
    ],
)
def test_malformed_sources(tmp_path: Path, change: tuple[str, str], where: str, found: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES.format(url="file:///x").replace(*change))
    with pytest.raises(ConfigError) as caught:
        read_sources(path)
    assert (caught.value.where, caught.value.found) == (f"{path}{where}", found)


def test_no_sources(tmp_path: Path) -> None:
    assert read_sources(tmp_path / "sources.toml") == {}
    (tmp_path / "sources.toml").write_text("files = 3\n")
    with pytest.raises(ConfigError, match="expected a table"):
        read_sources(tmp_path / "sources.toml")


def test_a_download_that_breaks_off_is_refused(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short(BytesIO):
        headers: ClassVar = {"Content-Length": "1000"}

    source = SourceFile("set/x.json", "https://example.org/x.json", "jsonl")
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: Short(b"half"))
    with pytest.raises(InputError, match="found 4 of 1000 bytes; expected a file to download"):
        download(source)
    assert not (cache_folder() / "set" / "x.json").exists()


def test_characters_that_mark_words_are_left_out_of_lines(tmp_path: Path, data: Path) -> None:
    (data / "set" / "lines.tsv").write_text("The [Osh] guard] slept.\tOsh\n[Kars woke[.\n", encoding="utf-8")
    path = tmp_path / "sources.toml"
    path.write_text(
        '[files.lines]\npath = "set/lines.tsv"\nurl = "https://example.org/x"\nformat = "lines"\nstrip = "[]"\n'
        '[documents.one]\nfile = "lines"\nlines = [2, 1]\n'
    )
    text = read_sources(path)["one"]
    found = text.find()
    assert found is not None
    assert text.read(found).decode() == "Kars woke.\n\nThe Osh guard slept.\n"


def test_only_lines_leave_characters_out(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES.format(url="https://example.org/x").replace('"jsonl"', '"jsonl"\nstrip = "[]"'))
    with pytest.raises(ConfigError, match=r"files, records: found strip '\[\]'; expected no 'strip'"):
        read_sources(path)
