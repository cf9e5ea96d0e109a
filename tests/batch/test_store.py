"""The store of a run folder: what is put is there, whatever else happens."""

from __future__ import annotations

import sqlite3
from pathlib import Path, PurePath

import pytest

from secrel.batch.inputs import Source
from secrel.batch.readers import ReadOptions
from secrel.batch.store import STORE, Failure, Store
from secrel.batch.tasks import Row, Task, pack
from secrel.domain import Document
from secrel.errors import InputError, OutputError

OPTIONS = {"encoding": "utf-8", "max_bytes": 10, "min_score": None}


def sources(*names: str) -> list[Source]:
    return [Source(Path("archive") / name, PurePath(name)) for name in names]


def done(name: str, *, id: str | None = None, text: str = "Moscow.", sha256: str = "s") -> Row:
    id = id or PurePath(name).stem
    return Row(name, "done", sha256, None, id, None, None, pack(Document(text, id=id)))


RETRY = ReadOptions(encoding="cp1252")


def pending(store: Store, model: str = "m", *, retry: ReadOptions | None = None) -> dict[str, str | None]:
    return {task.name: task.known for task in store.pending(model, retry=retry)}


def test_what_is_put_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with Store(tmp_path / "new" / "out") as store:
        store.give(sources("b.txt", "a.txt", "c.txt"))
        assert list(store.pending("m")) == [Task(name, f"archive/{name}") for name in ("a.txt", "b.txt", "c.txt")]
        store.put(done("b.txt"), "m")
        store.put(Row("a.txt", "failed", "f", "found nothing"), "m")
    with Store(tmp_path / "new" / "out") as store:
        store.give(sources("a.txt", "b.txt", "c.txt", "d.txt"))
        assert pending(store) == {"a.txt": "f", "b.txt": "s", "c.txt": None, "d.txt": None}
        assert pending(store, retry=RETRY) == {"a.txt": None, "b.txt": "s", "c.txt": None, "d.txt": None}
        assert pending(store, "other") == dict.fromkeys(["a.txt", "b.txt", "c.txt", "d.txt"])
        assert (store.count_of_other_models("m"), store.count_of_other_models("other")) == (0, 1)
        assert (store.count("done"), store.count("failed")) == (1, 1)
        assert list(store.failures()) == [Failure("a.txt", "archive/a.txt", "found nothing")]
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == [STORE]


def test_only_failed_articles_are_read_in_another_way(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("bad.txt", "done.txt", "gone.txt", "new.txt"))
        for name in ("done.txt", "gone.txt"):
            store.put(done(name), "m")
        store.put(Row("gone.txt", "failed", None, "found no such file"), "m")
        store.put(Row("bad.txt", "failed", "f", "found nothing"), "m")
        for model in ("m", "other"):
            options = {task.name: task.options for task in store.pending(model, retry=RETRY)}
            assert options == {"bad.txt": RETRY, "done.txt": None, "gone.txt": RETRY, "new.txt": None}
            assert {task.options for task in store.pending(model)} == {None}


def test_pending_goes_through_all_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrel.batch.store._PAGE", 3)
    for n in (0, 1, 2, 3, 4, 6, 7):
        with Store(tmp_path / str(n)) as store:
            names = [f"{number}.txt" for number in range(n)]
            store.give(sources(*names))
            assert list(pending(store)) == names


