"""Where the image, the stack and the devcontainer repeat a fact; images.py looks at the images themselves."""

from tools.parity.places import Place

IMAGE, STACK, DEVCONTAINER = "Dockerfile", "docker-compose.yml", ".devcontainer/devcontainer.json"
OBSERVABILITY = "deploy/observability"

CONTAINERS = (
    Place(IMAGE, r"^FROM python:(?P<python>[\d.]+)\S* AS base$"),
    Place(IMAGE, r"^FROM python:(?P<other>[\d.]+)\S* AS python-", complete=True),
    Place(IMAGE, r"^FROM python:\S+ AS python-(?P<other>[\d.]+)$", complete=True),
    Place(IMAGE, r"--from=python-(?P<other>[\d.]+) /usr/local", complete=True),
    Place(IMAGE, r"/usr/local /opt/python/(?P<other>[\d.]+)$", complete=True),
    Place(IMAGE, r"/opt/python/(?P<other>[\d.]+)/bin", complete=True),
    Place(IMAGE, r"--[ug]id (?P<uid>\d+)", least=2),
    Place(IMAGE, r"^USER (?P<uid>\d+):(?P<uid2>\d+)", least=2),
    Place(IMAGE, r"^ARG GID=(?P<uid_of_the_host>\d+)"),
    Place(IMAGE, r"^EXPOSE (?P<port>\d+)"),
    Place(IMAGE, r"\bPATH=(?P<venv>/home/[^:\s]+)/bin:"),
    Place(IMAGE, r"--create-home .*\s(?P<user>\w+)$"),
    Place(IMAGE, r"safe\.directory (?P<workspace>\S+)"),
    Place(STACK, r"\$\{COMPOSE_[UG]ID:-(?P<uid_of_the_host>\d+)\}", least=2),
    Place(STACK, r"""^\s+user\s*:\s*["']?(?P<uid>\d+):(?P<uid2>\d+)""", least=0),
    Place(STACK, r"""^\s+PORT\s*:\s*["']?(?P<port>\d+)"""),
    Place(STACK, r"\$\{PORT:-(?P<port>\d+)\}:(?P<port2>\d+)", least=2),
    Place(STACK, r"^\s+-\s*[\"']?\.:(?P<workspace>/\w+)"),
    Place(STACK, r"""^\s+target\s*:\s*["']?(?P<stage>\w+)""", least=2),
    Place(STACK, r"""^\s+interval\s*:\s*["']?(?P<probe_interval>\d+)s"""),
    Place(STACK, r"""^\s+timeout\s*:\s*["']?(?P<probe_timeout>\d+)s"""),
    Place(STACK, r"""^\s+retries\s*:\s*["']?(?P<probe_retries>\d+)"""),
    Place(DEVCONTAINER, r'"service"\s*:\s*"(?P<service>\w+)"'),
    Place(DEVCONTAINER, r'"runServices"\s*:\s*\[\s*"(?P<service>\w+)"'),
    Place(STACK, r"\$\{COMPOSE_PROMETHEUS_PORT:-(?P<port_of_prometheus>\d+)\}"),
    Place(STACK, r"\$\{COMPOSE_GRAFANA_PORT:-(?P<port_of_grafana>\d+)\}"),
    Place(STACK, r"\$\{COMPOSE_JAEGER_PORT:-(?P<port_of_jaeger>\d+)\}"),
    Place(STACK, r"http://grafana:(?P<port_of_grafana>\d+)"),
    Place(f"{OBSERVABILITY}/prometheus.yml", r"^\s+port\s*:\s*(?P<port>\d+)"),
    Place(f"{OBSERVABILITY}/grafana/datasource.yml", r"http://prometheus:(?P<port_of_prometheus>\d+)"),
    Place(DEVCONTAINER, r"(?<=[\[,{\s])\"?(?P<port>\d{4,5})\b", least=2),
    Place(DEVCONTAINER, r'"postgres:(?P<port_of_postgres>\d+)"', least=2),
    Place(DEVCONTAINER, r'"redis:(?P<port_of_redis>\d+)"', least=2),
    Place(DEVCONTAINER, r'"remoteUser"\s*:\s*"(?P<user>[^"]+)"'),
    Place(DEVCONTAINER, r'"workspaceFolder"\s*:\s*"(?P<workspace>[^"]+)"'),
    Place(DEVCONTAINER, r'"python\.defaultInterpreterPath"\s*:\s*"(?P<venv>[^"]+)/bin/python"'),
)
