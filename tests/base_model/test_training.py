"""The contract of docs/base_model.md: losses, the optimizer, Lightning."""

from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as lightning
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from labwright.base_model import IGNORED, BaseTransformer
from tests.base_model.cases import CARDINALITIES, KINDS, SMALL, case, features

# ---- losses --------------------------------------------------------------------------


def learn(model: BaseTransformer, batch: dict[str, Tensor], steps: int = 120) -> float:
    """The loss after so many steps on one batch, as a share of the first."""
    optimizer = model.configure_optimizers()["optimizer"]
    for group in optimizer.param_groups:
        group["lr"] = 3e-3
    losses = []
    for _ in range(steps):
        loss = model.compute_loss(model(batch["input"], batch["mask"]), batch["target"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses[-1] / losses[0]


def toy_target(task_type: str, loss: str, input: Tensor, mask: Tensor) -> Tensor:
    """Something that `input` determines."""
    values = input.float() if input.dim() == 2 else input[..., 0]
    steps = values > values.median()  # (B, T)
    if task_type == "sequence":
        if loss == "cross_entropy":
            return steps.long().masked_fill(~mask, IGNORED)
        return values.masked_fill(~mask, float("nan"))
    rows = values.sum(dim=1)
    if loss == "cross_entropy":
        return (rows > rows.median()).long()
    if loss == "binary_cross_entropy":
        return torch.stack([rows > rows.median(), rows > rows.mean()], dim=1).float()
    return torch.stack([rows, rows.sin()], dim=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("task_type", "loss", "output_dim"),
    [
        ("classification", "cross_entropy", 2),
        ("classification", "binary_cross_entropy", 2),
        ("regression", "mse", 2),
        ("regression", "huber", 2),
        ("sequence", "cross_entropy", 2),
        ("sequence", "mse", 1),
        ("sequence", "huber", 1),
    ],
)
def test_each_loss_learns_a_toy_problem(
    kind: str, task_type: str, loss: str, output_dim: int
) -> None:
    arguments, input, mask = case(kind, rows=16)
    torch.manual_seed(0)
    model = BaseTransformer(
        output_dim=output_dim, task_type=task_type, loss=loss, **arguments, **SMALL
    )
    target = toy_target(task_type, loss, input, mask)
    assert learn(model, {"input": input, "mask": mask, "target": target}) < 0.3


def model_for(task_type: str, output_dim: int, **more: Any) -> BaseTransformer:
    return BaseTransformer(
        5, output_dim, task_type=task_type, kind="features", **SMALL, **more
    )


def test_the_targets_choose_the_loss() -> None:
    outputs = torch.randn(4, 3)
    classes, labels = torch.tensor([0, 2, 1, 1]), torch.tensor([[0.0, 1, 0]] * 4)
    numbers = torch.randn(4, 3)
    classify, regress = model_for("classification", 3), model_for("regression", 3)
    close = torch.testing.assert_close
    close(
        classify.compute_loss(outputs, classes), nn.CrossEntropyLoss()(outputs, classes)
    )
    close(
        classify.compute_loss(outputs, labels), nn.BCEWithLogitsLoss()(outputs, labels)
    )
    close(regress.compute_loss(outputs, numbers), nn.MSELoss()(outputs, numbers))
    huber = model_for("regression", 3, loss="huber")
    close(huber.compute_loss(outputs, numbers), nn.HuberLoss()(outputs, numbers))


def test_class_weights_weigh_rows() -> None:
    model = model_for("classification", 2, class_weights=[0.0, 3.0])
    outputs = torch.randn(2, 2)
    found = model.compute_loss(outputs, torch.tensor([0, 1]))
    each = nn.functional.cross_entropy(outputs[1:], torch.tensor([1]))
    torch.testing.assert_close(found, 3 * each / 2)


@pytest.mark.parametrize(
    "target", [torch.full((2, 4), IGNORED), torch.full((2, 4, 3), torch.nan)]
)
def test_nothing_to_predict_is_a_loss_of_zero(target: Tensor) -> None:
    model = model_for("sequence", 3)
    outputs = torch.randn(2, 4, 3, requires_grad=True)
    loss = model.compute_loss(outputs, target)
    loss.backward()
    assert loss == 0
    assert torch.equal(outputs.grad, torch.zeros(2, 4, 3))


@pytest.mark.parametrize("task_type", ["regression", "classification"])
def test_rows_of_one_number_never_broadcast(task_type: str) -> None:
    model = model_for(task_type, 1)
    outputs, target = torch.randn(4, 1), torch.tensor([0.0, 1, 1, 0])
    torch.testing.assert_close(
        model.compute_loss(outputs, target),
        model.compute_loss(outputs, target[:, None]),
    )


@pytest.mark.parametrize(
    ("outputs", "target"),
    [
        ((4, 2), torch.zeros(4)),
        ((4, 1), torch.zeros(4, 2)),
        ((4, 3), torch.zeros(4, 1, dtype=torch.int64)),
        ((4, 7, 1), torch.zeros(4)),
    ],
)
def test_other_targets_are_refused(outputs: tuple[int, ...], target: Tensor) -> None:
    with pytest.raises(ValueError, match=r"expected target of shape .*, found "):
        model_for("regression", 1).compute_loss(torch.zeros(outputs), target)


@pytest.mark.parametrize(
    ("arguments", "input", "mask"),
    [
        ({"input_dim": 5, "kind": "features"}, (2, 4), None),
        ({"input_dim": 5, "kind": "features"}, (2, 5), (2, 1)),
        ({"input_dim": 3}, (2, 7), None),
        ({"input_dim": 3}, (2, 7, 1), None),
        ({"input_dim": 3}, (2, 7, 3), (2, 7, 3)),
    ],
)
def test_other_inputs_are_refused(
    arguments: dict[str, Any], input: tuple[int, ...], mask: tuple[int, ...] | None
) -> None:
    model = BaseTransformer(output_dim=2, **arguments, **SMALL)
    known = None if mask is None else torch.ones(mask, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"expected (input|mask) of shape .*, found "):
        model(torch.zeros(input), known)


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected d_model to be a multiple of"):
        BaseTransformer(3, 2, d_model=36)
    with pytest.raises(ValueError, match=r"expected 3 cardinalities"):
        BaseTransformer(3, 2, kind="features", cardinalities=[0, 0])


# ---- Lightning -----------------------------------------------------------------------


def test_norms_biases_and_embeddings_do_not_decay() -> None:
    model = BaseTransformer(5, 3, kind="features", cardinalities=CARDINALITIES, **SMALL)
    decayed, others = model.configure_optimizers()["optimizer"].param_groups
    assert decayed["weight_decay"] > 0 == others["weight_decay"]
    assert len(decayed["params"]) + len(others["params"]) == len(
        list(model.parameters())
    )
    names = {id(weight): name for name, weight in model.named_parameters()}
    kept = [names[id(weight)] for weight in others["params"]]
    assert all(
        "norm" in n or "bias" in n or n.startswith(("tokens.", "cls")) for n in kept
    )


def rates(model: BaseTransformer, steps: int) -> list[float]:
    plan = model.configure_optimizers()
    found = []
    for _ in range(steps):
        found.append(plan["optimizer"].param_groups[0]["lr"])
        plan["optimizer"].step()
        plan["lr_scheduler"]["scheduler"].step()
    return found


def test_learning_rate_rises_then_falls_by_the_step_alone() -> None:
    found = rates(model_for("regression", 1, learning_rate=1e-3, warmup_steps=10), 2000)
    assert found[:10] == sorted(found[:10])
    assert max(found) == pytest.approx(1e-3)
    assert found[10:] == sorted(found[10:], reverse=True)
    assert found[-1] == pytest.approx(0.5e-3)


class Batches(torch.utils.data.Dataset[dict[str, Tensor]]):
    """Two whole batches."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        input, mask = features(8, seed=index)
        return {"input": input, "mask": mask, "target": (input[:, 0] > 0).long()}


def test_a_trainer_fits_logs_and_restores(tmp_path: Path) -> None:
    model = BaseTransformer(5, 2, kind="features", cardinalities=CARDINALITIES, **SMALL)
    batches: DataLoader[Any] = DataLoader(Batches(), batch_size=None)
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
    )
    trainer.fit(model, batches, batches)
    assert "val_loss" in trainer.callback_metrics
    path = tmp_path / "last.ckpt"
    trainer.save_checkpoint(path)
    restored = BaseTransformer.load_from_checkpoint(path, weights_only=True).eval()
    assert restored.hparams == model.hparams
    input, mask = features(8)
    assert torch.equal(restored(input, mask), model.eval()(input, mask))
    raw = torch.cat(trainer.predict(restored, batches))
    assert raw.shape == (16, 2)


def test_a_batch_may_lack_a_mask() -> None:
    model = model_for("classification", 2)
    batch = {"input": torch.zeros(3, 5)}
    assert model.predict_step(batch, 0).shape == (3, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_state_dict_round_trips(kind: str) -> None:
    arguments, input, mask = case(kind)
    first = BaseTransformer(output_dim=3, **arguments, **SMALL)
    second = BaseTransformer(output_dim=3, **arguments, **SMALL)
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(input, mask), second(input, mask))
