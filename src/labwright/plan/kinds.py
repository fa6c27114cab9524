"""The kinds of data that there are, beside the table: one line for each in every list."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from labwright.plan.audio import encode_audio, find_sounds
from labwright.plan.decisions import Plan
from labwright.plan.encoding import Encode
from labwright.plan.forecast import find_forecast, plan_forecast
from labwright.plan.image import encode_image, find_images
from labwright.plan.prose import text_rule
from labwright.plan.recipe import RecipeChoice, Rule
from labwright.plan.series import encode_series, find_series
from labwright.plan.tables import Choice
from labwright.plan.tagging import tags_rule
from labwright.plan.tags import plan_next_token, plan_tags
from labwright.plan.text import encode_text
from labwright.profile.facts import Profile
from labwright.task.model import Task

Planner: TypeAlias = Callable[[Task, Profile, Choice, RecipeChoice, bool], Plan]

# What finds the columns of a recipe, in the order in which the rules are asked.
RULES: Mapping[str, Rule] = {
    "audio": find_sounds,
    "image": find_images,
    "forecast": find_forecast,
    "tags": tags_rule,
    "text": text_rule,
    "series": find_series,
}
# How a row becomes what the model reads, where planning is otherwise the table's.
ENCODINGS: Mapping[str, Encode] = {
    "audio": encode_audio,
    "image": encode_image,
    "text": encode_text,
    "series": encode_series,
}
# Planning as a whole, where rows are not cases.
PLANNERS: Mapping[str, Planner] = {
    "forecast": plan_forecast,
    "next_token": plan_next_token,
    "tags": plan_tags,
}
