"""The experiment's README.md: what was decided and why, and how to go on from there.

All text of the task and of the data is escaped. No cell of the data is shown but the
names of classes and what the plan's reasons say.
"""

from collections.abc import Sequence

from labwright.acquire.acquired import Acquired
from labwright.plan.decisions import Decision, Plan, Value
from labwright.write.markdown import code, prose, table

SHOWN = 12  # names in a sentence; the rest is counted

# Files that are no recipe's, and those whose order matters; others follow by name.
ORDER = (
    "dataloader.py",
    "joins.py",
    "made.py",
    "model.py",
    "train.py",
    "baselines.py",
    "evaluate.py",
)
BESIDE = ("check.py", "predict.py")  # programs; what is left is seldom opened
OTHER_FILES = {
    "README.md": "this page; written once, then yours",
    "task.json": "the task as it was given",
    "plan.json": "every decision with its reason, as data",
    "requirements.txt": "the versions that it was checked with",
    "data/": "`raw` as fetched, `prepared` ready to train on",
    "runs/": "one folder for each training run",
    "predictions/": "what predict.py wrote",
    "results.json": "the latest run's result",
}

RUN = """\
## Run it

    pip install -r requirements.txt
    python train.py                  # trains, or goes on where the last run was cut off
    python train.py --max-minutes 5  # stops in time and evaluates the best so far
    python train.py --help           # all options

It ends with the figures on the test part, those of simple baselines on the same rows,
and whether the difference is more than chance. All of it is in `results.json` and in
`runs/`; `labwright report` draws it as one page."""

DECIDED = """\
## What was decided, and why

A line of the last column, put into the task file, decides otherwise in a new experiment;
in this one the constants do."""

EDIT = """\
## Make it yours

This folder needs nothing of the tool that wrote it, and nothing will overwrite it. What
is meant to be edited first stands in capitals at the top of each file: columns and split
in `dataloader.py`, size and training in `train.py`, the model in `model.py`. What you
change in `dataloader.py` is prepared anew by itself, and a changed experiment starts a
new run beside the earlier ones. After an edit:

    python check.py  # seconds, offline: does everything still keep its promises?"""

USAGE = "    python predict.py"

SHARE = """\
## Share it

`.gitignore` leaves out `data/`, `runs/` and `predictions/`; the rest holds code, decisions
and the names of columns and classes, and `results.json` the figures."""


