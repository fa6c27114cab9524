"""The page: its head, the outcome on top, then one section for each question a reader has."""

from importlib.resources import files as resources

from labwright.report.markup import Node, node, render
from labwright.report.outcome import outcome
from labwright.report.read import RunFiles
from labwright.report.sections import baselines, importance, learning, predictions
from labwright.report.setting import certificate, decisions, doubts, environment

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(files: RunFiles) -> str:
    """The whole document as text. The same files give the same bytes."""
    sections = [
        section(files)
        for section in (
            baselines,
            predictions,
            learning,
            importance,
            doubts,
            decisions,
            certificate,
            environment,
        )
    ]
    foot = node(
        "footer",
        "Drawn by Labwright from results.json, curves.csv, predictions.parquet and plan.json.",
    )
    main = node("main", outcome(files), *sections, foot)
    document = node("html", _head(files), node("body", main), lang="en")
    return "<!doctype html>\n" + render(document) + "\n"


def _head(files: RunFiles) -> Node:
    results = files.results
    style = node("style")
    style.text = resources("labwright.report").joinpath("style.css").read_text("utf-8")
    return node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", http_equiv="Content-Security-Policy", content=POLICY),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", name="color-scheme", content="light dark"),
        node("link", rel="icon", href="data:,"),
        node("title", f"{results['task']['name']} \N{MIDDLE DOT} run {results['run']}"),
        style,
    )
