"""What a task file may say, as pydantic models; the JSON Schema is made from them.

These are the canonical forms. The many spellings that a task file may use instead are
read into them by `labwright.task.read`.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SourceType = Literal["huggingface", "kaggle", "openml", "url", "local"]
TaskType = Literal["regression", "classification", "sequence"]
SplitRule = Literal["random", "stratified", "time", "group", "official"]
Format = Literal[
    "csv",
    "tsv",
    "parquet",
    "json",
    "jsonl",
    "excel",
    "arff",
    "sqlite",
    "ts",
    "npz",
    "conll",
]
Recipe = Literal["table", "text", "forecast", "series", "tags", "image", "audio"]
JoinHow = Literal["left", "inner", "nearest_earlier"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Join(_Strict):
    """How the rows of a source are found for those of the table with the target."""

    on: tuple[str, ...] = Field(
        min_length=1,
        description="Columns whose values must be equal, under the name that they have "
        "in the table with the target.",
    )
    other: tuple[str, ...] | None = Field(
        default=None,
        description="What this source calls them, in the same order. Default: the same.",
    )
    how: JoinHow = Field(
        default="left",
        description="left: keeps every row; inner: keeps those that match; "
        "nearest_earlier: the latest row before the moment in the last column.",
    )


class Source(_Strict):
    """One place that data come from."""

    type: SourceType = Field(
        description="The kind of place. May be left out where the identifier shows it."
    )
    identifier: str = Field(
        description="What names the data there: owner/name of a Hugging Face or Kaggle "
        "data set, competition/slug of a Kaggle competition, the number or name of an "
        "OpenML data set, a URL, or a path, folder or glob relative to the workspace."
    )
    description: str = Field(default="", description="What these data are, in words.")
    config: str | None = Field(
        default=None, description="Configuration (subset) of a Hugging Face data set."
    )
    split: str | None = Field(
        default=None,
        description="Split of a Hugging Face data set to read, such as train, or "
        "train+test. Default: all of them.",
    )
    revision: str | None = Field(
        default=None,
        description="Commit, branch or tag on Hugging Face, version number on Kaggle. "
        "Default: the newest, pinned in the experiment.",
    )
    file: str | None = Field(
        default=None,
        description="Name or glob of the file that is meant, inside a data set, a "
        "folder or an archive.",
    )
    format: Format | None = Field(
        default=None,
        description="Format of the file. Default: by its name and content.",
    )
    sha256: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="Expected sha256 of the file, 64 hexadecimal digits.",
    )
    max_size: int | None = Field(
        default=None,
        ge=1,
        description="Largest download in bytes, or text with a unit such as 2 GiB. "
        "Default: 1 GiB; local data have no limit.",
    )
    join: Join | None = Field(
        default=None,
        description="How its rows are joined to the table that holds the target. "
        "Default: by the key that the values show, where one is clear.",
    )
    alternatives: tuple["Source", ...] = Field(
        default=(),
        description="Other places that have the same data, tried in turn where this one "
        "fails. A text stands for an object with that identifier.",
    )


class Split(_Strict):
    """How rows are dealt to train, val and test."""

    rule: SplitRule = Field(
        description="random: rows at random; stratified: with equal shares of each "
        "class; time: later rows are tested; group: rows of one group stay together; "
        "official: the parts that the source itself gives."
    )
    time_column: str | None = Field(
        default=None, description="Column that orders the rows under the rule time."
    )
    group_column: str | None = Field(
        default=None,
        description="Column whose equal values form a group under the rule group.",
    )


class ModelOptions(_Strict):
    """Size of the model. What is left out is chosen by rows, features and classes."""

    d_model: Literal[256, 512] | None = Field(
        default=None, description="Width of the transformer: 256 or 512."
    )
    num_layers: int | None = Field(
        default=None, ge=4, le=8, description="Layers of the transformer, 4 to 8."
    )
    dropout: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Share of activations dropped, 0 to below 1.",
    )


class TrainingOptions(_Strict):
    """How the model is trained. What is left out is chosen by the size of the data."""

    batch_size: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Rows in a training step."
    )
    learning_rate: float | None = Field(
        default=None, gt=0, le=10, description="Peak learning rate, after warm-up."
    )
    epochs: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Most passes over the training rows.",
    )
    patience: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Epochs without a better validation metric before training stops.",
    )


class Task(_Strict):
    """What to predict, from which data."""

    name: str = Field(
        description="Short name; it becomes part of the experiment's folder name. "
        "Default: made from the first data source."
    )
    description: str = Field(default="", description="The task in words.")
    input_description: str = Field(default="", description="What is known, in words.")
    output_description: str = Field(
        default="",
        description="What is to be predicted, in words. It names the target column "
        "unless target does.",
    )
    data_sources: tuple[Source, ...] = Field(
        min_length=1,
        description="Where the data come from: one object or more. A text stands for "
        "an object with that identifier.",
    )
    task_type: TaskType | None = Field(
        default=None,
        description="What kind of prediction. Default: by the target's values.",
    )
    recipe: Recipe | None = Field(
        default=None,
        description="How the data are read: table, text, forecast, series, tags, image "
        "or audio. Default: by the columns and the words.",
    )
    horizon: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Steps to forecast. Default: by the words of the task.",
    )
    known_in_advance: tuple[str, ...] | None = Field(
        default=None,
        description="Columns whose values are known for the steps to forecast: holidays, "
        "what is planned. Default: by their names and the hints; all others are read of "
        "the past alone.",
    )
    pretrained: str | None = Field(
        default=None,
        description="owner/name of a text encoder on Hugging Face, or a folder with one; "
        "it is kept frozen, and read from safetensors only.",
    )
    evaluation_metric: str | None = Field(
        default=None,
        description="Metric to be judged by, any of docs/metrics.md. Default: the "
        "usual one for the data.",
    )
    expected_baseline: str | float | dict[str, Any] | None = Field(
        default=None,
        description="What is known to be reachable: a figure of the metric, or words. "
        "It is shown beside the result.",
    )
    preprocessing_hints: str | tuple[str, ...] = Field(
        default="",
        description="Words about the data; what they say of the split is acted on.",
    )
    target: str | tuple[str, ...] | None = Field(
        default=None,
        description="Column to predict, or a list of columns. Default: the column that "
        "the source or the words of the task name.",
    )
    inputs: tuple[str, ...] | None = Field(
        default=None,
        description="Columns to predict from. Default: all that are usable.",
    )
    drop: tuple[str, ...] = Field(
        default=(), description="Columns never to predict from."
    )
    derive: dict[str, str] = Field(
        default={},
        description="Columns to make, by name: polars SQL expressions of the columns of "
        'one row, such as {"rainy": "precipitation > 0"}.',
    )
    where: str | None = Field(
        default=None,
        description="Rows to use: a polars SQL expression of the columns of one row, "
        'such as "year >= 2011".',
    )
    split: Split | None = Field(
        default=None,
        description="How rows are dealt to train, val and test: a rule or an object. "
        "Default: by time, group or class as the data and the words suggest.",
    )
    positive_class: str | None = Field(
        default=None,
        description="Of two classes, the one that metrics such as f1 are about.",
    )
    max_rows: int | None = Field(
        default=None, ge=1, le=2**63 - 1, description="Most rows to use. Default: all."
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**32 - 1,
        description="Seed of the split, the order of rows and the weights.",
    )
    model: ModelOptions = Field(
        default=ModelOptions(), description="Size of the model."
    )
    training: TrainingOptions = Field(
        default=TrainingOptions(), description="How the model is trained."
    )
