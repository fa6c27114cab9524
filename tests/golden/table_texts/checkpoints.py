"""A trained model, as predict.py uses it: never one that the data do not fit."""

import json
from pathlib import Path

import pytorch_lightning as lightning
import torch

# isort: split
from dataloader import get_dataloaders
from scoring import digest
from train import build_model
from whole import read_json

HERE = Path(__file__).resolve().parent

# ---- model ---------------------------------------------------------------------------


def checkpoint_of(run: str | None) -> Path:
    """The best checkpoint of a run, the latest if none is named.

    Raises:
        FileNotFoundError: there is none.
    """
    results = HERE / "results.json"
    if run is None and results.exists():
        run = json.loads(results.read_text()).get("run")
    path = HERE / "runs" / (run or "001") / "checkpoints" / "best.ckpt"
    if not path.exists():
        made = sorted(
            p.parents[1].name for p in HERE.glob("runs/*/checkpoints/best.ckpt")
        )
        raise FileNotFoundError(
            f"expected a checkpoint at {path}, found {made or 'none'} in runs/. "
            "Run python train.py first, or name a run with --run."
        )
    return path


def trained_model(checkpoint: Path) -> lightning.LightningModule:
    """The model that train.py builds, with the weights of a checkpoint.

    Raises:
        ValueError: the checkpoint is of another model than train.py builds now, or was
            trained with other codes of the columns than dataloader.py makes now.
    """
    rows = get_dataloaders(num_workers=0)[0].dataset
    now, run = digest(rows.encoder), checkpoint.parents[1]
    then = (read_json(run / "results.json").get("data") or {}).get("encoder", now)
    if then != now:
        raise ValueError(
            f"expected the encoder that run {run.name} was trained with ({then[:12]}), "
            f"found another in the data prepared now ({now[:12]}). Undo the edit of "
            "dataloader.py or of the data since that run, or run python train.py."
        )
    model = build_model(rows)
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    try:
        model.load_state_dict(state["state_dict"])
    except RuntimeError as error:
        raise ValueError(
            f"expected the weights of the model that train.py builds now, found others "
            f"in {checkpoint}. Run python train.py, or undo the edit since that run."
        ) from error
    return model
