"""The contract of docs/base_model.md, on the model that is shipped."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as lightning
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

import labwright.base_model
from labwright.base_model import IGNORED, BaseTransformer

SMALL = {"d_model": 32, "num_layers": 2, "num_heads": 4, "dropout": 0.0}
CARDINALITIES = [0, 5, 0, 0, 3]  # categories may stand anywhere


def features(rows: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """`input` and `mask` (rows, 5) as CARDINALITIES describes them."""
    torch.manual_seed(seed)
    input = torch.rand(rows, 5) * 2 - 1
    input[:, 1] = torch.randint(1, 5, (rows,))
    input[:, 4] = torch.randint(1, 3, (rows,))
    mask = torch.rand(rows, 5) > 0.2
    return input.masked_fill(~mask, 0), mask


def case(
    kind: str, rows: int = 6, steps: int = 7
) -> tuple[dict[str, Any], Tensor, Tensor]:
    """Arguments of a model of this kind, and `input` and `mask` that suit it."""
    if kind == "features":
        input, mask = features(rows)
        return (
            {"input_dim": 5, "kind": kind, "cardinalities": CARDINALITIES},
            input,
            mask,
        )
    torch.manual_seed(0)
    mask = torch.rand(rows, steps) > 0.3
    if kind == "tokens":
        input = torch.randint(1, 11, (rows, steps)).masked_fill(~mask, 0)
        return {"input_dim": 11, "kind": kind}, input, mask
    channels = 1 if kind == "plain" else 3
    input = torch.randn(rows, steps, channels) * mask[..., None]
    return {"input_dim": channels, "kind": "vectors"}, input, mask


KINDS = ["features", "vectors", "plain", "tokens"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 6])
def test_one_output_a_row(kind: str, rows: int) -> None:
    arguments, input, mask = case(kind, rows)
    outputs = BaseTransformer(output_dim=3, **arguments, **SMALL)(input, mask)
    assert outputs.shape == (rows, 3)
    assert outputs.dtype == torch.float32
    assert outputs.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_one_output_a_step(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=2, task_type="sequence", **arguments, **SMALL)
    assert model(input, mask).shape == (*input.shape[:2], 2)


def test_the_five_arguments_are_enough() -> None:
    model = BaseTransformer(1, 3, 256, 4, "classification")
    assert model(torch.randn(2, 5, 1)).shape == (2, 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task_type", ["classification", "sequence"])
def test_masked_content_changes_no_output(kind: str, task_type: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, task_type=task_type, **arguments, **SMALL)
    if kind == "tokens":
        junk = torch.full_like(input, 10)
    else:
        junk = torch.full_like(input, float("nan"))
    absent = ~mask if input.dim() == 2 else ~mask[..., None]
    assert torch.equal(
        model(input, mask), model(torch.where(absent, junk, input), mask)
    )


@pytest.mark.parametrize("kind", ["vectors", "tokens"])
def test_a_causal_model_never_looks_ahead(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(
        output_dim=3, task_type="sequence", causal=True, **arguments, **SMALL
    ).eval()
    before = model(input, mask)
    for step in range(input.shape[1]):
        later, known = input.clone(), mask.clone()
        later[:, step:] = later[:, step:].roll(1, 0)
        known[:, step:] = known[:, step:].roll(1, 0)
        after = model(later, known)
        assert torch.equal(after[:, :step], before[:, :step])
        assert not torch.equal(after[:, step:], before[:, step:])
    assert torch.allclose(model(input[:, :3], mask[:, :3]), before[:, :3], atol=1e-6)


@pytest.mark.parametrize("kind", ["vectors", "tokens"])
def test_masked_content_changes_no_output_of_a_causal_model(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(
        output_dim=3, task_type="sequence", causal=True, **arguments, **SMALL
    ).eval()
    other = torch.where(
        mask.view(*mask.shape, *[1] * (input.ndim - 2)), input, input.flip(0)
    )
    assert torch.equal(model(other, mask), model(input, mask))


@pytest.mark.parametrize(
    "arguments",
    [{"kind": "features", "task_type": "sequence"}, {"task_type": "regression"}],
)
def test_causal_is_for_steps_of_a_sequence(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="causal"):
        BaseTransformer(3, 2, causal=True, **arguments, **SMALL)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_absent_values_is_finite_and_trains(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    outputs = model(torch.zeros_like(input), torch.zeros_like(mask))
    outputs.sum().backward()
    assert outputs.isfinite().all()
    gradients = [
        weight.grad for weight in model.parameters() if weight.grad is not None
    ]
    assert all(gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize("kind", KINDS)
def test_no_mask_is_a_mask_that_is_true_everywhere(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    assert torch.equal(model(input), model(input, torch.ones_like(mask)))


@pytest.mark.parametrize("kind", ["features", "vectors", "tokens"])
def test_a_row_does_not_depend_on_its_batch(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    alone = torch.cat([model(input[i : i + 1], mask[i : i + 1]) for i in range(6)])
    torch.testing.assert_close(model(input, mask), alone)


@pytest.mark.parametrize("kind", ["vectors", "tokens"])
def test_padding_a_row_changes_nothing(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    longer = torch.cat([input, torch.zeros_like(input)], dim=1)
    padded = model(longer, torch.cat([mask, torch.zeros_like(mask)], dim=1))
    torch.testing.assert_close(model(input, mask), padded)


@pytest.mark.parametrize("kind", KINDS)
def test_train_and_eval_agree_without_dropout(kind: str) -> None:
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    assert torch.equal(model.train()(input, mask), model.eval()(input, mask))


def test_absent_differs_from_any_value() -> None:
    model = BaseTransformer(5, 3, kind="features", cardinalities=CARDINALITIES, **SMALL)
    input, known = torch.zeros(1, 5), torch.ones(1, 5, dtype=torch.bool)
    absent = known.clone()
    absent[0, 0] = False
    assert not torch.allclose(model(input, known), model(input, absent))


def test_equal_values_of_two_features_differ() -> None:
    model = BaseTransformer(2, 1, kind="features", cardinalities=[3, 3], **SMALL)
    a, b = model(torch.tensor([[1.0, 2.0]])), model(torch.tensor([[2.0, 1.0]]))
    assert not torch.allclose(a, b)


@pytest.mark.parametrize("kind", ["vectors", "tokens"])
def test_order_of_steps_matters(kind: str) -> None:
    arguments, input, _ = case(kind)
    model = BaseTransformer(output_dim=3, **arguments, **SMALL)
    assert not torch.allclose(model(input), model(input.flip(1)))


@pytest.mark.parametrize(
    ("cardinalities", "d_model", "num_heads"),
    [([0], 8, 1), ([4], 8, 8), ([0] * 13, 30, 3), ([2] * 3, 33, 3)],
)
def test_odd_sizes(cardinalities: list[int], d_model: int, num_heads: int) -> None:
    model = BaseTransformer(
        len(cardinalities),
        1,
        d_model,
        1,
        kind="features",
        cardinalities=cardinalities,
        num_heads=num_heads,
    )
    outputs = model(torch.ones(3, len(cardinalities)))
    outputs.sum().backward()
    assert outputs.shape == (3, 1)
    assert all(weight.grad is not None for weight in model.parameters())


@pytest.mark.parametrize("task_type", ["classification", "sequence"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_gets_a_gradient(kind: str, task_type: str) -> None:
    """A weight without one stops training on several devices."""
    arguments, input, mask = case(kind)
    model = BaseTransformer(output_dim=3, task_type=task_type, **arguments, **SMALL)
    model(input, mask).sum().backward()
    assert [n for n, weight in model.named_parameters() if weight.grad is None] == []


@pytest.mark.parametrize("d_model", [30, 33])
def test_steps_beyond_any_training_length(d_model: int) -> None:
    small = SMALL | {"d_model": d_model, "num_heads": 3}
    model = BaseTransformer(2, 1, task_type="sequence", **small)
    outputs = model(torch.randn(1, 2500, 2))
    assert outputs.shape == (1, 2500, 1)
    assert outputs.isfinite().all()


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


def test_the_file_stands_alone(tmp_path: Path) -> None:
    """It is copied as model.py into experiments that know nothing of labwright."""
    source = Path(labwright.base_model.__file__).read_bytes()
    assert source.count(b"\n") <= 500
    (tmp_path / "model.py").write_bytes(source)
    code = (
        "import sys, model; assert not any('labwright' in name for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_the_embeddings_of_several_ids_of_a_step_are_summed_and_id_0_adds_nothing():
    model = BaseTransformer(9, 3, 16, 1, "sequence", kind="tokens", num_heads=2).eval()
    ids = torch.tensor([[[3, 0, 5], [4, 0, 0]]])  # (1, 2, 3)
    turned = model(ids.flip(2))
    assert turned.shape == (1, 2, 3)
    assert torch.allclose(turned, model(ids), atol=1e-6)
    assert torch.allclose(model(ids[:, 1:]), model(ids[:, 1:, 0]), atol=1e-6)
    mask = torch.tensor([[True, False]])
    hidden = model(ids.masked_fill(~mask[..., None], 7), mask)
    assert torch.equal(hidden[:, 0], model(ids, mask)[:, 0])
