"""One hostile world, put through every stage; what comes out must be a plan or an error.

A plan's files can be parsed; an error can be read; nothing is left beside experiments/,
and no address is ever called.
"""

import ast
import json
import shutil
import socket
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from unittest.mock import patch

from markdown_it import MarkdownIt

from labwright.errors import DownloadError, LabwrightError
from labwright.generate import Made, Request, generate
from labwright.printable import UNPRINTABLE
from labwright.write import files
from tests.hostile.literals import expect_literals_alone

LONGEST = 1_600  # characters of an error's three parts together
TRACES = (
    "Traceback",
    "object at 0x",
    "panicked",
    "unwrap()",
    "pyo3_runtime",
    "<class '",
    "/tests/",
)
MARKDOWN = MarkdownIt("commonmark").enable("table")
ACTIVE = ("html_block", "html_inline", "link_open", "image")


@dataclass(frozen=True)
class World:
    """A task file and the files of its workspace.

    Attributes:
        task: The task file's bytes.
        files: Content by path below the workspace.
    """

    task: bytes
    files: dict[str, bytes] = field(default_factory=dict)


def outcome(world: World) -> str:
    """`plan` and its recipe, or `error` and its code.

    Raises:
        AssertionError: what came out is not as it must be; and whatever else a stage raises.
    """
    ended = put_through(world)
    return ended if isinstance(ended, str) else f"error: {ended.code}"


def refusal(world: World) -> LabwrightError:
    """The error that a world ends in."""
    ended = put_through(world)
    assert isinstance(ended, LabwrightError), ended
    return ended


def put_through(world: World) -> str | LabwrightError:
    """The recipe that is planned and written, or the error, which can be read."""
    with tempfile.TemporaryDirectory() as name, offline():
        around = Path(name)
        workspace = around / "workspace"
        experiments = workspace / "experiments"
        experiments.mkdir(parents=True)
        (experiments / "next_task.json").write_bytes(world.task)
        for path, content in world.files.items():
            (workspace / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace / path).write_bytes(content)
        before = everything(around)
        try:
            made = generate(Request(experiments, progress=False), checked=False)
        except LabwrightError as error:
            expect_readable(error)
            left = everything(around) - before
            kept = isinstance(error, DownloadError)  # what there is of a download
            assert kept or not left, f"left behind: {left}"
            return error
        expect_whole(made, world.task)
        shutil.rmtree(made.folder)
        left = everything(around) - before
        assert not left, f"left behind: {left}"
        assert made.plan.recipe
        return f"plan: {made.plan.recipe}"


def everything(folder: Path) -> set[str]:
    """All paths below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@contextmanager
def offline() -> Iterator[None]:
    """No name is resolved, no address is called, and nobody waits for either.

    What a library would print as a warning, below our own words, is a fault.

    The recipes' syntax trees are kept from one trial to the next, since parsing them
    takes most of the time.
    """

    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with (
        warnings.catch_warnings(action="error"),
        patch.object(files, "Module", module),
        patch.object(files, "packages", packages),
        patch.object(socket, "getaddrinfo", refuse),
        patch.object(socket.socket, "connect", refuse),
        patch.object(time, "sleep", lambda seconds: None),
    ):
        yield


def expect_readable(error: LabwrightError) -> None:
    """An error's parts are there, short, and safe to print."""
    parts = (error.expected, error.found, error.fix)
    assert all(part.strip() for part in parts), parts
    text = str(error)
    assert len(text) <= LONGEST, f"{len(text)} characters: {text[:300]}"
    assert not UNPRINTABLE.search(text), ascii(text)[:600]
    assert not any(trace in text for trace in TRACES), text
    json.dumps(error.as_dict())


def expect_whole(made: Made, task: bytes) -> None:
    """Every file of an experiment is what its name says, and safe to look at."""
    rendered = {
        path.name: path.read_bytes() for path in made.folder.iterdir() if path.is_file()
    }
    for name, content in rendered.items():
        if name.endswith(".py"):
            parse(content)
    expect_literals_alone(made.plan, rendered)
    assert rendered["task.json"] == task
    json.loads(task)
    plan = rendered["plan.json"].decode()
    json.loads(plan)
    expect_printable(plan)
    page = rendered["README.md"].decode()
    expect_printable(page)
    assert all(line.isprintable() for line in page.split("\n"))
    expect_plain_page(page)


def expect_printable(text: str) -> None:
    """No character that a terminal obeys, or that turns or hides others."""
    found = UNPRINTABLE.search(text.replace("\n", " "))
    assert not found, ascii(text[max(0, found.start() - 200) : found.end() + 50])


def expect_plain_page(page: str) -> None:
    """Text of others has become no HTML, no link and no picture of a page."""
    blocks = MARKDOWN.parse(page)
    leaves = [leaf for block in blocks for leaf in [block, *(block.children or [])]]
    odd = [leaf for leaf in leaves if leaf.type in ACTIVE]
    assert not odd, [(leaf.type, leaf.content[:200]) for leaf in odd[:3]]


module, packages = cache(files.Module), lru_cache(500)(files.packages)


@lru_cache(500)
def parse(source: bytes) -> ast.Module:
    """The syntax tree; most files are the same each time."""
    return ast.parse(source)