def render_readme(plan: Plan, acquired: Acquired, sources: dict[str, str]) -> str:
    """The page as Markdown.

    Args:
        plan: What was decided.
        acquired: The data.
        sources: Python files of the experiment by name, for what each is about.
    """
    sections = [
        f"# {prose(plan.task.name)}",
        own_words(plan),
        summary(plan),
        warnings(plan),
        RUN,
        decisions(plan),
        columns(plan),
        EDIT,
        predicting(plan, sources["predict.py"]),
        data(plan, acquired),
        files(sources),
        sharing(acquired),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


# ---- what it is ----------------------------------------------------------------------


def own_words(plan: Plan) -> str:
    """The task as its author put it."""
    task = plan.task
    told = {
        task.description: "Task",
        task.input_description: "Input",
        task.output_description: "Output",
    }
    lines = [
        f"> **{title}:** {prose(text)}" for text, title in told.items() if text.strip()
    ]
    return "\n>\n".join(lines)


def summary(plan: Plan) -> str:
    """What is predicted from what."""
    classes = plan.constants.get("CLASSES", [])
    targets = plan.constants.get("TARGETS", [])
    labels = f" ({plural(len(classes), 'class', 'classes')}: {listed(classes)})"
    about = f"Predicts {listed(targets)}{labels if classes else ''} from"
    read = [d.choice for d in plan.decisions if d.subject == "inputs"]
    if read:  # by a recipe that is no table's
        return f"{about} {listed(read[0])}."
    kinds = {
        ("number", "numbers"): plan.constants.get("NUMBERS", []),
        ("category", "categories"): plan.constants.get("CATEGORIES", []),
        ("date", "dates"): list(plan.constants.get("CALENDAR", {})),
        ("text", "texts"): plan.constants.get("TEXTS", []),
    }
    inputs = {
        kind: [name for name in names if name not in targets]
        for kind, names in kinds.items()
    }
    lines = [
        f"- {plural(len(names), *kind)}: {listed(names)}"
        for kind, names in inputs.items()
        if names
    ]
    return "\n".join([about, "", *lines])


def warnings(plan: Plan) -> str:
    """What a person should know before trusting the result."""
    if not plan.warnings:
        return ""
    lines = [f"- {prose(warning)}" for warning in plan.warnings]
    return "\n".join(["## Know this first", "", *lines])


# ---- what was decided ----------------------------------------------------------------


def decisions(plan: Plan) -> str:
    """Every decision that is not about a single column."""
    found = [decision for decision in plan.decisions if decision.about is None]
    rows = [
        [
            prose(words(item.subject)),
            choice(item.choice),
            prose(item.reason),
            change(item),
        ]
        for item in found
    ]
    header = ["what", "choice", "because", "line of the task file"]
    return f"{DECIDED}\n\n{table(header, rows)}"


def columns(plan: Plan) -> str:
    """What becomes of single columns."""
    found = [decision for decision in plan.decisions if decision.about is not None]
    if not found:
        return ""
    rows = [
        [code(item.about or ""), choice(item.choice), prose(item.reason), change(item)]
        for item in found
    ]
    header = ["column", "choice", "because", "line of the task file"]
    return f"## Columns\n\n{table(header, rows)}"


def choice(value: Value) -> str:
    """A choice as a cell."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, dict):
        return listed([f"{key}: {item}" for key, item in value.items()])
    if isinstance(value, list | tuple):
        return listed([str(item) for item in value])
    return code(str(value))


def change(decision: Decision) -> str:
    """The line that decides otherwise, as a cell."""
    return code(decision.change) if decision.change else ""


def words(name: str) -> str:
    """A name of ours as words."""
    return name.replace("_", " ")


# ---- how to go on --------------------------------------------------------------------


def predicting(plan: Plan, program: str) -> str:
    """How to predict new rows, as the program's docstring shows, and which file waits."""
    usage = [line for line in program.splitlines() if line.startswith(USAGE)]
    section = "\n".join(["## Predict what is new", "", *usage])
    if not plan.predicts:
        return section
    names = listed([f"data/raw/{name}" for name in plan.predicts])
    return f"{section}\n\nThe source has rows without target for it: {names}."


def data(plan: Plan, acquired: Acquired) -> str:
    """Where the data come from, and how they are known again."""
    places = []
    for fetch, source, revision in acquired.places:
        version = f", version {code(revision)}" if revision else ""
        kind = words(fetch.removeprefix("fetch_"))
        places.append(f"{code(source)} ({kind}{version})")
    return (
        "## The data\n\n"
        f"From {' and '.join(places)}: "
        f"{plural(len(acquired.files), 'file', 'files')}, {size(acquired.size)}, "
        f"fingerprint `{plan.fingerprint[:12]}`. If `data/` is gone, the first run fetches "
        "it again and refuses a file that is not the one this experiment was made from."
    )


def files(sources: dict[str, str]) -> str:
    """One line for each file of the folder, those that people edit or start first."""
    first = [name for name in (*ORDER, *BESIDE) if name in sources]
    rest = sorted(sources.keys() - set(first))

    def rows(names: list[str]) -> list[list[str]]:
        return [[code(name), about(name, sources[name])] for name in names]

    others = [[code(name), text] for name, text in OTHER_FILES.items()]
    head = ["file", "what it is"]
    return (
        f"## The files\n\n{table(head, rows(first) + others)}\n\n"
        f"What these need, and you rarely open:\n\n{table(head, rows(rest))}"
    )


def about(name: str, source: str) -> str:
    """The first line of a file's docstring."""
    if name == "model.py":
        return "the model, a LightningModule of your own"
    return prose(source.partition("\n")[0].strip('".'))


def sharing(acquired: Acquired) -> str:
    """What leaves the machine with the folder."""
    if acquired.fetch != "fetch_local":  # which is the first place where there is one
        return SHARE
    return (
        f"{SHARE} The data come from this machine: send {code(acquired.source)} along, to be "
        "put at the same place beside `experiments/`."
    )


# ---- figures and lists ---------------------------------------------------------------


def listed(names: Sequence[str]) -> str:
    """Names as code, the first dozen."""
    shown = ", ".join(code(name) for name in names[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def size(count: int) -> str:
    """Bytes as "12.3 MB"."""
    power = min(len(str(count)) - 1, 9) // 3
    return f"{count / 1000**power:.3g} {('bytes', 'KB', 'MB', 'GB')[power]}"
