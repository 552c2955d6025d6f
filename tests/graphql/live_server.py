"""The application behind a real server, in a separate thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn

from cadran.cli.serve import make_bounds
from cadran.serving import Application
from cadran.settings import Settings
from cadran.web.connection.connections import Connections
from cadran.web.connection.protocol import RESPONSE_HEADERS, BoundedProtocol


@contextmanager
def serving(url: str) -> Iterator[str]:
    """Run a server over the database at ``url`` for the duration of the block, and yield its base URL on a free
    loopback port.
    """
    app = Application(Settings(database_url=url, pool_min=1, pool_max=4))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        protocol: Any = partial(BoundedProtocol, connections=Connections(make_bounds(Settings())))
        config = uvicorn.Config(
            app, log_level="warning", lifespan="on", loop="uvloop", http=protocol, headers=RESPONSE_HEADERS
        )
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
