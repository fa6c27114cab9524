"""The page: complete, self-contained, escaped, and fitting a phone and a desktop."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.at_work import at_work
from tests.finished_runs import classified, labelled, regressed, results, write_run

from labwright.report import report

SPECIES = ["Adelie", "Chinstrap", "Gentoo"]
MANY = [f"kind {i}" for i in range(18)]
CROWD = [f"kind {i}" for i in range(60)]
TAGS = ["comedy", "drama", "noir"]
SHARES = (0.98, 0.96, 0.9, 1.0)
CHROMIUM = shutil.which("chromium")


def species(**changes: Any) -> dict[str, Any]:
    return results(targets=["species"], classes=SPECIES, figures=SHARES) | changes


def kinds(classes: list[str]) -> dict[str, Any]:
    return results(targets=["kind"], classes=classes, figures=SHARES)


def prices(
    figures: tuple[float, float, float, float] = (5.1, 5.3, 4.6, 6),
) -> dict[str, Any]:
    return results("regression", "rmse", targets=["price"], classes=[], figures=figures)


def failed(status: str = "failed") -> dict[str, Any]:
    failure = {"stage": "fit", "error": "ValueError: <b>", "what_to_do": "Lower it."}
    early = ("metric", "more", "baselines", "verdict", "importance", "training")
    full = species(status=status, failure=failure)
    return {key: value for key, value in full.items() if key not in early}


def untested() -> dict[str, Any]:
    full = species(verdict=None)
    for figures in (full["metric"], *full["baselines"].values()):
        figures |= {"test": None, "interval": None}
    return full | {"more": {"val": {"log_loss": 0.1}, "test": None}}


RUNS: dict[str, tuple[dict[str, Any], pl.DataFrame | None]] = {
    "classes": (species(), classified(SPECIES, 52, 0.95)),
    "binary": (kinds(["no", "yes"]), classified(["no", "yes"], 400, 0.6)),
    "many": (kinds(MANY), classified(MANY, 700, 0.7)),
    "crowd": (kinds(CROWD), classified(CROWD, 2_000, 0.6)),
    "labels": (
        results(targets=TAGS, classes=TAGS, figures=SHARES),
        labelled(TAGS, 300),
    ),
    "numbers": (prices(), regressed(155)),
    "skewed": (prices((5e5, 6.2e5, 5e5, 7e5)), regressed(5_000, skewed=True)),
    "untested": (untested(), None),
    "failed": (failed(), None),
}


def drawn(
    folder: Path, results: dict[str, Any], predictions: pl.DataFrame | None
) -> str:
    return report(write_run(folder, results, predictions)).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("classes", ["Against simple models", "Right and wrong", "Learning"]),
        ("binary", ["ROC curve", "Calibration of"]),
        ("many", ["Right and wrong", 'class="matrix many"']),
        ("crowd", ["The pairs of 60 classes"]),
        ("labels", ["Label by label", "comedy"]),
        ("numbers", ["Predicted against actual", "Residuals"]),
        ("skewed", ["Actual (logarithmic)"]),
        ("untested", ["Trained, not yet tested", "Only validation was looked at"]),
        ("failed", ["This run failed", "Lower it."]),
    ],
)
def test_sections(tmp_path: Path, name: str, sections: list[str]) -> None:
    page = drawn(tmp_path, *RUNS[name])
    always = [
        "What could make this wrong",
        "Decisions",
        "Split certificate",
        "Environment",
    ]
    for section in sections + always:
        assert section in page


def test_headline_says_the_verdict(tmp_path: Path) -> None:
    page = drawn(tmp_path, *RUNS["classes"])
    assert "<h1>Ties with gradient boosting</h1>" in page
    assert '<span class="figure">0.960</span>' in page


def test_gain_of_a_metric_that_is_to_be_low(tmp_path: Path) -> None:
    worse = prices()
    worse["verdict"] |= {"word": "loses", "difference": -0.3, "interval": [-0.5, -0.1]}
    page = drawn(tmp_path, worse, None)
    assert "Worse by 0.300 RMSE than gradient boosting" in page
    assert "lies below zero" in page


def test_too_few_units_for_an_interval(tmp_path: Path) -> None:
    few = species()
    few["verdict"] |= {"interval": None, "unit_count": 4, "units": "groups"}
    assert "4 groups of the test part are too few" in drawn(tmp_path, few, None)


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_run_that_did_not_complete_says_so_plainly(tmp_path: Path, status: str) -> None:
    page = drawn(tmp_path, failed(status), None)
    assert re.search(f"<h1>This run .*{status}</h1>", page)


def test_run_that_is_going_on_says_so(tmp_path: Path) -> None:
    run = write_run(tmp_path, failed("running"))
    with at_work(run):
        page = report(run).read_text()
    assert "<h1>This run has not ended</h1>" in page
    assert "<h1>This run was interrupted</h1>" in report(run).read_text()


def test_run_that_failed_before_it_knew_its_task(tmp_path: Path) -> None:
    failure = {"stage": "data", "error": "boom", "what_to_do": "Mend it."}
    early = {"schema": 1, "status": "failed", "run": "001", "failure": failure}
    page = drawn(tmp_path / "wine", early | {"training": None}, None)
    assert "This run failed" in page
    assert "wine" in page


def test_figures_that_do_not_exist_are_left_out(tmp_path: Path) -> None:
    full = species()
    full["baselines"]["majority"] = {
        "val": None,
        "test": None,
        "interval": [None, None],
    }
    full["metric"]["interval"] = [None, 0.9]
    full["importance"].append({"column": "island2", "drop": None})
    page = drawn(tmp_path, full, RUNS["classes"][1])
    assert "majority" not in page
    assert "island2" not in page


@pytest.mark.parametrize("name", RUNS)
def test_page_loads_and_runs_nothing(tmp_path: Path, name: str) -> None:
    page = drawn(tmp_path, *RUNS[name])
    assert "default-src 'none'" in page
    assert not re.search(r"<script|javascript:|\son\w+=|@import|url\(|src=", page)
    assert re.findall(r'href="([^"]*)"', page) == ["data:,"]
    assert "nan" not in page.lower().replace("nan,", "").split("<style>")[0]


def test_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    assert drawn(tmp_path / "a", *RUNS["binary"]) == drawn(
        tmp_path / "b", *RUNS["binary"]
    )


class Elements(HTMLParser):
    """Counts the elements of a page as a browser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found[tag] += 1


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    evil = '</style><script>alert(1)</script>"\x1b[31m\u202e'
    text = json.loads(json.dumps(species()).replace("species", json.dumps(evil)[1:-1]))
    text["task"]["classes"] = [evil, "b"]
    predictions = classified([evil, "b"], 40, 0.8)
    page = drawn(tmp_path, text, predictions)
    elements = Elements()
    elements.feed(page)
    assert elements.found["script"] == 0
    assert elements.found["style"] == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", page)


