"""Messages through Prefect's notification blocks: what does not arrive is told, secrets are not."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from prefect.blocks.core import Block
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.blocks.system import Secret

from stageline.capture import Capture, capturing
from stageline.errors import ConfigError, DependencyError
from tasks.workflow.services import Notifications

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # of apprise
SECRET = "S3CRETTOKEN999"  # noqa: S105


class Refusing(BaseHTTPRequestHandler):
    """A service that takes no message."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_error(500)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def failure(block: str) -> tuple[str, Capture]:
    capture = Capture("step", "stage", "JOB")
    with capturing(capture), pytest.raises(DependencyError, match="did not send") as caught:
        Notifications().notify(block, "subject", "body")
    return str(caught.value), capture


def test_a_message_that_does_not_arrive_is_a_failure(service: str) -> None:
    SlackWebhook(url=f"json://user:{SECRET}@{service}/x").save("refuses", overwrite=True)
    SlackWebhook(url=f"json://user:{SECRET}@127.0.0.1:9/x").save("is-away", overwrite=True)
    SlackWebhook(url=SECRET).save("no-address", overwrite=True)
    for name in ("refuses", "is-away", "no-address"):
        said, capture = failure(f"slack-webhook/{name}")
        assert name in said
        assert SECRET not in said
        assert SECRET not in str(capture.lines())


def test_the_secrets_of_a_block_stay_out_of_its_errors(service: str) -> None:
    hook = CustomWebhookNotificationBlock(
        name="hook", url=f"http://{service}/{{{{token}}}}", secrets={"token": SECRET}
    )
    hook.save("hook", overwrite=True)
    said, _ = failure("custom-webhook/hook")
    assert "500" in said
    assert SECRET not in said


def test_what_is_no_notification_block(monkeypatch: pytest.MonkeyPatch) -> None:
    Secret(value=SECRET).save("none", overwrite=True)
    with pytest.raises(ConfigError, match="sends no notifications"):
        Notifications().notify("secret/none", "", "body")
    with pytest.raises(ConfigError, match="no notification block 'slack-webhook/missing'"):
        Notifications().notify("slack-webhook/missing", "", "body")
    monkeypatch.setattr(Block, "load", lambda _: (_ for _ in ()).throw(OSError("refused")))
    with pytest.raises(DependencyError, match="cannot be loaded from Prefect"):
        Notifications().notify("slack-webhook/missing", "", "body")
