"""The public surface: names, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

import secrel

HEAVY = ("torch", "transformers", "spacy", "datasets")
PUBLIC = """
    Actor AnnotationError Attribution Citation ConfigError DateInterval Document Dropped Entity InputError LabelScheme
    Metadata ModelError OutputError Pair Pipeline PipelineError Record Relation SecrelError Span Stance __version__
    dyads extract extract_archive load read_article read_corpus read_feed read_page read_url to_dataframe
"""


def test_all_is_exact_and_sorted() -> None:
    assert secrel.__all__ == PUBLIC.split()
    assert secrel.__all__ == sorted(secrel.__all__)
    assert dir(secrel) == secrel.__all__


@pytest.mark.parametrize("name", PUBLIC.split())
def test_every_public_name_resolves(name: str) -> None:
    value = getattr(secrel, name)
    assert not isinstance(value, types.ModuleType)
    assert isinstance(value, str) if name == "__version__" else value.__name__ == name


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'secrel' has no attribute 'nonsense'"):
        _ = secrel.nonsense  # type: ignore[attr-defined]


def _fresh(module: str) -> tuple[float, set[str]]:
    code = (
        "import sys, time; t = time.perf_counter(); import " + module + "; print(time.perf_counter() - t);"
        f"print(*(name for name in {HEAVY} if name in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, _, loaded = result.stdout.partition("\n")
    return float(seconds), set(loaded.split())


def test_import_is_quick_and_light() -> None:
    runs = [_fresh("secrel") for _ in range(3)]
    assert min(seconds for seconds, _ in runs) < 0.2
    assert all(loaded == set() for _, loaded in runs)


@pytest.mark.parametrize("module", ["secrel.cli", "secrel.reading", "secrel.evaluation", "secrel.config"])
def test_light_modules_load_no_heavy_library(module: str) -> None:
    assert _fresh(module)[1] == set()
