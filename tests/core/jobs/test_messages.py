"""Messages: frozen, and refused where they do not fit."""

import pytest
from pydantic import ValidationError

from tests.core.toy.messages import WriteMany, WriteNote


def test_a_message_cannot_be_changed() -> None:
    name = "text"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(WriteNote(text="a"), name, "b")


def test_a_message_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="extra"):
        WriteNote.model_validate({"text": "a", "color": "red"})


def test_a_message_survives_its_way_to_a_worker() -> None:
    sent = WriteNote(text="ä\u0000\U0001f600", then="refuse")
    assert WriteNote.model_validate_json(sent.model_dump_json()) == sent


def test_a_message_has_a_queue_and_attempts_unless_it_says_otherwise() -> None:
    assert (WriteMany.queue, WriteMany.max_attempts, WriteNote.max_attempts) == ("default", 5, 2)
