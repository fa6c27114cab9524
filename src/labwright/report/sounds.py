"""Spectrograms of the sounds that a model was most wrong about."""

from typing import Any

from labwright.report.gallery import Picture, gallery, worst
from labwright.report.markup import Node
from labwright.report.read import RunFiles
from labwright.report.sections import section


def sounds(files: RunFiles) -> Node | None:
    """What the sounds of examples.json look like, and what they were taken for."""
    found = files.examples.get("sounds")
    if not found:
        return None
    title, lead, shown = worst(found, "sound")
    low, high = files.examples["hertz"]
    lead += (
        f" Time runs to the right, pitch upwards from {low:,} to {high:,} Hz (evenly in "
        "mel, as people hear it); bright is loud."
    )
    return section(title, lead, gallery([_picture(each) for each in shown], "sounds"))


def _picture(sound: dict[str, Any]) -> Picture:
    return Picture(
        png=sound["spectrogram"],
        truth=sound["truth"],
        prediction=sound["prediction"],
        probability=sound.get("probability"),
        right=sound.get("right"),
        note=f"row {sound['row']:,}, {sound['seconds']:.3g} s",
    )
