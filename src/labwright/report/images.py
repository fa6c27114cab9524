"""The images that a model was most wrong about."""

from typing import Any

from labwright.report.gallery import Picture, gallery, worst
from labwright.report.markup import Node
from labwright.report.read import RunFiles
from labwright.report.sections import section


def images(files: RunFiles) -> Node | None:
    """The images of examples.json, and what they were taken for."""
    found = files.examples.get("images")
    if not found:
        return None
    title, lead, shown = worst(found, "image")
    lead += " Each is shown in the size in which the model saw it."
    return section(title, lead, gallery([_picture(each) for each in shown], "images"))


def _picture(image: dict[str, Any]) -> Picture:
    return Picture(
        png=image["image"],
        truth=image["truth"],
        prediction=image["prediction"],
        probability=image.get("probability"),
        right=image.get("right"),
        note=f"row {image['row']:,}",
    )
