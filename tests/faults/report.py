"""Runs the matrix of faults and writes its table: python -m tests.faults.report

The table stands in docs/reliability.md; test_report.py holds it against the cases.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.cases import CASES
from tests.faults.running import run_cases
from tests.faults.test_matrix import assert_ended_well

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
# What a server does, by the row of a case, and what comes of it.
ROWS = {
    "refused": (
        "the connection is refused",
        "tried again, then an error with the host",
    ),
    "no such host": (
        "the name is not known",
        "tried again, then an error with the host",
    ),
    "reset": ("the connection is reset", "tried again; an error where it never ends"),
    "time-out": ("no answer, or none for the rest", "as reset, after 30 seconds"),
    "slow": (
        "a byte now and then",
        "ended below 1,000 bytes a second, and tried again",
    ),
    "busy": ("429, 500, 502, 503; Retry-After", "waits as told, up to two minutes"),
    "no access": (
        "401, 403, a gate, rules, a wrong key",
        "no retry; what grants access",
    ),
    "missing": (
        "404, no such config, split, file, version",
        "no retry; nearest names first",
    ),
    "cut": (
        "the connection is cut, with and without ranges",
        "goes on, or starts anew",
    ),
    "another length": (
        "a body shorter or longer than declared",
        "an error with both sizes",
    ),
    "another hash": ("other bytes, another sha256", "an error with both hashes"),
    "something else": (
        "a page, an error text, a pointer, an empty file",
        "named as what it is",
    ),
    "encoding": ("Latin-1, UTF-16, a byte order mark", "read as it is"),
    "redirects": (
        "one, a loop, to file://, inward, to another host",
        "limited; no login goes on",
    ),
    "over the cap": (
        "more than `max_size`, told or not",
        "ended; what is there is removed",
    ),
    "full disk": (
        "more than the disk has, told or not",
        "ended; what is there is removed",
    ),
    "alternatives": (
        "the source fails, another has the data",
        "the next one, which is noted",
    ),
}


def table() -> str:
    """The rows with the cases tried: by how they are to end, which the tests assert."""
    lines = [
        "| a server | what comes of it | sources | cases | recovered | clear error | not seen |",
        "|---|---|---|---|---|---|---|",
    ]
    total: Counter[str] = Counter()
    for row, (fault, outcome) in ROWS.items():
        cases = [case for case in CASES if case.row == row]
        counts: Counter[str] = Counter()
        for case in cases:
            kind = "unseen" if case.unseen else "error" if case.error else "recovered"
            counts[kind] += 1 + case.fetch
        total += counts
        sources = ", ".join(sorted({case.source for case in cases}))
        lines.append(f"| {fault} | {outcome} | {sources} | {figures(counts)} |")
    lines.append(f"| **all** | | | {figures(total)} |")
    return "\n".join(lines)


def figures(counts: Counter[str]) -> str:
    parts = [counts[kind] for kind in ("recovered", "error", "unseen")]
    return " | ".join(map(str, (counts.total(), *parts)))


def failures() -> list[str]:
    """The runs that do not end as they are to."""
    failed = []
    for source in sorted({case.source for case in CASES}):
        cases = [case for case in CASES if case.source == source]
        print(f"{source}: {len(cases)} cases", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as base:
            for outcomes in run_cases(cases, Path(base)).values():
                for outcome in outcomes:
                    try:
                        assert_ended_well(outcome)
                    except AssertionError as error:
                        failed.append(f"{outcome.run.folder}: {error}")
    return failed


def main() -> int:
    """Run every case, write the table, and say what did not end well."""
    failed = failures()
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}", encoding="utf-8")
    print(table(), *failed, f"{len(failed)} did not end well", sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
