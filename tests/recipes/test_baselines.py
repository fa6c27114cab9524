"""Baselines predict in the metric's form, for every form of target."""

import numpy as np
import pytest
from tests.recipes import forms


def baselines_of(experiment, metric):
    loader = experiment.load("dataloader")
    module = experiment.load("baselines")
    train, val, test = (each.dataset for each in loader.get_dataloaders(num_workers=0))
    made = module.predict_baselines(train, val, test, metric)
    return made, {"val": val, "test": test}, module


def test_classes(tmp_path):
    made, parts, _ = baselines_of(forms.classes(tmp_path), "accuracy")
    assert list(made) == ["majority", "linear", "gradient boosting"]
    for name, each in made.items():
        for part, rows in parts.items():
            assert each[part].shape == (len(rows), 3)
            assert np.allclose(each[part].sum(axis=1), 1, atol=1e-5)
            hits = (each[part].argmax(axis=1) == rows.truth).mean()
            assert hits > (0.4 if name == "majority" else 0.9)


def test_labels(tmp_path):
    made, parts, _ = baselines_of(forms.labels(tmp_path), "macro_f1")
    for name, each in made.items():
        rows = parts["test"]
        assert each["test"].shape == rows.truth.shape == (len(rows), 2)
        hits = ((each["test"] > 0.5) == (rows.truth > 0.5)).mean()
        assert hits > (0.4 if name == "majority" else 0.8)


@pytest.mark.parametrize("targets", [["price"], ["price", "income"]])
@pytest.mark.parametrize("log", [False, True])
def test_numbers_are_in_their_own_unit(tmp_path, targets, log):
    experiment = forms.numbers(tmp_path, targets, log=log)
    made, parts, _ = baselines_of(experiment, "rmse")
    truth = parts["test"].truth
    assert list(made) == ["mean", "linear", "gradient boosting"]
    spread = truth.std(axis=0)
    for name, each in made.items():
        assert each["test"].shape == truth.shape
        error = np.sqrt(((each["test"] - truth) ** 2).mean(axis=0))
        assert (error < (1.3 if name == "mean" else 0.9) * spread).all()


def test_a_metric_of_absolute_errors_is_held_against_the_median(tmp_path):
    experiment = forms.numbers(tmp_path, ["income"], "mae")
    made, parts, _ = baselines_of(experiment, "mae")
    median = np.median(parts["val"].truth)
    assert made["median"]["val"][0, 0] == pytest.approx(median, rel=0.3)


def test_squared_logarithms_are_held_against_models_that_minimise_them(tmp_path):
    experiment = forms.numbers(tmp_path, ["income"], "rmsle", log=True)
    made, parts, module = baselines_of(experiment, "rmsle")
    assert list(made) == ["mean of logs", "linear", "gradient boosting"]
    mean = np.expm1(np.log1p(parts["val"].truth).mean())
    assert made["mean of logs"]["val"][0, 0] == pytest.approx(mean, rel=0.3)
    assert module.boosting(1, 1, 1, "rmsle").loss == "squared_error"


def test_large_tables_are_bounded(tmp_path):
    """Many category values share a code, and the linear model sees some rows only."""
    values = {"LINEAR_ROWS": 50, "MAX_CODES": 2, "MAX_ONE_HOT": 2}
    made, parts, module = baselines_of(forms.classes(tmp_path, **values), "accuracy")
    loader = __import__("sys").modules["dataloader"]
    train = loader.get_dataloaders(num_workers=0)[0].dataset
    frequent = module.frequent_values(train)
    assert all(len(values) <= 2 for values in frequent.values())
    codes = module.matrix(train, frequent)[:, len(train.numbers) :]
    assert set(np.unique(codes[~np.isnan(codes)])) <= {0.0, 1.0}
    hits = made["linear"]["test"].argmax(axis=1) == parts["test"].truth
    assert hits.mean() > 0.8


def test_a_label_that_no_training_row_has(tmp_path):
    table = forms.table().with_columns(old=0)
    experiment = forms.labels(tmp_path)
    (tmp_path / "example.csv").write_text(table.write_csv())
    made, _, _ = baselines_of(experiment, "macro_f1")
    assert all((each["test"][:, 1] == 0).all() for each in made.values())


def test_validation_rows_stop_the_trees(tmp_path):
    """More trees than the validation rows ask for are not grown."""
    experiment = forms.numbers(tmp_path, MAX_TREES=2000)
    loader = experiment.load("dataloader")
    module = experiment.load("baselines")
    train, val, _ = (each.dataset for each in loader.get_dataloaders(num_workers=0))
    frequent = module.frequent_values(train)
    sides = [
        (module.matrix(r, frequent), module.learned(r)[:, 0]) for r in (train, val)
    ]
    model = module.fit_boosting(*sides[0], len(train.numbers), 1, "rmse", *sides[1])
    assert model.n_iter_ < 2000
