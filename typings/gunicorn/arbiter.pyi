from types import FrameType

class Arbiter:
    WORKERS: dict[int, object]
    def signal(self, sig: int, frame: FrameType | None) -> None: ...
