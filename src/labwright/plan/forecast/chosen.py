"""All that was chosen for a forecast, before it is put into words and constants."""

from dataclasses import dataclass

from labwright.acquire.acquired import Acquired
from labwright.plan.decisions import Decision
from labwright.plan.forecast.covariates import Covariate
from labwright.plan.forecast.rhythm import Rhythm, Step
from labwright.plan.forecast.spans import Laid, Spans
from labwright.plan.forecast.times import Timing
from labwright.plan.recipe import RecipeChoice
from labwright.plan.size import Size
from labwright.plan.tables import Choice
from labwright.plan.target import Target
from labwright.task.metric import Metric
from labwright.task.model import Task


@dataclass(frozen=True)
class Forecast:
    """Every choice, each with its reason.

    Attributes:
        horizon: Steps, and why.
        metric_reason: Why that metric.
        repeated: Rows that share a series and a step with an earlier one.
        untimed: Rows without a time.
        gaps: Share of the cells between first and last target without a value.
    """

    task: Task
    acquired: Acquired
    table: Choice
    recipe: RecipeChoice
    target: Target
    timing: Timing
    step: Step
    rhythm: Rhythm
    horizon: tuple[int, str]
    covariates: tuple[Covariate, ...]
    laid: Laid
    spans: Spans
    metric: Metric
    metric_reason: str
    size: Size
    size_decisions: tuple[Decision, ...]
    repeated: int
    untimed: int
    gaps: float

    def named(self, use: str) -> list[str]:
        """Columns of one use."""
        return [each.name for each in self.covariates if each.use == use]

    @property
    def width(self) -> int:
        """Steps of a window."""
        return self.spans.history + self.horizon[0]
