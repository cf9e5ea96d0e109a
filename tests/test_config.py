from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secrel.config import (
    Calibration,
    Decision,
    Recipe,
    Scaling,
    TrainingConfig,
    build,
    parse_scheme,
    read_recipe,
    read_scheme,
    read_toml,
    scheme_to_dict,
)
from secrel.domain import LabelScheme, RelationType, StanceType
from secrel.errors import ConfigError

RECIPE = """
[model]
name = "m"
[encoder]
name = "e"
dropout = 0
[corpus]
folder = "../annotations"
train = ["a", "b"]
test = []
[training]
epochs = 3
bf16 = false
"""
SCHEME: dict[str, Any] = {
    "name": "toy",
    "version": "1",
    "entities": ["GPE", "MIL"],
    "statuses": ["actual"],
    "relations": [{"label": "sends-to", "head": ["MIL"], "tail": ["GPE"], "symmetric": False}],
    "stance": {"polarities": ["favor"], "holder": ["GPE"], "target": ["MIL", "GPE"]},
}


def _raised(error: pytest.ExceptionInfo[ConfigError]) -> tuple[str, str, str]:
    return error.value.where, error.value.found, error.value.expected


def test_recipe_reads_values_and_defaults(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE, encoding="utf-8")
    recipe = read_recipe(path)
    assert (recipe.model.name, recipe.model.version) == ("m", "0.1.0")
    assert recipe.encoder.dropout == 0.0
    assert isinstance(recipe.encoder.dropout, float)
    assert (recipe.corpus.train, recipe.corpus.dev, recipe.corpus.test) == (("a", "b"), ("dev",), ())
    assert recipe.training == TrainingConfig(epochs=3, bf16=False)


def test_recipe_round_trip_leaves_out_none() -> None:
    recipe = build(Recipe, {"model": {"name": "m"}, "encoder": {"name": "e"}, "corpus": {"folder": "."}}, where="r")
    data = recipe.to_dict()
    assert "dropout" not in data["encoder"]
    assert data["model"] == {"name": "m", "version": "0.1.0", "description": ""}
    assert build(Recipe, data, where="again") == recipe


@pytest.mark.parametrize("name", ["models/edm/recipe.toml"])
def test_packaged_recipe_is_valid(root: Path, name: str) -> None:
    if not (root / name).is_file():
        pytest.skip(f"{name} is not there yet")
    recipe = read_recipe(root / name)
    assert (root / name).parent.joinpath(recipe.corpus.folder, "labels.toml").is_file()


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("epochs = 3", "epoch = 3", ("training, epoch", "an unknown key", "one of seed, epochs, batch_size")),
        ("[training]", "[trainings]", ("trainings", "an unknown key", "one of model, encoder, corpus, heads")),
        ('name = "e"', "", ("encoder, name", "nothing", "this key")),
        ('[corpus]\nfolder = "../annotations"', "[corpus]", ("corpus, folder", "nothing", "this key")),
        ("epochs = 3", 'epochs = "3"', ("training, epochs", "'3' of type str", "a value of type int")),
        ("epochs = 3", "epochs = true", ("training, epochs", "True of type bool", "a value of type int")),
        ("epochs = 3", "epochs = 3.0", ("training, epochs", "3.0 of type float", "a value of type int")),
        ("bf16 = false", "bf16 = 0", ("training, bf16", "0 of type int", "a value of type bool")),
        ("bf16 = false", "warmup = true", ("training, warmup", "True of type bool", "a value of type float")),
        ("dropout = 0", 'dropout = "0"', ("encoder, dropout", "'0' of type str", "a value of type float")),
        ('train = ["a", "b"]', 'train = "a"', ("corpus, train", "'a' of type str", "a list")),
        ('train = ["a", "b"]', 'train = ["a", 2]', ("corpus, train[1]", "2 of type int", "a value of type str")),
        ('[model]\nname = "m"', 'model = "m"', ("model", "'m' of type str", "a table")),
    ],
)
def test_recipe_faults_name_key_find_and_expectation(
    tmp_path: Path, old: str, new: str, error: tuple[str, str, str]
) -> None:
    path = tmp_path / "recipe.toml"
    assert old in RECIPE
    path.write_text(RECIPE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_recipe(path)
    where, found, expected = error
    assert _raised(caught)[:2] == (f"{path}, {where}", found)
    assert _raised(caught)[2].startswith(expected)


def test_build_takes_none_for_an_optional_value_and_refuses_other_data() -> None:
    data = {"model": {"name": "m"}, "encoder": {"name": "e", "dropout": None}, "corpus": {"folder": "."}}
    assert build(Recipe, data, where="r").encoder.dropout is None
    assert build(Decision, {"relation": 1}, where="d") == Decision(relation=1.0)
    with pytest.raises(ConfigError, match=r"d: found \[\] of type list; expected a table"):
        build(Decision, [], where="d")


def test_build_takes_tables_whose_keys_are_free() -> None:
    found = build(Calibration, {"labels": {"trains": {"scale": 2, "shift": 0.5}, "pressures": {}}}, where="c")
    assert found.labels == {"trains": Scaling(2.0, 0.5), "pressures": Scaling()}
    with pytest.raises(ConfigError, match=r"c, labels, trains, scale: found 'x' of type str; expected a value of type"):
        build(Calibration, {"labels": {"trains": {"scale": "x"}}}, where="c")
    with pytest.raises(ConfigError, match=r"c, labels: found \[\] of type list; expected a table"):
        build(Calibration, {"labels": []}, where="c")


@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (None, "No such file or directory", "a readable TOML file"),
        (b"a = = 1", "no TOML: ", "a TOML file in UTF-8"),
        (b'a = "\xff"', "no TOML: ", "a TOML file in UTF-8"),
    ],
)
def test_unreadable_toml(tmp_path: Path, content: bytes | None, found: str, expected: str) -> None:
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        read_toml(path)
    assert error.value.where == str(path)
    assert error.value.found.startswith(found)
    assert error.value.expected == expected


