"""The web server sleeps between requests, and ends as soon as it is told to."""

import signal
import threading
import time

import pytest
import uvicorn

from centralka import web_server
from tests.test_asgi import reads_everything


def test_the_server_is_told_of_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "_LOOK_EVERY", 3600.0)  # not by its next look
    server = web_server.QuietServer(uvicorn.Config(reads_everything, port=0, lifespan="off", log_config=None))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        assert serving.is_alive()
        time.sleep(0.01)
    server.handle_exit(signal.SIGTERM, None)
    serving.join(60)
    assert not serving.is_alive()
