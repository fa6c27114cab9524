"""An experiment's own check: what passes, and how each broken promise reads."""

import importlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import labwright
from labwright.check import check
from labwright.errors import BaseModelError, CheckError, ExperimentError

HERE = Path(__file__).parent
SOURCES = Path(labwright.__path__[0])
SHARED = ("check.py", "check_model.py", "batches.py")

DATALOADER = '''
"""40 rows of three numbers; the first says which class it is."""
import numpy as np
import polars as pl
import torch
from batches import BatchLoader, RowOrder

SPLIT_COLUMN = "kind"
PARTS = {"train": range(28), "val": range(28, 34), "test": range(34, 40)}
random = np.random.default_rng(0)
NUMBERS = random.uniform(0, 1, (40, 3))
NUMBERS[random.random((40, 3)) < 0.1] = np.nan
TABLE = pl.DataFrame(NUMBERS, schema=["a", "b", "c"]).with_columns(
    pl.Series("kind", NUMBERS[:, 0] > 0.5).cast(pl.Int64)
)


def fit_on(train):
    return {"middle": train["b"].fill_nan(None).mean()}


ENCODER = fit_on(TABLE[list(PARTS["train"])])


def encode_rows(table):
    values = table.select("a", "b", "c").to_numpy() - [0, ENCODER["middle"], 0]
    mask = torch.from_numpy(~np.isnan(values))
    return torch.from_numpy(np.nan_to_num(values)).float(), mask


def refit(rows):
    return fit_on(rows.table)


def encode_again(rows, chosen):
    input, mask = encode_rows(rows.table[chosen.numpy()])
    return {"input": input, "mask": mask}


class Rows:
    def __init__(self, part):
        self.ids = np.array(PARTS[part])
        self.table, self.encoder = TABLE[self.ids], ENCODER
        input, mask = encode_rows(self.table)
        target = self.table["kind"].to_torch()
        self.arrays = {"input": input, "mask": mask, "target": target}
        self.output_dim = 2

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, rows):
        return {name: array[rows] for name, array in self.arrays.items()}


def get_dataloaders(batch_size=32, num_workers=4):
    parts = [Rows(part) for part in PARTS]
    return [BatchLoader(rows, RowOrder(len(rows), batch_size, None)) for rows in parts]
'''

