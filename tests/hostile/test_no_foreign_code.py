"""Nothing that comes from outside is run: not by us, and not by what we emit."""

import ast
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from labwright.errors import ReadError
from labwright.parts.read_npz import read_npz
from tests.hostile.test_archives import world
from tests.hostile.trial import refusal

SOURCES = sorted(Path(str(files("labwright"))).rglob("*.py"))
CALLS = [
    (path.name, node, ast.unparse(node.func))
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call)
]
UNPICKLERS = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal", "yaml"}


def arguments(call: ast.Call) -> dict[str | None, str]:
    return {each.arg: ast.unparse(each.value) for each in call.keywords}


def test_nothing_that_unpickles_is_imported():
    imported = {
        f"{module}.{each.name}".lstrip(".")
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in [getattr(node, "module", None) or ""]
        for each in node.names
    }
    found = {name for name in imported if name.partition(".")[0] in UNPICKLERS}
    assert found <= {"pickle.UnpicklingError"}  # to say which file it is


def test_no_text_becomes_code_or_a_shell_command():
    called = {name for _, _, name in CALLS}
    assert not called & {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
    }
    assert not any(arguments(call).get("shell") for _, call, _ in CALLS)


@pytest.mark.parametrize(
    ("call", "argument", "value"),
    [
        ("torch.load", "weights_only", "True"),
        ("AutoModel.from_pretrained", "use_safetensors", "True"),
        ("AutoModel.from_pretrained", "trust_remote_code", "False"),
    ],
)
def test_weights_are_read_as_tensors_alone(call, argument, value):
    found = [arguments(node) for _, node, name in CALLS if name == call]
    assert found
    assert all(each.get(argument) == value for each in found)


def test_remote_code_is_never_trusted_nor_a_pickle_allowed():
    said = [arguments(call) for _, call, _ in CALLS]
    assert {each.get("trust_remote_code", "False") for each in said} == {"False"}
    assert {each.get("allow_pickle", "False") for each in said} == {"False"}


def test_arrays_of_objects_are_refused(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    path = tmp_path / "x.npz"
    np.savez(path, X=np.array([Trap()] * 30, dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_npz(path, {})
    error = refusal(world("x.npz", path.read_bytes()))
    assert isinstance(error, ReadError)
    assert not (tmp_path / "touched").exists()
