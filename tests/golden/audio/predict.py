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
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from tqdm import tqdm

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    CLASSES,
    DATA,
    FOLDERS,
    IDENTIFIERS,
    READING,
    SOUND,
    TARGETS,
    decode,
    encode_sound,
)
from fetch import readable
from raw import read_file
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")

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


def new_sounds(path: Path) -> Iterator[tuple[dict[str, Any], Path | bytes]]:
    """Each sound of a file, folder, archive or table, and what names it."""
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
        if SOUND not in table.columns:
            raise ValueError(
                f"expected a column {SOUND!r} with sounds in {path.name}, found "
                f"{table.columns}. Is it a table of the form of the training data?"
            )
        sounds = [media_of(cell, path) for cell in table[SOUND]]
        if FOLDERS:  # sounds lie anywhere below the folder of the table
            sounds = [*with_files(table[SOUND], files_by_name([path.parent]))]
        for number, row in enumerate(table.iter_rows(named=True)):
            names = {name: row.get(name) for name in IDENTIFIERS}
            yield {"row": number} | names, sounds[number]


def encoded(path: Path) -> tuple[pl.DataFrame, list[Tensor | None]]:
    """The names of the sounds, and what the model reads of each; None if it is broken.

    Raises:
        ValueError: there is no sound that can be read.
    """
    names: list[dict[str, Any]] = []
    inputs: list[Tensor | None] = []
    for name, sound in tqdm(new_sounds(path), "decode", unit="sounds", delay=1):
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
    return pl.DataFrame(names, infer_schema_length=None), inputs


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
    predicted = columns_of_classes(decode(raw), TARGETS, CLASSES)
    predicted = predicted.insert_column(0, pl.Series("(number)", heard, pl.UInt32))
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
    """Predict what is heard in new sounds."""
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
