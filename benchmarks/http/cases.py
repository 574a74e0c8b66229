"""The requests that are measured: of a bare Flask, and the same of ours."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, Response, jsonify, request

from benchmarks.http.calls import Call, Case
from benchmarks.places import POSTGRES, SQLITE, composed
from core.config import Settings
from core.factory import build_app
from core.observability.logging import configure_logging

GREETING = '{"name": "world", "times": 2}'
PRODUCT = '{{"sku": "A-{0}", "name": "Lamp {0}", "price": "19.90", "attributes": {{"colour": "red"}}}}'
PRODUCTS = 40
BARE_GET, BARE_POST, BARE_UNKNOWN = "bare Flask: GET", "bare Flask: POST with get_json", "bare Flask: unknown URL"

BARE = (
    Case(BARE_GET, "/greetings/2", base=BARE_GET),
    Case(BARE_POST, "/greetings", body=GREETING, base=BARE_GET),
    Case(BARE_UNKNOWN, "/nothing", 404, base=BARE_GET),
)
WITHOUT_DATABASE = (
    Case("typed GET without a database", "/bench/greetings/2", base=BARE_GET),
    Case("typed POST with a parsed body", "/bench/greetings", body=GREETING, base=BARE_POST),
    Case("unknown URL", "/bench/nothing", 404, base=BARE_UNKNOWN),
    Case("refused body", "/bench/greetings", 422, body='{"name": "", "times": 0}', base=BARE_UNKNOWN),
    Case("`/health/live`", "/health/live", base=BARE_GET),
)
WITH_JOBS = (
    Case("accept a job", "/bench/works", 202, body='{"number": 1}', base=BARE_POST),
    Case("GET one job", "/jobs/{job}", base=BARE_GET),
)
# The example's: absent from a project that has deleted it.
WITH_PRODUCTS = (
    Case("GET one row", "/catalog/products/1", base=BARE_GET),
    Case("list of 20 rows", "/catalog/products?limit=20", base=BARE_GET),
)


def bare_flask() -> Flask:
    """The same answers without anything of ours."""
    web = Flask("bare", static_folder=None)

    @web.get("/greetings/<int:times>")
    def read(times: int) -> dict[str, str | int]:
        return {"name": "world", "times": times}

    @web.post("/greetings")
    def write() -> Response:
        return jsonify(request.get_json())

    return web


@contextmanager
def open_calls(stacks: dict[str, Settings]) -> Iterator[dict[Case, Call]]:
    """Every case with its call, on each stack if it needs one; what they read is there."""
    configure_logging(stacks[POSTGRES])
    bare = bare_flask()
    calls = {case: Call(bare, case) for case in BARE}
    with ExitStack() as opened:
        for name in (POSTGRES, SQLITE):
            web = build_app(opened.enter_context(composed(stacks[name])))
            cases = [*(WITHOUT_DATABASE if name == POSTGRES else ()), *on_stack(web, name)]
            calls |= {case: Call(web, case) for case in cases}
        yield calls


def on_stack(web: Flask, stack: str) -> list[Case]:
    """The cases that need a database, named after the stack."""
    client = web.test_client()
    job = client.post("/bench/works", json={"number": 0}).get_json()["id"]
    cases = list(WITH_JOBS)
    if any(rule.rule.startswith("/catalog/") for rule in web.url_map.iter_rules()):
        cases += WITH_PRODUCTS
        for number in range(PRODUCTS):
            client.post("/catalog/products", data=PRODUCT.format(number), content_type="application/json")
    return [
        Case(f"{case.name}, {stack}", case.path.format(job=job), case.status, case.body, case.base) for case in cases
    ]
