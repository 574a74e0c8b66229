"""The factory: builds a Flask object for web, or a Celery object for workers and beat, from a project."""

from flask import Blueprint, Flask

from core.broker.celery import CoreCelery
from core.composition import Composition, Project, compose
from core.config import Settings
from core.console.html import console_pages
from core.extensions import Extensions
from core.http.application import DocumentedApi, build_web, trace_requests
from core.http.event_streams import STREAMS, Streams
from core.http.health import health_routes
from core.http.metrics import serve_metrics
from core.jobs.messages import queues_of
from core.jobs.process_names import this_machine
from core.jobs.queries import unserved_queues
from core.observability.logging import configure_logging
from core.observability.opentelemetry import open_opentelemetry
from core.observability.tracing import NO_TRACING, Tracing
from core.worker.beat import Ticker, scheduler_for
from core.worker.main_process import add_maintenance, trace_children
from core.worker.maintenance import Maintenance
from core.worker.runner import Runner
from core.worker.tasks import register

TITLE = "Golden Core"


def create_app(project: Project) -> Flask:
    """Build the Flask object of the web process."""
    configure_logging(project.settings)
    return build_app(compose(project), open_tracing(project.settings))


def create_celery(project: Project) -> CoreCelery:
    """Build the Celery object of the worker and beat processes."""
    return build_worker(compose(project), open_tracing(project.settings))


def open_tracing(settings: Settings) -> Tracing:
    """Tracing that exports to the collector of the settings; it connects when it first has spans to send."""
    return open_opentelemetry(settings) if settings.otel_exporter_otlp_endpoint else NO_TRACING


def build_app(composition: Composition, tracing: Tracing = NO_TRACING) -> Flask:
    """Build the Flask object of a composed project."""
    extensions = composition.extensions
    web = build_web(extensions.settings, TITLE)
    streams = web.extensions[STREAMS] = Streams(extensions.settings.web_streams)
    web.register_blueprint(build_health(extensions))
    # Before Flask-RESTX, which registers another view for `/`: Flask uses the first one.
    web.register_blueprint(console_pages(extensions.units, TITLE))
    api = DocumentedApi(
        title=TITLE, doc="/docs", description="Every list is paged by cursor; every error is a problem (RFC 9457)."
    )
    for app in composition.apps:
        app.serve(api, extensions.units, streams)
    api.init_app(web)
    if tracing.is_enabled:
        trace_requests(web, tracing)
    if extensions.settings.metrics:
        serve_metrics(web, extensions.units)
    return web


def build_health(extensions: Extensions) -> Blueprint:
    """`/health`, with the checks of these extensions."""

    def notices() -> list[str]:
        with extensions.database.transaction(read_only=True) as session:
            return list(map(str, unserved_queues(session, extensions.policy.clock())))

    return health_routes(extensions.checks(), notices, extensions.settings.health_timeout)


def build_worker(composition: Composition, tracing: Tracing = NO_TRACING) -> CoreCelery:
    """Build the Celery object of a composed project; it has one task, which runs every job."""
    celery, settings = composition.extensions.celery, composition.extensions.settings
    register(celery, build_runner(composition, tracing).run)
    add_maintenance(celery, lambda: build_maintenance(composition), settings.stop_grace)
    if tracing.is_enabled:
        trace_children(tracing)
    celery.conf.beat_scheduler = scheduler_for(build_ticker(composition))
    return celery


def build_runner(composition: Composition, tracing: Tracing = NO_TRACING) -> Runner:
    """Build the part of a worker that runs jobs."""
    tasks = {name: task for app in composition.apps for name, task in app.bound_tasks().items()}
    return Runner(composition.extensions.units, tasks, tracing)


def build_maintenance(composition: Composition) -> Maintenance:
    """Build the part of a worker that repairs the ledger."""
    extensions = composition.extensions
    queues = queues_of(task.message for app in composition.apps for task in app.tasks)
    return Maintenance(extensions.units, extensions.broker, this_machine(), queues)


def build_ticker(composition: Composition) -> Ticker:
    """Build the part of beat that enqueues the jobs of schedules."""
    return Ticker(composition.extensions.units, [every for app in composition.apps for every in app.schedule])
