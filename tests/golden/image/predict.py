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
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    CLASSES,
    DATA,
    FOLDERS,
    IDENTIFIERS,
    IMAGE,
    READING,
    TARGETS,
    decode,
    encode_images,
)
from fetch import readable
from raw import read_file
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm"),
)

# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


# ---- media ---------------------------------------------------------------------------

Media: TypeAlias = Path | bytes  # a file, or what is in one


def media_of(cell: Any, base: Path) -> Media:
    """What a cell of a table means: a path, or bytes with a path as the Hub stores them.

    Args:
        cell: A text, or a dict with `bytes` and `path`.
        base: The table: a folder, below which paths are, or a file, beside which they are.
    """
    if isinstance(cell, dict):
        if cell["bytes"] is not None:
            return bytes(cell["bytes"])
        cell = cell["path"]
    return (base if base.is_dir() else base.parent) / str(cell)


# ---- named files ---------------------------------------------------------------------


def files_by_name(folders: Iterable[Path]) -> dict[str, Path | None]:
    """The files below folders by their paths, names and names without an ending.

    None where two files have the name: such a name means none of them.
    """
    found: dict[str, Path | None] = {}
    for folder in folders:
        for inside in files_below(folder):
            path = folder / inside
            name = PurePosixPath(inside)
            for key in {inside, str(name.with_suffix("")), name.name, name.stem}:
                found[key] = path if found.get(key, path) == path else None
    return found


def with_files(cells: Iterable[Any], files: dict[str, Path | None]) -> list[Path]:
    """The file that each cell names; where there is none, a path that leads nowhere."""
    return [file_named(str(cell), files) or Path(str(cell)) for cell in cells]


def file_named(cell: str, files: dict[str, Path | None]) -> Path | None:
    """The file by as much of its path, from the end on, as is known."""
    parts = PurePosixPath(cell.replace("\\", "/")).parts
    for i in range(len(parts)):
        if file := files.get("/".join(parts[i:])):
            return file
    return None


# ---- columns -------------------------------------------------------------------------


def columns_of_classes(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The likeliest class of each row, and the probability of every class."""
    likeliest = [classes[i] for i in decoded.argmax(axis=1)]
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame({"prediction": likeliest} | each)


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


def new_images(path: Path) -> Iterator[tuple[dict[str, Any], Path | bytes]]:
    """Each image of a file, folder, archive or table, and what names it."""
    raw = DATA / "raw"
    if path.resolve().is_relative_to(raw):  # in an archive, perhaps
        (path,) = readable(raw, [path.resolve().relative_to(raw).as_posix()])
    if path.is_dir():
        for name in files_below(path):
            if name.lower().endswith(SUFFIXES):
                yield {"file": name}, path / name
    elif path.suffix.lower() in SUFFIXES:
        yield {"file": path.name}, path
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith(SUFFIXES) and is_content(PurePosixPath(name)):
                    yield {"file": name}, archive.read(name)
    else:
        table = read_file(path, READING)
        if IMAGE not in table.columns:
            raise ValueError(
                f"expected a column {IMAGE!r} with images in {path.name}, found "
                f"{table.columns}. Is it a table of the form of the training data?"
            )
        images = [media_of(cell, path) for cell in table[IMAGE]]
        if FOLDERS:  # images lie anywhere below the folder of the table
            images = [*with_files(table[IMAGE], files_by_name([path.parent]))]
        for number, row in enumerate(table.iter_rows(named=True)):
            names = {name: row.get(name) for name in IDENTIFIERS}
            yield {"row": number} | names, images[number]


# ---- outputs -------------------------------------------------------------------------


def outputs(
    model: lightning.LightningModule, path: Path
) -> tuple[pl.DataFrame, list[int], Tensor]:
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

    for name, image in tqdm(new_images(path), "decode", unit="images", delay=1):
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
    return pl.DataFrame(names, infer_schema_length=None), seen, torch.cat(raw)


def table_of(path: Path, run: str | None) -> pl.DataFrame:
    """A row for each image: what names it, and what is predicted."""
    names, seen, raw = outputs(trained_model(checkpoint_of(run)), path)
    predicted = columns_of_classes(decode(raw), TARGETS, CLASSES)
    predicted = predicted.insert_column(0, pl.Series("(number)", seen, pl.UInt32))
    names = names.select(pl.exclude(predicted.columns)).with_row_index("(number)")
    joined = names.join(predicted, on="(number)", how="left", maintain_order="left")
    return joined.drop("(number)")


def write(table: pl.DataFrame, path: Path) -> None:
    """As CSV, or as Parquet where the suffix says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
    else:
        table.write_csv(path)


def main() -> int:
    """Predict what new images show."""
    options = parse_options()
    quieten()
    try:
        table = table_of(options.new, options.run)
        path = options.output or HERE / "predictions" / f"{options.new.stem}.csv"
        write(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"rows: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
