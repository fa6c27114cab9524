"""Exit codes, and the errors that only the command line knows.

0    done
1    an error that the user can mend: task, data, source, experiment
2    the command line itself was wrong
3    a training run failed
4    an experiment failed its own check
70   a fault in Labwright
130  stopped by Ctrl-C, or an interrupted run
"""

from typer.exceptions import TyperException

from labwright.errors import CheckError, LabwrightError, RunError


class UsageError(LabwrightError):
    """The command line is not one of those that --help describes."""

    code = "usage"

    def __init__(self, found: str) -> None:
        fix = (
            "`labwright --help` lists the commands; options of train.py stand after --"
        )
        super().__init__("a command line as --help describes it", found, fix)


class UnansweredError(UsageError):
    """A question that needs an answer, and no terminal to ask it at."""

    def __init__(self, about: str, option: str) -> None:
        LabwrightError.__init__(
            self,
            f"a terminal, to ask about {about}",
            "none",
            f"Give {option} if you agree.",
            key=option,
        )


class FileError(LabwrightError):
    """The system refused to read or write a file: permissions, a full disk."""

    code = "file"

    def __init__(self, found: str) -> None:
        fix = "Check its permissions and the space on its disk."
        super().__init__("a file that can be read and written", found, fix)


class FaultError(LabwrightError):
    """An error in Labwright itself."""

    code = "fault"

    def __init__(self, found: str) -> None:
        fix = "This is a fault in Labwright. --debug shows where; please report it."
        super().__init__("no error but those that Labwright explains", found, fix)


def told(error: Exception) -> tuple[LabwrightError, int]:
    """The error in the form that all errors are printed in, and its exit code."""
    match error:
        case RunError():
            return error, 130 if error.status == "interrupted" else 3
        case CheckError():
            return error, 4
        case UsageError():
            return error, 2
        case LabwrightError():
            return error, 1
        case TyperException():
            return UsageError(error.format_message()), 2
        case OSError():
            return FileError(str(error)), 1
        case _:
            return FaultError(f"{type(error).__name__}: {error}"), 70
