"""The mark by which poetry.lock knows the pyproject.toml that it was resolved from."""

import hashlib
import json

PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")
POETRY_KEYS = ("dependencies", "source", "extras", "dev-dependencies", "group")


def content_hash(manifest: dict[str, dict[str, object]]) -> str:
    """What Poetry writes into the lock's metadata: poetry/packages/locker.py, Locker._get_content_hash."""
    project = {key: manifest["project"][key] for key in PROJECT_KEYS if key in manifest["project"]}
    relevant: dict[str, object] = {"project": project}
    if manifest.get("dependency-groups"):
        relevant["dependency-groups"] = manifest["dependency-groups"]
    settings = manifest.get("tool", {}).get("poetry")
    poetry = {key: settings[key] for key in POETRY_KEYS if key in settings} if isinstance(settings, dict) else {}
    relevant["tool"] = {"poetry": poetry}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()
