"""Forecasts are drawn with their history, their truth and the seasonal naive one."""

from labwright.report.forecasts import forecasts
from labwright.report.markup import render
from labwright.report.read import RunFiles


def files_with(examples):
    results = {"task": {"recipe": "forecast", "task_type": "sequence"}}
    return RunFiles(results, {}, None, None, examples)


def example(**changes):
    return {
        "series": "<b>Waco</b>",
        "from": "2013-05-01 00:00:00",
        "history": [1.0, None, 2.0, 3.0],
        "truth": [4.0, None],
        "prediction": [3.5, 3.6],
        "seasonal naive": [1.0, 2.0],
    } | changes


def drawn(*shown):
    errors = {"model": [0.5, None], "seasonal naive": [3.0, None]}
    found = {"target": "sales", "forecasts": list(shown), "errors": errors}
    return render(forecasts(files_with(found)))


def test_each_forecast_has_its_lines_and_its_moment():
    page = drawn(example(), example(series=""))
    assert page.count("<figure>") == 3
    assert "from 2013-05-01" in page
    assert "curve model" in page
    assert "curve train" in page
    assert "dot truth" in page  # a value between gaps


def test_names_of_series_are_no_markup():
    assert "<b>" not in drawn(example())


def test_a_gap_parts_a_line():
    whole = drawn(example(history=[1.0, 2.0, 3.0, 4.0])).count("curve truth")
    parted = drawn(example(history=[1.0, 2.0, None, 4.0])).count("curve truth")
    assert parted > whole


def test_without_examples_there_is_no_section():
    assert forecasts(files_with({})) is None


def test_a_series_without_any_change_is_drawn():
    same = example(
        history=[2.0] * 4,
        truth=[2.0] * 2,
        prediction=[2.0] * 2,
        **{"seasonal naive": [2.0] * 2},
    )
    assert "curve model" in drawn(same)
