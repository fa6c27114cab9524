"""A recipe run in place and its emitted copy yield the same tensors."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from labwright.write.files import emit_recipe
from tests.write.plans import EXAMPLE, make_plan

DUMP = """
import numpy as np
from dataloader import get_dataloaders

arrays = {}
for part, loader in zip(("train", "val", "test"), get_dataloaders(num_workers=0)):
    for key, array in loader.dataset.arrays.items():
        arrays[f"{part}_{key}"] = array.numpy()
    for number, batch in enumerate(loader):
        arrays[f"{part}_batch{number}"] = batch["input"].numpy()
np.savez("arrays.npz", **arrays)
"""


@pytest.fixture
def workspace(tmp_path):
    """A folder with the example where the recipe's own SOURCE expects it."""
    example = tmp_path / "recipes/table/example.csv"
    example.parent.mkdir(parents=True)
    shutil.copy(EXAMPLE, example)
    return tmp_path


def arrays_in_place(workspace, monkeypatch) -> dict[str, np.ndarray]:
    from labwright.recipes.table import dataloader

    monkeypatch.setattr(dataloader, "DATA", workspace / "recipes/table/data")
    loaders = dataloader.get_dataloaders(num_workers=0)
    arrays = {}
    for part, loader in zip(("train", "val", "test"), loaders, strict=True):
        for key, array in loader.dataset.arrays.items():
            arrays[f"{part}_{key}"] = array.numpy()
        for number, batch in enumerate(loader):
            arrays[f"{part}_batch{number}"] = batch["input"].numpy()
    return arrays


def arrays_of_emitted(workspace) -> dict[str, np.ndarray]:
    folder = workspace / "experiments" / "emitted"
    folder.mkdir(parents=True)
    for name, text in emit_recipe(make_plan(constants={})).items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-c", DUMP], cwd=folder, check=True)
    with np.load(folder / "arrays.npz") as arrays:
        return dict(arrays)


def test_the_same_tensors(workspace, monkeypatch):
    emitted = arrays_of_emitted(workspace)
    in_place = arrays_in_place(workspace, monkeypatch)
    assert emitted.keys() == in_place.keys()
    assert {"train_input", "val_mask", "test_target", "train_batch0"} <= emitted.keys()
    for key, array in in_place.items():
        assert array.dtype == emitted[key].dtype
        np.testing.assert_array_equal(array, emitted[key])
