"""If-Match (RFC 9110, 13.1.1): a change is made only to a version of the resource that the client has read."""

import re

from flask import Request
from werkzeug.exceptions import PreconditionRequired

from core.errors import Malformed, Stale, Violation

HEADER = "If-Match"
TAGS = re.compile(r'[ \t,]*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?:,[ \t,]*|$))*')
TAG = re.compile(r'(W/)?"([^"]*)"')
VERSION = re.compile("0|[1-9][0-9]{0,17}")


def parse_if_match(request: Request) -> frozenset[int] | None:
    """The versions that the client accepts; None (any) for `*` and without the header.

    Raises Malformed for a header that is not a list of entity tags, and Stale if none of the tags can be a version.
    """
    value = request.headers.get(HEADER, "*").strip(" \t")
    if value == "*":
        return None
    if not TAGS.fullmatch(value):
        raise Malformed("If-Match cannot be parsed", (Violation(HEADER, 'send `*`, or ETags in quotes: "1", "2"'),))
    # A weak tag never matches here: RFC 9110 requires the strong comparison.
    versions = frozenset(int(tag) for weak, tag in TAG.findall(value) if not weak and VERSION.fullmatch(tag))
    if not versions:
        raise Stale("None of the ETags in If-Match belongs to this resource")
    return versions


def require_if_match(request: Request) -> frozenset[int] | None:
    """The same, with a 428 if the header is missing."""
    if HEADER not in request.headers:
        raise PreconditionRequired("Send If-Match with the ETag that you have read, or * to overwrite any version")
    return parse_if_match(request)
