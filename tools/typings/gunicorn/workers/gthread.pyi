import socket

from gunicorn.workers.base import Worker

class ThreadWorker(Worker):
    def handle_error(self, req: object, client: socket.socket, addr: tuple[str, int], exc: Exception) -> None: ...
