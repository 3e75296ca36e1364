"""What the simulator says no with: one error shape that both the OpenAI-compatible and the native API use."""

import msgspec


class RefusedError(Exception):
    """A request that is answered by an error body; raised anywhere below the router, caught only there.

    `param` names the request's member at fault; `code` is the machine-readable reason, None where LM Studio has none.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request",  # noqa: A002 - the wire calls it so
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.param = param

    def content(self) -> dict[str, str | None]:
        """The `error` object, as it stands in a body or in an event of a stream."""
        return {"message": self.message, "type": self.type, "param": self.param, "code": self.code}

    def body(self) -> bytes:
        return msgspec.json.encode({"error": self.content()})


def model_not_found(name: str, known: list[str]) -> RefusedError:
    """No model of that name is there; the text lists those that are."""
    message = f'Model "{name}" not found. Available models: {", ".join(known)}'
    return RefusedError(404, message, type="invalid_request_error", code="model_not_found", param="model")
