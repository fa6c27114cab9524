"""How a CoNLL file is written, by its content: columns, separator, comments.

A word a line with the same number of cells, blank lines between sentences. CoNLL-U,
CoNLL-2003 and files of a word and a tag are told apart by what their columns hold.
"""

import re
from dataclasses import dataclass
from typing import Any

from labwright.acquire.sniff_csv import encoding_of

FEWEST_SENTENCES = 3  # in a file whose name does not say what it is
MOST_TAGS = 400  # different ones of a column
SUFFIXES = (
    ".conll",
    ".conllu",
    ".conllx",
    ".conll2003",
    ".iob",
    ".iob2",
    ".bio",
    ".bioes",
)
UNIVERSAL = (  # the columns of CoNLL-U that say something of a word by itself
    *(None, "tokens", "lemma", "upos", "xpos", "feats"),
    *(None, "deprel", None, None),
)
DOCUMENT = re.compile(r"-DOCSTART-|# ?newdoc\b")
FIRST_WORD = re.compile(r"[01]([-.]\d+)?")  # the number of a sentence's first word
SPAN_TAG = re.compile(r"[BIOESLUM](-.+)?")
PHRASES = {"NP", "VP", "PP"}  # types of spans that are phrases, not names
NUMBER = re.compile(r"[-+]?\d[\d.,:%]*")


@dataclass(frozen=True)
class Sample:
    """The lines of a file's beginning that hold words, cut into cells."""

    rows: list[list[str]]
    sentences: int
    comments: bool
    documents: bool
    separator: str

    @property
    def index(self) -> bool:
        """Whether the first column counts the words of each sentence."""
        first = [row[0] for row in self.rows]
        counts = sum(
            re.fullmatch(r"\d+(-\d+|\.\d+)?", cell) is not None for cell in first
        )
        return counts == len(first) and FIRST_WORD.fullmatch(first[0]) is not None

    def column(self, i: int) -> list[str]:
        """The cells of the i-th column."""
        return [row[i] for row in self.rows]


def conll_reading(head: bytes, whole: bool, suffix: str) -> dict[str, Any] | None:
    """Options of `read_conll`; None where the file is no such thing.

    Args:
        head: The first bytes of the file.
        whole: Whether they are all of it.
        suffix: Of its name, which counts where there are few sentences.
    """
    encoding = encoding_of(head)
    text = head.decode(encoding, errors="ignore").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").split("\n")
    named = suffix.lower() in SUFFIXES
    sample = sampled(lines if whole else lines[:-1])
    if sample is None or sample.sentences < (1 if named else FEWEST_SENTENCES):
        return None
    columns = named_columns(sample)
    if columns is None:
        return None
    return {
        "columns": columns,
        "separator": sample.separator,
        "encoding": encoding,
        "comments": sample.comments,
        "index": sample.index,
        "documents": sample.documents,
    }


def sampled(lines: list[str]) -> Sample | None:
    """The words of these lines; None where lines have different numbers of cells."""
    words = [line for line in lines if line.strip() and not DOCUMENT.match(line)]
    unmarked = [line for line in words if not line.startswith("#")]
    if not unmarked:
        return None
    tabs = all("\t" in line for line in unmarked)
    cut = [line.split("\t") if tabs else line.split() for line in words]
    width = len(unmarked[0].split("\t") if tabs else unmarked[0].split())
    # "#" is a word like others where such a line has all its cells
    others = [
        line for line, cells in zip(words, cut, strict=True) if len(cells) != width
    ]
    comments = any(line.startswith("#") for line in others) or (
        len(unmarked) < len(words)
        and FIRST_WORD.fullmatch(unmarked[0].split()[0]) is not None
    )
    rows = [
        cells
        for line, cells in zip(words, cut, strict=True)
        if not (comments and line.startswith("#"))
    ]
    if width < 2 or any(len(cells) != width for cells in rows):
        return None
    blank = [not line.strip() or DOCUMENT.match(line) is not None for line in lines]
    starts = sum(a and not b for a, b in zip([True, *blank], blank, strict=False))
    documents = any(DOCUMENT.match(line) for line in lines)
    return Sample(rows, starts, comments, documents, "\t" if tabs else "whitespace")


def named_columns(sample: Sample) -> list[str | None] | None:
    """A name for each column that is read; None where none of them holds tags."""
    width = len(sample.rows[0])
    if sample.index and width == len(UNIVERSAL):
        return [
            name if name and set(sample.column(i)) != {"_"} else None
            for i, name in enumerate(UNIVERSAL)
        ]
    first = 1 if sample.index else 0
    tagged = [i for i in range(first + 1, width) if holds_tags(sample.column(i))]
    words = sample.column(first)
    if (
        not tagged
        or is_numbers(words)
        or len(set(words)) < len(set(sample.column(tagged[-1])))
    ):
        return None
    names: list[str | None] = [None] * width
    names[first] = "tokens"
    if len(tagged) == 1:
        names[tagged[0]] = "tags"
        return names
    plain = (name for name in ("pos", *(f"tags_{i}" for i in range(2, width + 2))))
    for i in tagged:
        names[i] = span_name(sample.column(i)) or next(plain)
        if names.count(names[i]) > 1:
            names[i] = f"{names[i]}_{i + 1}"
    return names


def holds_tags(cells: list[str]) -> bool:
    """Whether a column has few values, none of which are numbers, and not one alone."""
    values = set(cells)
    return 1 < len(values) <= MOST_TAGS and not is_numbers(list(values))


def is_numbers(cells: list[str]) -> bool:
    """Whether half of the cells are numbers."""
    return 2 * sum(NUMBER.fullmatch(cell) is not None for cell in cells) >= len(cells)


def span_name(cells: list[str]) -> str | None:
    """`chunk` or `ner` for a column of span tags (B-PER, O), None for another."""
    values = set(cells)
    if not all(SPAN_TAG.fullmatch(value) for value in values):
        return None
    types = {value[2:] for value in values if len(value) > 2}
    if not types:
        return None
    return "chunk" if types & PHRASES else "ner"
