"""What the report shows of words: wrong tags in their sentences, spans, chances of tokens."""

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from labwright.parts.spans import are_spans, coded_tags, spans_in, type_of_span
from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.sections import section
from labwright.report.words import figure

CONFUSED = 12  # pairs of tags
SHOWN = 12  # sentences, or texts


def tagged(files: RunFiles) -> Node | None:
    """Sentences with wrong tags, spans by type, and tags taken for others."""
    found = files.examples.get("sentences")
    if files.predictions is None or found is None:
        return None
    lead = (
        "Sentences with wrong tags, spread evenly among them: below a marked word the "
        "tag that it was given and, behind the arrow, the true one."
    )
    if not found:
        lead = "No word of the evaluated rows has a wrong tag."
    return section("Words and their tags", lead, sentences(found), *tag_tables(files))


def next_tokens(files: RunFiles) -> Node | None:
    """Texts, and how expected each token was."""
    found = files.examples.get("texts")
    if not found:
        return None
    lead = (
        "Evaluated texts, evenly spaced. The darker a token, the less the model expected "
        "it: chances below 50 %, 10 %, 1 % and 0.1 %."
    )
    return section("Token by token", lead, texts(found))


# ---- tags ----------------------------------------------------------------------------


def sentences(examples: list[dict[str, Any]]) -> Node:
    """Sentences with the wrong tags below their words, the true ones behind an arrow."""
    return node(
        "div", *(sentence(example) for example in examples[:SHOWN]), class_="sentences"
    )


def sentence(example: dict[str, Any]) -> Node:
    """One sentence; a wrong word says what it was given and what it is."""
    words: list[Node | str] = []
    rows = zip(example["words"], example["target"], example["prediction"], strict=True)
    for word, true, given in rows:
        if true == given:
            words.append(f"{word} ")
            continue
        said = f"{given or 'none'} \N{RIGHTWARDS ARROW} {true or 'none'}"
        words += [node("mark", word, node("small", said)), " "]
    return node("p", *words)


def confusions(table: pl.DataFrame) -> list[tuple[str, str, int, int]]:
    """The most frequent mistakes: true and given tag, words, and words of the true tag."""
    pairs = table.select("target", "prediction").explode("target", "prediction")
    pairs = pairs.drop_nulls("target")
    of_tag = Counter(pairs["target"].to_list())
    wrong = pairs.filter(pl.col("target") != pl.col("prediction"))
    counts = Counter(wrong.iter_rows())
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(t, p, n, of_tag[t]) for (t, p), n in ranked[:CONFUSED]]


def span_figures(table: pl.DataFrame, tags: list[str]) -> list[tuple[str, ...]]:
    """For each type of span how many there are, precision, recall and F1, as text."""
    codes = dict(zip(tags, coded_tags(tags).tolist(), strict=True))
    pairs = table.select("target", "prediction").with_row_index("row")
    words = pairs.explode("target", "prediction").drop_nulls("target")
    opens = (words["row"] != words["row"].shift(1)).fill_null(True).to_numpy()
    found, true = (
        spans_in(np.array([codes[tag] for tag in words[name]]), opens)
        for name in ("prediction", "target")
    )
    types = sorted({kind for tag in tags if (kind := type_of_span(tag)) is not None})
    rows: list[tuple[str, ...]] = []
    for i, kind in enumerate(types, start=1):
        one, other = (
            {*zip(*(each[spans[2] == i].tolist() for each in spans), strict=True)}
            for spans in (found, true)
        )
        right = len(one & other)
        precision = right / len(one) if one else 0.0
        recall = right / len(other) if other else 0.0
        f1 = 2 * right / (len(one) + len(other)) if one or other else 0.0
        shown = (figure(value) for value in (precision, recall, f1))
        rows.append((kind or "span", f"{len(other):,}", *shown))
    return rows


def tag_tables(files: RunFiles) -> list[Node]:
    """Spans by type where there are, and the tags most often taken for another."""
    table, tags = files.predictions, list(files.results["task"]["classes"])
    assert table is not None
    drawn = []
    if are_spans(tags):
        heads = ("Type", "Spans", "Precision", "Recall", "F1")
        drawn.append(figures("Whole spans by type", heads, span_figures(table, tags)))
    mistaken: list[tuple[str, ...]] = [
        (true, given, f"{n:,}", f"{n / of_tag:.1%}")
        for true, given, n, of_tag in confusions(table)
    ]
    if mistaken:
        title = "Tags most often taken for another"
        drawn.append(
            figures(title, ("Tag", "Taken for", "Words", "Of the tag"), mistaken)
        )
    return drawn


def figures(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Node:
    """A small table with a title."""
    lines = [
        node(
            "tr",
            node("th", first, scope="row"),
            *(node("td", value) for value in others),
        )
        for first, *others in rows
    ]
    top = node("tr", *(node("th", text, scope="col") for text in heads))
    table = node("table", node("thead", top), node("tbody", *lines), class_="figures")
    return node("figure", node("figcaption", title), table)


# ---- what comes next -----------------------------------------------------------------


def texts(examples: list[dict[str, Any]]) -> Node:
    """Texts whose tokens are the darker the less they were expected."""
    return node(
        "div", *(running(example) for example in examples[:SHOWN]), class_="sentences"
    )


def running(example: dict[str, Any]) -> Node:
    """One text; each token is in one of five shades, and says its chance."""
    tokens = [
        node(
            "span",
            text or "\N{DOWNWARDS ARROW WITH TIP LEFTWARDS}",
            class_=f"chance{shade(chance)}",
            title=f"{100 * chance:.3g}\N{NO-BREAK SPACE}%",
        )
        for text, chance in zip(example["tokens"], example["chance"], strict=True)
    ]
    return node("p", *tokens)


def shade(chance: float) -> int:
    """0 for a chance above a half, then one more for each tenth of it; at most 4."""
    return next(
        (i for i, least in enumerate((0.5, 0.1, 0.01, 0.001)) if chance >= least), 4
    )
