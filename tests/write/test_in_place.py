"""A recipe run in place and its emitted copy yield the same tensors."""

import shutil
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from labwright.write.files import emit_recipe
from tests.regenerate_golden import IN_PLACE
from tests.write.plans import make_plan

DUMP = """
import numpy as np
from dataloader import get_dataloaders

arrays = {}
for part, loader in zip(("train", "val", "test"), get_dataloaders(num_workers=0)):
    rows = loader.dataset
    arrays |= {f"{part}_truth": rows.truth, f"{part}_ids": rows.ids}
    for number, batch in enumerate(loader):
        for key, tensor in batch.items():
            arrays[f"{part}_batch{number}_{key}"] = tensor.numpy()
np.savez("arrays.npz", **arrays)
"""


@pytest.fixture(params=IN_PLACE)
def recipe(request) -> str:
    return request.param


@pytest.fixture
def workspace(tmp_path, recipe):
    """A folder with the example where the recipe's own SOURCE expects it."""
    folder = Path(str(files("labwright.recipes").joinpath(recipe)))
    (tmp_path / "recipes" / recipe).mkdir(parents=True)
    for example in folder.glob("example.*"):
        copy = shutil.copytree if example.is_dir() else shutil.copy
        copy(example, tmp_path / "recipes" / recipe / example.name)
    return tmp_path


def arrays_in_place(workspace, recipe, monkeypatch) -> dict[str, np.ndarray]:
    dataloader = import_module(f"labwright.recipes.{recipe}.dataloader")
    monkeypatch.setattr(dataloader, "DATA", workspace / "recipes" / recipe / "data")
    loaders = dataloader.get_dataloaders(num_workers=0)
    arrays = {}
    for part, loader in zip(("train", "val", "test"), loaders, strict=True):
        rows = loader.dataset
        arrays |= {f"{part}_truth": rows.truth, f"{part}_ids": rows.ids}
        for number, batch in enumerate(loader):
            for key, tensor in batch.items():
                arrays[f"{part}_batch{number}_{key}"] = tensor.numpy()
    return arrays


def arrays_of_emitted(workspace, recipe) -> dict[str, np.ndarray]:
    folder = workspace / "experiments" / "emitted"
    folder.mkdir(parents=True)
    for name, text in emit_recipe(make_plan(recipe=recipe, constants={})).items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-c", DUMP], cwd=folder, check=True)
    with np.load(folder / "arrays.npz") as arrays:
        return dict(arrays)


def test_the_same_tensors(workspace, recipe, monkeypatch):
    emitted = arrays_of_emitted(workspace, recipe)
    in_place = arrays_in_place(workspace, recipe, monkeypatch)
    assert emitted.keys() == in_place.keys()
    assert {"train_batch0_input", "val_batch0_target", "test_truth"} <= emitted.keys()
    for key, array in in_place.items():
        assert array.dtype == emitted[key].dtype
        np.testing.assert_array_equal(array, emitted[key])
