"""From texts to the steps that a model reads: vectors of a pretrained encoder.

The encoder is never trained here; its vectors are computed once and kept in
data/prepared. Which one it is stands in encoder.py; which columns are texts, and how long
one may be, in dataloader.py.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import polars as pl
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm
from transformers import AutoModel

# isort: split
from encoder import encoder

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


# ---- hashing -------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, or of a folder's names and files, as 64 digits."""
    if path.is_dir():
        lines = [f"{name} {sha256_of(path / name)}\n" for name in files_below(path)]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- lengths -------------------------------------------------------------------------


def shortened(steps: np.ndarray, longest: int) -> np.ndarray:
    """At most `longest` steps: the first quarter of them and, of the end, the rest.

    Beginning and end say most of what a long text is about, the end more of what it
    comes to (Sun et al., 2019, arXiv:1905.05583).
    """
    if len(steps) <= longest:
        return steps
    first = longest // 4
    return np.concatenate([steps[:first], steps[len(steps) - longest + first :]])


# ---- encoder ids ---------------------------------------------------------------------


def opened_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's own, without cutting or padding; a special token's name is text."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def encoder_ids(
    rows: pl.DataFrame, tokenizer: Tokenizer, longest: int
) -> list[np.ndarray]:
    """The encoder's ids of each row, int64 (T,), T from 0 to `longest`.

    The encoder's special tokens stand before and behind a row, those behind it between
    its columns too; a row without any text has no step.
    """
    example = tokenizer.encode("a")
    ids = np.array(example.ids, dtype=np.int64)
    inside = np.flatnonzero(np.array(example.special_tokens_mask) == 0)
    before, behind = ids[: inside[0]], ids[inside[-1] + 1 :]
    room = longest - len(before) - len(behind)
    texts = [column.fill_null("").to_list() for column in rows]
    columns = [tokenizer.encode_batch(each, add_special_tokens=False) for each in texts]
    steps = []
    for first, *others in zip(*columns, strict=True):
        if not any(piece.ids for piece in (first, *others)):
            steps.append(np.zeros(0, dtype=np.int64))
            continue
        joined = [np.array(first.ids, dtype=np.int64)]
        for piece in others:
            joined += [behind, np.array(piece.ids, dtype=np.int64)]
        content = shortened(np.concatenate(joined), room)
        steps.append(np.concatenate([before, content, behind]))
    return steps


# ---- frozen --------------------------------------------------------------------------

VECTOR_ROWS = 4_096  # that are sorted by length, so that little is padding
VECTOR_STEPS = 8_192  # that the encoder reads at once, padding among them


def fit_vectors(folder: Path) -> dict[str, Any]:
    """What identifies the encoder in `folder`, as plain data; nothing is fitted.

    Args:
        folder: With config.json, tokenizer.json and weights as safetensors.
    """
    config = json.loads((folder / "config.json").read_text())
    width = config.get("hidden_size") or config.get("d_model") or config["dim"]
    weights = {path.name: sha256_of(path) for path in folder.glob("*.safetensors")}
    return {"size": width, "weights": dict(sorted(weights.items()))}


def vector_steps(
    table: pl.DataFrame, fitted: dict[str, Any], longest: int, folder: Path
) -> Iterator[np.ndarray]:
    """The token vectors of each row, float16 (T, size), T from 0 to `longest`.

    Several columns follow each other, with the encoder's own separator between them; a
    row without any text has no step.
    """
    tokenizer = opened_tokenizer(folder)
    encoder = opened_encoder(folder)
    shown = tqdm(total=len(table), desc="encode texts", unit="rows", delay=1)
    for rows in table.iter_slices(VECTOR_ROWS):
        steps = encoder_ids(rows, tokenizer, longest)
        made: dict[int, np.ndarray] = {}
        for numbers in similar(steps):
            made |= vectors_of(encoder, numbers, steps)
            shown.update(len(numbers))
        empty = np.zeros((0, fitted["size"]), dtype=np.float16)
        yield from (made.get(number, empty) for number in range(len(rows)))
    shown.close()


def opened_encoder(folder: Path) -> nn.Module:
    """The encoder in evaluation mode, from safetensors alone and no code of its own."""
    with redirect_stderr(StringIO()):  # a bar, and weights that have no use here
        model = AutoModel.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
        )
    encoder: nn.Module = model
    if model.config.is_encoder_decoder:
        encoder = model.get_encoder()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return encoder.to(device).eval().requires_grad_(False)


def similar(steps: list[np.ndarray]) -> Iterator[list[int]]:
    """Numbers of the rows that have steps, in batches of similar length."""
    order = sorted(
        (n for n, row in enumerate(steps) if len(row)), key=lambda n: len(steps[n])
    )
    batch: list[int] = []
    for number in order:
        if batch and (len(batch) + 1) * len(steps[number]) > VECTOR_STEPS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


@torch.inference_mode()
def vectors_of(
    encoder: nn.Module, numbers: list[int], steps: list[np.ndarray]
) -> dict[int, np.ndarray]:
    """The last layer's vector of each step of some rows, float16 (T, size), by row."""
    device = next(encoder.parameters()).device
    rows = [torch.from_numpy(steps[number]) for number in numbers]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)  # (B, T)
    known = nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], True)
    found: Tensor = encoder(
        input_ids=ids.to(device), attention_mask=known.to(device)
    ).last_hidden_state
    largest = torch.finfo(torch.float16).max
    halves = found.float().clamp(-largest, largest).half().cpu().numpy()
    return {number: halves[i, : len(rows[i])] for i, number in enumerate(numbers)}


# ---- alike ---------------------------------------------------------------------------

NEARLY = 0.02  # of a vector's value, and beside 0


def nearly(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is encoded anew, but for last digits, which are those of what is prepared.

    They depend on which rows an encoder reads together, and on the device.
    """
    found = dict(anew)
    old, new = prepared["input"], anew["input"]
    if old.shape == new.shape:
        same = torch.isclose(new, old, rtol=NEARLY, atol=NEARLY)
        found["input"] = torch.where(same, old, new)
    return found


# ---- texts ---------------------------------------------------------------------------


def fit_texts(train: pl.DataFrame) -> dict[str, Any]:
    """What identifies the encoder, as plain data; nothing is fitted to the texts."""
    return fit_vectors(encoder())


def steps_of(
    texts: pl.DataFrame, fitted: dict[str, Any], longest: int
) -> Iterator[np.ndarray]:
    """The vectors of each row, float16 (T, C), T from 0 to `longest`."""
    return vector_steps(texts, fitted, longest, encoder())


def text_arguments(fitted: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return {"kind": "vectors"}


def compared(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """Steps that were encoded anew, to be held against those that were prepared."""
    return nearly(anew, prepared)
