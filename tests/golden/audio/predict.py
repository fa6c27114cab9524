"""Apply a trained model to new sounds.

    python predict.py new.wav                  # writes predictions/new.csv
    python predict.py folder_of_sounds
    python predict.py sounds.zip --run 002 --output labels.csv

The best checkpoint of the latest run is used. Beside a sound, a folder or a zip archive,
a table of the form of the training data will do. The output has the name of each sound,
or its identifiers, the prediction, and the probability of each class or label; a sound
that cannot be read is named, and has no prediction.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from tqdm import tqdm

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import SOUND, decode, encode_sound
from new_media import new_media, table_of_media
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")

# ---- save table ----------------------------------------------------------------------

FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet runs instead of showing it


def save_table(table: pl.DataFrame, path: Path, exact: bool = False) -> None:
    """Write as Parquet where the suffix says so, else as CSV.

    In CSV a text that a spreadsheet would take for a formula begins with an apostrophe,
    unless it must be `exact` for the program that reads it. Parquet has texts as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
        return
    if exact:
        table.write_csv(path)
        return
    names = without_formulas(pl.Series(table.columns, dtype=pl.String))
    cells = [without_formulas(column) for column in table]
    pl.DataFrame(dict(zip(names, cells, strict=True))).write_csv(path)


def without_formulas(column: pl.Series) -> pl.Series:
    """Texts of which none is a formula; what reads as a number stays one, -1 for one."""
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return column
    texts = column.cast(pl.String)
    numbers = texts.cast(pl.Float64, strict=False).is_not_null()
    formulas = (texts.str.contains(FORMULA) & ~numbers).fill_null(False)
    return texts.zip_with(~formulas, "'" + texts)


# ---- sounds --------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new", type=Path, help="a sound, folder, zip or table")
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    return parser.parse_args()


def encoded(path: Path) -> tuple[list[dict[str, Any]], list[Tensor | None]]:
    """The names of the sounds, and what the model reads of each; None if it is broken.

    Raises:
        ValueError: there is no sound that can be read.
    """
    names: list[dict[str, Any]] = []
    inputs: list[Tensor | None] = []
    sounds = new_media(path, SOUND, SUFFIXES)
    for name, sound in tqdm(sounds, "decode", unit="sounds", delay=1):
        names.append(name)
        try:
            inputs.append(encode_sound(sound)["input"][0])
        except ValueError as error:
            inputs.append(None)
            print(f"left out: {name}: {error}", file=sys.stderr)
    if all(each is None for each in inputs):
        raise ValueError(
            f"expected sounds that can be read in {path}, found none of {len(inputs)}. "
            f"Sounds are files that end with {', '.join(SUFFIXES)}."
        )
    return names, inputs


# ---- outputs -------------------------------------------------------------------------


def outputs(model: lightning.LightningModule, inputs: list[Tensor]) -> Tensor:
    """Raw outputs of the model for every sound, float32 (N, output_dim)."""
    lengths = torch.tensor([len(each) for each in inputs])
    order = lengths.argsort()  # neighbours of one length need little padding
    batches: Any = []
    for rows in torch.split(order, INFERENCE_ROWS):
        mask = torch.arange(int(lengths[rows].max())) < lengths[rows][:, None]
        input = pad_sequence([inputs[row] for row in rows.tolist()], batch_first=True)
        batches.append({"input": input, "mask": mask})
    return predict(model, DataLoader(batches, batch_size=None))[order.argsort()]


def table_of(path: Path, run: str | None) -> pl.DataFrame:
    """A row for each sound: what names it, and what is predicted."""
    names, inputs = encoded(path)
    model = trained_model(checkpoint_of(run))
    heard = [number for number, each in enumerate(inputs) if each is not None]
    raw = outputs(model, [each for each in inputs if each is not None])
    return table_of_media(names, heard, decode(raw))


def main() -> int:
    """Predict what is heard in new sounds."""
    options = parse_options()
    quieten()
    try:
        table = table_of(options.new, options.run)
        path = options.output or HERE / "predictions" / f"{options.new.stem}.csv"
        save_table(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"rows: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
