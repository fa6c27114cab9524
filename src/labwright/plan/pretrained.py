"""How a pretrained encoder reads texts: which one, how long a text, what is stored."""

from labwright.errors import TaskError
from labwright.plan.encoding import Encoding, Material


def encode_pretrained(material: Material) -> Encoding:
    """Not built yet.

    Raises:
        TaskError: always.
    """
    raise TaskError(
        "a text recipe that learns from the training texts alone",
        f"the pretrained encoder {material.task.pretrained!r}",
        "Take `pretrained` out of the task file.",
        key="pretrained",
    )
