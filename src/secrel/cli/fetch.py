"""``secrel fetch``: from feeds, sitemaps and addresses to a folder of pages."""

from __future__ import annotations

import argparse
import math
from datetime import datetime
from typing import TYPE_CHECKING

from secrel.cli.arguments import counted, positive, say
from secrel.cli.progress import shown_progress

if TYPE_CHECKING:
    from secrel.batch import FetchSummary


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "fetch",
        help="save the articles of feeds, sitemaps and pages into a folder, for extract",
        description="Saves the pages of articles into a folder, which `secrel extract FOLDER` reads. What is there"
        " already is not fetched again. Pages that feeds and sitemaps lead to are fetched only where robots.txt lets"
        " them be.",
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a feed (RSS, Atom), a sitemap or a page: a file or an address"
    )
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER", help="folder for the pages, as ID.html")
    parser.add_argument("--again", action="store_true", help="fetch again what is there already")
    parser.add_argument("--limit", type=positive, metavar="N", help="fetch at most N articles, besides those there")
    parser.add_argument(
        "--since", type=_day, metavar="DATE",
        help="pass over entries that the feed dates before this day (YYYY-MM-DD); those without a date are taken",
    )  # fmt: skip
    parser.add_argument(
        "--delay", type=_seconds, default=1.0, metavar="SECONDS",
        help="between two requests to a host, or longer where its robots.txt says so (default: 1)",
    )  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress and no summary")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.batch import fetch_pages
    from secrel.reading import Fetcher

    with Fetcher(delay=arguments.delay) as fetcher, shown_progress(hidden=arguments.quiet) as show:
        summary = fetch_pages(
            arguments.sources,
            arguments.output,
            fetcher=fetcher,
            again=arguments.again,
            limit=arguments.limit,
            since=arguments.since,
            on_progress=show,
            on_failure=lambda error: say(f"failed: {error}"),
        )
    if not arguments.quiet:
        _report(summary, arguments.since)
    return 1 if summary.n_failed else 0


def _report(summary: FetchSummary, since: str | None) -> None:
    if summary.n_older:
        say(f"passed over {counted(summary.n_older, 'article')} from before {since}")
    if summary.n_undated:
        say(f"took {counted(summary.n_undated, 'article')} without a date in the feed")
    if summary.n_left:
        say(f"{counted(summary.n_left, 'article')} left (--limit)")
    there = f", {summary.n_there} there already" if summary.n_there else ""
    failed = f", {summary.n_failed} failed" if summary.n_failed else ""
    say(f"{counted(summary.n_saved, 'page')} saved to {summary.folder}{there}{failed}")


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a day as YYYY-MM-DD") from error


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected seconds from 0 up")
    return value
