"""HTTP: resources, what comes in and what goes out. Apps import from here what this page names."""

from core.http.resources import (
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

__all__ = [
    "Resource",
    "Routes",
    "Versions",
    "accepted",
    "body",
    "if_match",
    "if_match_sent",
    "no_content",
    "query",
    "reply",
    "responds",
    "upload",
]
