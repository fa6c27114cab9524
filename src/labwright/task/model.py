"""What a task file may say, as pydantic models; the JSON Schema is made from them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SourceType = Literal["huggingface", "kaggle", "openml", "url", "local"]
TaskType = Literal["regression", "classification", "sequence"]
SplitRule = Literal["random", "stratified", "time", "group", "official"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Strict):
    """One place that data come from."""

    type: SourceType = Field(description="The kind of place.")
    identifier: str = Field(description="What names the data there: owner/name, an id, a URL, a path.")
    description: str = ""
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    file: str | None = Field(None, description="Name or glob of the file inside a set or an archive.")
    format: Literal["csv", "tsv", "parquet", "json", "jsonl", "excel", "arff", "sqlite"] | None = None
    sha256: str | None = None
    max_size: str | int | None = None


class Split(_Strict):
    """How rows are dealt to train, val and test."""

    rule: SplitRule
    time_column: str | None = None
    group_column: str | None = None


class ModelOptions(_Strict):
    """Size of the model."""

    d_model: Literal[256, 512] | None = None
    num_layers: int | None = Field(None, ge=4, le=8)
    dropout: float | None = Field(None, ge=0, lt=1)


class TrainingOptions(_Strict):
    """How it is trained."""

    batch_size: int | None = Field(None, ge=1)
    learning_rate: float | None = Field(None, gt=0)
    epochs: int | None = Field(None, ge=1)
    patience: int | None = Field(None, ge=1)


class Task(_Strict):
    """What to predict, from which data."""

    name: str
    description: str = ""
    input_description: str = ""
    output_description: str = ""
    data_sources: tuple[Source, ...]
    task_type: TaskType | None = None
    evaluation_metric: str | None = Field(None, description="Canonical name, see docs/metrics.md.")
    expected_baseline: str | float | dict[str, Any] | None = None
    preprocessing_hints: str | tuple[str, ...] = ""
    target: str | tuple[str, ...] | None = None
    inputs: tuple[str, ...] | None = None
    drop: tuple[str, ...] = ()
    split: Split | None = None
    positive_class: str | None = None
    max_rows: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0)
    model: ModelOptions = ModelOptions()
    training: TrainingOptions = TrainingOptions()
