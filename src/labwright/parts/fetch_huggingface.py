"""Fetch from the Hugging Face Hub, each split as one Parquet file."""

import hashlib
import shutil
from pathlib import Path

import huggingface_hub
import polars as pl
from datasets import ClassLabel, Dataset, DatasetBuilder, load_dataset_builder
from datasets.table import embed_table_storage

from labwright.parts.files.download import SILENCE
from labwright.parts.files.hub import HUB_BROKEN, download_from_hub
from labwright.parts.files.retry import with_retries
from labwright.parts.hashing import refuse_change


def fetch_huggingface(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Export splits of a data set as <config>/<split>.parquet unless they are there.

    Args:
        source: owner/name.
        revision: The commit, which settles every byte of the set.
        files: <config>/<split>.parquet and the sha256 of its rows, see sha256_of_rows.
        folder: data/raw of the experiment.
        max_bytes: Most that is downloaded, of each config.

    Raises:
        OSError, HUB_BROKEN: the Hub refused or has no such set, or was not reached.
        ValueError: more than `max_bytes`, or not the rows this was made from.
    """
    cache = folder / ".cache"
    keep_caches_below(cache)
    huggingface_hub.get_session().timeout = SILENCE  # the client would wait for ever
    for config in dict.fromkeys(Path(name).parent.name for name in files):
        splits = [
            Path(name).stem
            for name in files
            if Path(name).parent.name == config and not (folder / name).exists()
        ]
        if splits:
            builder = builder_of(source, config, revision, cache)
            for split in set(builder.config.data_files) - set(splits):
                del builder.config.data_files[split]
            download_data_files(builder, source, revision, cache, max_bytes)
            builder.download_and_prepare(verification_mode="no_checks")
        for split in splits:
            path = folder / config / f"{split}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            named_table(builder.as_dataset(split=split)).write_parquet(part)
            part.rename(path)  # never a half-written file under the final name
    shutil.rmtree(cache, ignore_errors=True)
    for name, sha256 in files.items():
        if sha256:
            refuse_change(folder / name, sha256, sha256_of_rows(folder / name))


def keep_caches_below(cache: Path) -> None:
    """Point the client's caches into `cache`; the login stays where it is.

    Their environment variables count only before the client is imported.
    """
    for name in ("HF_HUB_CACHE", "HF_ASSETS_CACHE", "HF_XET_CACHE"):
        setattr(huggingface_hub.constants, name, str(cache.absolute() / name))


def builder_of(
    source: str, config: str, revision: str | None, cache: Path
) -> DatasetBuilder:
    """What makes a data set of a config's files; it knows their addresses."""
    return with_retries(
        lambda: load_dataset_builder(
            source, config, revision=revision, cache_dir=str(cache / "datasets")
        ),
        *HUB_BROKEN,
    )


def download_data_files(
    builder: DatasetBuilder,
    source: str,
    revision: str | None,
    cache: Path,
    max_bytes: int | None,
) -> None:
    """Put the data files of a set below `cache`, and tell the builder so."""
    paths = {
        url: url.split("@", 1)[-1].split("/", 1)[-1]
        for urls in builder.config.data_files.values()
        for url in urls
    }
    places = {path: cache.absolute() / "files" / path for path in paths.values()}
    download_from_hub(source, "dataset", revision, places, max_bytes)
    for urls_of_split in builder.config.data_files.values():
        urls_of_split[:] = [str(places[paths[url]]) for url in urls_of_split]


def named_table(rows: Dataset) -> pl.DataFrame:
    """The rows, class labels as their names; -1 stands for no label and becomes null.

    Images and sounds are their files' bytes, not decoded.
    """
    table = pl.DataFrame(embed_table_storage(rows.data.table))
    for column, feature in rows.features.items():
        inner = getattr(feature, "feature", feature)  # of a list of labels
        if isinstance(inner, ClassLabel):
            value = pl.col(column) if inner is feature else pl.element()
            named = value.replace_strict(
                range(len(inner.names)),
                inner.names,
                default=None,
                return_dtype=pl.Enum(inner.names),
            )
            of_list = pl.col(column).list.eval(named)
            table = table.with_columns(named if inner is feature else of_list)
    return table


def sha256_of_rows(path: Path) -> str:
    """sha256 of the rows of a Parquet file.

    The bytes of the file itself would differ with each version of the library that
    writes it, though nothing changed on the Hub.
    """
    digest = hashlib.sha256()
    table = pl.read_parquet(path)
    holds_bytes = any("Binary" in str(dtype) for dtype in table.dtypes)
    for rows in table.iter_slices(100 if holds_bytes else 10_000):
        digest.update(ascii(rows.to_dict(as_series=False)).encode())
    return digest.hexdigest()
