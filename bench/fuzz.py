"""How generated tasks and tables come out: as a plan, or as an error that can be read.

    python bench/fuzz.py                   # 2,000 of them
    python bench/fuzz.py --count 20000     # some hours on one core
    python bench/fuzz.py --seed 7 --keep found   # others; what is not as it must be is kept

Each is a task file and a table, hostile in one or the other or both, put through every
stage up to the written experiment; nothing is trained. What is counted is what came out,
by error code. Anything else (a traceback, a file beside experiments/, an error that
cannot be read) is printed, kept and makes the exit status 1.
"""

import argparse
import faulthandler
import signal
import sys
import time
import traceback
from collections import Counter
from contextlib import AbstractContextManager, suppress
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


def tally(kind: str, count: int, seed: int, folder: Path) -> Counter[str]:
    """What came out of `count` worlds of a kind."""
    outcomes: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, hangs)

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[kind]())
    def one(world: World) -> None:
        with Watched() as watched:
            outcomes[outcome(world)] += 1
        if fault := watched.fault:
            name = f"FAULT {type(fault).__name__} at {place_of(fault)}"
            outcomes[name] += 1
            if outcomes[name] == 1:
                number = f"{kind}-{seed}-{outcomes.total()}"
                keep(world, folder, number, "".join(traceback.format_exception(fault)))
                print(number, name, ascii(str(fault))[:300], flush=True)

    one()
    return outcomes


def main() -> None:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz_found"))
    options = parser.parse_args()
    start = time.perf_counter()
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    done = 0
    with suppress(KeyboardInterrupt):  # Ctrl-C: count what is done
        while done < options.count:
            for kind, found in counts.items():
                size = min(AT_ONCE, options.count - done)
                if size > 0:
                    found += tally(kind, size, options.seed + done, options.keep)
                    done += size
                    spent = time.perf_counter() - start
                    print(f"{done} after {spent:.0f} s", file=sys.stderr, flush=True)
    faults = 0
    for kind, found in counts.items():
        print(f"\n{kind}: {found.total()}")
        for name, number in sorted(found.items()):
            print(f"{number:8}  {name}")
            faults += number if name.startswith("FAULT") else 0
    print(f"\n{done} in all, {faults} not as they must be")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
