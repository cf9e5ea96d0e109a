"""`secrel annotations resolutions`: what it says of texts that are not at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from secrel.cli import main


def test_split_of_which_no_text_is_at_hand(
    corpus_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    text = corpus_folder / "texts" / "two.txt"
    checksum = hashlib.sha256(text.read_bytes()).hexdigest()
    text.unlink()
    (text.parent / "SHA256SUMS").write_text(f"{checksum}  two.txt\n", encoding="utf-8")
    assert main(["annotations", "resolutions", str(corpus_folder), "--split", "test"]) == 1
    assert capsys.readouterr() == (
        "",
        "secrel: not scored: two, whose text is not at hand\n"
        f"secrel: run `secrel annotations fetch {corpus_folder}` to get them, or name their folder by --articles\n",
    )
    assert main(["annotations", "resolutions", str(corpus_folder), "--split", "train"]) == 2
    assert "found no resolutions of train; expected resolved/NAME.tsv" in capsys.readouterr().err
