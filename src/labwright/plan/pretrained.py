"""How a pretrained encoder reads texts: which one, how long a text, what is stored."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from labwright.acquire.acquired import Pretrained
from labwright.errors import TaskError
from labwright.plan.decisions import Decision
from labwright.plan.encoding import Encoding, Material
from labwright.plan.reading import at_once, choose_longest, loaded
from labwright.plan.say import count, line

MEASURED = 20_000  # training rows
LONGEST = 512  # steps
STORED = 2**31  # bytes of all vectors, at most
NUMBER = 2  # bytes: float16
LEAST_STEPS = 8


def encode_pretrained(material: Material) -> Encoding:
    """The vectors of the encoder's last layer, computed once and kept as float16.

    Raises:
        TaskError: `transformers` is not installed, the encoder's configuration lacks
            its width, or the vectors of all rows are more than may be stored.
    """
    encoder = material.acquired.pretrained
    assert encoder is not None, "acquired where the task names one"
    if find_spec("transformers") is None:
        raise TaskError(
            "the package transformers, which reads pretrained encoders",
            "none installed",
            "pip install 'labwright[pretrained]'",
            key="pretrained",
        )
    from labwright.parts.encoder_ids import encoder_ids, opened_tokenizer

    folder = material.acquired.folder / ".pretrained"
    width, most = shape_of(folder, encoder)
    texts = material.train.select(pl.selectors.by_name(material.recipe.columns))
    few = texts.gather_every(max(1, len(texts) // MEASURED))
    steps = encoder_ids(few, opened_tokenizer(folder), 2**31 - 1)
    lengths = np.array([len(row) for row in steps])
    rows = sum(material.rows.values())
    room = STORED // (rows * width * NUMBER)  # steps of a row on average
    bound = longest_within(lengths, room, min(LONGEST, most))
    if bound < LEAST_STEPS:
        raise TaskError(
            f"at most {STORED / 1e9:.1f} GB of token vectors",
            f"{rows:,} rows, of which {room} steps of {width} numbers each would fit",
            f"Take fewer rows, {line('max_rows', rows * room // 64)}, or a narrower "
            "encoder.",
            key="pretrained",
        )
    why = (
        f"more would not fit into {STORED / 1e9:.1f} GB"
        if bound < min(LONGEST, most)
        else f"at most {bound}, as many as the encoder reads"
        if most < LONGEST
        else ""
    )
    longest, cut = choose_longest(lengths, bound, "steps", why)
    typical = max(1, round(float(np.minimum(lengths, longest).mean())))
    size = rows * typical * width * NUMBER
    pinned = f" at {encoder.revision[:12]}" if encoder.revision else ""
    return Encoding(
        steps=typical,
        decisions=(
            Decision(
                "encoding",
                encoder.name,
                f"the task names it: its token vectors{pinned}, {width} wide, from "
                "safetensors alone; it is kept frozen",
                line("pretrained", None),
            ),
            cut,
            Decision(
                "stored",
                f"{size / 1e6:,.0f} MB",
                f"{rows:,} rows of {count(typical, 'step')} on average, {width} numbers "
                f"of {NUMBER} bytes each, computed once; at most {STORED / 1e9:.1f} GB",
            ),
            *loaded(size, "token vectors"),
        ),
        constants={
            "TEXTS": list(material.recipe.columns),
            "LONGEST": longest,
            "PRETRAINED": encoder.name,
            "PRETRAINED_REVISION": encoder.revision,
            "PRETRAINED_FILES": dict(encoder.files),
            "INFERENCE_ROWS": max(1, at_once(longest) // 4),
        },
        names={"weights_on_disk": encoder.fetch},
        folders=("frozen",),
    )


def shape_of(folder: Path, encoder: Pretrained) -> tuple[int, int]:
    """Width of the encoder's vectors, and the steps that it can read.

    Raises:
        TaskError: its configuration says nothing of its width.
    """
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    width = config.get("hidden_size") or config.get("d_model") or config.get("dim")
    if not isinstance(width, int):
        raise TaskError(
            "hidden_size in the config.json of a text encoder",
            f"{', '.join(sorted(config)[:12])} in that of {encoder.name}",
            "Name a text encoder, such as a BERT.",
            key="pretrained",
        )
    most = config.get("max_position_embeddings") or LONGEST
    return width, most - most % 8  # two of RoBERTa's 514 are not for texts


def longest_within(lengths: np.ndarray, room: int, most: int) -> int:
    """The longest input up to `most` under which rows have `room` steps on average."""
    longest = most
    while longest >= LEAST_STEPS and np.minimum(lengths, longest).mean() > room:
        longest -= LEAST_STEPS
    return longest
