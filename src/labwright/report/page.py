"""The page: its head, the outcome on top, then one section for each question a reader has."""

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files as resources

from labwright.report.forecasts import forecasts
from labwright.report.images import images
from labwright.report.markup import Node, node, render
from labwright.report.outcome import outcome
from labwright.report.read import RunFiles
from labwright.report.sections import baselines, importance, learning, predictions
from labwright.report.series import series
from labwright.report.setting import certificate, decisions, doubts, environment
from labwright.report.sounds import sounds
from labwright.report.texts import texts
from labwright.report.tokens import next_tokens, tagged

# Nothing is loaded, sent or run; the one style sheet is known by its hash.
POLICY = (
    "default-src 'none'; style-src 'sha256-{sha256}'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
# What shows single rows, by recipe.
EXAMPLES: dict[str, Callable[[RunFiles], Node | None]] = {
    "audio": sounds,
    "forecast": forecasts,
    "image": images,
    "series": series,
    "next_token": next_tokens,
    "tags": tagged,
    "text": texts,
}


def page(files: RunFiles) -> str:
    """The whole document as text. The same files give the same bytes."""
    sections = [
        section(files)
        for section in (
            baselines,
            predictions,
            examples,
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
    document = node(
        "html", _head(files, style_sheet(main)), node("body", main), lang="en"
    )
    return "<!doctype html>\n" + render(document) + "\n"


def examples(files: RunFiles) -> Node | None:
    """Single rows as the recipe shows them."""
    shown = EXAMPLES.get(files.results["task"].get("recipe", ""))
    return shown(files) if shown else None


def style_sheet(main: Node) -> str:
    """The page's CSS; what elements say in `style` themselves becomes a class of it.

    The policy lets no element style itself, since text that broke out could then as well.
    """
    css = resources("labwright.report").joinpath("style.css").read_text("utf-8")
    names: dict[str, str] = {}
    for element in main.iter():
        if own := element.attrib.pop("style", None):
            name = names.setdefault(own, f"own{len(names)}")
            element.set("class", f"{element.get('class', '')} {name}".strip())
    return css + "".join(f".{name} {{ {own} }}\n" for own, name in names.items())


def _head(files: RunFiles, css: str) -> Node:
    results = files.results
    style = node("style")
    style.text = css
    sha256 = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return node(
        "head",
        node("meta", charset="utf-8"),
        node(
            "meta",
            http_equiv="Content-Security-Policy",
            content=POLICY.format(sha256=sha256),
        ),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", name="color-scheme", content="light dark"),
        node("link", rel="icon", href="data:,"),
        node("title", f"{results['task']['name']} \N{MIDDLE DOT} run {results['run']}"),
        style,
    )
