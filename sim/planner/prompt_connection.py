"""A kernel's line to the browser on which an answer leaves at once.

A kernel first says that it is busy, then answers. By default the answer waits until the browser has
acknowledged the first message, which a browser with nothing to say puts off for 40 ms (Nagle's
algorithm against delayed acknowledgements): longer than the model takes.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection, with small messages sent as they come."""

    def connect(self) -> Any:
        """Open the line."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
