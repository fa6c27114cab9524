"""Every metric that a task may be judged by: facts only.

How each is computed stands in `labwright.parts.metrics`, under the canonical name.
"""

from labwright.task.metric import Metric
from labwright.task.metrics_of_classes import OF_CLASSES
from labwright.task.metrics_of_numbers import OF_NUMBERS

METRICS: dict[str, Metric] = {metric.name: metric for metric in OF_CLASSES + OF_NUMBERS}
