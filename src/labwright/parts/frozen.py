"""Texts as the token vectors of a pretrained encoder, which is never trained here."""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor, nn
from tqdm import tqdm
from transformers import AutoModel

from labwright.parts.encoder_ids import encoder_ids, opened_tokenizer
from labwright.parts.hashing import sha256_of

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
