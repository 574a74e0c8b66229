from types import FrameType

from flask import Flask

class Worker:
    wsgi: Flask
    def handle_exit(self, sig: int, frame: FrameType | None) -> None: ...