def test_rows_are_written_over_time_and_survive_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrel.batch.store._SECONDS_BETWEEN_COMMITS", 0.0)
    store = Store(tmp_path)
    store.give(sources("a.txt"))
    store.put(done("a.txt"), "m")
    # As they lie on disk after a `kill -9`: nothing was closed.
    for path in tmp_path.iterdir():
        (tmp_path / "copy").mkdir(exist_ok=True)
        if path.is_file():
            (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    with Store(tmp_path / "copy") as copy:
        copy.give(sources("a.txt"))
        assert pending(copy) == {"a.txt": "s"}
    store.connection.close()


def test_result_of_a_file_that_cannot_be_read_comes_back_with_it(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("a.txt", "b.txt"))
        store.put(done("a.txt"), "m")
        store.put(Row("b.txt", "failed", "f", "found nothing"), "m")
        for name in ("a.txt", "b.txt"):
            store.put(Row(name, "failed", None, "found Input/output error"), "m")
        assert [failure.name for failure in store.failures()] == ["a.txt", "b.txt"]
        assert store.count("done") == 0
        # The result is known by its hash; the failure has to be looked at again.
        assert pending(store) == {"a.txt": "s", "b.txt": None}
        store.put(Row("a.txt", "unchanged", "s"), "m")
        assert store.count("done") == 1
        store.mark_reprints()
        assert [item.document().text for item in store.stored()] == ["Moscow."]


def test_changed_article_that_fails_has_no_result(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("a.txt"))
        store.put(done("a.txt"), "m")
        store.put(Row("a.txt", "failed", "other", "found nothing"), "m")
        store.put(Row("a.txt", "unchanged", "other"), "m")
        assert (store.count("done"), store.count("failed")) == (0, 1)


def test_identifiers_are_unique_among_results(tmp_path: Path) -> None:
    names = {
        "a.text": "a",
        "a.txt": "a",
        "a.text.txt": "a.text",
        "b.txt": "b",
        "c": "c",
        "d.txt": "given",
        "e.txt": "given",
    }
    with Store(tmp_path) as store:
        store.give(sources(*names, "left.txt"))
        for name, id in names.items():
            store.put(done(name, id=id), "m")
        store.mark_reprints()
        found = {item.name: item.document().id for item in store.stored()}
    assert list(found) == sorted(names)
    assert found == {
        **{"a.text": "a.text", "a.txt": "a.txt", "a.text.txt": "a.text.txt"},
        **{"b.txt": "b", "c": "c", "d.txt": "d.txt", "e.txt": "e.txt"},
    }


def test_results_have_the_path_of_this_run(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give([Source(Path("moved/a.txt"), PurePath("a.txt")), Source(None, PurePath("stdin.txt"))])
        for name in ("a.txt", "stdin.txt"):
            store.put(done(name), "m")
        store.mark_reprints()
        assert [item.document().metadata.source for item in store.stored()] == ["moved/a.txt", None]


def test_articles_of_earlier_runs_are_kept_but_no_results(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("a.txt", "b.txt"))
        for name in ("a.txt", "b.txt"):
            store.put(done(name), "m")
    with Store(tmp_path) as store:
        store.give(sources("b.txt"))
        store.mark_reprints()
        assert [item.name for item in store.stored()] == ["b.txt"]
        assert store.count_of_others() == 1
    with Store(tmp_path) as store:
        store.give(sources("a.txt", "b.txt"))
        assert pending(store) == {"a.txt": "s", "b.txt": "s"}


def test_files_of_articles_that_left_the_results_are_known(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("a.txt", "b.txt", "c.txt"))
        for name in ("a.txt", "b.txt"):
            store.put(done(name), "m")
        store.mark_reprints()
        assert store.stale_files("brat") == []
    with Store(tmp_path) as store:
        store.give(sources("b.txt", "c.txt"))
        store.put(done("c.txt"), "m")
        store.mark_reprints()
        assert store.stale_files("other") == []
        for _ in range(2):
            assert store.stale_files("brat") == [PurePath("a.txt")]
        store.forget_files("brat")
        assert store.stale_files("brat") == []


def test_two_articles_of_one_name_are_refused(tmp_path: Path) -> None:
    both = [Source(Path("x/a.txt"), PurePath("a.txt")), Source(Path("y/a.txt"), PurePath("a.txt"))]
    with Store(tmp_path) as store, pytest.raises(InputError) as error:
        store.give(both)
    assert str(error.value) == (
        "y/a.txt: found a second article of the name a.txt; expected names that differ; give one folder that holds them"
        " all"
    )


def test_options_are_those_of_the_first_run(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.settle(OPTIONS) == OPTIONS
        store.put(done("a.txt"), "m")
    with Store(tmp_path) as store:
        assert store.settle(OPTIONS) == OPTIONS
        other = {**OPTIONS, "max_bytes": 20}
        with pytest.raises(OutputError) as error:
            store.settle(other)
        assert str(error.value).startswith(
            f"{tmp_path / STORE}: found results of --max-bytes 10; expected --max-bytes 20, as is asked for now: name"
        )
        assert store.settle(other, may_differ=("max_bytes",)) == OPTIONS
        with pytest.raises(OutputError, match="--max-bytes 10"):
            store.settle(other)
        with pytest.raises(OutputError, match=r"found results of no --min-score; expected --min-score 0\.5,"):
            store.settle({**OPTIONS, "min_score": 0.5}, may_differ=("max_bytes",))


def test_options_without_a_result_give_way(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.settle(OPTIONS)
        store.put(Row("a.txt", "failed", "f", "found too much"), "m")
        other = {**OPTIONS, "max_bytes": 20, "any_language": True}
        assert store.settle(other) == other
        store.give(sources("a.txt"))
        # It failed by the earlier options.
        assert pending(store) == {"a.txt": None}
        store.put(done("a.txt"), "m")
        with pytest.raises(OutputError, match="found results of --any-language; expected no --any-language, as"):
            store.settle({**other, "any_language": False})


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(OutputError) as error:
        Store(tmp_path)
    assert error.value.found == "another run that has it open"
    with Store(tmp_path):
        pass


def test_store_that_is_none_of_this_version(tmp_path: Path) -> None:
    with Store(tmp_path / "old"):
        pass
    with sqlite3.connect(tmp_path / "old" / STORE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    (tmp_path / "other").mkdir()
    with sqlite3.connect(tmp_path / "other" / STORE) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / STORE).write_text("no database, but long enough to be one" * 50, encoding="utf-8")
    for name, found in (
        ("old", "a store of format 99"),
        ("other", "a database of something else"),
        ("none", "file is not a"),
    ):
        before = (tmp_path / name / STORE).read_bytes()
        with pytest.raises(OutputError) as error:
            Store(tmp_path / name)
        assert error.value.where == str(tmp_path / name / STORE)
        assert error.value.found.startswith(found)
        assert (tmp_path / name / STORE).read_bytes() == before


def test_store_of_the_first_version_is_opened_and_gets_what_it_lacks(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.give(sources("a.txt"))
        store.put(done("a.txt"), "m")
    with sqlite3.connect(tmp_path / STORE) as connection:
        connection.executescript("DROP TABLE matches; PRAGMA user_version = 1;")
    connection.close()
    for _ in range(2):
        with Store(tmp_path) as store:
            assert store.connection.execute("PRAGMA user_version").fetchone() == (2,)
            store.give(sources("a.txt"))
            assert pending(store) == {"a.txt": "s"}
            store.mark_reprints()
            assert [item.name for item in store.stored()] == ["a.txt"]


def test_full_disk_is_explained(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match=r"disk is full, this one or that .* SQLITE_TMPDIR or TMPDIR"):
            store.put(Row("a.txt", "done", "s", None, "a", None, None, b"x" * 100_000), "m")


def test_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for where, found in ((tmp_path / "file", "a file"), (tmp_path / "file" / "out", "Not a directory")):
        with pytest.raises(OutputError) as error:
            Store(where)
        assert (error.value.where, error.value.found) == (str(where), found)
