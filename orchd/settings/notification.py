"""Settings of where notifications may be sent."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
_LABEL = r"[A-Za-z0-9-]+"
MAIL_ADDRESS = rf"{_LOCAL}(?:\.{_LOCAL})*@{_LABEL}(?:\.{_LABEL})*"
"""A plain address of one mailbox: no blank, no line end and no second address can stand in it."""
MAX_MAIL_ADDRESS = 254

SmtpSecurity: TypeAlias = Literal["starttls", "tls", "none"]


class NotificationSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Notifications that are sent out: to addresses that users choose."""

    web: Annotated[
        bool, Meta(description="Whether users may have notifications sent to addresses on the web, and to ntfy topics.")
    ] = False
    private_addresses: Annotated[
        bool,
        Meta(description="Whether these may be addresses of this machine and of its own network, and plain http."),
    ] = False
    smtp_host: Annotated[
        str | None, Meta(description="Server that sends notifications by e-mail; unset: no e-mail is sent.")
    ] = None
    smtp_port: Annotated[
        Annotated[int, Meta(ge=1, le=65_535)] | None,
        Meta(description="Its port; unset: 587, 465 for `tls`, 25 for `none`."),
    ] = None
    smtp_security: Annotated[
        SmtpSecurity,
        Meta(
            description="`starttls`: encrypted after the first words, `tls`: from the start, `none`: not at all. The "
            "server's certificate must be valid for `smtpHost`, and nothing is sent if it isn't."
        ),
    ] = "starttls"
    smtp_from: Annotated[str | None, Meta(description="Address from which e-mails come, e.g. `orchd@example.org`.")] = (
        None
    )
    smtp_user: Annotated[str | None, Meta(description="Name to log in at the server; unset: nobody logs in.")] = None
    smtp_password: Annotated[str | None, Meta(description="The password for that, better in `smtpPasswordFile`.")] = (
        None
    )
    smtp_password_file: Annotated[
        str | None, Meta(description="File that holds the password, instead of `smtpPassword`.")
    ] = None
    smtp_ca_file: Annotated[
        str | None,
        Meta(description="Certificates, in PEM, that vouch for the server's; unset: the machine's own."),
    ] = None
    mails_per_hour: Annotated[
        int, Meta(ge=1, le=10_000, description="E-mails that one user gets in an hour; further ones are not sent.")
    ] = 30
