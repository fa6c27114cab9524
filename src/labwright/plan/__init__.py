"""Every decision, with the measured reason for it, from the task and the facts."""

from labwright.plan.planning import plan

__all__ = ["plan"]
