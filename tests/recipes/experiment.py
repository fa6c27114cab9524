"""A small emitted experiment to train in this process, where a test can reach into it."""

import json
import signal
import sys
from pathlib import Path

import labwright
from labwright.inline import inline
from labwright.write.files import read_recipe

HOME = Path(labwright.__file__).parent
MODULES = read_recipe("table")
SMALL = {
    "SOURCE": "example.csv",
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 3,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
    "MAX_TREES": 30,
}


class Experiment:
    """An experiment folder below `workspace`, emitted from the recipes."""

    def __init__(self, workspace, values=None, names=None, table=None):
        self.folder = workspace / "experiments" / "small"
        self.folder.mkdir(parents=True)
        example = HOME / "recipes" / "table" / "example.csv"
        (workspace / "example.csv").write_text(table or example.read_text())
        for module in MODULES:
            text = inline(module, SMALL | (values or {}), names or {})
            (self.folder / f"{module.name}.py").write_text(text)
        model = (HOME / "base_model.py").read_text()
        (self.folder / "model.py").write_text(model)

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
        stops = (signal.SIGINT, signal.SIGTERM)  # which train.py takes over
        before = {number: signal.getsignal(number) for number in stops}
        try:
            return module.main()
        finally:
            sys.argv = argv
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def results(self):
        return json.loads((self.folder / "results.json").read_text())

    def run(self, number="001"):
        return self.folder / "runs" / number
