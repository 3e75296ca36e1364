"""Why a request was refused or has failed, by the code of its error."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from .runtime.failures import RequestError


class InvalidError(RequestError):
    """The request breaks a rule that its sender could have known."""


class UnknownTypeError(RequestError):
    """No feature answers frames of this type."""


class NotFoundError(RequestError):
    """The thing that the request names does not exist."""


class ConflictError(RequestError):
    """The request contradicts the present state."""


class BusyError(RequestError):
    """A limit on concurrent work is reached; later it may go through. The same request may succeed later."""


class RateLimitedError(RequestError):
    """Too many requests in a time span. The same request may succeed later."""


class UnauthorizedError(RequestError):
    """The sender has not proved who it is."""


class ForbiddenError(RequestError):
    """The sender may not do this."""


class TooLargeError(RequestError):
    """The request, or what it would produce, is over a size limit."""


class CancelledError(RequestError):
    """The client asked for the request to end."""


class TimeoutError(RequestError):
    """Something outside the daemon did not answer within its deadline. The same request may succeed later."""


class UnavailableError(RequestError):
    """A database or a model server is away; what does not need it still works. The same request may succeed later."""


class UpstreamErrorError(RequestError):
    """A model server answered with an error, or with something that is no answer."""


class ShuttingDownError(RequestError):
    """The daemon is stopping and takes no new work. The same request may succeed later."""


class InternalError(RequestError):
    """A defect of the daemon; the log holds the traceback."""


ErrorReason: TypeAlias = Literal[
    "account",
    "address_password",
    "answer_too_long",
    "being_written",
    "blank",
    "break_glass_off",
    "broken_off",
    "calls_too_long",
    "chain",
    "changed",
    "circle",
    "connect",
    "connection_lost",
    "context",
    "context_overflow",
    "cooling",
    "cut_off",
    "digest",
    "disk_full",
    "empty_quota",
    "empty_response",
    "file_descriptors",
    "file_directory",
    "file_missing",
    "file_space",
    "finish_reason",
    "first_event",
    "first_user",
    "forbidden",
    "gap",
    "gateway",
    "imports",
    "in_the_past",
    "insufficient_quota",
    "key_format",
    "last_admin",
    "list_too_long",
    "load_failed",
    "mail_address",
    "master_key",
    "memory",
    "nesting",
    "no_chat",
    "no_key",
    "no_load",
    "no_mail",
    "no_model",
    "no_prefill",
    "no_server",
    "no_text",
    "no_unload",
    "no_users",
    "no_vision",
    "no_web_notifications",
    "not_a_stream",
    "not_json",
    "ntfy_topic",
    "password_common",
    "password_long",
    "password_name",
    "password_pattern",
    "password_short",
    "probe",
    "quota",
    "rate_limited",
    "redirect",
    "redirected",
    "removed",
    "request",
    "schema_mismatch",
    "server_error",
    "server_name",
    "session_ended",
    "session_expired",
    "stalled_before",
    "storage_full",
    "stream_too_long",
    "subscriptions",
    "tail",
    "taken",
    "texts",
    "tls",
    "too_many_rows",
    "total",
    "truncated",
    "unauthorized",
    "unexpected_endpoint",
    "unknown_file",
    "unknown_server",
    "unload",
    "unreadable_http",
    "unusable_answer",
    "unusable_plan",
    "user_deleted",
    "user_disabled",
    "user_name",
    "users_exist",
    "web_address",
    "worker",
    "wrong_code",
    "wrong_hash",
    "wrong_offset",
    "wrong_password",
]
"""What `reason` of an error may be.

`account`: The account that pays for the model server is missing, not active, or has spent all it may.

`address_password`: An address has a password in it, which is to be kept as a credential.

`answer_too_long`: The answer is longer than those who check it can read.

`being_written`: Somebody else is sending the same upload at this moment.

`blank`: What must be filled in is blank.

`break_glass_off`: The operator lets nobody read what belongs to another user.

`broken_off`: What was sent broke off before its end.

`calls_too_long`: The tool calls are longer than an answer may be.

`chain`: More tasks or steps would wait for each other in a row than may.

`changed`: It was changed meanwhile: what was sent is about another version of it.

`circle`: Tasks or steps would wait for each other in a circle.

`connect`: Nobody answers at the model server's address.

`connection_lost`: The connection to the model server broke before the answer was complete.

`context`: The model's context is too small for this.

`context_overflow`: The model server found the prompt too long for the model's context.

`cooling`: The model or its server failed several times in a row and is left alone for a while.

`cut_off`: The model gave only a part of its answer.

`digest`: A long text could not be worked through.

`disk_full`: The disk on which files are kept is full.

`empty_quota`: A quota must limit the requests, the tokens, or both.

`empty_response`: The answer is empty.

`file_descriptors`: The daemon is out of file descriptors.

`file_directory`: The directory in which files are kept can't be used.

`file_missing`: A file's content, or what had come of an upload, is not on this daemon's disk.

`file_space`: The files of one user have as many bytes as they may have.

`finish_reason`: The answer ended in a way that is not known.

