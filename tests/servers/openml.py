"""A stand-in for www.openml.org: descriptions and features as JSON, ARFF and Parquet files."""

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from tests.servers.base import Handler, Server, running


@dataclass(frozen=True)
class OpenmlSet:
    """One data set; text columns are nominal.

    Attributes:
        parquet: Offer a Parquet file; "broken": name one that is not there, as OpenML
            does for some of its sets.
        md5: Of the ARFF file in the description; None for the true one.
    """

    id: int
    name: str
    table: pl.DataFrame
    target: str | None
    ignored: Sequence[str] = ()
    row_id: str | None = None
    parquet: bool | str = True
    md5: str | None = None
    status: str = "active"
    version: int = 1

    @property
    def arff(self) -> bytes:
        lines = [f"@RELATION {self.name}", ""]
        for column in self.table.iter_columns():
            kind = "REAL"
            if not column.dtype.is_numeric():
                kind = (
                    "{"
                    + ",".join(map(quoted, column.drop_nulls().unique().sort()))
                    + "}"
                )
            lines.append(f"@ATTRIBUTE {quoted(column.name)} {kind}")
        lines += ["", "@DATA"]
        lines += [",".join(map(quoted, row)) for row in self.table.iter_rows()]
        return "\n".join(lines).encode()

    @property
    def parquet_file(self) -> bytes:
        buffer = io.BytesIO()
        self.table.write_parquet(buffer)
        return buffer.getvalue()


def quoted(value: Any) -> str:
    """A cell of an ARFF file."""
    if value is None:
        return "?"
    return f"'{value}'" if isinstance(value, str) else str(value)


class OpenmlHandler(Handler):
    sets: dict[int, OpenmlSet]

    def answer(self) -> None:
        parts = urlsplit(self.path).path.strip("/").split("/")
        if parts[:4] == ["api", "v1", "json", "data"]:
            self.api(parts[4:])
        elif parts[:3] == ["data", "v1", "download"]:
            self.send_content(self.sets[int(parts[3])].arff, ETag='"arff"')
        elif parts[0] == "parquet" and self.sets[int(parts[1])].parquet is True:
            self.send_content(self.sets[int(parts[1])].parquet_file, ETag='"parquet"')
        else:
            self.send(404, {"error": "not found"})

    def refuse(self, code: int, message: str) -> None:
        self.send(412, {"error": {"code": str(code), "message": message}})

    def api(self, parts: list[str]) -> None:
        if parts[0] == "list":
            name = parts[parts.index("data_name") + 1]
            hits = [one for one in self.sets.values() if one.name == name]
            listed = [
                {
                    "did": one.id,
                    "name": one.name,
                    "version": one.version,
                    "status": one.status,
                }
                for one in hits
            ]
            if listed:
                self.send(200, {"data": {"dataset": listed}})
            else:
                self.refuse(372, "No results")
            return
        wanted = self.sets.get(int(parts[-1]))
        if wanted is None:
            self.refuse(111, "Unknown dataset")
        elif parts[0] == "features":
            self.send(200, {"data_features": {"feature": features(wanted)}})
        else:
            self.send(200, {"data_set_description": self.description(wanted)})

    def description(self, wanted: OpenmlSet) -> dict[str, Any]:
        base = f"http://{self.headers['Host']}"
        description: dict[str, Any] = {
            "id": str(wanted.id),
            "name": wanted.name,
            "version": str(wanted.version),
            "format": "ARFF",
            "url": f"{base}/data/v1/download/{wanted.id}/{wanted.name}.arff",
            "status": wanted.status,
            "md5_checksum": wanted.md5 or hashlib.md5(wanted.arff).hexdigest(),
        }
        if wanted.target:
            description["default_target_attribute"] = wanted.target
        if wanted.parquet:
            description["parquet_url"] = (
                f"{base}/parquet/{wanted.id}/dataset_{wanted.id}.pq"
            )
        return description


def features(wanted: OpenmlSet) -> list[dict[str, Any]]:
    listed = []
    for i, column in enumerate(wanted.table.iter_columns()):
        nominal = not column.dtype.is_numeric()
        feature: dict[str, Any] = {
            "index": str(i),
            "name": column.name,
            "data_type": "nominal" if nominal else "numeric",
            "is_target": str(column.name == wanted.target).lower(),
            "is_ignore": str(column.name in wanted.ignored).lower(),
            "is_row_identifier": str(column.name == wanted.row_id).lower(),
            "number_of_missing_values": str(column.null_count()),
        }
        if nominal:
            feature["nominal_value"] = column.drop_nulls().unique().sort().to_list()
        listed.append(feature)
    return listed


@contextlib.contextmanager
def serve_openml(*sets: OpenmlSet) -> Iterator[Server]:
    """Serve data sets under their ids; OPENML_SERVER names the address."""
    with running(OpenmlHandler, sets={one.id: one for one in sets}) as server:
        yield server
