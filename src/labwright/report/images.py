"""The images that a model was most wrong about."""

from typing import Any

from labwright.report.gallery import Picture, gallery
from labwright.report.markup import Node
from labwright.report.read import RunFiles
from labwright.report.sections import section
from labwright.report.words import count

LEAST_SURE = 6  # that are shown where nothing was mistaken


def images(files: RunFiles) -> Node | None:
    """The images of examples.json, and what they were taken for."""
    found = files.examples.get("images")
    if not found:
        return None
    wrong = [image for image in found if image.get("right") is False]
    shown = wrong or found[:LEAST_SURE]
    if wrong:
        title = "Images that were mistaken"
        lead = (
            f"{count(len(wrong), 'image')} taken for something else, the surest first."
        )
    elif found[0].get("right"):
        title = "Images that were least sure"
        lead = "None was taken for something else; these came nearest to it."
    else:
        title, lead = "Images farthest off", "Those whose prediction lies farthest off."
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
