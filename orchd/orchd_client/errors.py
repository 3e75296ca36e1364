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
    "admin",
    "ambiguous",
    "answer_full",
    "answer_too_long",
    "answering",
    "answers",
    "attachments",
    "being_written",
    "blank",
    "bound",
    "break_glass_off",
    "broken_off",
    "calls_too_long",
    "chain",
    "changed",
    "choice",
    "circle",
    "configured",
    "connect",
    "connection_lost",
    "connections",
    "context",
    "context_overflow",
    "control_character",
    "cooling",
    "cut_off",
    "database",
    "digest",
    "disk_full",
    "emoji",
    "empty_quota",
    "empty_response",
    "file_descriptors",
    "file_directory",
    "file_missing",
    "file_name",
    "file_size",
    "file_space",
    "filled_too_long",
    "finish_reason",
    "first_event",
    "first_user",
    "forbidden",
    "gap",
    "gateway",
    "has_rows",
    "host_away",
    "imports",
    "in_the_past",
    "insufficient_quota",
    "key_format",
    "key_of_another",
    "language_tag",
    "last_admin",
    "last_owner",
    "list_too_long",
    "load_failed",
    "load_given_up",
    "logins",
    "mail_address",
    "mail_rate",
    "mail_server",
    "malformed",
    "master_key",
    "member",
    "memory",
    "nesting",
    "no_address",
    "no_boolean",
    "no_chat",
    "no_key",
    "no_load",
    "no_mail",
    "no_model",
    "no_number",
    "no_option",
    "no_prefill",
    "no_server",
    "no_text",
    "no_text_value",
    "no_unload",
    "no_user",
    "no_users",
    "no_vision",
    "no_web_notifications",
    "not_a_stream",
    "not_json",
    "not_known",
    "not_linked",
    "not_removed",
    "ntfy_topic",
    "origin",
    "other_daemon",
    "other_user",
    "overloaded",
    "own",
    "own_network",
    "password_common",
    "password_long",
    "password_name",
    "password_pattern",
    "password_short",
    "pdf_damaged",
    "pdf_no_text",
    "pdf_password",
    "pdf_slow",
    "pdf_too_long",
    "personal",
    "picture_redirects",
    "picture_size",
    "picture_slow",
    "picture_status",
    "picture_type",
    "pictures",
    "pictures_off",
    "plain_http",
    "probe",
    "project_owner",
    "quota",
    "rate_limited",
    "read_only",
    "redirect",
    "redirected",
    "refused_parameter",
    "removed",
    "removed_with",
    "request",
    "result_too_long",
    "role",
    "schema_mismatch",
    "scope",
    "server_error",
    "server_name",
    "session_ended",
    "session_expired",
    "setup_link",
    "sources_too_long",
    "stalled_before",
    "status",
    "stopping",
    "storage_full",
    "stream_too_long",
    "subject_taken",
    "subscriptions",
    "tail",
    "taken",
    "text_places",
    "texts",
    "time",
    "tls",
    "token_limits",
    "token_model",
    "too_fast",
    "too_long",
    "too_many_conversations",
    "too_many_rows",
    "total",
    "transfers",
    "trials",
    "truncated",
    "twice",
    "unauthorized",
    "unexpected_endpoint",
    "unknown_file",
    "unknown_host",
    "unknown_login",
    "unknown_server",
    "unknown_variable",
    "unload",
    "unreadable_http",
    "unusable_answer",
    "unusable_plan",
    "user_deleted",
    "user_disabled",
    "user_name",
    "users_exist",
    "variable_name",
    "web_address",
    "worker",
    "workflow",
    "wrong_code",
    "wrong_hash",
    "wrong_kind",
    "wrong_login",
    "wrong_offset",
    "wrong_password",
    "wrong_tries",
]
"""What `reason` of an error may be.

`account`: The account that pays for the model server is missing, not active, or has spent all it may.

`address_password`: An address has a password in it, which is to be kept as a credential.

`admin`: Only an admin may do this.

`ambiguous`: More than one has that name.

`answer_full`: The answer is as long as an answer may be.

`answer_too_long`: The answer is longer than those who check it can read.

`answering`: The model server is answering at the moment, which this would disturb.

`answers`: As many answers are generated as may.

`attachments`: There are more files with a question than may be, or they are too large.

`being_written`: Somebody else is sending the same upload at this moment.

`blank`: What must be filled in is blank.

`bound`: A value is too small or too large, or a text too short or too long; the bound is told.

`break_glass_off`: The operator lets nobody read what belongs to another user.

`broken_off`: What was sent broke off before its end.

`calls_too_long`: The tool calls are longer than an answer may be.

`chain`: More tasks or steps would wait for each other in a row than may.

`changed`: It was changed meanwhile: what was sent is about another version of it.

`choice`: The value is none of those that are allowed, which are told.

`circle`: Tasks or steps would wait for each other in a circle.

`configured`: It stands in the configuration, and is changed there.

`connect`: Nobody answers at the model server's address.

`connection_lost`: The connection to the model server broke before the answer was complete.

`connections`: As many connections or requests are open as may.

`context`: The model's context is too small for this.

`context_overflow`: The model server found the prompt too long for the model's context.

`control_character`: A name has a control character, such as a line feed.

`cooling`: The model or its server failed several times in a row and is left alone for a while.

`cut_off`: The model gave only a part of its answer.

`database`: The database is away, or too busy.

`digest`: A long text could not be worked through.

`disk_full`: The disk on which files are kept is full.

`emoji`: It is not one emoji.

`empty_quota`: A quota must limit the requests, the tokens, or both.

`empty_response`: The answer is empty.

`file_descriptors`: The daemon is out of file descriptors.

`file_directory`: The directory in which files are kept can't be used.

`file_missing`: A file's content, or what had come of an upload, is not on this daemon's disk.

`file_name`: The name of a file is too long, or would be a path.

`file_size`: The file is larger than a file may be.

`file_space`: The files of one user have as many bytes as they may have.

`filled_too_long`: With its places filled, the text is longer than it may be.

`finish_reason`: The answer ended in a way that is not known.

`first_event`: The model server sent no output, or did not load the model, in time.

`first_user`: The first user must be an admin and have a password.

`forbidden`: The model server refuses requests from here.

`gap`: The model server fell silent in the middle of an answer.

`gateway`: What stands before the model server says that it is away.

`has_rows`: There are things that belong to it: what shall become of them must be said.

`host_away`: The host can't be reached, or the connection to it broke.

`imports`: As many imports run as may.

`in_the_past`: The time that was given is over.

`insufficient_quota`: A quota is used up; waiting does not help.

`key_format`: The key of a model server is one line of visible ASCII characters without spaces.

`key_of_another`: The key is another admin's, and is not sent to a new address.

`language_tag`: It is no tag of a language, such as `en` or `pt-BR`.

`last_admin`: It would leave no admin who can log in.

`last_owner`: It would leave the project without an owner.

`list_too_long`: The model server's list of models is too long to be read.

`load_failed`: The model could not be loaded.

`load_given_up`: Whoever wanted the model loaded did not wait for it.

`logins`: Too many people log in at once.

`mail_address`: It is no plain e-mail address.

`mail_rate`: There would be more e-mails an hour than one user may cause.

`mail_server`: The mail server can't be reached, or does not take the e-mail.

`malformed`: The request does not have the form that the protocol gives it: its client is at fault.

`master_key`: A secret can't be opened, or none be sealed, with the master keys that the daemon has.

`member`: They are a member already.

`memory`: There is too little memory: for the model, or of the share that requests, answers or a text may have.

`nesting`: A text is nested too deeply.

`no_address`: No e-mail address is set.

`no_boolean`: The value of a variable is neither true nor false.

`no_chat`: The model is made for something else than to answer.

`no_key`: The key that the model server wants is a credential which is missing or can't be opened.

`no_load`: The model server loads this model only when it is used.

`no_mail`: The daemon sends no e-mail, as the operator has set no mail server.

`no_model`: No model server has a language model.

`no_number`: The value of a variable is no number.

`no_option`: The value of a variable is none of its options.

`no_prefill`: The model server does not continue an answer.

`no_server`: None of the model servers that could be asked answers.

`no_text`: The daemon can't take text out of files of this type.

`no_text_value`: The value of a variable is no text.

`no_unload`: The model server did not unload the model, or does not offer to.

`no_user`: There is no user yet, who could have this or do it.

`no_users`: There is no user yet, so that nobody from elsewhere is let in; the operator makes the first one.

`no_vision`: The model can't be shown images.

`no_web_notifications`: The operator lets the daemon send no notifications to the web.

`not_a_stream`: A web page came instead of an answer.

`not_json`: The answer is no JSON, or more than one JSON value.

`not_known`: It must be said first who is asking.

`not_linked`: The login provider knows them, and they are no user here or have no role.

`not_removed`: It was not removed, so there is nothing to restore.

`ntfy_topic`: The address of an ntfy topic ends with the topic's name.

`origin`: No page of that origin may ask for this.

`other_daemon`: Another daemon works on it, and does not end it.

`other_user`: It must be given to another user, who is there.

`overloaded`: The model server says that it is overloaded, or not ready.

`own`: It is one's own, so that nothing needs to be broken open.

`own_network`: The address is one of the daemon's own network, or none of the public net.

`password_common`: The password is one of the most common ones, or one with digits and signs around it.

`password_long`: The password is too long.

`password_name`: The password is little more than the user's name.

`password_pattern`: The password repeats itself, or is a row of neighbouring characters.

`password_short`: The password has too few characters.

`pdf_damaged`: The PDF is damaged.

`pdf_no_text`: The PDF holds pictures of text only.

`pdf_password`: The PDF opens only with a password.

`pdf_slow`: The PDF took too long to read.

`pdf_too_long`: The PDF is too large, or has too many pages or too much text.

`personal`: Each user sets this for themselves, and nobody for everybody.

`picture_redirects`: The host sends on too often, to nowhere, or from https to http.

`picture_size`: The picture is larger than one that is fetched may be.

`picture_slow`: The host did not send the picture in time.

`picture_status`: The host answered with an error in place of a picture.

`picture_type`: What the host sent is no picture that can be shown.

`pictures`: As many pictures are being fetched as may.

`pictures_off`: The operator has no pictures fetched from elsewhere.

`plain_http`: Nobody logs in over plain HTTP from elsewhere.

`probe`: The model server did not list its models in time.

`project_owner`: Only owners of the project may do this.

`quota`: A quota is used up, or too many generations were begun within a minute, until a time that is told.

`rate_limited`: The model server limits how often it may be asked.

`read_only`: It is shared with them to be read only.

`redirect`: The model server answered a question with a redirect.

`redirected`: The address of the model server redirects to another one.

`refused_parameter`: The model server refuses a parameter.

`removed`: The model server was removed, or changed, before it was asked.

`removed_with`: It was removed along with another one, which must be restored first.

`request`: The model server could not be asked.

`result_too_long`: What the model wrote for a step is longer than may be kept.

`role`: The role of the user does not allow it.

`schema_mismatch`: The answer does not follow the schema.

`scope`: The token does not have the scope for it.

`server_error`: The model server reported an error.

`server_name`: The name of a model server has no @ in it.

`session_ended`: The web session was ended, or the token revoked: elsewhere, by its user or by an admin.

`session_expired`: The time of the web session, or of the token, is over.

`setup_link`: The setup link is not valid any more.

`sources_too_long`: The sources are too long together.

`stalled_before`: The model server stalled on an earlier attempt and is not asked again at once.

`status`: It is in a state in which this can't be done; both states are told.

`stopping`: The daemon is stopping.

`storage_full`: The database's disk has no room for anything new.

`stream_too_long`: The model server sent more than fits.

`subject_taken`: The login provider's subject is that of another user.

`subscriptions`: The connection follows as much as it may.

`tail`: The model server did not end an answer that seemed complete.

`taken`: Another one has that name.

`text_places`: The places of a text that are to be filled have no variable, are not closed, or are too many.

`texts`: Too many long texts wait to be worked on.

`time`: There is no such time.

`tls`: The model server speaks TLS, and its address says otherwise.

`token_limits`: A token can't be given more than whoever makes it may do.

`token_model`: The token may not use that model.

`too_fast`: There were too many requests in too short a time.

`too_long`: It is longer than can be sent or stored at once.

`too_many_conversations`: A file has more conversations than may be imported at once.

`too_many_rows`: There are as many of this kind as there may be.

`total`: An answer took longer than it may.

`transfers`: As many files are uploaded or downloaded as may.

`trials`: As many model servers or keys are tried as may.

`truncated`: The answer ended without a finish reason.

`twice`: Something is there twice that may be there once.

`unauthorized`: The model server refused the key, or wants one.

`unexpected_endpoint`: The model server does not offer this.

`unknown_file`: What was sent is no file that can be read here.

`unknown_host`: Nobody knows the name of the host.

`unknown_login`: The token, the session or the proxy's user is not valid, or not any more.

`unknown_server`: What answers at the address is no model server that is known.

`unknown_variable`: The text has no variable of that name.

`unload`: The model server did not unload the model in time.

`unreadable_http`: The model server's HTTP can't be read.

`unusable_answer`: The answer is none: empty, an error report, a placeholder, garbled.

`unusable_plan`: What the model wrote twice is no plan that can be used.

`user_deleted`: The user was deleted.

`user_disabled`: The user was disabled.

`user_name`: The name of a user has letters, digits and . _ - @ +, and begins with a letter or a digit.

`users_exist`: There are users by now: who has no name is nobody.

`variable_name`: The name of a variable has letters, digits and _, and begins with no digit.

`web_address`: It is no HTTP or HTTPS address that can be used.

`worker`: The work on a long text took too long, broke off, or could not begin.

`workflow`: The steps of a workflow don't lead to one another as they must.

`wrong_code`: It is not the code that was sent.

`wrong_hash`: What was uploaded has another hash than was said.

`wrong_kind`: It can't be done with something of this kind.

`wrong_login`: The name or the password is wrong.

`wrong_offset`: An upload goes on where it has got to, and nowhere else.

`wrong_password`: It is not the present password.

`wrong_tries`: It was tried wrongly too often, and is taken again after a time that is told.
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
