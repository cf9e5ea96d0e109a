"""Writes the tables of the corpus's datasheet: ``python benchmarks/datasheet_tables.py``.

Each table stands below the command that prints it; this runs those commands and puts what they print in its place.
It needs the texts that are not part of the repository (``secrel annotations fetch``, and the EDM articles).
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

from secrel.cli import main as secrel

ROOT = Path(__file__).parents[1]
DATASHEET = ROOT / "annotations" / "DATASHEET.md"
_BLOCK = re.compile(r"(`secrel (annotations [^`]+)`[^\n]*\n\n<!-- printed -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def printed(command: str) -> str:
    """What a command of secrel prints, its tables and notes."""
    arguments = [str(ROOT / word) if word.startswith("annotations/") else word for word in command.split()]
    # The first word is the verb; a later "annotations" is the corpus.
    arguments = [arguments[0], *(str(ROOT / word) if word == "annotations" else word for word in arguments[1:])]
    output = io.StringIO()
    with redirect_stdout(output):
        status = secrel(arguments)
    if status:
        raise SystemExit(f"secrel {command}: exit status {status}")
    return output.getvalue().strip()


def filled(text: str) -> str:
    """The datasheet with every table as its command prints it now."""
    return _BLOCK.sub(lambda match: f"{match[1]}{printed(match[2])}\n{match[4]}", text)


def main() -> None:
    """Replaces the tables of the datasheet."""
    DATASHEET.write_text(filled(DATASHEET.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{DATASHEET} written")


if __name__ == "__main__":
    main()
