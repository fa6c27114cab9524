"""A forecast sees what is known when it is made, and nothing else."""

import json
import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from labwright.base_model import BaseTransformer
from labwright.parts.forecast_metrics import forecast_mae
from labwright.parts.moments import moment_of_date
from labwright.parts.outcomes import keep_horizon
from labwright.parts.steps import even_moments, even_steps
from labwright.recipes.forecast import (
    baselines,
    dataloader,
    insights,
    predict,
    predictions,
    timing,
)
from labwright.recipes.forecast.encoding import inputs_of, target_of
from labwright.recipes.forecast.timeline import Grid, series_names
from labwright.recipes.forecast.windows import look
from labwright.recipes.shared import scoring

EXAMPLE = Path(str(files("labwright.recipes").joinpath("forecast/example.csv")))
T = dataloader.HISTORY + dataloader.HORIZON


@pytest.fixture(scope="module")
def loaders(tmp_path_factory):
    """The recipe's own example, prepared once."""
    home = tmp_path_factory.mktemp("workspace") / "recipes" / "forecast"
    home.mkdir(parents=True)
    shutil.copy(EXAMPLE, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataloader, "DATA", home / "data")
        yield dict(
            zip(
                ("train", "val", "test"),
                dataloader.get_dataloaders(num_workers=0),
                strict=True,
            )
        )


@pytest.fixture(scope="module")
def val(loaders):
    return loaders["val"].dataset


@pytest.fixture(scope="module")
def model(val):
    torch.manual_seed(0)
    made = BaseTransformer(val.input_dim, 1, 16, 2, "sequence", num_heads=2)
    return made.eval()


def later_changed(grid: Grid, cell: int, series: int) -> Grid:
    """The same grid with other values from a cell on, but for what is known ahead."""
    rng = np.random.default_rng(0)
    end = grid.first[series + 1]
    changed = {name: np.array(getattr(grid, name)) for name in ("target", "past")}
    changed["filled"] = np.array(grid.filled)
    for values in changed.values():
        values[cell:end] = 1e6 * rng.normal(size=values[cell:end].shape)
    return grid._replace(**changed)


# ---- the batch contract --------------------------------------------------------------


def test_a_batch_is_as_promised(loaders):
    for loader in loaders.values():
        for batch in loader:
            size = len(batch["input"])
            assert batch["input"].shape[:2] == (size, T)
            assert batch["input"].dtype == torch.float32
            assert batch["input"].isfinite().all()
            assert batch["mask"].dtype == torch.bool
            assert batch["mask"][:, dataloader.HISTORY :].all()
            assert batch["target"].shape == (size, T)
            assert batch["target"][:, : dataloader.HISTORY].isnan().all()
            assert batch["input"][~batch["mask"]].count_nonzero() == 0


def test_the_horizon_has_a_flag_and_no_target(val):
    input = val[torch.arange(len(val))]["input"]
    history = dataloader.HISTORY
    assert (input[:, history:, 0] == 0).all()
    assert (input[:, history:, 1] == 1).all()
    assert (input[:, :history, 1] == 0).all()


def test_a_window_is_scaled_by_its_own_history(val):
    batch = val[torch.arange(len(val))]
    known = batch["mask"][:, : dataloader.HISTORY]
    value = batch["input"][:, : dataloader.HISTORY, 0].masked_fill(~known, 0)
    mean = value.sum(1) / known.sum(1)
    torch.testing.assert_close(mean, torch.zeros(len(mean)), atol=1e-5, rtol=0)
    spread = (value.square().sum(1) / known.sum(1)).sqrt()
    torch.testing.assert_close(spread, torch.ones(len(mean)), atol=1e-4, rtol=0)