def test_scheme_is_read_as_it_stands() -> None:
    gpe, mil = frozenset({"GPE"}), frozenset({"MIL"})
    assert parse_scheme(SCHEME) == LabelScheme(
        "toy",
        "1",
        ("GPE", "MIL"),
        (RelationType("sends-to", mil, gpe, symmetric=False),),
        ("actual",),
        StanceType(("favor",), gpe, gpe | mil),
    )


def test_scheme_round_trip_keeps_the_order_of_labels(scheme: LabelScheme) -> None:
    assert parse_scheme(scheme_to_dict(scheme)) == scheme
    assert scheme_to_dict(parse_scheme(SCHEME))["stance"]["target"] == ["GPE", "MIL"]


def test_scheme_without_relations_status_and_stance() -> None:
    bare = {"name": "toy", "version": "1", "entities": ["GPE"]}
    assert parse_scheme(bare) == LabelScheme("toy", "1", ("GPE",))
    assert scheme_to_dict(parse_scheme(bare)) == bare | {"statuses": [], "relations": []}


RELATION = SCHEME["relations"][0]


@pytest.mark.parametrize(
    ("change", "where", "found", "expected"),
    [
        ({"entities": []}, "entities", "no label", "at least one entity label"),
        ({"entities": ["GPE", "MIL", "GPE"]}, "entities", "'GPE' twice", "each label once"),
        ({"entities": ["GPE", "MIL", "BIG GUN"]}, "entities", "'BIG GUN'", "a label without space or colon"),
        ({"entities": ["GPE", "MIL", ""]}, "entities", "''", "a label without space or colon"),
        ({"statuses": ["a:b"]}, "statuses", "'a:b'", "a label without space or colon"),
        ({"relations": [RELATION, RELATION]}, "relations", "'sends-to' twice", "each label once"),
        ({"relations": [RELATION | {"tail": ["LOC"]}]}, "sends-to", "argument 'LOC'", "one of GPE, MIL"),
        ({"relations": [RELATION | {"arrow": 1}]}, "relations[0], arrow", "an unknown key", "one of label, head"),
        ({"relations": [{"label": "x", "head": []}]}, "relations[0], tail", "nothing", "this key"),
        ({"stance": SCHEME["stance"] | {"holder": ["LOC"]}}, "stance", "argument 'LOC'", "one of GPE, MIL"),
        ({"stance": SCHEME["stance"] | {"polarities": ["x", "x"]}}, "polarities", "'x' twice", "each label once"),
        ({"stance": []}, "stance", "[] of type list", "a table"),
        ({"version": 1}, "version", "1 of type int", "a value of type str"),
    ],
)
def test_scheme_faults(change: dict[str, Any], where: str, found: str, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_scheme(SCHEME | change, where="labels.toml")
    assert _raised(error)[:2] == (f"labels.toml, {where}", found)
    assert _raised(error)[2].startswith(expected)


def test_read_scheme_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    path.write_text('name = "x"\nversion = "1"\nentities = ["A", "A"]\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_scheme(path)
    assert error.value.where == f"{path}, entities"


def test_a_relation_may_not_be_called_stance() -> None:
    data = {
        "name": "x",
        "version": "1",
        "entities": ["A"],
        "relations": [{"label": "stance", "head": ["A"], "tail": ["A"]}],
        "stance": {"polarities": ["favor"], "holder": ["A"], "target": ["A"]},
    }
    with pytest.raises(ConfigError, match="called 'stance'"):
        parse_scheme(data)
