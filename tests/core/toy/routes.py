"""The toy over HTTP."""

from flask import Response
from pydantic import BaseModel, ConfigDict
from werkzeug.datastructures import FileStorage

from core.database import PageQuery
from core.errors import Stale, Unavailable
from core.http import (
    Resource,
    Routes,
    accepted,
    body,
    if_match,
    if_match_sent,
    no_content,
    query,
    reply,
    responds,
    upload,
)
from core.jobs import JobView
from tests.core.toy.messages import Climb, WriteNote
from tests.core.toy.service import Notes

routes: Routes[Notes] = Routes("toy", "Notes")


class NewNote(BaseModel):
    """A note that comes in."""

    model_config = ConfigDict(extra="forbid")

    text: str
    mood: str | None = None


class NoteView(BaseModel):
    """A note that goes out."""

    model_config = ConfigDict(from_attributes=True)

    text: str


class NoteList(BaseModel):
    """Every note."""

    notes: list[NoteView]


class Tag(BaseModel):
    """What is said of an uploaded file."""

    model_config = ConfigDict(extra="forbid")

    tag: str = "none"


class Received(BaseModel):
    """What was sent in a file."""

    told: str


@routes("/notes")
class NotesResource(Resource[Notes]):
    """Notes."""

    @responds(NoteList)
    @query(PageQuery)
    def get(self, _asked: PageQuery) -> Response:
        """List notes."""
        return reply(NoteList(notes=[NoteView(text=text) for text in self.service.texts()]))

    @responds(NoteView, 201)
    @body(NewNote)
    def post(self, new: NewNote) -> Response:
        """Write a note."""
        return reply(NoteView.model_validate(self.service.write(new.text)), 201)


@routes("/jobs")
class NoteJobs(Resource[Notes]):
    """Notes that a worker writes."""

    @responds(JobView, 202)
    @body(WriteNote)
    def post(self, message: WriteNote) -> Response:
        """Ask a worker; with a text of `roll back` the request fails after asking."""
        job = self.service.ask(message)
        if message.text == "roll back":
            raise RuntimeError("password=hunter2")
        return accepted(job)


@routes("/files")
class Files(Resource[Notes]):
    """Uploads."""

    @responds(Received)
    @upload(Tag)
    def post(self, file: FileStorage, tag: Tag) -> Response:
        """Tell what was sent."""
        return reply(Received(told=f"{tag.tag}:{len(file.read())}"))


@routes("/climbs")
class Climbs(Resource[Notes]):
    """Jobs that show how far they are."""

    @responds(JobView, 202)
    @body(Climb)
    def post(self, message: Climb) -> Response:
        """Ask a worker to climb."""
        return accepted(self.service.climb(message))


@routes("/uploads")
class Uploads(Resource[Notes]):
    """Uploads for a worker."""

    @responds(JobView, 202)
    @upload(Tag)
    def post(self, file: FileStorage, tag: Tag) -> Response:
        """Ask a worker to note what the file says."""
        return accepted(self.service.ask(WriteNote(text=f"{tag.tag}:{file.read().decode()}")))


@routes("/versions")
class Versions(Resource[Notes]):
    """Preconditions, and a dependency that is away."""

    @responds(None, 204)
    @if_match
    def put(self, version: int | None) -> Response:
        """Refuse to be available for version 13."""
        if version == 13:
            raise Unavailable("The other side is away", retry_after=7)
        return no_content()

    @responds(None, 204)
    @if_match_sent
    def delete(self, version: int | None) -> Response:
        """Delete version 3."""
        if version not in {None, 3}:
            raise Stale("It is in version 3")
        return no_content()
