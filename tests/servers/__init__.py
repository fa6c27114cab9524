"""Loopback servers that behave as the Hub, Kaggle, OpenML and a plain web server do.

Each `serve_…` function is a context manager that starts one on a free port of 127.0.0.1
and yields a `Server`: its `url`, and `log`, every request as "METHOD path Range".

    with serve_files({"cars.csv": b"a,b\\n1,2\\n"}) as server:
        requests.get(server.url + "/cars.csv")

    serve_files(files)       any files, by path; ranges, ETag; faults by name, see web.py
    serve_hub(root)          data set repositories root/owner/name; set HF_ENDPOINT to url
    serve_kaggle(root)       root/datasets/owner/slug, root/competitions/slug
    serve_openml(sets)       `OpenmlSet`s; set OPENML_SERVER to url
"""

from tests.servers.base import Server
from tests.servers.hub import COMMIT, serve_hub
from tests.servers.kaggle import serve_kaggle
from tests.servers.openml import OpenmlSet, serve_openml
from tests.servers.web import serve_files

__all__ = [
    "COMMIT",
    "OpenmlSet",
    "Server",
    "serve_files",
    "serve_hub",
    "serve_kaggle",
    "serve_openml",
]
