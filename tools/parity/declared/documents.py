"""How documents, comments and scripts speak of versions and ports."""

from tools.parity.places import Place

SPAN = r"(?:\s+to\s+|\s*[-\u2013\u2014]\s*)"


def everywhere(pattern: str) -> Place:
    """In any file, and perhaps in none."""
    return Place("", pattern, least=0)


GUIDE, CLUSTER = "CONTRIBUTING.md", "docs/deploy.md"

DOCUMENTS = (
    Place("tools/lint/taplo.toml", r"^column_width\s*=\s*(?P<line_length>\d+)"),
    Place("tools/lint/yamllint.yaml", r"^\s+max\s*:\s*(?P<line_length>\d+)"),
    Place(".env.example", r"(?P<secret_characters>\d+) random characters"),
    Place(GUIDE, r"at most (?P<lines_of_a_file>\d+) lines"),
    Place(GUIDE, r"a function (?P<lines_of_a_function>\d+)"),
    Place(GUIDE, r"complexity of (?P<complexity>\d+)"),
    Place("pyproject.toml", r"^max-statements\s*=\s*(?P<lines_of_a_function>\d+)"),
    Place("pyproject.toml", r"^max-branches\s*=\s*(?P<complexity>\d+)"),
    Place(CLUSTER, r"\bterminationGracePeriodSeconds: (?P<whole_grace>\d+)"),
    Place(CLUSTER, r"\bperiodSeconds: (?P<probe_interval>\d+), timeoutSeconds", within=r"livenessProbe:.*"),
    Place(CLUSTER, r"\btimeoutSeconds: (?P<probe_timeout>\d+)", least=2),
    everywhere(r"\b(?:runAsUser|runAsGroup|fsGroup)\s*:\s*(?P<uid>\d+)"),
    everywhere(r"(?<=[{,] )port: (?P<port>\d+)"),
    everywhere(rf"\b[Pp]ython (?P<lowest>3\.\d+)(?: or newer|\+|{SPAN}(?P<highest>3\.\d+))"),
    everywhere(r"\b[Pp]ython (?:≥|>=) ?(?P<lowest>3\.\d+)"),
    everywhere(r"\bpython-?(?P<each>3\.\d+)\b"),
    everywhere(r"\bpy(?P<each_digits>3\d+)\b"),
    everywhere(r"\b[Rr]edis (?P<redis>\d+)\b"),
    everywhere(r"\bPostgre(?:SQL|s) (?P<postgresql>\d+)\b"),
    everywhere(r"\bPoetry (?P<poetry>\d[\d.]*\d)\b"),
    everywhere(r"\b(?:NixOS|nixpkgs|nixos)[- ](?P<nixpkgs>\d\d\.\d\d)\b"),
    everywhere(r"\b(?:localhost|127\.0\.0\.1):(?P<port>\d+)"),
    everywhere(r"\bhttp://(?:collector|jaeger):(?P<port_of_otlp>\d+)"),
    everywhere(r"\bPORT=(?P<port>\d+)"),
    everywhere(r"\bMATRIX_ABSENT\}?[-=:\"' ]+(?P<each>3\.\d+)"),
)
