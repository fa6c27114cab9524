"""Ctrl-C and SIGTERM: training stops where it can be gone on with exactly.

Used by train.py; nothing here needs editing.
"""

import signal
from types import FrameType

# ---- signals -------------------------------------------------------------------------


class InterruptedRunError(BaseException):
    """Ctrl-C or SIGTERM came, `signal` says which; no error of the code."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.signal = number


class StopSignals:
    """Turns Ctrl-C and SIGTERM into InterruptedRunError.

    While `patient`, the first one is only remembered in `number`: training goes on to the
    next step at which a checkpoint can be resumed exactly.
    """

    def __init__(self) -> None:
        self.number = 0
        self.patient = False

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.receive)

    def receive(self, number: int, frame: FrameType | None) -> None:
        again, self.number = self.number, number
        if again or not self.patient:
            raise InterruptedRunError(number)

    def ignore(self) -> None:
        """From here on a run only writes down how it ended, and is let do so."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
