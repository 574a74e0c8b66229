"""What is a number or a verb's word and no pin: nothing else in the project says it again. Each with its reason."""

import fnmatch
import re
from dataclasses import dataclass
from functools import cache

from tools.parity.tree import Text

from tests.tools.parity.mutants import Mutant


@dataclass(frozen=True)
class NoPin:
    """Files, a pattern of theirs, and why what it matches stands for itself."""

    files: str
    pattern: str
    reason: str

    def covers(self, mutant: Mutant) -> bool:
        """Whether the token lies inside of a match."""
        return any(start <= mutant.start and mutant.end <= end for start, end in spans(self, mutant.text))


@cache
def spans(declared: NoPin, text: Text) -> tuple[tuple[int, int], ...]:
    """Where it matches in one file."""
    if not fnmatch.fnmatch(text.path, declared.files):
        return ()
    return tuple(match.span() for match in re.finditer(declared.pattern, text.content, re.MULTILINE))


DOCUMENTS, CI, HOOKS, WORKFLOWS = "*.md", ".ci/*", ".pre-commit-config.yaml", ".github/workflows/*"
DASHBOARD = "deploy/observability/grafana/dashboards/*"
STACK, CLUSTER, MANIFEST = "docker-compose.yml", "docs/deploy.md", "pyproject.toml"

