"""The application behind a real server, in a thread of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from cadran.engine.versions import Versions
from tests.graphql.conftest import compose
from tests.graphql.handmade import HandMade


@contextmanager
def serving(app: Any = None) -> Iterator[str]:
    """The base URL of a server on a free port of the loopback, stopped in the end."""
    if app is None:
        versions = Versions()
        versions.connected = True
        app = compose(HandMade(), versions)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="warning", lifespan="off", loop="uvloop", http="httptools")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
