"""A small emitted experiment to train in this process, where a test can reach into it."""

import json
import re
import sys
from pathlib import Path

import labwright

HOME = Path(labwright.__file__).parent
RECIPES = ("shared", "table")
SMALL = {
    "SOURCE": "example.csv",
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 3,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
    "MAX_TREES": 30,
}


def own_text(text, values, names):
    """A recipe file with its siblings' names in the experiment, and constants filled.

    Parts stay imported, which is all that differs from what is really emitted.
    """
    text = re.sub(
        r"from labwright\.recipes\.\w+\.(\w+) import", r"from \1 import", text
    )
    text = text.replace("from labwright.base_model import", "from model import")
    for name, value in values.items():
        line = re.compile(rf"^({name}(?:: [^=\n]+)?) = .*$", re.MULTILINE)
        text = line.sub(lambda found, value=value: f"{found[1]} = {value!r}", text)
    for old, new in names.items():
        text = re.sub(rf"(?<!\")\b{old}\b(?!\")", new, text)
    return text


class Experiment:
    """An experiment folder below `workspace`, emitted from the recipes."""

    def __init__(self, workspace, values=None, names=None, table=None):
        self.folder = workspace / "experiments" / "small"
        self.folder.mkdir(parents=True)
        example = HOME / "recipes" / "table" / "example.csv"
        (workspace / "example.csv").write_text(table or example.read_text())
        for path in self.sources():
            text = own_text(path.read_text(), SMALL | (values or {}), names or {})
            (self.folder / path.name).write_text(text)
        model = (HOME / "base_model.py").read_text()
        (self.folder / "model.py").write_text(model)

    @staticmethod
    def sources():
        found = [
            path for name in RECIPES for path in (HOME / "recipes" / name).glob("*.py")
        ]
        return [path for path in found if path.name != "__init__.py"]

    def edit(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    def load(self, name="train"):
        """One of its modules, read anew, with all that it imports."""
        names = {path.stem for path in self.folder.glob("*.py")}
        for known in names & set(sys.modules):
            del sys.modules[known]
        sys.path.insert(0, str(self.folder))
        try:
            return __import__(name)
        finally:
            sys.path.remove(str(self.folder))

    def train(self, *options, prepare=None):
        """Exit code of `python train.py OPTIONS`; `prepare` may change modules before."""
        module = self.load()
        if prepare:
            prepare(module)
        argv, sys.argv = sys.argv, ["train.py", *options]
        try:
            return module.main()
        finally:
            sys.argv = argv

    @property
    def results(self):
        return json.loads((self.folder / "results.json").read_text())

    def run(self, number="001"):
        return self.folder / "runs" / number
