"""Apply a trained model to new images.

    python predict.py new.png                  # writes predictions/new.csv
    python predict.py folder_of_images
    python predict.py images.zip --run 002 --output labels.csv

The best checkpoint of the latest run is used. Beside an image, a folder or a zip archive,
a table of the form of the training data will do. The output has the name of each image,
or its identifiers, the prediction, and the probability of each class or label; an image
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
from torch.utils.data import DataLoader
from tqdm import tqdm

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import IMAGE, decode, encode_images
from new_media import new_media, table_of_media
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm"),
)

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


# ---- images --------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new", type=Path, help="an image, folder, zip or table")
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    return parser.parse_args()


# ---- outputs -------------------------------------------------------------------------


def outputs(
    model: lightning.LightningModule, path: Path
) -> tuple[list[dict[str, Any]], list[int], Tensor]:
    """Names of the images, numbers of those that can be read, and their raw outputs.

    Raises:
        ValueError: there is no image that can be read.
    """
    names: list[dict[str, Any]] = []
    seen: list[int] = []
    raw: list[Tensor] = []
    waiting: list[dict[str, Tensor]] = []

    def flush() -> None:
        keys = ("input", "mask")
        batches: Any = [{k: torch.cat([each[k] for each in waiting]) for k in keys}]
        raw.append(predict(model, DataLoader(batches, batch_size=None)))
        waiting.clear()

    images = new_media(path, IMAGE, SUFFIXES)
    for name, image in tqdm(images, "decode", unit="images", delay=1):
        names.append(name)
        try:
            waiting.append(encode_images([image]))
        except ValueError as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
            continue
        seen.append(len(names) - 1)
        if len(waiting) == INFERENCE_ROWS:
            flush()
    if not seen:
        raise ValueError(
            f"expected images that can be read in {path}, found none of {len(names)}. "
            f"Images are files that end with {', '.join(SUFFIXES)}."
        )
    if waiting:
        flush()
    return names, seen, torch.cat(raw)


def table_of(path: Path, run: str | None) -> pl.DataFrame:
    """A row for each image: what names it, and what is predicted."""
    names, seen, raw = outputs(trained_model(checkpoint_of(run)), path)
    return table_of_media(names, seen, decode(raw))


def main() -> int:
    """Predict what new images show."""
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
