"""What `/metrics` says, as Prometheus reads it."""

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

Labels = dict[str, str]


class Scraped:
    """The samples of one answer."""

    def __init__(self, text: str) -> None:
        self._samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def value(self, name: str, /, **labels: str) -> float | None:
        """The one sample of this name with these labels among its own; None where there is none."""
        found = [s.value for s in self._samples if s.name == name and labels.items() <= s.labels.items()]
        assert len(found) <= 1, f"{name} {labels}: {found}"
        return found[0] if found else None

    def labels(self, name: str) -> list[Labels]:
        """The labels of every sample of this name."""
        return [sample.labels for sample in self._samples if sample.name == name]

    def names(self) -> set[str]:
        """The name of every sample."""
        return {sample.name for sample in self._samples}


def scrape(client: FlaskClient) -> Scraped:
    """Ask as Prometheus does."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    return Scraped(answer.get_data(as_text=True))
