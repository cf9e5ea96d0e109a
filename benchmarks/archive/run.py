"""Extracts an archive into a run folder and measures it; kills it, and compares what it goes on to.

    python benchmarks/archive/make.py runs/archive/small --articles 2000
    python benchmarks/archive/run.py runs/archive/small -o runs/archive/out --jobs 2 [--model edm] [--kills 20]
    python benchmarks/archive/run.py runs/archive/small -o runs/archive/ray --jobs 2 --engine ray

Without ``--model`` the pipeline is a stand-in that marks capitalised words, so that what is measured is everything but
the model. The undisturbed run is timed, and the memory of its processes is sampled (Linux only). With ``--kills`` a
second run folder, ``OUT-killed``, is filled by runs that are each killed by SIGKILL at a random article: four in five
while they read, the rest while results are compared and written. The last run is left alone. All files of the two
folders but the stores have to be the same byte by byte, every article of the key that ``make.py`` wrote has to stand in
the results once (with ``jsonl`` among the formats), and a run over the finished folder has to read nothing. The figures
are printed and written to ``OUT.json``; the exit status is 1 if something differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STEPS = ("starting", "reading", "comparing", "writing")


def main() -> None:
    """Runs the benchmark, or, for itself, one extraction."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument("--model", help="a model of secrel instead of the stand-in")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that the stand-in takes for an article")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--engine", choices=("processes", "ray"), default="processes")
    parser.add_argument("--format", default="jsonl,csv")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="of the moments of the kills")
    parser.add_argument("--status", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.status:
        extract(given)
        return
    report = benchmark(given)
    print(json.dumps(report, indent=1))
    given.output.with_name(given.output.name + ".json").write_text(json.dumps(report) + "\n", encoding="utf-8")
    sys.exit(0 if report.get("same", True) else 1)


def extract(given: argparse.Namespace) -> None:
    """One run, which tells by a file what it is at."""
    from pipelines import FakeLoader

    from secrel.batch import Progress, extract_archive

    step, told = "", 0.0

    def watch(progress: Progress) -> None:
        nonlocal step, told
        now = time.monotonic()
        if progress.step != step or now - told > 0.01:
            step, told = progress.step, now
            part = given.status.with_name(given.status.name + ".part")
            part.write_text(f"{step} {progress.n_done - progress.n_unchanged}", encoding="utf-8")
            part.replace(given.status)

    summary = extract_archive(
        given.archive,
        given.output,
        model=given.model,
        jobs=given.jobs,
        engine=given.engine,
        formats=given.format.split(","),
        loader=None if given.model else FakeLoader(given.delay),
        on_progress=watch,
    )
    print(json.dumps({name: value for name in summary.__slots__ if isinstance(value := getattr(summary, name), int)}))


def benchmark(given: argparse.Namespace) -> dict[str, Any]:
    """The undisturbed run, the run over its results, and the killed ones."""
    calm = given.output
    report: dict[str, Any] = {
        **{"archive": given.archive.name, "pipeline": given.model or "stand-in", "delay": given.delay},
        **{"jobs": given.jobs, "engine": given.engine, "formats": given.format, "processors": os.cpu_count()},
    }
    shutil.rmtree(calm, ignore_errors=True)
    run = Run(given, calm)
    run.wait()
    report["undisturbed"] = run.figures()
    again = Run(given, calm)
    again.wait()
    report["once more"] = again.figures()
    report["store, MB"] = round((calm / "run.sqlite").stat().st_size / 1e6, 1)
    if given.kills:
        report["killed"] = disturbed(given, run)
        report["problems"] = problems(given.archive, calm, _torn(given))
        report["same"] = not report["problems"] and not again.numbers["n_read"] and report["killed"]["kills"] > 0
    return report


def disturbed(given: argparse.Namespace, calm: Run) -> dict[str, Any]:
    """Kills runs in a folder of their own, and lets the last one end."""
    torn = _torn(given)
    shutil.rmtree(torn, ignore_errors=True)
    source = random.Random(given.seed)
    at: Counter[str] = Counter()
    n_late = given.kills // 5
    n_early = given.kills - n_late
    # The runs that are killed while they read get through most of the articles together.
    most = 1.6 * calm.numbers["n_articles"] / n_early
    plan = [("reading", source.uniform(0.0, most)) for _ in range(n_early)]
    plan += [("writing", source.uniform(0.0, calm.numbers["n_written"])) for _ in range(n_late - n_late // 3)]
    plan += [("comparing", 0.0)] * (n_late // 3)
    for step, n_done in plan:
        run = Run(given, torn)
        run.wait_for(step, n_done)
        run.sleep(source.uniform(0.0, 0.05))
        if run.process.poll() is None:
            at[run.at[0]] += 1
            run.process.send_signal(signal.SIGKILL)
            run.process.wait()
    run = Run(given, torn)
    run.wait()
    return {"kills": at.total(), "at": dict(at), "articles left for the last run": run.numbers["n_read"]}


def problems(archive: Path, calm: Path, torn: Path) -> list[str]:
    """What differs between two run folders, or from the key of the archive."""
    one, other = _digests(calm), _digests(torn)
    found = [f"{name} differs" for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    path = archive.with_name(archive.name + ".json")
    if not path.exists() or not (torn / "articles.jsonl").exists():
        return found
    key = json.loads(path.read_text(encoding="utf-8"))
    names: Counter[str] = Counter()
    marked: dict[str, str] = {}
    with (torn / "articles.jsonl").open(encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            names[document["id"]] += 1
            if document["meta"]["duplicate_of"]:
                marked[document["id"]] = document["meta"]["duplicate_of"]
    expected = {_id(path.relative_to(archive).as_posix()) for path in archive.rglob("*.txt")}
    expected -= {_id(name) for name in key["corrupt"]}
    wrong = [name for name in sorted(expected | set(names)) if names[name] != (name in expected)]
    found += [f"{name} stands {names[name]} times" for name in wrong]
    with (torn / "failures.jsonl").open(encoding="utf-8") as lines:
        failed = sorted(json.loads(line)["name"] for line in lines)
    if failed != key["corrupt"]:
        found.append(f"failures are {failed}, not {key['corrupt']}")
    # A reprint of a reprint may be marked as one of the first: which articles are marked is what the key says.
    reprints = {_id(name) for name in key["reprints"]}
    missed, false = reprints - set(marked), set(marked) - reprints
    if missed or false:
        found.append(f"of {len(reprints)} reprints {len(missed)} are missed; {len(false)} are marked that are none")
    return found


def _torn(given: argparse.Namespace) -> Path:
    output: Path = given.output
    return output.with_name(output.name + "-killed")


def _id(name: str) -> str:
    return name.removesuffix(".txt")


def _digests(folder: Path) -> dict[str, str]:
    digests = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("run.sqlite"):
            content = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    content.update(block)
            digests[path.relative_to(folder).as_posix()] = content.hexdigest()
    return digests


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of a run at one moment, in resident megabytes."""

    second: float
    step: str
    parent: float
    workers: list[float]

    def figures(self) -> dict[str, Any]:
        """As plain data."""
        return {
            **{"second": round(self.second), "step": self.step, "parent, MB": round(self.parent)},
            "workers, MB": [round(worker) for worker in self.workers],
        }


@dataclass
class Run:
    """One run in a process of its own, watched from outside."""

    given: argparse.Namespace
    output: Path
    numbers: dict[str, int] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.status = self.output.with_name(self.output.name + ".step")
        self.status.unlink(missing_ok=True)
        given = self.given
        command = [sys.executable, str(HERE / "run.py"), str(given.archive), "-o", str(self.output)]
        command += ["--status", str(self.status), "--jobs", str(given.jobs), "--format", given.format]
        command += ["--engine", given.engine]
        command += ["--model", given.model] if given.model else ["--delay", str(given.delay)]
        self.begun = self._looked = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    @property
    def at(self) -> tuple[str, int]:
        """The step that it is at, and how many articles it has behind it there (unchanged ones aside)."""
        try:
            step, _, n_done = self.status.read_text(encoding="utf-8").partition(" ")
        except FileNotFoundError:
            return STEPS[0], 0
        return step, int(n_done)

    def wait_for(self, step: str, n_done: float) -> None:
        """Waits until it has so many articles of a step behind it, or is at a later step, or at its end."""
        while self.process.poll() is None:
            now, n = self.at
            if STEPS.index(now) > STEPS.index(step) or (now == step and n >= n_done):
                return
            self._look()

    def sleep(self, seconds: float) -> None:
        """Waits for a time, or for its end."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self._look()

    def wait(self) -> None:
        """Waits for its end."""
        while self.process.poll() is None:
            self._look()
        if self.process.returncode or self.process.stdout is None:
            sys.exit(f"a run ended with exit status {self.process.returncode}")
        self.numbers = json.loads(self.process.stdout.read())

    def figures(self) -> dict[str, Any]:
        """Time and memory, of the whole and at five moments of it."""
        last = len(self.samples) - 1
        moments = [self.samples[round(n * last / 4)] for n in range(5)] if self.samples else []
        reading = self.seconds["reading"]
        workers = [sample.workers for sample in self.samples]
        return {
            **self.numbers,
            "seconds": {step: round(self.seconds[step], 1) for step in STEPS},
            "articles a second": round(self.numbers["n_read"] / reading, 2) if reading else None,
            "peak of the parent, MB": round(max((sample.parent for sample in self.samples), default=0.0)),
            "peak of a worker, MB": round(max((max(sample, default=0.0) for sample in workers), default=0.0)),
            "peak of all workers, MB": round(max((sum(sample) for sample in workers), default=0.0)),
            "over time": [sample.figures() for sample in moments],
        }

    def _look(self) -> None:
        time.sleep(0.01)
        now, step = time.monotonic(), self.at[0]
        self.seconds[step] += now - self._looked
        self._looked = now
        if self.samples and now - self.begun - self.samples[-1].second < 0.5:
            return
        number = self.process.pid
        workers = sorted(_memory(child) for child in _descendants(number))
        if self.given.engine == "processes":
            # The smallest only keeps track of what is shared. Of Ray, all count: its own processes are what it costs.
            workers = workers[1:]
        self.samples.append(Sample(now - self.begun, step, _memory(number), workers))


def _descendants(process: int) -> list[int]:
    """The processes that a process has started, and those have, of all its threads."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text().split()]
        except OSError:
            continue
        found += children + [one for child in children for one in _descendants(child)]
    return found


def _memory(process: int) -> float:
    """Resident megabytes of a process."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


if __name__ == "__main__":
    main()
