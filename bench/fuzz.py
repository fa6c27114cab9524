"""How generated tasks and data come out: as a plan, or as an error that can be read.

    python bench/fuzz.py                            # 2,000 of them
    python bench/fuzz.py --count 20000 --jobs 2     # the better part of an hour on two cores
    python bench/fuzz.py --seed 7 --keep found      # others; what is not as it must be is kept
    python bench/fuzz.py --kind images --kind wild  # of these kinds alone

Each is a task file and its data, put through every stage up to the written experiment;
nothing is trained. Of the wild ones task, data or both may be anything; of every other
kind the data are sound but for one or two oddities, so that most reach a plan. What is
counted is what came out, by error code, and how many of the worlds were distinct.
Anything else (a traceback, a file beside experiments/, an experiment whose files are not
what they must be, an error that cannot be read) is printed, kept and makes the exit
status 1. Equal counts, seeds and kinds give equal worlds, with any number of jobs.
"""

import argparse
import faulthandler
import hashlib
import resource
import shutil
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hostile.trial import World, outcome
from tests.hostile.worlds import KINDS

HANGS = 200  # seconds after which one of them hangs
AT_ONCE = 100  # of one run of hypothesis
MEMORY = 12 * 2**30  # bytes of addresses; what asks for more is a bomb that went off


@dataclass(frozen=True)
class Batch:
    """Worlds of a kind that one process draws.

    Attributes:
        kind: One of KINDS.
        size: How many.
        seed: Of the draws.
        folder: Where those that are not as they must be are kept.
    """

    kind: str
    size: int
    seed: int
    folder: Path


@dataclass
class Tally:
    """What came out of worlds.

    Attributes:
        outcomes: How often each.
        worlds: A hash of each, by which equal ones are known.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    worlds: set[bytes] = field(default_factory=set)

    def add(self, other: "Tally") -> None:
        """Count another's too."""
        self.outcomes += other.outcomes
        self.worlds |= other.worlds

    @property
    def faults(self) -> int:
        """How many were not as they must be."""
        return sum(n for name, n in self.outcomes.items() if name.startswith("FAULT"))

    @property
    def planned(self) -> float:
        """Share that reached a plan."""
        plans = sum(n for name, n in self.outcomes.items() if name.startswith("plan"))
        return plans / max(1, self.outcomes.total())


# ---- one batch -----------------------------------------------------------------------


def keep(world: World, folder: Path, name: str, fault: str) -> None:
    """Write a world down, with what came out of it."""
    place = folder / name
    for path, content in {"next_task.json": world.task, **world.files}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    (place / "fault.txt").write_text(fault, errors="replace")


def hangs(*_: object) -> None:
    """Stop what takes too long."""
    raise TimeoutError(f"not done after {HANGS} s")


def place_of(fault: BaseException) -> str:
    """File and line of the last call that is the project's own."""
    calls = traceback.extract_tb(fault.__traceback__)
    last = [call for call in calls if str(ROOT) in call.filename][-1]
    return f"{Path(last.filename).relative_to(ROOT)}:{last.lineno}"


class Watched(AbstractContextManager["Watched"]):
    """Stops what hangs, and notes down whatever else is raised, a panic of Rust too."""

    def __enter__(self) -> Self:
        self.fault: BaseException | None = None
        signal.alarm(HANGS)
        faulthandler.dump_traceback_later(2 * HANGS, exit=True)  # no signal reaches it
        return self

    def __exit__(self, kind: object, fault: BaseException | None, _: object) -> bool:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
        self.fault = fault
        return not isinstance(fault, KeyboardInterrupt)


def hash_of(world: World) -> bytes:
    """Equal for equal worlds."""
    held = repr((world.task, sorted(world.files.items())))
    return hashlib.sha256(held.encode()).digest()[:12]


