from types import FrameType

from gunicorn.config import Config

class Arbiter:
    cfg: Config
    WORKERS: dict[int, object]
    def signal(self, sig: int, frame: FrameType | None) -> None: ...