def test_the_policy_lets_nothing_in_but_the_one_style_sheet(tmp_path: Path) -> None:
    for name, run in RUNS.items():
        page = drawn(tmp_path / name, *run)
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
        css = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert policy is not None
        assert css is not None
        sha256 = base64.b64encode(hashlib.sha256(css[1].encode()).digest()).decode()
        assert policy[1].split("; ") == [
            "default-src 'none'",
            f"style-src 'sha256-{sha256}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        assert not re.search(r"\sstyle=|\son\w+=|<script|url\(|@import", page)
        assert not re.search(r"(src|href)=\"(?!data:)", page)


def test_no_identifier_reaches_the_page(tmp_path: Path) -> None:
    predictions = classified(SPECIES, 52, 0.9)
    named = predictions.with_columns(patient=pl.lit("Jane Roe"))
    assert "Jane Roe" not in drawn(tmp_path, species(), named)


# ---- in a browser --------------------------------------------------------------------

MEASURE = """<!doctype html><body><script>
const pages = PAGES, widths = [390, 1280], found = [];
async function measure(page, width) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  const loaded = new Promise(done => frame.onload = done);
  frame.srcdoc = page.html;
  document.body.append(frame);
  await loaded;
  const root = frame.contentDocument.documentElement;
  for (const folded of root.querySelectorAll("details")) folded.open = true;
  const wide = [...root.querySelectorAll("body *")].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > root.clientWidth + 0.5 || box.left < -0.5);
  });
  found.push({name: page.name, width, scroll: root.scrollWidth, room: root.clientWidth, height: root.scrollHeight,
              wide: wide.map(node => node.outerHTML.slice(0, 120))});
  frame.remove();
}
(async () => {
  for (const page of pages) for (const width of widths) await measure(page, width);
  document.body.textContent = JSON.stringify(found);
})();
</script>"""


def browse(page: Path, profile: Path) -> "subprocess.CompletedProcess[str]":
    assert CHROMIUM is not None
    return subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={profile}",
            "--enable-logging=stderr",
            "--virtual-time-budget=20000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_every_page_fits_a_phone_and_a_desktop(tmp_path: Path) -> None:
    pages = [
        {"name": name, "html": drawn(tmp_path / name, *run)}
        for name, run in RUNS.items()
    ]
    text = json.dumps(pages).replace("</", "<\\/")
    (tmp_path / "measure.html").write_text(MEASURE.replace("PAGES", text))
    browser = browse(tmp_path / "measure.html", tmp_path / "profile")
    found = json.loads(re.sub("<[^>]*>", "", browser.stdout))
    assert len(found) == 2 * len(RUNS)
    for measured in found:
        assert measured["scroll"] == measured["room"], measured
        assert not measured["wide"], measured
        assert measured["height"] > 800
    assert "CONSOLE" not in browser.stderr


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_page_opens_without_a_word_on_the_console(tmp_path: Path) -> None:
    path = report(write_run(tmp_path / "experiment", *RUNS["binary"]))
    browser = browse(path, tmp_path / "profile")
    assert "Ties with gradient boosting" in browser.stdout
    assert "CONSOLE" not in browser.stderr
