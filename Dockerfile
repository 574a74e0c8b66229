# Every container of this project: prod is shipped, dev is for development.
# The versions are those of [tool.environment] in pyproject.toml; make parity compares them.

FROM python:3.11-slim-bookworm AS python-3.11
FROM python:3.12-slim-bookworm AS python-3.12
FROM python:3.14-slim-bookworm AS python-3.14

FROM python:3.13-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["/usr/bin/tini", "--"]

# The packages: this layer is rebuilt only if the lock changes.
FROM base AS packages
RUN python -m venv --without-pip /opt/venv
COPY requirements/prod.txt /tmp/prod.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --disable-pip-version-check --require-hashes --requirement /tmp/prod.txt

# The code, compiled now because containers run with a read-only root file system.
FROM base AS code
WORKDIR /app
COPY manage.py ./
COPY src src
RUN python -m compileall -q --invalidation-mode unchecked-hash src

FROM base AS prod
RUN groupadd --gid 10001 golden \
    && useradd --uid 10001 --gid golden --no-create-home --home-dir /tmp --shell /usr/sbin/nologin golden \
    && install --directory --owner=golden --group=golden /data
# Without settings the image refuses to start and lists what production needs.
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app/src ENVIRONMENT=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /app
COPY --link --from=packages /opt/venv /opt/venv
COPY --link --from=code /app /app
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/usr/bin/tini", "--", "python", "manage.py"]
CMD ["run", "web"]
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "core.observability.liveness", "web"]
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="golden-core" \
      org.opencontainers.image.description="A typed Flask + Celery service to fork, and the environment to live in" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

FROM base AS dev
# The tests start their own servers, so the packages must not create a cluster.
RUN mkdir -p /etc/postgresql-common \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
    && apt-get update \
    && apt-get install --yes --no-install-recommends \
        bash-completion ca-certificates curl git jq less make openssh-client postgresql procps redis-server \
    && rm -rf /var/lib/apt/lists/*
COPY --link --from=python-3.11 /usr/local /opt/python/3.11
COPY --link --from=python-3.12 /usr/local /opt/python/3.12
COPY --link --from=python-3.14 /usr/local /opt/python/3.14
# Interpreters other than the official ones do not find their own library.
RUN printf '%s\n' /opt/python/*/lib > /etc/ld.so.conf.d/python.conf && ldconfig
COPY .devcontainer/hooks /usr/local/share/git-hooks
# The hooks that make hooks writes into .git name the host's interpreter, so the container has its own.
RUN git config --system core.hooksPath /usr/local/share/git-hooks \
    && git config --system --add safe.directory /workspace
ARG UID=1000
ARG GID=1000
RUN groupadd --non-unique --gid "$GID" golden \
    && useradd --non-unique --uid "$UID" --gid "$GID" --create-home --shell /bin/bash golden
ENV PATH=/home/golden/.venv/bin:$PATH:/opt/python/3.11/bin:/opt/python/3.12/bin:/opt/python/3.14/bin \
    VENV=/home/golden/.venv
WORKDIR /workspace
# The environment is made with the paths of the mounted folder, so that make accepts it.
COPY Makefile pyproject.toml ./
COPY requirements requirements
COPY tools tools
RUN --mount=type=cache,target=/root/.cache \
    make setup && install --directory /home/golden/.cache && chown --recursive "$UID:$GID" /home/golden
USER $UID:$GID
CMD ["sleep", "infinity"]
