"""What is kept of a model's outputs for a batch, so that all batches make one tensor."""

from torch import Tensor


def whole_outputs(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Everything: one output (B, output_dim) a row."""
    return outputs


def keep_horizon(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The steps to forecast, in the target's own unit, (B, horizon).

    Outputs (B, T, 1) are differences to the batch's "offset" (B, horizon), in its "unit"
    (B, 1).
    """
    offset = batch["offset"].to(outputs)
    ahead = outputs[:, -offset.shape[1] :, 0]
    return offset + ahead * batch["unit"].to(outputs)
