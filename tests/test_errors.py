from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from secrel import errors
from secrel.errors import SecrelError

KINDS = ["AnnotationError", "ConfigError", "InputError", "ModelError", "OutputError", "PipelineError", "SecrelError"]


@pytest.mark.parametrize("name", KINDS)
def test_says_where_what_was_found_and_what_was_expected(name: str) -> None:
    error = getattr(errors, name)(Path("a") / "b.txt", found="a folder", expected="a file")
    assert isinstance(error, SecrelError)
    assert (error.where, error.found, error.expected) == (str(Path("a") / "b.txt"), "a folder", "a file")
    assert str(error) == f"{Path('a') / 'b.txt'}: found a folder; expected a file"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("round_trip", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_survives_pickling_between_processes(name: str, round_trip: object) -> None:
    error = getattr(errors, name)("line 7", found="“x”", expected="y")
    again = round_trip(error)  # type: ignore[operator]
    assert type(again) is type(error)
    assert str(again) == str(error) == "line 7: found “x”; expected y"


def test_kinds_do_not_catch_each_other() -> None:
    subclasses = [getattr(errors, name) for name in KINDS if name != "SecrelError"]
    assert all(a is b or not issubclass(a, b) for a in subclasses for b in subclasses)
    assert not issubclass(SecrelError, ValueError | OSError)