NO_PINS = (
    # Everywhere
    NoPin("*", r"[12]?>+(&[12]|/dev/null)", "how a shell redirects"),
    NoPin("*", r"\bhttps?://json-schema\.org/\S+", "an address"),
    NoPin("*", r"(?<!^#HOST=)(?<!:-)\b(0\.0\.0\.0|127\.0\.0\.1)\b(?!:)", "all addresses of a machine, or its own"),
    NoPin("*", r"\brediss?://[\w:@.]*/0|(?<=@redis:6379)/0", "the first database of a server"),
    NoPin("*", r"\bs3://|\bS3-", "the name of a protocol"),
    NoPin("*", r"\bapt-get update\b", "a command of Debian"),
    NoPin("*", r"\b(RELOAD|SHORT)=1\b", "switched on"),
    NoPin("*", r"\bhttpx>=1\b|\bGROUP=dev\b", "an example of what to add, and the name of Poetry's group"),
    # Scripts
    NoPin(
        CI,
        r"\$0|\$1|\$\{1-\}|\bexit (0|1|130)\b|\breturn 0\b|\bfailed=[01]|-(eq|ne) 0\b|!= 0\b|PIPESTATUS\[0\]",
        "shell",
    ),
    NoPin(CI, r"%-?\d+[sd]|\bchmod 755\b|\btimeout \d+m\b", "how wide a column is, who may read, how long to wait"),
    NoPin(CI, r'^ *echo "left out: .*"|\|\| echo "left out: .*"', "a sentence"),
    NoPin(".ci/nix", r'"\$lab" check \.', "a command of the tool that tries the flake"),
    NoPin(".ci/fingerprints", r"for way in image\b", "a way in; make fingerprint refuses one that it does not know"),
    NoPin(".devcontainer/hooks/*", r"\$0", "shell"),
    # Editors and linters
    NoPin(".ci/*", r"s/\^python = .*|the exit status is 1", "an expression of sed, and an exit status"),
    NoPin(".devcontainer/schema.json", r"\[0-9\]", "a class of characters"),
    NoPin(HOOKS, r"^    hooks:|^ +types: \[.*\]|^ +name: \w+$|^ +- id: shell", "what pre-commit itself calls things"),
    NoPin(HOOKS, r"run\.py (ruff|taplo|mbake) (check|lint|format)\b", "commands of those tools"),
    NoPin(HOOKS, r"hunter2", "the password of a joke"),
    NoPin(MANIFEST, r'^  "[A-Z]+\d*",.*|^"\S+" = \["[A-Z].*\].*', "the names of ruff's rules; ruff refuses others"),
    NoPin(MANIFEST, r"^\[tool\.ruff\.lint\.flake8-\S+\]|^convention = .*", "ruff's names; it refuses others"),
    NoPin(MANIFEST, r"^max-(args|positional-args|returns) = 5", "limits that CONTRIBUTING.md tells in words, or not"),
    NoPin(MANIFEST, r"^\S+\.msg = .*|^name = .*", "a sentence"),
    NoPin(
        MANIFEST,
        r"numprocesses=auto|^timeout = .*|^fail_under = 95|^precision = 1",
        "what only pytest and coverage read",
    ),
    NoPin(MANIFEST, r"^version = .*|^devcontainer-cli = .*", "decided here, and repeated nowhere"),
    NoPin("tox.ini", r"UV_SYSTEM_CERTS = 1", "switched on"),
    # Workflows
    NoPin(WORKFLOWS, r"^ +(- )?run:(?= )", "a key of workflows"),
    NoPin(WORKFLOWS, r"^name: check|^ +matrix:$|needs: \[.*\]", "names of jobs and keys; GitHub refuses unknown ones"),
    NoPin(WORKFLOWS, r"timeout-minutes: \d+|cron: .*|--retry 60|--retry-delay 1|%1", "how long, and when"),
    NoPin(WORKFLOWS, r'test "\$RESULTS".*|nix flake check', "commands of the shell and of Nix"),
    NoPin(
        WORKFLOWS,
        r"(?<=upload-artifact@\w{40}  )# v7\.0\.0",
        "used once: only its publisher knows which commit bears which release",
    ),
    # The image and the stack
    NoPin(
        "Dockerfile",
        r"PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1|^ARG VERSION=0",
        "switched on; overwritten by make image",
    ),
    NoPin("Dockerfile", r"--start-period=30s", "the image starts on its own sooner than a whole stack"),
    NoPin("Dockerfile", r'^CMD \["run", "web"\]', "test_stack_files asks manage.py"),
    NoPin(STACK, r"^ +command: \[run, \w+\]", "test_stack_files asks manage.py"),
    NoPin(STACK, r"(pids|mem)_limit: .*|shm_size: .*|start_(period|interval): .*", "a budget of this stack alone"),
    NoPin(STACK, r"stop_grace_period: \d+s$", "of the databases, which no setting of ours stops"),
    NoPin(STACK, r"^ +image: (?=\$|golden)|golden-core:dev|\[dev\]", "a key, and what the stack calls its own"),
    NoPin(STACK, r"^ +test:( .*)?", "a key of Compose and a probe; make e2e waits for each to be healthy"),
    NoPin(STACK, r"^ +# From 13\.2 on .*", "a sentence"),
    # Prometheus and Grafana
    NoPin("deploy/observability/*", r"^ +(scrape|refresh)_interval: .*|timeInterval: .*", "how often is asked"),
    NoPin(STACK, r"127\.0\.0\.1(?=:\$\{COMPOSE_)", "this machine alone, whatever HOST says of web"),
    NoPin("deploy/observability/*", r"^apiVersion: 1$|: (true|false)$", "the form of Grafana's own files"),
    NoPin(
        f"{DASHBOARD}",
        r'"(id|x|y|w|h|value|min|fillOpacity|schemaVersion)": \d+',
        "where a panel is, and when it is red",
    ),
    NoPin(DASHBOARD, r'"expr": .*|"(refresh|from)": .*', "test_observability asks web for what the queries name"),
    NoPin(DASHBOARD, r'"(title|description)": .*', "a sentence"),
    # The flake
    NoPin("flake.nix", r'"(x86_64|aarch64)-\w+"', "names of platforms; Nix refuses others"),
    NoPin(
        "flake.nix",
        r"\bshell\b|\btest =|\$0|UTF8",
        "Nix's own names, and those of its programs; evaluated by nix flake check",
    ),
    NoPin("flake.lock", r'"version": 7|"lastModified": \d+', "Nix refuses a lock whose form or time is another"),
    # The Makefile and manage.py
    NoPin("Makefile", r"\$\(shell |\btest -[ex]|\bpre-commit\" run\b", "the shell's, sed's and pre-commit's"),
    NoPin(
        "Makefile", r"does not run here|'s/\^python\S* =.*/p'|exit 1;", "a sentence, with what sed and the shell need"
    ),
    NoPin("Makefile", r"@awk .*", "how the help is printed"),
    NoPin(
        "Makefile",
        r"worker=3|--jobs 200 --rounds 1|E2E=1|--numprocesses=0|--timeout=420|no:randomly",
        "what a person or a test chooses",
    ),
    NoPin("Makefile", r"manage\.py run", "test_stack_files asks manage.py"),
    NoPin("Makefile", r'"\$\(BIN\)/(ruff|taplo|mbake)" (check|format)', "commands of those tools"),
    NoPin("manage.py", r"insert\(0,|argv\[\d:\d?\]|: run `|epilog = \"[^.]*", "indices and sentences"),
    NoPin("Makefile", r"REPOSITORY = .*", "a sentence, with what the shell needs"),
    NoPin("manage.py", r"parents\[1\]|environ\[AGAIN\] = .*", "an index, and a mark"),
    NoPin(
        ".env.example",
        r"^# .*503|^# 0:",
        "what a setting means, in words of core/config.py that test_stack_files compares",
    ),
    # Documents
    NoPin(DOCUMENTS, r"\b(202|503)\b|RFC 9457|p95\b", "answers of HTTP; the tests of each ask for them"),
    NoPin(
        DOCUMENTS,
        r"`(nix (run|flake)|docker compose) [^`]*`|^docker compose .*|`run (web|worker|beat)`",
        "commands of others",
    ),
    NoPin("ARCHITECTURE.md", r"^    \S.*|^\S+ {2,}.*", "a picture of the tree in words"),
    NoPin(CLUSTER, r"umask 077|rand -hex \d+|worker=3|COMPOSE_\w+=\d", "what a person chooses"),
    NoPin(CLUSTER, r"args: \[run, web\]", "test_stack_files asks manage.py"),
    NoPin(CLUSTER, r"periodSeconds: [15],|failureThreshold: 60|\{seconds: 5\}.*", "a cluster's own patience"),
)


def reasons(mutant: Mutant) -> list[NoPin]:
    """Why it is no pin; nothing where it is one."""
    return [each for each in NO_PINS if each.covers(mutant)]
