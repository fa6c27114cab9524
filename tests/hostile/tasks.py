"""Task files: any JSON, and tasks that are right but for what stands in a few keys."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.hostile.texts import NUMBERS, names, words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.just(1e300) | words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
    ),
    max_leaves=12,
)
RAW = (
    *(b"", b"{", b"[]", b"null", b'{"a": 1, "a": 2}', b"\xff\xfe", b"\0\0\0{", b"NaN"),
    *(
        b"[" * 5000,
        b'{"a": ' * 500,
        b'{"data_sources": NaN}',
        b'{"x": 1e999}',
        b"\xef\xbb\xbf{}",
    ),
    *(
        b'{"data_sources": "table.csv", "seed": 99999999999999999999999}',
        b'{"\\ud800": 1}',
    ),
)
IDENTIFIERS = (
    *(
        "table.csv",
        "./table.csv",
        "table.*",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "../outside.csv",
    ),
    *(
        "~/x",
        "file:///etc/passwd",
        "file://../x",
        "http://[",
        "https://",
        "ftp://x/y",
        "",
    ),
    *(
        "openml:0",
        "openml:999999999999",
        "kaggle://",
        "kaggle://a/b",
        "hf://a/b@c/../d",
    ),
    *(
        "experiments",
        "experiments/next_task.json",
        "/dev/zero",
        "/dev/stdin",
        "x" * 5000,
    ),
    *(
        "http://127.0.0.1:1/x.csv",
        "https://user:secret@127.0.0.1:1/x.csv",
        "[a-z",
        "**",
        "*",
    ),
    *(
        "\x1b[31m",
        "\u202eabc",
        "a\nb",
        "a\0b",
        "table.csv/../table.csv",
        "nul",
        "data:,x",
    ),
    *(
        "hf://datasets/x",
        "https://huggingface.co/datasets/",
        "/proc/self/mem",
        "openml:",
    ),
)
EXPRESSIONS = (
    *("", "1", "number > 0", "number", "class = 'a'", "number / 0", "1/0", "nope + 1"),
    *("SUM(number)", "ROW_NUMBER() OVER ()", "SELECT 1", "number; DROP TABLE x", "*"),
    *(
        "CAST(class AS DOUBLE)",
        "number::text",
        "EXTRACT(hour FROM date)",
        "LAG(number)",
    ),
    *("'unclosed", '"number"', "number > '", "(" * 500, "NOT " * 300 + "TRUE", "NULL"),
    *("number IN (1, 2, 3)", "class LIKE '%(%'", "REGEXP_LIKE(class, '(((')", "now()"),
    *("CASE WHEN number > 0 THEN 'x' END", "SUBSTR(class, 1, -5)", "whole % 0", "~1"),
    *("POW(number, 1e308)", "class || '\x1b[31m'", "read_csv('/etc/passwd')", "1e400"),
    *("number > 1e308", "class < number", "ARRAY[1, 2]", "date + INTERVAL '1 month'"),
    *(
        "CAST('x' AS BLOB)",
        "REPLACE(class, '', 'x')",
        "REPEAT('x', 100000000)",
        "EXP(number * 1e5)",
    ),
    *(
        "STRPTIME(date, '%Q')",
        "date_part('nonsense', date)",
        "number IS NOT NULL",
        "TRUE",
        "FALSE",
    ),
)
HINTS = (
    *("predict future days", "new patients", "group by class", "join on class"),
    *("forecast the next 12 steps of number", "drop nothing", "the target is number"),
)
CHOICES: dict[str, tuple[Any, ...]] = {
    "task_type": (
        "regression",
        "classification",
        "sequence",
        "clustering",
        1,
        ["regression"],
    ),
    "recipe": (
        "table",
        "text",
        "forecast",
        "series",
        "tags",
        "image",
        "audio",
        "video",
    ),
    "evaluation_metric": (
        *("accuracy", "macro_f1", "roc_auc", "log_loss", "rmse", "rmsle", "mape", "r2"),
        *(
            "quadratic_kappa",
            "span_f1",
            "perplexity",
            "bleu",
            "mase",
            ["f1", "x"],
            {"name": []},
            {},
            [],
        ),
    ),
    "split": (
        "random",
        "stratified",
        "time",
        "group",
        "official",
        "none",
        {"rule": "group"},
    ),
    "horizon": (0, 1, 5, 1000, 100_000, -3, 1.5, "12", "all", True),
    "max_rows": (0, 1, 5, 30, 2**63 - 1, 2**70, "many"),
    "seed": (0, -1, 2**32 - 1, 2**32, "7", 1.0),
    "pretrained": ("none", "a/b", "..", "/etc", ".", "https://x", "pre\x1b"),
    "model": (
        {},
        {"d_model": 7},
        {"num_layers": 99},
        {"dropout": 1},
        [],
        "big",
        {"x": 1},
    ),
    "training": (
        {},
        {"batch_size": 0},
        {"learning_rate": "nan"},
        {"epochs": 1e9},
        {"patience": None},
    ),
    "expected_baseline": (
        0.9,
        "0.9",
        "accuracy > 0.9",
        {"accuracy": "x"},
        {"a": {"b": []}},
        [1],
        True,
        1e308,
    ),
}
COLUMN_KEYS = ("target", "inputs", "drop", "known_in_advance", "positive_class")
TEXT_KEYS = (
    "name",
    "description",
    "input_description",
    "output_description",
    "preprocessing_hints",
)
SOURCE_KEYS = {
    "type": ("local", "url", "huggingface", "kaggle", "openml", "web", 7),
    "file": ("table.csv", "*.csv", "../x", "/etc/passwd", "[", "a/b", "\x1b", ""),
    "format": (
        "csv",
        "tsv",
        "parquet",
        "json",
        "jsonl",
        "excel",
        "arff",
        "sqlite",
        "ts",
        "npz",
        "conll",
        "pickle",
    ),
    "sha256": ("0" * 64, "x", "", "sha256:" + "a" * 64, 7),
    "max_size": ("1 GiB", "0", -1, "1e9", "9" * 16, 1, "many"),
    "config": ("default", "../x", "a/b", ""),
    "split": ("train", "train+test", "a/b", ["train", 1], "+"),
    "revision": ("main", "../x", "1", "\x1b"),
    "join": (
        "class",
        {"on": []},
        {"on": {"a": 1}},
        {"on": "class", "how": "asof"},
        {"x": 1},
        [[]],
        {"on": ["class", "class"]},
    ),
    "description": ("", "\x1b[31m"),
    "password": ("x",),
}


@st.composite
def sources(draw: Any, known: list[str]) -> Any:
    """What stands under data_sources."""
    identifier = draw(st.sampled_from([*known, *known, *IDENTIFIERS]) | words)
    source: Any = {"identifier": identifier}
    for key in draw(st.sets(st.sampled_from(sorted(SOURCE_KEYS)), max_size=2)):
        source[key] = draw(st.sampled_from(SOURCE_KEYS[key]))
    return draw(
        st.sampled_from([source, source, identifier, [source], [source, identifier]])
    )


@st.composite
def tasks(draw: Any, files: list[str], columns: list[str], wild: bool = True) -> bytes:
    """A task file about files with these columns.

    Args:
        files: Names below the workspace.
        columns: Of the table.
        wild: Whether it may be anything; otherwise it names a file and maybe a target.
    """
    known = st.sampled_from(columns) if columns else names
    task: dict[Any, Any] = {"data_sources": draw(st.sampled_from(files))}
    if draw(st.integers(0, 9)):
        task["target"] = draw(known)
    if not wild:
        for key in draw(
            st.sets(st.sampled_from(["recipe", "task_type", "split"]), max_size=1)
        ):
            task[key] = draw(st.sampled_from(CHOICES[key][:4]))
        return json.dumps(task).encode()
    if draw(st.integers(0, 29)) == 0:
        return draw(st.sampled_from(RAW) | JSON.map(lambda v: json.dumps(v).encode()))
    column = known | names
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 7))
        if kind == 0:
            task["data_sources"] = draw(sources(files))
        elif kind == 1:
            key = draw(st.sampled_from(COLUMN_KEYS))
            task[key] = draw(column | st.lists(column, max_size=3))
        elif kind == 2:
            expression = st.sampled_from(EXPRESSIONS) | words
            task["derive"] = draw(st.dictionaries(column, expression, max_size=3))
        elif kind == 3:
            task["where"] = draw(st.sampled_from(EXPRESSIONS) | words)
        elif kind == 4:
            task[draw(st.sampled_from(TEXT_KEYS))] = draw(
                words | column | st.sampled_from(HINTS)
            )
        elif kind == 5:
            rule = draw(st.sampled_from(["group", "time"]))
            task["split"] = {"rule": rule, f"{rule}_column": draw(column)}
        elif kind == 6:
            key = draw(
                st.sampled_from(
                    [
                        *CHOICES,
                        *COLUMN_KEYS,
                        *TEXT_KEYS,
                        "data_sources",
                        "derive",
                        "where",
                    ]
                )
            )
            task[key] = draw(JSON | words | st.sampled_from(NUMBERS[:9]))
        else:
            key = draw(st.sampled_from(sorted(CHOICES)))
            task[key] = draw(st.sampled_from(CHOICES[key]))
    return json.dumps(task).encode(errors="replace")
