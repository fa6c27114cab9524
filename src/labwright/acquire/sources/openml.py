"""A data set of OpenML, by id or by name."""

import re
from pathlib import Path
from typing import Any

import requests

from labwright.acquire.acquired import Metadata
from labwright.acquire.failures import IDENTIFIER, explained, failure
from labwright.acquire.fingerprints import fingerprints
from labwright.acquire.limits import KEY
from labwright.acquire.located import Located, not_found
from labwright.acquire.sources.url import Answer, ask
from labwright.errors import NotFoundError, SourceError
from labwright.parts.fetch_openml import ask_openml, fetch_openml
from labwright.task.model import Source

LOGIN = "The set is private; download it yourself and name the file as a local source."


def locate_openml(source: Source) -> Located:
    """The set's version, its file (Parquet where that is to be had) and its columns.

    Raises:
        SourceError: there is no such set or version, or no answer.
    """
    id_ = id_of(source)
    about = asked(f"data/{id_}", id_)["data_set_description"]
    features = asked(f"data/features/{id_}", id_)["data_features"]["feature"]
    name, answer = file_of(about)
    notes: tuple[str, ...] = ()
    if (status := about.get("status", "active")) != "active":
        notes = (f"OpenML says of data set {id_}: {status}.",)
    return Located(
        fetch="fetch_openml",
        source=id_,
        revision=str(about.get("version", "")) or None,
        files=(name,),
        size=answer.size,
        metadata=metadata_of(about, features),
        versions={name: f"openml {id_} {about.get('version')} {answer.size}"},
        notes=notes,
    )


def asked(path: str, what: str) -> dict[str, Any]:
    """An answer of the REST interface."""
    try:
        answer: dict[str, Any] = ask_openml(path)
    except requests.RequestException as error:
        raise failure(error, f"OpenML data set {what}", LOGIN) from error
    return answer


def id_of(source: Source) -> str:
    """The id; for a name, of the version that is wanted, else of the newest active one."""
    identifier = source.identifier.removeprefix("openml:").strip("/")
    if match := re.search(r"(?:^|/|id=)(\d+)$", identifier):
        return match[1]
    listed = asked(f"data/list/data_name/{identifier}", identifier)["data"]["dataset"]
    versions = {str(entry["version"]): entry for entry in listed}
    if source.revision is not None:
        if source.revision not in versions:
            raise not_found(
                "version", source.revision, versions, f"{KEY}.revision", identifier
            )
        return str(versions[source.revision]["did"])
    newest = max(
        listed, key=lambda one: (one.get("status") == "active", int(one["version"]))
    )
    return str(newest["did"])


def file_of(about: dict[str, Any]) -> tuple[str, Answer]:
    """Name and size of the Parquet file, or of the ARFF file where there is none."""
    name = re.sub(r"[^\w.-]", "_", str(about["name"]))
    if about.get("parquet_url"):
        try:
            return f"{name}.pq", ask(about["parquet_url"], LOGIN)
        except SourceError:  # some sets name a Parquet file that is not there
            pass
    if not about.get("url"):
        raise NotFoundError(
            "a file", "none in the description", "Name another set.", key=IDENTIFIER
        )
    return f"{name}.arff", ask(about["url"], LOGIN)


def metadata_of(about: dict[str, Any], features: list[dict[str, Any]]) -> Metadata:
    """What OpenML says of the columns; a target only where it names a single one."""
    names = [feature["name"] for feature in features]
    nominal = [one for one in features if one["data_type"] == "nominal"]
    target = about.get("default_target_attribute")
    return Metadata(
        target=target if target in names else None,
        class_names={
            one["name"]: tuple(values)
            for one in nominal
            if isinstance(values := one.get("nominal_value"), list) and values
        },
        ignored=tuple(
            one["name"] for one in features if one.get("is_ignore") == "true"
        ),
        row_ids=tuple(
            one["name"] for one in features if one.get("is_row_identifier") == "true"
        ),
        categories=tuple(one["name"] for one in nominal),
    )


def fetch_from_openml(
    located: Located, folder: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Download the file and fingerprint it."""
    where = f"OpenML data set {located.source}"
    files: dict[str, str | None] = dict.fromkeys(located.files)
    try:
        with explained(where):
            fetch_openml(located.source, located.revision, files, folder, max_bytes)
    except requests.RequestException as error:
        raise failure(error, where, LOGIN) from error
    return fingerprints(folder, located.files)
