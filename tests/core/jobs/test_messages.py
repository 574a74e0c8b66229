"""Messages: frozen, and refused if they do not fit."""

import pytest
from pydantic import ValidationError

from tests.core.toy.messages import WriteMany, WriteNote


def test_a_message_cannot_be_changed() -> None:
    name = "text"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(WriteNote(text="a"), name, "b")


def test_a_message_refuses_unknown_fields() -> None:
    with pytest.raises(ValidationError, match="extra"):
        WriteNote.model_validate({"text": "a", "color": "red"})


def test_a_message_is_the_same_after_json() -> None:
    sent = WriteNote(text="ä\u0000\U0001f600", then="refuse")
    assert WriteNote.model_validate_json(sent.model_dump_json()) == sent


def test_a_message_has_a_default_queue_and_number_of_attempts() -> None:
    assert (WriteMany.queue, WriteMany.max_attempts, WriteNote.max_attempts) == ("default", 5, 2)