def tally(batch: Batch) -> Tally:
    """What came out of a batch."""
    found = Tally()
    signal.signal(signal.SIGALRM, hangs)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    now = f"at_work_{batch.kind}-{batch.seed}".replace(" ", "_")

    @hypothesis.seed(batch.seed)
    @settings(
        max_examples=batch.size,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[batch.kind]())
    def one(world: World) -> None:
        found.worlds.add(hash_of(world))
        keep(world, batch.folder, now, "It ended the process that was at work on it.")
        with Watched() as watched:
            found.outcomes[outcome(world)] += 1
        shutil.rmtree(batch.folder / now)
        if fault := watched.fault:
            name = f"FAULT {type(fault).__name__} at {place_of(fault)}"
            found.outcomes[name] += 1
            if found.outcomes[name] == 1:
                number = f"{batch.kind}-{batch.seed}-{found.outcomes.total()}"
                told = "".join(traceback.format_exception(fault))
                keep(world, batch.folder, number.replace(" ", "_"), told)
                print(number, name, ascii(str(fault))[:300], flush=True)

    with Watched() as drawing:
        one()
    if drawing.fault:  # the rest of the batch is lost
        found.outcomes[f"FAULT {type(drawing.fault).__name__} in drawing"] += 1
        traceback.print_exception(drawing.fault)
    return found


# ---- all of them ---------------------------------------------------------------------

OWN = threading.local()  # the process of each thread


def batches(
    kinds: Iterable[str], count: int, seed: int, folder: Path
) -> Iterator[Batch]:
    """As many worlds as asked for, of each kind in turn."""
    for kind in cycle(kinds):
        size = min(AT_ONCE, count)
        if size == 0:
            return
        yield Batch(kind, size, seed, folder)
        count, seed = count - size, seed + size


def tallies(todo: list[Batch], jobs: int) -> Iterator[tuple[Batch, Tally]]:
    """Each batch with what came out of it, as soon as it and those before are done."""
    with ThreadPoolExecutor(jobs) as threads:
        yield from zip(todo, threads.map(tally_apart, todo), strict=True)


def tally_apart(batch: Batch) -> Tally:
    """As `tally`, in this thread's process, which may die of it; the next has another."""
    try:
        if not hasattr(OWN, "process"):
            OWN.process = ProcessPoolExecutor(1, get_context("spawn"))
        counted: Tally = OWN.process.submit(tally, batch).result()
    except BrokenProcessPool:
        del OWN.process
        print(f"{batch.kind}-{batch.seed}: the process died", flush=True)
        return Tally(Counter({"FAULT a process that died, and its batch": 1}))
    return counted


def report(found: dict[str, Tally], seconds: float) -> int:
    """Print the counts of each kind and of all; the number of faults."""
    whole = Tally()
    for kind in found.values():
        whole.add(kind)
    for title, each in {**found, "all": whole}.items():
        total = each.outcomes.total()
        print(f"\n{title}: {total:,}, of which {each.planned:.0%} reach a plan")
        for name, number in sorted(each.outcomes.items()):
            print(f"{number:8,}  {name}")
    total = whole.outcomes.total()
    print(
        f"\n{total:,} in all, {len(whole.worlds):,} of them distinct, in {seconds:.0f} s; "
        f"{whole.faults:,} not as they must be"
    )
    return whole.faults


def main() -> None:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kind", action="append", default=[], help=", ".join(KINDS))
    parser.add_argument("--keep", type=Path, default=Path("fuzz_found"))
    options = parser.parse_args()
    kinds = [k for k in KINDS if not options.kind or k.startswith((*options.kind,))]
    if not kinds:
        parser.error(f"--kind is one of {', '.join(KINDS)}")
    start = time.perf_counter()
    found = {kind: Tally() for kind in kinds}
    done = 0
    todo = list(batches(kinds, options.count, options.seed, options.keep))
    try:
        for batch, one in tallies(todo, options.jobs):
            found[batch.kind].add(one)
            done += batch.size
            spent = time.perf_counter() - start
            print(f"{done:,} after {spent:.0f} s", file=sys.stderr, flush=True)
    except KeyboardInterrupt:  # count what is done
        pass
    sys.exit(report(found, time.perf_counter() - start) > 0)


if __name__ == "__main__":
    main()
