"""Plans made by hand, of the example that lies beside the table recipe."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.plan.decisions import Decision, Plan
from labwright.task.model import Source, Task
from labwright.write.files import read_recipe

EXAMPLE = Path(str(files("labwright").joinpath("recipes/table/example.csv")))

METRICS = (
    *("accuracy", "balanced_accuracy", "f1", "macro_f1", "micro_f1", "weighted_f1"),
    *("precision", "recall", "roc_auc", "average_precision", "log_loss", "mcc"),
    *("quadratic_kappa", "mse", "rmse", "rmsle", "mae", "mape", "r2", "spearman"),
)

FORECAST_METRICS = tuple(
    f"forecast_{name}" for name in ("mae", "rmse", "mse", "mape", "smape", "mase", "r2")
)

# Parts that stand for each other, by the name that the recipe calls.
COMMON: dict[str, tuple[str, ...]] = {
    "fetch_local": (
        *("fetch_local", "fetch_url", "fetch_huggingface", "fetch_hub_files"),
        *("fetch_kaggle", "fetch_openml"),
    ),
    "keep_files": ("keep_files", "unpack_zip", "unpack_tar", "unpack_gz"),
    "read_csv": (
        *("read_csv", "read_parquet", "read_json", "read_jsonl"),
        *("read_excel", "read_arff", "read_sqlite"),
    ),
    "split_stratified": (
        *("split_stratified", "split_random", "split_by_time"),
        *("split_by_group", "split_official"),
    ),
    "accuracy": METRICS,
    "more_about_classes": (
        *("more_about_classes", "more_about_labels", "more_about_numbers"),
    ),
    **{
        f"{verb}_classes": tuple(
            f"{verb}_{kind}" for kind in ("classes", "labels", "numbers", "log_numbers")
        )
        for verb in ("fit", "encode", "decode")
    },
}


TAGS: dict[str, tuple[str, ...]] = {
    "rows_of_tagged": ("rows_of_tagged", "rows_of_texts"),
    "fit_on_features": ("fit_on_features", "fit_on_words", "fit_on_texts"),
    "ids_of_featured": ("ids_of_featured", "ids_of_sentences", "ids_of_running"),
    "size_of_features": ("size_of_features", "size_of_bpe"),
    "cut_tagged": ("cut_tagged", "cut_texts"),
    "text_lists": ("text_lists", "texts_as_they_are"),
    "decode_tags": ("decode_tags", "decode_tokens"),
    "whole_outputs": ("codes_of_words", "scores_of_tokens"),
    "accuracy": (
        *("accuracy_of_tags", "balanced_accuracy_of_tags", "macro_f1_of_tags"),
        *("micro_f1_of_tags", "weighted_f1_of_tags", "span_f1_of_tags"),
        *("exact_match_of_tags", "accuracy_of_tokens", "log_loss_of_tokens"),
        "perplexity_of_tokens",
    ),
    "more_about_classes": ("more_about_tags", "more_about_tokens"),
}

# Beside those above, or in their place, by recipe.
OF_RECIPE: dict[str, dict[str, tuple[str, ...]]] = {
    "frozen": {"weights_on_disk": ("weights_on_disk", "weights_of_hub")},
    "audio": {
        "keep_frames": ("keep_frames", "count_frames"),
        "kept_frames": ("kept_frames", "made_frames"),
    },
    "series": {
        "arrange_lists": ("arrange_lists", "arrange_wide", "arrange_long"),
        "read_csv": (*COMMON["read_csv"], "read_ts", "read_npz"),
    },
    "table": {
        "encode_features": ("encode_features", "encode_plain"),
        "features_arguments": ("features_arguments", "plain_arguments"),
    },
    "forecast": {
        "accuracy": FORECAST_METRICS,
        "more_about_classes": ("more_about_forecasts",),
        "whole_outputs": ("keep_horizon",),
        "moment_of_parts": (
            *("moment_of_parts", "moment_of_date"),
            *("moment_of_number", "moment_of_place"),
        ),
        "month_steps": ("month_steps", "even_steps", "weekday_steps"),
        "month_moments": ("month_moments", "even_moments", "weekday_moments"),
        "dates_of_moments": ("dates_of_moments", "numbers_of_moments"),
    },
    "tags": TAGS,
    "next_token": TAGS,
}


# Forms of recipes that other folders give them: the recipe and these folders.
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "frozen": ("text", ("frozen",)),
    "table_texts": ("table", ("table_texts",)),
}


def form_of(recipe: str) -> tuple[str, tuple[str, ...]]:
    """The recipe that a name means, and the folders that give it its form."""
    return FORMS.get(recipe, (recipe, ()))


@cache
def alternatives_of(recipe: str) -> dict[str, tuple[str, ...]]:
    """The parts that a plan of a recipe may choose, by the name that the recipe calls."""
    modules = read_recipe(*form_of(recipe))
    called = {item.member for module in modules for item in module.imports}
    choices = COMMON | OF_RECIPE.get(recipe, {})
    return {written: names for written, names in choices.items() if written in called}


def choices_of(recipe: str) -> int:
    """Choices of all names after which every alternative was met."""
    return max(map(len, alternatives_of(recipe).values()))


def names_of(recipe: str, number: int) -> dict[str, str]:
    """One choice of all names; the first `choices_of` meet every alternative."""
    return {
        written: choices[number % len(choices)]
        for written, choices in alternatives_of(recipe).items()
    }


def make_task(**changes: Any) -> Task:
    values: dict[str, Any] = {
        "name": "penguins",
        "description": "Tell penguins apart by their bodies.",
        "data_sources": (Source(type="local", identifier="penguins.csv"),),
    }
    return Task(**(values | changes))


def make_plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "task": make_task(),
        "recipe": "table",
        "decisions": (
            Decision("target", "species", "The last column.", '"target": "island"'),
            Decision("column", "dropped", "It has one value.", about="year"),
        ),
        "constants": {
            "TARGETS": ["species"],
            "CLASSES": ["Adelie", "Chinstrap", "Gentoo"],
            "NUMBERS": ["bill_length_mm", "body_mass_g"],
            "CATEGORIES": ["island"],
        },
        "names": {},
        "fingerprint": "0123456789abcdef" * 4,
    }
    return Plan(**(values | changes))


def make_acquired(folder: Path, **changes: Any) -> Acquired:
    """The example as if it had been fetched into `folder`."""
    folder.mkdir(parents=True)
    content = EXAMPLE.read_bytes()
    (folder / "penguins.csv").write_bytes(content)
    columns = tuple(content.decode().partition("\n")[0].split(","))
    values: dict[str, Any] = {
        "fetch": "fetch_local",
        "source": "penguins.csv",
        "revision": None,
        "files": {"penguins.csv": hashlib.sha256(content).hexdigest()},
        "unpacked": "keep_files",
        "tables": (TableFile("penguins.csv", "read_csv", {}, columns),),
        "official": {},
        "metadata": Metadata(),
        "folder": folder,
        "size": len(content),
        "max_bytes": None,
    }
    return Acquired(**(values | changes))