def test_a_target_is_what_turns_into_the_truth(val):
    rows = torch.arange(len(val))
    batch = val[rows]
    perfect = batch["target"].nan_to_num()[..., None]
    found = keep_horizon(perfect, batch).numpy()
    truth = val.truth[..., 0]
    known = ~np.isnan(truth)
    held = batch["target"][:, dataloader.HISTORY :].abs().numpy() < 149
    both = known & held
    np.testing.assert_allclose(found[both], truth[both], rtol=1e-4)
    assert both.mean() > 0.9


# ---- nobody looks ahead --------------------------------------------------------------


def test_no_later_value_changes_what_a_model_reads(loaders):
    for loader in loaders.values():
        rows = loader.dataset
        for number in np.linspace(0, len(rows) - 1, 12).astype(int):
            chosen = np.array([number])
            cell, series = rows.cells[chosen], rows.series[chosen]
            other = later_changed(rows.grid, int(cell[0]), int(series[0]))
            view = look(other, dataloader.shape(), cell, series)
            after = inputs_of(view, rows.encoder)
            before = inputs_of(rows.view(chosen), rows.encoder)
            for key, values in before.items():
                assert torch.equal(values, after[key]), key


def test_no_later_value_changes_a_forecast(val, model):
    number = np.array([len(val) // 2])
    cell, series = val.cells[number], val.series[number]
    other = later_changed(val.grid, int(cell[0]), int(series[0]))
    made = []
    for grid in (val.grid, other):
        batch = inputs_of(look(grid, dataloader.shape(), cell, series), val.encoder)
        with torch.no_grad():
            outputs = model(batch["input"], batch["mask"])
        made.append(keep_horizon(outputs, batch))
    assert torch.equal(*made)


def test_other_series_change_nothing(val):
    number = np.array([0])
    cell, series = val.cells[number], int(val.series[0])
    grid = val.grid
    others = np.arange(len(grid.target))
    others = others[(others < grid.first[series]) | (others >= grid.first[series + 1])]
    changed = {}
    for name in ("target", "filled", "past"):
        changed[name] = np.array(getattr(grid, name))
        changed[name][others] = 12_345.0
    view = look(grid._replace(**changed), dataloader.shape(), cell, val.series[number])
    before, after = (
        inputs_of(val.view(number), val.encoder),
        inputs_of(view, val.encoder),
    )
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_masked_content_changes_no_output(val, model):
    batch = val[torch.arange(16)]
    hidden = torch.rand(16, T, generator=torch.Generator().manual_seed(0)) < 0.3
    mask = batch["mask"] & ~hidden
    wild = batch["input"].clone()
    wild[~mask] = 1e3
    with torch.no_grad():
        before = model(batch["input"] * mask[..., None], mask)
        after = model(wild, mask)
    assert torch.equal(before, after)


def test_check_reads_windows_again_with_all_that_is_later_hidden(loaders):
    for loader in loaders.values():
        rows = loader.dataset
        chosen = torch.linspace(0, len(rows) - 1, 40).long()
        prepared, again = rows[chosen], dataloader.encode_again(rows, chosen)
        for key, values in again.items():
            assert torch.equal(prepared[key], values)


def test_no_training_target_lies_in_a_later_part(loaders):
    ends = {}
    for part, loader in loaders.items():
        rows = loader.dataset
        steps = rows.steps[:, None] + np.arange(dataloader.HORIZON)
        ends[part] = steps.min(), steps.max()
    assert ends["train"][1] < ends["val"][0] <= ends["val"][1] < ends["test"][0]


# ---- fitted on training windows ------------------------------------------------------


def test_the_encoder_is_what_training_windows_give(loaders):
    train = loaders["train"].dataset
    fitted = json.loads(json.dumps(dataloader.refit(train)))
    assert fitted == {key: train.encoder[key] for key in fitted}
    assert train.encoder.keys() - fitted.keys() == {"offset", "errors"}


def test_values_of_later_parts_change_no_encoder(loaders):
    train = loaders["train"].dataset
    grid = train.grid
    last = train.steps.max() + dataloader.HORIZON
    changed = {name: np.array(getattr(grid, name)) for name in ("target", "past")}
    changed["filled"] = np.array(grid.filled)
    for series in range(len(grid.begins)):
        begin = grid.first[series] + max(0, last - grid.begins[series])
        for values in changed.values():
            values[begin : grid.first[series + 1]] = 1e6
    other = dataloader.Rows(train.folder, "train", grid._replace(**changed))
    fitted = json.loads(json.dumps(dataloader.refit(other)))
    assert fitted == {key: train.encoder[key] for key in fitted}


# ---- baselines, insights, predictions ------------------------------------------------


def test_baselines_forecast_the_same_windows(loaders):
    parts = [loader.dataset for loader in loaders.values()]
    made = baselines.predict_baselines(*parts, "mae")
    assert list(made) == [
        *("median", "last value", "seasonal naive", "drift", "linear on lags"),
    ]
    truth = torch.from_numpy(parts[2].truth)
    figures = {
        name: forecast_mae(torch.from_numpy(each["test"]), truth)
        for name, each in made.items()
    }
    assert figures["seasonal naive"] < figures["last value"]
    assert figures["linear on lags"] < figures["median"]


def test_the_seasonal_naive_is_the_value_of_the_season_before(val):
    made = baselines.predict_baselines(val, val, None, "mae")["seasonal naive"]["val"]
    cells = val.cells[:, None] + np.arange(dataloader.HORIZON)
    season = val.grid.filled[cells - 12]
    np.testing.assert_allclose(made, season, rtol=1e-9)


def test_predictions_have_a_row_for_each_step(val, tmp_path):
    made = np.nan_to_num(val.truth[..., 0])
    predictions.write_predictions(tmp_path, val, made)
    table = pl.read_parquet(tmp_path / "predictions.parquet")
    assert len(table) == len(val) * dataloader.HORIZON
    assert {"city", "time", "step", "target", "prediction"} <= set(table.columns)
    examples = json.loads((tmp_path / "examples.json").read_text())
    assert 1 <= len(examples["forecasts"]) <= predictions.SHOWN
    assert len(examples["errors"]["model"]) == dataloader.HORIZON


def test_importance_names_the_columns_that_are_read(val, model, monkeypatch):
    monkeypatch.setattr(scoring, "accuracy", forecast_mae)  # as a plan names them
    monkeypatch.setattr(scoring, "whole_outputs", keep_horizon)
    monkeypatch.setattr(insights, "HIGHER_IS_BETTER", False)
    found = insights.importance(model, val)
    names = {entry["column"] for entry in found}
    assert names == {"sales", "calendar", "listings"}
    assert found[0]["column"] == "sales"


# ---- new data ------------------------------------------------------------------------


def test_series_too_short_are_left_out(capsys):
    table = pl.read_csv(EXAMPLE, infer_schema=False)
    short = pl.concat(
        [table, table.head(3).with_columns(pl.lit("Elsewhere").alias("city"))]
    )
    rows = predict.complete(short)
    names = series_names(rows, ["city"])
    grid = dataloader.lay_rows(rows, names, ahead=dataloader.HORIZON)
    fit = predict.long_enough(grid)
    assert [names["city"][int(i)] for i in fit] == ["Amarillo", "Galveston", "Waco"]


def test_each_series_ends_a_horizon_after_its_last_target():
    rows = predict.complete(pl.read_csv(EXAMPLE, infer_schema=False))
    grid = dataloader.lay_rows(rows, series_names(rows, ["city"]), ahead=12)
    for end in grid.first[1:]:
        assert np.isnan(grid.target[end - 12 : end]).all()
        assert not np.isnan(grid.target[end - 13])


def test_an_absent_covariate_is_said_and_missing(capsys):
    table = pl.read_csv(EXAMPLE, infer_schema=False).drop("listings")
    assert predict.complete(table)["listings"].is_null().all()
    assert "listings" in capsys.readouterr().err


def test_targets_are_nan_where_the_truth_is_unknown(val):
    inputs = inputs_of(val.view(np.array([0])), val.encoder)
    truth = np.array(val.truth[:1, :, 0])
    truth[0, 3] = np.nan
    target = target_of(inputs, truth)
    assert target[0, dataloader.HISTORY + 3].isnan()
    assert target[0, dataloader.HISTORY :].isnan().sum() == 1


# ---- one series, by dates, with what is known ----------------------------------------


@pytest.fixture
def single(tmp_path, monkeypatch):
    """A daily series without a name, with gaps, and a holiday that is known."""
    rng = np.random.default_rng(0)
    number = 400
    table = pl.DataFrame(
        {
            "date": pl.date_range(date(2020, 1, 1), date(2021, 2, 3), eager=True),
            "visits": (50 + 9 * np.sin(np.arange(number) * 2 * np.pi / 7)).round(2),
            "holiday": np.where(rng.random(number) < 0.1, "yes", "no"),
        }
    )
    table = table.filter(pl.Series(rng.random(number) > 0.05))
    home = tmp_path / "recipes" / "forecast"
    home.mkdir(parents=True)
    table.write_csv(home / "example.csv")
    constants = {
        "DATA": home / "data",
        "TARGETS": ["visits"],
        "SERIES": [],
        "TIME": {"date": "date"},
        "NUMBERS": ["visits"],
        "YES_OR_NO": ["holiday"],
        "DATES": {"date": "%Y-%m-%d"},
        "KNOWN_IN_ADVANCE": ["holiday"],
        "PAST": [],
        "STEP": 86_400.0,
        "ORIGIN": 1_577_836_800.0,
        "HORIZON": 7,
        "HISTORY": 21,
        "SEASONS": [7],
        "WAVES": {"week": (604_800.0, 3)},
    }
    for module in (dataloader, predict, baselines, insights, predictions):
        for name, value in constants.items():
            monkeypatch.setattr(module, name, value, raising=False)
    monkeypatch.setattr(timing, "moment_of_parts", moment_of_date)
    monkeypatch.setattr(timing, "month_steps", even_steps)
    monkeypatch.setattr(timing, "month_moments", even_moments)
    loaders = dataloader.get_dataloaders(num_workers=0)
    return [loader.dataset for loader in loaders]


def test_a_single_series_has_what_every_recipe_has(single, tmp_path):
    for rows in single:
        assert len(rows.table) == len(rows)
        assert rows.table.columns == ["forecast from", "visits"]
        chosen = torch.arange(min(20, len(rows)))
        again = dataloader.encode_again(rows, chosen)
        assert all(torch.equal(rows[chosen][key], again[key]) for key in again)
    made = baselines.predict_baselines(*single, "mae")
    predictions.write_predictions(tmp_path, single[2], made["drift"]["test"])
    assert not rows.grid.past.size
    assert insights.leak_scan(single[0]) == []


def test_gaps_of_the_history_are_masked(single):
    mask = single[0][torch.arange(len(single[0]))]["mask"]
    share = 1 - mask[:, : dataloader.HISTORY].float().mean()
    assert 0.02 < share < 0.1


def test_what_is_known_in_advance_is_read_of_the_horizon(single):
    val = single[1]
    number = np.array([0])
    cell = int(val.cells[0])
    known = np.array(val.grid.known)
    known[cell + 2] = 1 - known[cell + 2]
    view = look(
        val.grid._replace(known=known),
        dataloader.shape(),
        val.cells[number],
        number * 0,
    )
    before, after = (
        inputs_of(val.view(number), val.encoder),
        inputs_of(view, val.encoder),
    )
    differs = (before["input"] != after["input"]).any(dim=2)[0]
    assert differs[dataloader.HISTORY + 2]
    assert not differs[: dataloader.HISTORY].any()