`first_event`: The model server sent no output, or did not load the model, in time.

`first_user`: The first user must be an admin and have a password.

`forbidden`: The model server refuses requests from here.

`gap`: The model server fell silent in the middle of an answer.

`gateway`: What stands before the model server says that it is away.

`imports`: As many imports run as may.

`in_the_past`: The time that was given is over.

`insufficient_quota`: A quota is used up; waiting does not help.

`key_format`: The key of a model server is one line of visible ASCII characters without spaces.

`last_admin`: It would leave no admin who can log in.

`list_too_long`: The model server's list of models is too long to be read.

`load_failed`: The model could not be loaded.

`mail_address`: It is no plain e-mail address.

`master_key`: A secret can't be opened, or none be sealed, with the master keys that the daemon has.

`memory`: There is too little memory: for the model, or of the share that requests, answers or a text may have.

`nesting`: A text is nested too deeply.

`no_chat`: The model is made for something else than to answer.

`no_key`: The key that the model server wants is a credential which is missing or can't be opened.

`no_load`: The model server loads this model only when it is used.

`no_mail`: The daemon sends no e-mail, as the operator has set no mail server.

`no_model`: No model server has a language model.

`no_prefill`: The model server does not continue an answer.

`no_server`: None of the model servers that could be asked answers.

`no_text`: The daemon can't take the text out of files of this type yet.

`no_unload`: The model server did not unload the model, or does not offer to.

`no_users`: There is no user yet, so that nobody from elsewhere is let in; the operator makes the first one.

`no_vision`: The model can't be shown images.

`no_web_notifications`: The operator lets the daemon send no notifications to the web.

`not_a_stream`: A web page came instead of an answer.

`not_json`: The answer is no JSON, or more than one JSON value.

`ntfy_topic`: The address of an ntfy topic ends with the topic's name.

`password_common`: The password is one of the most common ones, or one with digits and signs around it.

`password_long`: The password is too long.

`password_name`: The password is little more than the user's name.

`password_pattern`: The password repeats itself, or is a row of neighbouring characters.

`password_short`: The password has too few characters.

`probe`: The model server did not list its models in time.

`quota`: A quota is used up, or too many generations were begun within a minute, until a time that is told.

`rate_limited`: The model server limits how often it may be asked.

`redirect`: The model server answered a question with a redirect.

`redirected`: The address of the model server redirects to another one.

`removed`: The model server was removed, or changed, before it was asked.

`request`: The model server could not be asked.

`schema_mismatch`: The answer does not follow the schema.

`server_error`: The model server reported an error.

`server_name`: The name of a model server has no @ in it.

`session_ended`: The web session was ended, or the token revoked: elsewhere, by its user or by an admin.

`session_expired`: The time of the web session, or of the token, is over.

`stalled_before`: The model server stalled on an earlier attempt and is not asked again at once.

`storage_full`: The database's disk has no room for anything new.

`stream_too_long`: The model server sent more than fits.

`subscriptions`: The connection follows as much as it may.

`tail`: The model server did not end an answer that seemed complete.

`taken`: Another one has that name.

`texts`: Too many long texts wait to be worked on.

`tls`: The model server speaks TLS, and its address says otherwise.

`too_many_rows`: There are as many rows of this kind as one user may have.

`total`: An answer took longer than it may.

`truncated`: The answer ended without a finish reason.

`unauthorized`: The model server refused the key, or wants one.

`unexpected_endpoint`: The model server does not offer this.

`unknown_file`: What was sent is no file that can be read here.

`unknown_server`: What answers at the address is no model server that is known.

`unload`: The model server did not unload the model in time.

`unreadable_http`: The model server's HTTP can't be read.

`unusable_answer`: The answer is none: empty, an error report, a placeholder, garbled.

`unusable_plan`: What the model wrote twice is no plan that can be used.

`user_deleted`: The user was deleted.

`user_disabled`: The user was disabled.

`user_name`: The name of a user has letters, digits and . _ - @ +, and begins with a letter or a digit.

`users_exist`: There are users by now: who has no name is nobody.

`web_address`: It is no HTTP or HTTPS address that can be used.

`worker`: The work on a long text took too long, broke off, or could not begin.

`wrong_code`: It is not the code that was sent.

`wrong_hash`: What was uploaded has another hash than was said.

`wrong_offset`: An upload goes on where it has got to, and nowhere else.

`wrong_password`: It is not the present password.
"""


ERRORS: Mapping[str, type[RequestError]] = {
    "invalid": InvalidError,
    "unknown_type": UnknownTypeError,
    "not_found": NotFoundError,
    "conflict": ConflictError,
    "busy": BusyError,
    "rate_limited": RateLimitedError,
    "unauthorized": UnauthorizedError,
    "forbidden": ForbiddenError,
    "too_large": TooLargeError,
    "cancelled": CancelledError,
    "timeout": TimeoutError,
    "unavailable": UnavailableError,
    "upstream_error": UpstreamErrorError,
    "shutting_down": ShuttingDownError,
    "internal": InternalError,
}
