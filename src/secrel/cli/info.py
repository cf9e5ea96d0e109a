"""``secrel info``: what is installed, and what a model is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "info",
        help="versions, and what a model is",
        description="Prints the versions of secrel and its libraries, and name, labels and thresholds of a model.",
    )
    parser.add_argument("model", nargs="?", metavar="MODEL", help="model folder or name (default: edm)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from secrel._version import __version__
    from secrel.checkpoints import LABELS, WEIGHTS, read_config
    from secrel.config import read_scheme
    from secrel.pipeline import find_model

    folder = find_model(arguments.model)
    config = read_config(folder)
    scheme = read_scheme(folder / LABELS)
    libraries = {}
    for name in ("torch", "transformers", "spacy", "datasets", "tokenizers", "safetensors"):
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            libraries[name] = "not installed"
    facts = {
        "secrel": __version__,
        "python": platform.python_version(),
        "libraries": libraries,
        "model": {
            "folder": str(folder),
            "name": config["model"]["name"],
            "version": config["model"]["version"],
            "description": config["model"].get("description", ""),
            "parameters": config["n_parameters"],
            "megabytes": round((folder / WEIGHTS).stat().st_size / 1e6, 1),
            "entities": list(scheme.entities),
            "relations": list(scheme.relation_labels),
            "statuses": list(scheme.statuses),
            "polarities": list(scheme.polarities),
            "thresholds": config["decision"],
            "calibration": config.get("calibration", "none"),
        },
    }
    print(json.dumps(facts, indent=2) if arguments.json else "\n".join(_lines(facts)))  # noqa: T201
    return 0


def _lines(facts: Mapping[str, object], indent: str = "") -> list[str]:
    lines: list[str] = []
    for key, value in facts.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    return lines
