"""Every error a user can meet.

LabwrightError(ValueError)
├── TaskError            the task file: a key, a value, a name
│   ├── TaskFileError        it is absent or no JSON object
│   ├── UnknownMetricError   a metric that nobody here knows
│   └── TaskTypeError        task_type and the data contradict each other
├── SourceError          where the data come from
│   ├── NotFoundError        no such file, set, config, split or version
│   ├── AccessError          credentials, a gate, rules that were not accepted
│   ├── DownloadError        the network or the server
│   ├── ChangedError         the sha256 is not the expected one
│   └── TooLargeError        over the size cap, or over the free disk
├── DataError            what the files hold
│   ├── ReadError            it cannot be read in the format it claims
│   ├── SeveralTablesError   several files, and nothing says which one is meant
│   ├── JoinError            several sources, and no clear key between them
│   └── UnusableError        too few rows, one class, no usable column
├── TargetError          which column is to be predicted
│   ├── NoTargetError        nothing names it
│   └── SeveralTargetsError  two columns are about as likely
├── SplitError           the split that was asked for is impossible
├── BaseModelError       a workspace's own base_model.py breaks the contract
├── CheckError           the experiment failed its own check
├── ExperimentError      no such experiment or run, or a folder that is none
└── RunError             a training run ended with a failure

The library raises; only cli.py prints. Each error carries the three parts that a person
needs, expected, found and what to do next, and what an agent needs: a stable code, the
key at fault and candidate values for it.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from labwright.printable import printable, shortened

LONGEST = 500  # characters of what was expected, found or is to be done
MOST_CANDIDATES = 20


class LabwrightError(ValueError):
    """An error with what was expected, what was found and what to do next.

    Args:
        expected: What would have been right, as a clause: "a column named in words".
        found: What is there instead, with the figure: "2 candidates: price, prices".
        fix: What to do next, as an instruction; a line for the task file where one helps.
        key: The key of the task file, or the file and column, that it is about.
        candidates: Values that would be accepted for `key`, the most likely first.

    The three parts can be printed whatever names they hold, and are never longer than a
    paragraph; `key` and `candidates` are data, exactly as they are.
    """

    code: ClassVar[str] = "error"
    source: int | None = None  # number of the task's data source that it is about

    def __init__(
        self,
        expected: str,
        found: str,
        fix: str,
        *,
        key: str | None = None,
        candidates: Sequence[Any] = (),
    ) -> None:
        self.expected, self.fix = _part(expected), _part(fix)
        self.found = _part(found).removesuffix(".")
        self.key, self.candidates = key, tuple(candidates)[:MOST_CANDIDATES]
        super().__init__(f"expected {self.expected}; found {self.found}. {self.fix}")

    def as_dict(self) -> dict[str, Any]:
        """The error as plain data, the form that `--json` prints."""
        return {
            "code": self.code,
            "key": self.key,
            "expected": self.expected,
            "found": self.found,
            "fix": self.fix,
            "candidates": list(self.candidates),
        }


def _part(text: str) -> str:
    return shortened(printable(text), LONGEST)


class TaskError(LabwrightError):
    """A key or a value of the task file is not usable."""

    code = "task"


class TaskFileError(TaskError):
    """The task file is absent, or is not one JSON object."""

    code = "task-file"


class UnknownMetricError(TaskError):
    """`evaluation_metric` names a metric that is not in docs/metrics.md."""

    code = "unknown-metric"


class TaskTypeError(TaskError):
    """`task_type` and what the target holds contradict each other."""

    code = "task-type"


class SourceError(LabwrightError):
    """A source cannot be used."""

    code = "source"


class NotFoundError(SourceError):
    """The source, or a file, config, split or version of it, does not exist."""

    code = "source-not-found"


class AccessError(SourceError):
    """The source asks for credentials or for rules to be accepted."""

    code = "source-access"


class DownloadError(SourceError):
    """The network or the server failed, after retries."""

    code = "source-download"


class ChangedError(SourceError):
    """A file is not the one whose sha256 was given."""

    code = "source-changed"


class TooLargeError(SourceError):
    """A source is over the size cap or would not fit on the disk."""

    code = "source-too-large"


class DataError(LabwrightError):
    """The files hold something that cannot be worked with."""

    code = "data"


class ReadError(DataError):
    """A file cannot be read in its format."""

    code = "data-unreadable"


class SeveralTablesError(DataError):
    """A source has several tables and nothing says which one is meant."""

    code = "data-several-tables"


class JoinError(DataError):
    """Nothing says clearly how the tables of several sources belong together."""

    code = "data-join"


class UnusableError(DataError):
    """Too few rows, a single class, no usable column."""

    code = "data-unusable"


class TargetError(LabwrightError):
    """The target cannot be settled."""

    code = "target"


class NoTargetError(TargetError):
    """No column is named by the task's words, or the one named is absent."""

    code = "target-not-found"


class SeveralTargetsError(TargetError):
    """Two or more columns are about as likely to be the target."""

    code = "target-ambiguous"


class SplitError(LabwrightError):
    """The split that was asked for is impossible on these data."""

    code = "split"


class BaseModelError(LabwrightError):
    """A base_model.py does not keep the contract of docs/base_model.md."""

    code = "base-model"


class CheckError(LabwrightError):
    """A finished experiment failed its own check.py."""

    code = "check"


class ExperimentError(LabwrightError):
    """An experiment or a run that was named is not there, or is none."""

    code = "experiment"


class RunError(LabwrightError):
    """A training run ended with a failure, or was interrupted.

    Args:
        stage: Where it was: "prepare", "fit", "evaluate" …
        error: What went wrong there.
        what_to_do: What to do next.
        status: Of the run: "failed" or "interrupted".
        key: Its results.json, where it wrote one.
    """

    code = "run"

    def __init__(
        self,
        stage: str,
        error: str,
        what_to_do: str,
        *,
        status: str = "failed",
        key: str | None = None,
    ) -> None:
        self.stage, self.error, self.what_to_do = stage, error, what_to_do
        self.status = status
        super().__init__(
            "a run that completes", f"{status} at {stage}: {error}", what_to_do, key=key
        )

    def as_dict(self) -> dict[str, Any]:
        """The error as plain data, with the run's status and stage."""
        return super().as_dict() | {"status": self.status, "stage": self.stage}
