"""The contract of docs/base_model.md: what the shipped model puts out."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import labwright.base_model
from labwright.base_model import BaseTransformer
from tests.base_model.cases import CARDINALITIES, KINDS, SMALL, case


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


def test_the_file_stands_alone(tmp_path: Path) -> None:
    """It is copied as model.py into experiments that know nothing of labwright."""
    source = Path(labwright.base_model.__file__).read_bytes()
    assert source.count(b"\n") <= 500
    (tmp_path / "model.py").write_bytes(source)
    code = (
        "import sys, model; assert not any('labwright' in name for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
