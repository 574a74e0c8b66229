"""The toy over HTTP."""

from flask import Response, request
from pydantic import BaseModel, ConfigDict
from werkzeug.datastructures import FileStorage

from core.database import PageQuery
from core.errors import Stale, Unavailable
from core.http import (
    Resource,
    Routes,
    Versions,
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
    """A note to write."""

    model_config = ConfigDict(extra="forbid")

    text: str
    mood: str | None = None


class NoteView(BaseModel):
    """A note as an answer."""

    model_config = ConfigDict(from_attributes=True)

    text: str


class NoteList(BaseModel):
    """Every note."""

    notes: list[NoteView]


class Tag(BaseModel):
    """The fields beside an uploaded file."""

    model_config = ConfigDict(extra="forbid")

    tag: str = "none"


class Received(BaseModel):
    """The tag and the size of a file."""

    content: str


@routes("/notes")
class NotesResource(Resource[Notes]):
    """Notes."""

    @responds(NoteList)
    @query(PageQuery)
    def get(self, _page: PageQuery) -> Response:
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
        """Enqueue a job; with the text `roll back` the request fails afterwards."""
        job = self.service.enqueue(message)
        if message.text == "roll back":
            raise RuntimeError("password=hunter2")
        return accepted(job)


@routes("/files")
class Files(Resource[Notes]):
    """Uploads."""

    @responds(Received)
    @upload(Tag)
    def post(self, file: FileStorage, tag: Tag) -> Response:
        """Answer with the tag and the size of the file."""
        return reply(Received(content=f"{tag.tag}:{len(file.read())}"))


@routes("/climbs")
class Climbs(Resource[Notes]):
    """Jobs with progress."""

    @responds(JobView, 202)
    @body(Climb)
    def post(self, message: Climb) -> Response:
        """Enqueue a climb."""
        return accepted(self.service.climb(message))


@routes("/uploads")
class Uploads(Resource[Notes]):
    """Uploads for a worker."""

    @responds(JobView, 202)
    @upload(Tag)
    def post(self, file: FileStorage, tag: Tag) -> Response:
        """Enqueue a note with the content of the file."""
        return accepted(self.service.enqueue(WriteNote(text=f"{tag.tag}:{file.read().decode(errors='replace')}")))


def changed(versions: Versions) -> Response:
    """The answer to a change of a resource in version 3."""
    if versions is not None and 3 not in versions:
        raise Stale("It is in version 3")
    return no_content()


@routes("/versions")
class Preconditions(Resource[Notes]):
    """Preconditions, and a dependency that is unavailable."""

    def get(self) -> Response:
        """Read version 3, unless the client's conditions forbid it."""
        answer = Response("{}", headers={"ETag": '"3"', "Last-Modified": "Thu, 26 Nov 2026 12:00:00 GMT"})
        answer.make_conditional(request, accept_ranges=True, complete_length=2)
        return answer

    @responds(None, 204)
    @if_match
    def put(self, versions: Versions) -> Response:
        """Change version 3; a dependency is unavailable for version 13."""
        if versions == frozenset({13}):
            raise Unavailable("The dependency is unavailable", retry_after=7)
        return changed(versions)

    @responds(None, 204)
    @if_match_sent
    def delete(self, versions: Versions) -> Response:
        """Delete version 3."""
        return changed(versions)
