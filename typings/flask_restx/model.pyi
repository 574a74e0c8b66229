from collections.abc import Mapping

class SchemaModel:
    def __init__(self, name: str, schema: Mapping[str, object] | None = None) -> None: ...
