"""The model: a transformer over features of a row, steps of a series, or token ids.

    model = BaseTransformer(
        input_dim=6, output_dim=3, kind="features", cardinalities=[0, 0, 0, 0, 4, 3]
    )
    model(input, mask)  # float32 (B, 6), bool (B, 6) -> logits, float32 (B, 3)

Rows of a table follow FT-Transformer (Gorishniy et al., 2021, arXiv:2106.11959) with
piecewise-linear encodings of numbers (Gorishniy et al., 2022, arXiv:2203.05556). The
file is yours to edit; `python check.py` says whether it still keeps its contract.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

import pytorch_lightning as lightning
import torch
from pytorch_lightning.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torch.nn import functional

Kind = Literal["features", "vectors", "tokens"]
TaskType = Literal["regression", "classification", "sequence"]
Loss = Literal["cross_entropy", "binary_cross_entropy", "mse", "huber"]

NUM_BINS = 32  # of the piecewise-linear encoding of a number, over [-1, 1]
DECAY_AFTER = 500  # steps at the highest learning rate
IGNORED = -100  # a target of this class is not predicted; NaN is the same for numbers


class FeatureTokens(nn.Module):
    """One token for each feature of a row: numbers, then categories.

    A number is encoded by how far it fills each of `NUM_BINS` bins, which lets a linear
    map bend at every bin edge. Numbers are expected as quantiles in [-1, 1], so bins of
    equal width hold equally many rows. An absent value has a learned token of its own:
    for a number an indicator column of the encoding, for a category the code 0.

    Args:
        cardinalities: For each feature 0 (a number), or the count of its codes, code 0
            among them (a category).
        d_model: Width of a token.
    """

    numbers: Tensor  # which features are numbers, int64
    categories: Tensor  # which features are categories, int64
    first_rows: Tensor  # where the codes of a category start in the embedding table
    bin_starts: Tensor  # lower edges of the bins

    def __init__(self, cardinalities: Sequence[int], d_model: int) -> None:
        super().__init__()
        codes = torch.tensor(cardinalities, dtype=torch.int64)
        numbers, categories = (codes == 0).nonzero()[:, 0], codes.nonzero()[:, 0]
        codes = codes[categories]
        buffers = {
            "numbers": numbers,
            "categories": categories,
            "first_rows": codes.cumsum(0) - codes,
            "bin_starts": torch.linspace(-1, 1, NUM_BINS + 1)[:-1],
        }
        for name, values in buffers.items():
            self.register_buffer(name, values, persistent=False)
        # A weight that no row can reach gets no gradient, which stops DDP: make none.
        self.number: nn.Parameter | None = None
        if len(numbers):
            weight = torch.zeros(len(numbers), NUM_BINS + 3, d_model)
            nn.init.normal_(weight[:, NUM_BINS:], std=d_model**-0.5)  # bins stay at 0
            self.number = nn.Parameter(weight)
        self.category: nn.Embedding | None = None
        if len(categories):
            self.category = nn.Embedding(int(codes.sum()), d_model)
            nn.init.normal_(self.category.weight, std=d_model**-0.5)

    def forward(self, input: Tensor, mask: Tensor) -> Tensor:
        """Tokens (B, F, d_model) of rows (B, F); `input` is 0 where `mask` is False."""
        tokens = []
        if self.number is not None:
            value = input[:, self.numbers, None]  # (B, numbers, 1)
            known = mask[:, self.numbers, None].to(value)
            filled = ((value - self.bin_starts) * (NUM_BINS / 2)).clamp(0, 1)
            columns = [filled * known, value, known, 1 - known]
            encoding = torch.cat(columns, dim=-1)  # (B, numbers, NUM_BINS + 3)
            tokens.append(torch.einsum("bfk,fkd->bfd", encoding, self.number))
        if self.category is not None:
            code = input[:, self.categories].long()  # (B, categories)
            tokens.append(self.category(code + self.first_rows))
        return torch.cat(tokens, dim=1)  # (B, F, d_model)


class StepTokens(nn.Module):
    """One token for each step of a series, or each token id, with its position added.

    A step may have several ids, as a word by its endings; their embeddings are summed,
    and id 0, that of padding, adds nothing. Positions are sinusoids (Vaswani et al.,
    2017), so any length works.
    """

    embed: nn.Embedding | nn.Linear
    frequencies: Tensor

    def __init__(self, kind: Kind, input_dim: int, d_model: int) -> None:
        super().__init__()
        if kind == "tokens":
            self.embed = nn.Embedding(input_dim, d_model, padding_idx=0)
        else:
            self.embed = nn.Linear(input_dim, d_model)
        frequencies = 1e4 ** (-torch.arange(0, d_model, 2) / d_model)
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        """Tokens (B, T, d_model) of vectors (B, T, input_dim), or ids (B, T) or (B, T, K)."""
        tokens: Tensor = self.embed(input)
        if tokens.ndim == 4:
            tokens = tokens.sum(dim=2)  # (B, T, K, d_model) -> (B, T, d_model)
        steps, d_model = tokens.shape[1:]
        angles = torch.outer(torch.arange(steps).to(self.frequencies), self.frequencies)
        waves = torch.cat([angles.sin(), angles.cos()], dim=1)[:, :d_model]
        return tokens + waves  # (B, T, d_model) + (T, d_model)


class Block(nn.Module):
    """Attention, then a gated feed-forward (ReGLU), each with a norm before it."""

    def __init__(self, d_model: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.num_heads, self.d_head = num_heads, d_model // num_heads
        hidden = max(32, d_model * 4 // 3 // 32 * 32)  # as many weights as a plain 2 d
        self.attention_norm = nn.LayerNorm(d_model)
        self.query = nn.Linear(d_model, d_model)
        self.key_value = nn.Linear(d_model, 2 * d_model)
        self.merge = nn.Linear(d_model, d_model)
        self.feed_norm = nn.LayerNorm(d_model)
        self.expand = nn.Linear(d_model, 2 * hidden)
        self.contract = nn.Linear(hidden, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, attend: Tensor | None = None, queries: int | None = None
    ) -> Tensor:
        """Transform tokens.

        Args:
            x: Tokens (B, T, d_model).
            attend: Bool (B, 1, 1 or Q, T), False at tokens that a query does not look at;
                None: all look at all.
            queries: How many of the first tokens are wanted; None: all, Q = T.

        Returns:
            The wanted tokens, (B, Q, d_model).
        """
        normed = self.attention_norm(x)
        query = self._heads(self.query(normed[:, :queries]))  # (B, heads, Q, d_head)
        key, value = self.key_value(normed).chunk(2, dim=-1)
        mixed = functional.scaled_dot_product_attention(
            query, self._heads(key), self._heads(value), attn_mask=attend
        )
        mixed = mixed.transpose(1, 2).flatten(2)  # (B, Q, d_model)
        x = x[:, :queries] + self.merge(mixed)
        gate, hidden = self.expand(self.feed_norm(x)).chunk(2, dim=-1)
        fed: Tensor = self.contract(self.dropout(functional.relu(gate) * hidden))
        return x + fed  # (B, Q, d_model)

    def _heads(self, x: Tensor) -> Tensor:  # (B, T, d_model) -> (B, heads, T, d_head)
        return x.view(len(x), -1, self.num_heads, self.d_head).transpose(1, 2)


class BaseTransformer(lightning.LightningModule):
    """A transformer encoder with a CLS token, for every form of batch.

    Args:
        input_dim: Features of a row, channels of a step, or size of the vocabulary.
        output_dim: Classes, labels, or numbers to predict.
        d_model: Width of a token; a multiple of `num_heads`.
        num_layers: Transformer blocks.
        task_type: "sequence" predicts at every step, the others once for a row.
        kind: What `input` holds: "features" float32 (B, input_dim), "vectors" float32
            (B, T, input_dim), "tokens" int64 (B, T), or (B, T, K) where a
            step has K ids.
        cardinalities: For kind "features": 0 for a number, the count of codes for a
            category (code 0: absent). None: all are numbers.
        num_heads: Attention heads.
        dropout: Share of values dropped inside the feed-forward.
        learning_rate: Highest of the schedule.
        weight_decay: Of matrices; biases, norms and embeddings have none.
        warmup_steps: Optimizer steps of linear warm-up; after DECAY_AFTER steps the
            rate falls with the inverse square root of the step. It depends on the step
            alone, so a run that is resumed, or given more time, goes the same way.
        loss: None takes cross-entropy for int64 targets; for float targets binary
            cross-entropy under "classification" and mean squared error otherwise.
        class_weights: Weight of each class in the cross-entropy.
        causal: Under "sequence", whether a step sees only itself and earlier ones, as
            the prediction of what comes next needs.
    """

    class_weights: Tensor | None

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        d_model: int = 256,
        num_layers: int = 4,
        task_type: TaskType = "classification",
        *,
        kind: Kind = "vectors",
        cardinalities: Sequence[int] | None = None,
        num_heads: int = 8,
        dropout: float = 0.1,
        learning_rate: float = 3e-4,
        weight_decay: float = 1e-2,
        warmup_steps: int = 100,
        loss: Loss | None = None,
        class_weights: Sequence[float] | None = None,
        causal: bool = False,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        if d_model % num_heads:
            raise ValueError(
                f"expected d_model to be a multiple of {num_heads=}, found {d_model}. "
                "Change one of the two."
            )
        if kind == "features" and len(cardinalities or [0] * input_dim) != input_dim:
            raise ValueError(
                f"expected {input_dim} cardinalities, one for each feature, found "
                f"{len(cardinalities or ())}. Give 0 for a number."
            )
        if causal and (kind == "features" or task_type != "sequence"):
            raise ValueError(
                f"expected steps of a sequence for causal=True, found {kind=} under "
                f"{task_type=}. Leave causal out."
            )
        self.input_dim, self.kind, self.task_type = input_dim, kind, task_type
        self.causal = causal
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.warmup_steps, self.loss = max(1, warmup_steps), loss
        weights = None if class_weights is None else torch.tensor(class_weights)
        self.register_buffer("class_weights", weights, persistent=False)

        self.tokens: FeatureTokens | StepTokens
        if kind == "features":
            self.tokens = FeatureTokens(cardinalities or [0] * input_dim, d_model)
        else:
            self.tokens = StepTokens(kind, input_dim, d_model)
        self.cls = nn.Parameter(torch.randn(d_model) * d_model**-0.5)
        self.blocks = nn.ModuleList(
            Block(d_model, num_heads, dropout) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, output_dim)
        if task_type == "sequence":  # a forecast starts from another, nearly as it is
            nn.init.normal_(self.head.weight, std=1e-3)
            nn.init.zeros_(self.head.bias)

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """Raw outputs: logits, or numbers in the scale of the targets.

        Args:
            input: See `kind`.
            mask: Bool (B, F) or (B, T), True where there is a value; None: everywhere.

        Returns:
            (B, output_dim), or (B, T, output_dim) under "sequence".

        Raises:
            ValueError: `input` or `mask` is of another shape.
        """
        mask = self._checked(input, mask)
        if isinstance(self.tokens, FeatureTokens):
            tokens = self.tokens(input.masked_fill(~mask, 0), mask)
            attend = None  # an absent feature has a token that says so
        else:
            absent = ~mask.view(*input.shape[:2], *[1] * (input.ndim - 2))
            tokens = self.tokens(input.masked_fill(absent, 0))
            seen = functional.pad(mask, (1, 0), value=True)  # CLS always is
            attend = seen[:, None, None]  # (B, heads, queries, 1 + T)
            if self.causal:  # CLS, the first, sees itself alone and can tell nothing
                earlier = attend.new_ones(seen.shape[1], seen.shape[1]).tril()
                attend = attend & earlier  # (B, 1, 1 + T, 1 + T)
        cls = self.cls.expand(len(tokens), 1, -1)
        x = torch.cat([cls, tokens], dim=1)  # (B, 1 + T, d_model)
        for block in self.blocks[:-1]:
            x = block(x, attend)
        if self.task_type == "sequence":
            x = self.blocks[-1](x, attend)[:, 1:]  # (B, T, d_model)
        else:
            x = self.blocks[-1](x, attend, queries=1)[:, 0]  # only CLS: (B, d_model)
        outputs: Tensor = self.head(self.norm(x))
        return outputs

    def compute_loss(self, outputs: Tensor, target: Tensor) -> Tensor:
        """Mean loss over everything that is to be predicted; a scalar.

        Args:
            outputs: (…, output_dim), as `forward` returns them.
            target: int64 (…) with `IGNORED`, or float32 (…, output_dim) with NaN,
                where there is nothing to predict. (…) will do where output_dim is 1.

        Raises:
            ValueError: `target` does not fit `outputs` or the loss.
        """
        name = self.loss or self._loss_for(target)
        if name == "cross_entropy":
            _expect_shape("target", target, outputs.shape[:-1])
            total = functional.cross_entropy(
                outputs.flatten(0, -2),
                target.flatten(),
                self.class_weights,
                ignore_index=IGNORED,
                reduction="sum",
            )
            # Not over the weights of this batch: a row counts the same in any batch.
            return total / (target != IGNORED).sum().clamp(min=1)
        if target.ndim == outputs.ndim - 1 and outputs.shape[-1] == 1:
            target = target.unsqueeze(-1)  # (B,) and (B, 1) would broadcast to (B, B)
        _expect_shape("target", target, outputs.shape)
        unknown = target.isnan()
        target = target.nan_to_num()
        if name == "binary_cross_entropy":
            losses = functional.binary_cross_entropy_with_logits(
                outputs, target, reduction="none"
            )
        elif name == "huber":
            losses = functional.huber_loss(outputs, target, reduction="none")
        else:
            losses = functional.mse_loss(outputs, target, reduction="none")
        return losses.masked_fill(unknown, 0).sum() / (~unknown).sum().clamp(min=1)

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        outputs = self(batch["input"], batch.get("mask"))
        return self.compute_loss(outputs, batch["target"])  # train.py logs its mean

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        outputs: Tensor = self(batch["input"], batch.get("mask"))
        loss = self.compute_loss(outputs, batch["target"])
        self.log("val_loss", loss, batch_size=len(batch["input"]), sync_dist=True)
        return outputs

    def predict_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        outputs: Tensor = self(batch["input"], batch.get("mask"))
        return outputs

    def configure_optimizers(self) -> OptimizerLRScheduler:
        linears = [layer for layer in self.modules() if isinstance(layer, nn.Linear)]
        matrices = [layer.weight for layer in linears]
        decayed = {id(weight) for weight in matrices}
        others = [weight for weight in self.parameters() if id(weight) not in decayed]
        groups: list[dict[str, Any]] = [
            {"params": matrices, "weight_decay": self.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        # On a GPU, fused optimizers refuse Lightning's clipping under mixed precision.
        on_cpu = self.device.type == "cpu"
        optimizer = torch.optim.AdamW(groups, lr=self.learning_rate, fused=on_cpu)
        warmup = self.warmup_steps

        def factor(step: int) -> float:
            return min((step + 1) / warmup, 1.0, math.sqrt(DECAY_AFTER / (step + 1)))

        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": scheduler, "interval": "step"},
        }

    def _checked(self, input: Tensor, mask: Tensor | None) -> Tensor:
        """`mask`, or one that is True everywhere, where the shapes are right."""
        if self.kind == "features":
            _expect_shape("input", input, (len(input), self.input_dim))
        elif self.kind == "vectors":
            _expect_shape("input", input, (*input.shape[:2], self.input_dim))
        else:
            _expect_shape("input", input, input.shape[:3])
        if mask is None:
            return torch.ones(input.shape[:2], dtype=torch.bool, device=input.device)
        _expect_shape("mask", mask, input.shape[:2])
        return mask

    def _loss_for(self, target: Tensor) -> Loss:
        if not target.is_floating_point():
            return "cross_entropy"
        if self.task_type == "classification":
            return "binary_cross_entropy"
        return "mse"


def _expect_shape(name: str, tensor: Tensor, shape: Sequence[int]) -> None:
    if tuple(tensor.shape) != tuple(shape):
        raise ValueError(
            f"expected {name} of shape {tuple(shape)}, found {tuple(tensor.shape)}. "
            "docs/base_model.md of labwright has every form of batch."
        )
