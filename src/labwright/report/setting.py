"""The sections in words: doubts, decisions, the split certificate and the environment."""

from typing import Any

from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.sections import section
from labwright.report.words import count, figure, written

PARTS = (("train", "training"), ("val", "validation"), ("test", "test"))


# ---- doubts --------------------------------------------------------------------------


def doubts(files: RunFiles) -> Node | None:
    """What could make the figure wrong: the plan's warnings and what the run measured."""
    texts = [*files.plan.get("warnings", ()), *_measured(files.results)]
    if not texts:
        return None
    lead = "Known reasons for caution, from the plan and from the run itself. No list is complete."
    return section(
        "What could make this wrong",
        lead,
        node("ul", *(node("li", *_prose(t)) for t in texts), class_="doubts"),
    )


def _measured(results: dict[str, Any]) -> list[str]:
    """What results.json itself says against the figure."""
    split, texts = results.get("split") or {}, []
    overlap = split.get("overlap") or {}
    if number := overlap.get("equal_rows"):
        texts.append(
            f"{count(number, 'row')} outside the training part {'equals' if number == 1 else 'equal'} a training row."
        )
    if number := overlap.get("groups"):
        texts.append(f"{count(number, 'group')} lie in more than one part.")
    if (looks := split.get("test_looks") or 0) > 1:
        texts.append(
            f"The test part was looked at {looks} times: a figure chosen among several looks is hopeful."
        )
    texts += [
        f"{entry['column']} alone nearly gives the target away: {entry['measure']} {figure(entry['figure'])}."
        for entry in results.get("leak_scan") or ()
    ]
    return texts


# ---- decisions -----------------------------------------------------------------------


def decisions(files: RunFiles) -> Node | None:
    """Every decision of the plan with its reason and the line that changes it."""
    found = files.plan.get("decisions")
    if not found:
        return None
    lead = "Each with the measured reason, and the line of the task file that decides otherwise."
    return section(
        "Decisions",
        lead,
        node("dl", *(_decision(entry) for entry in found), class_="decisions"),
    )


def _decision(entry: dict[str, Any]) -> Node:
    about = entry.get("about")
    subject = entry["subject"] + (f" {about}" if about else "")
    change = entry.get("change")
    return node(
        "div",
        node("dt", subject),
        node(
            "dd",
            node("span", written(entry["choice"]), class_=_weight(entry["choice"])),
            node("span", *_prose(entry["reason"]), class_="reason"),
            node("code", change) if change else None,
        ),
    )


def _weight(choice: Any) -> str:
    """A choice stands out, a long list of names does not."""
    return "names" if isinstance(choice, list) and len(choice) > 4 else "choice"


def _prose(text: str) -> list[Node | str]:
    """Text with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one that has no partner
        return [text]
    return [node("code", part) if i % 2 else part for i, part in enumerate(parts)]


# ---- split certificate ---------------------------------------------------------------


def certificate(files: RunFiles) -> Node | None:
    """How the rows were dealt, and the proof that a second look would need."""
    split = files.results.get("split")
    if not split:
        return None
    rows, hashes = split["rows"], split.get("hashes") or {}
    total = sum(rows.values()) or 1
    bar = [
        node(
            "span",
            node("b", f"{rows[part]:,}"),
            f" {name}",
            class_=part,
            style=f"flex-grow:{rows[part] / total:.4f}",
        )
        for part, name in PARTS
        if rows.get(part)
    ]
    facts = [
        (
            "Rule",
            split["rule"] + (f" by {split['column']}" if split.get("column") else ""),
        ),
        *(
            (f"Rows of {name}", f"sha256 {hashes[part][:16]}")
            for part, name in PARTS
            if part in hashes
        ),
        *(
            (f"Overlap: {name.replace('_', ' ')}", f"{number:,}")
            for name, number in (split.get("overlap") or {}).items()
        ),
        ("Looks at the test part", str(split.get("test_looks", 0))),
    ]
    lead = "Rows were dealt once, before anything was fitted. Equal hashes mean equal parts."
    return section(
        "Split certificate", lead, node("div", *bar, class_="parts"), facts_list(facts)
    )


# ---- environment ---------------------------------------------------------------------


def environment(files: RunFiles) -> Node:
    """What it ran on and with: device, versions, options, model and data."""
    results = files.results
    model, data = results.get("model") or {}, results.get("data") or {}
    facts = [
        ("Started", results.get("started")),
        ("Device", results.get("device")),
        ("Precision", results.get("precision")),
        ("Seed", results.get("seed")),
        ("Model", _model(model)),
        ("Options", _options(results.get("options") or {})),
        (
            "Data",
            f"sha256 {data['fingerprint'][:16]}" if data.get("fingerprint") else None,
        ),
        *(results.get("versions") or {}).items(),
    ]
    known = [(name, str(value)) for name, value in facts if value not in (None, "")]
    return section("Environment", "Enough to run it again.", facts_list(known))


def _model(model: dict[str, Any]) -> str:
    if not model:
        return ""
    return f"{model['parameters']:,} parameters, d_model {model['d_model']}, {count(model['num_layers'], 'layer')}"


def _options(options: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', '-')} {value}"
        for name, value in options.items()
        if value is not None
    )


def facts_list(facts: list[tuple[str, str]]) -> Node:
    """Names and values in two columns."""
    return node(
        "dl",
        *(node("div", node("dt", name), node("dd", value)) for name, value in facts),
        class_="facts",
    )
