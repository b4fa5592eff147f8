"""The course map: not a study of data, but run, shown and translated like one."""

from __future__ import annotations

from pydantic import Field

from casework.studies.base import NotebookParameters, PublishedResult, Study


class OrientationParameters(NotebookParameters):
    """Parameters of the orientation notebook."""

    module: str = Field("", description="only this module, or all where it is empty")


STUDY = Study(
    name="orientation",
    stem="00_orientation",
    module="",
    title="Orientation: the map of the course",
    question="What is there to learn, where does one begin, and where do one's own data go?",
    minutes=15,
    level="introductory",
    parameters=OrientationParameters,
    contract=None,
    results=(
        PublishedResult(name="n_studies", kind="scalar", title="Studies that can be run", unit="studies", key=True),
        PublishedResult(name="n_minutes", kind="scalar", title="Reading and working time", unit="minutes", key=True),
        PublishedResult(name="course_map", kind="table", title="Course map"),
    ),
)