TRAIN = '''
"""The constants and the function that check.py takes from train.py."""
BATCH_SIZE, SPLIT_RULE, TASK_TYPE = 8, "stratified", "classification"


def build_model(rows):
    from model import BaseTransformer

    return BaseTransformer(3, 2, 32, 1, TASK_TYPE, kind="features", dropout=0.0)


if __name__ == "__main__":
    print("trained")
'''

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An experiment with the real check.py and model.py; the rest is small."""
    for name in SHARED:
        text = (SOURCES / "recipes/shared" / name).read_text()
        text = text.replace("shared.evaluate import", "shared.train import")
        text = re.sub(
            r"from labwright\.recipes\.\w+\.(\w+) import", r"from \1 import", text
        )
        text = text.replace("from labwright.base_model import", "from model import")
        (tmp_path / name).write_text(text)
    shutil.copy(SOURCES / "base_model.py", tmp_path / "model.py")
    (tmp_path / "dataloader.py").write_text(DATALOADER)
    (tmp_path / "train.py").write_text(TRAIN)
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


@pytest.fixture
def found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[int, str, dict]]:
    """Runs check.py in this process: its exit code, what it says, and its JSON."""
    modules = [
        Path(name).stem for name in (*SHARED, "model.py", "dataloader.py", "train.py")
    ]
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "argv", ["check.py", "--json"])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in modules:
        monkeypatch.delitem(sys.modules, name, raising=False)

    def run() -> tuple[int, str, dict]:
        module: ModuleType = importlib.import_module("check")
        code = module.main()
        said = capsys.readouterr().out
        for name in modules:
            sys.modules.pop(name, None)
        return code, said, json.loads(said.splitlines()[-1])

    return run


def failing(report: dict) -> dict:
    """The one point that does not hold."""
    (point,) = (point for point in report["points"] if not point["ok"])
    return point


POINTS = [
    "batch contract",
    "parts without overlap",
    "nothing fitted outside the training rows",
    "shape of outputs",
    "masked content without effect",
    "one batch can be learned",
    "checkpoint round-trips",
    "fast development run",
]


def test_every_point_holds_and_nothing_is_left(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    report = check(folder)
    assert [point.name for point in report.points] == POINTS
    assert {point.about for point in report.points} == {"data", "model", "training"}
    assert report.epoch_seconds > 0
    assert report.steps_timed == 4  # 28 rows in batches of 8
    assert sorted(folder.rglob("*")) == before


def test_one_line_a_point_and_one_json_object(found) -> None:
    code, said, report = found()
    lines = said.splitlines()
    assert code == 0
    assert report["ok"]
    assert [line.startswith("ok     ") for line in lines[:-2]] == [True] * len(POINTS)
    assert re.match(r"about [\d.]+ s an epoch: 4 of 4 steps were timed", lines[-2])


# ---- data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"input": input,', '"input": input.double(),', "input float32"),
        ('"input": input,', '"input": input / 0,', "finite input"),
        ('"mask": mask,', '"mask": mask.float(),', "a mask torch.bool"),
        ('"mask": mask,', '"mask": mask[:, :2],', "a mask torch.bool"),
        ('"mask": mask,', '"mask": torch.zeros_like(mask),', "0 where mask is False"),
        ('"target": target', '"target": target + 1', "classes below 2"),
        ('"target": target', '"target": target[:, None]', "a target of shape (8,)"),
        ('"target": target', '"target": target + 0.5', "labels of 0 and 1"),
        ('"target": target', '"other": target', "the keys ['input', 'target']"),
    ],
)
def test_a_batch_that_breaks_the_contract(
    found, edit: Edit, old, new, expected
) -> None:
    arrays = '{"input": input, "mask": mask, "target": target}'
    edit("dataloader.py", arrays, arrays.replace(old, new))
    code, said, report = found()
    point = failing(report)
    assert code == 1
    assert point["name"] == "batch contract"
    assert expected in point["expected"]
    assert "dataloader.py" in point["mend"]
    assert "FAILED batch contract: expected " in said


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "dataloader.py",
            "range(28, 34)",
            "range(27, 34)",
            "no row in both train and val",
        ),
        ("dataloader.py", "range(34, 40)", "range(34, 34)", "rows in test"),
        ("train.py", '"stratified"', '"group"', "no group in both train and val"),
        (
            "train.py",
            '"stratified"',
            '"time"',
            "val to begin after train has ended",
        ),
    ],
)
def test_parts_that_overlap(found, edit: Edit, name, old, new, expected) -> None:
    edit(name, old, new)
    point = failing(found()[2])
    assert point["name"] == "parts without overlap"
    assert expected in point["expected"]


def test_an_encoder_that_saw_other_rows(found, edit: Edit) -> None:
    edit("dataloader.py", 'fit_on(TABLE[list(PARTS["train"])])', "fit_on(TABLE)")
    point = failing(found()[2])
    assert point["name"] == "nothing fitted outside the training rows"
    assert "middle" in point["found"]


def test_a_part_that_another_encoder_encoded(found, edit: Edit) -> None:
    whole = "input, mask = encode_rows(self.table)"
    edit("dataloader.py", whole, f"{whole}\n        input = input * 2")
    point = failing(found()[2])
    assert point["name"] == "nothing fitted outside the training rows"
    assert point["expected"] == "train as that encoder encodes it"


# ---- model ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "name", "said"),
    [
        ("queries=1)[:, 0]", "queries=2)", "shape of outputs", "(16, 2, 2)"),
        ("return outputs\n", "return outputs / 0\n", "shape of outputs", "NaN"),
        (
            "self.tokens(input.masked_fill(~mask, 0), mask)",
            "self.tokens(input, mask) + input[..., None]",
            "masked content without effect",
            "a change of",
        ),
        (
            'batch["target"])  # train.py logs its mean',
            'batch["target"]).detach()',
            "one batch can be learned",
            "a scalar tensor with a gradient",
        ),
        (
            "self.head(self.norm(x))",
            "self.head(self.norm(x) * 0)",
            "one batch can be learned",
            "after 40 steps",
        ),
        (
            "queries=1)[:, 0]",
            "queries=1).nothing",
            "shape of outputs",
            "AttributeError in model.py, line",
        ),
    ],
)
def test_a_model_that_breaks_the_contract(
    found, edit: Edit, old, new, name, said
) -> None:
    edit("model.py", old, new)
    code, _, report = found()
    point = failing(report)
    assert code == 1
    assert point["name"] == name
    assert said in f"expected {point['expected']}, found {point['found']}"
    assert point["about"] == "model"
    assert "development run" not in report["points"][-1]["name"]


def test_a_model_of_the_workspace_is_named(folder: Path, edit: Edit) -> None:
    edit("model.py", "queries=1)[:, 0]", "queries=2)")
    with pytest.raises(
        BaseModelError, match=r"shape of outputs: .* docs/base_model.md"
    ):
        check(folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class Other: pass", "cannot import name 'BaseTransformer'"),
        ("def (", "SyntaxError"),
    ],
)
def test_a_model_that_cannot_be_imported(folder: Path, text: str, said: str) -> None:
    (folder / "model.py").write_text(text)
    with pytest.raises(BaseModelError, match=said):
        check(folder)


def example() -> str:
    """The model that docs/base_model.md shows."""
    text = (HERE.parent / "docs/base_model.md").read_text()
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]


def plain(folder: Path, edit: Edit) -> None:
    """Make the experiment one with the plain encoding, for five arguments."""
    edit(
        "dataloader.py",
        "return torch.from_numpy(np.nan_to_num(values)).float(), mask",
        "return torch.from_numpy(np.nan_to_num(values)).float()[..., None], mask",
    )
    edit(
        "train.py",
        '(3, 2, 32, 1, TASK_TYPE, kind="features", dropout=0.0)',
        "(1, 2, 32, 1, TASK_TYPE)",
    )


def test_the_documented_example_passes(folder: Path, edit: Edit, found) -> None:
    (folder / "model.py").write_text(example())
    plain(folder, edit)
    code, said, _ = found()
    assert code == 0, said


def test_a_forward_without_a_mask_passes(folder: Path, edit: Edit, found) -> None:
    text = example().replace(
        "def forward(self, input, mask=None)", "def forward(self, input)"
    )
    text = text.replace(
        "        if mask is None:\n            mask =", "        mask ="
    )
    text = text.replace(
        'self(batch["input"], batch.get("mask"))', 'self(batch["input"])'
    )
    (folder / "model.py").write_text(text)
    plain(folder, edit)
    code, said, _ = found()
    assert code == 0, said
    assert "ok     masked content without effect: forward takes no mask" in said


# ---- training ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("raise ValueError('no such thing')", "1: ['ValueError: no such thing']"),
        ("open('left.txt', 'w').close()", "left.txt"),
    ],
)
def test_a_development_run_that_does_not_end_well(found, edit: Edit, act, said) -> None:
    edit("train.py", 'print("trained")', act)
    point = failing(found()[2])
    assert point["name"] == "fast development run"
    assert said in point["found"]


def test_a_broken_experiment_is_told_from_a_broken_model(
    folder: Path, edit: Edit
) -> None:
    edit("dataloader.py", "range(28, 34)", "range(27, 34)")
    with pytest.raises(CheckError, match="parts without overlap: no row in both"):
        check(folder)


def test_a_check_that_cannot_begin_says_why(folder: Path) -> None:
    (folder / "dataloader.py").write_text("raise ValueError('expected a, found b')")
    with pytest.raises(CheckError, match="expected a, found b"):
        check(folder)


def test_a_folder_without_a_check_is_no_experiment(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"check\.py"):
        check(tmp_path)
