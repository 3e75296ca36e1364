"""Rules that no single type can state, and the values that depend on others: paths, secrets, addresses.

Each rule yields where it is broken and a sentence that says how to mend it; the loader adds the file and line.
"""

import os
import pwd
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from msgspec.structs import replace

from orchd.access.addresses import is_user_header, read_network
from orchd.config import BackendSettings, Settings
from orchd.config.model_files import unfit
from orchd.masking import mask_url
from orchd.patterns import lazy_pattern
from orchd.settings.notification import MAIL_ADDRESS, MAX_MAIL_ADDRESS, NotificationSettings

MAX_SECRET = 8 * 1024
_PASTED_CALL = lazy_pattern(r"/(chat/completions|completions|embeddings|responses|messages|models)$", re.IGNORECASE)
"""The page of a call, pasted with an address: it is taken off, as the llm room does."""
_MAIL_ADDRESS = lazy_pattern(MAIL_ADDRESS)
_HOST = lazy_pattern(r"[A-Za-z0-9.:_-]{1,253}")
LOCAL = "local"
"""What the models of `local.models` are together, among the model servers."""


class Problem(NamedTuple):
    """`where` is a dotted key, e.g. `backends[0].url`; `sentence` starts with what is wrong and ends with the fix."""

    where: str
    sentence: str


def find_problems(settings: Settings) -> Iterator[Problem]:
    """All rules that `settings` breaks."""
    yield from _server(settings)
    yield from _tls(settings)
    yield from _proxies(settings)
    yield from _oidc(settings)
    yield from _mail(settings.notification)
    yield from _database(settings)
    if settings.local.models and LOCAL in (backend.name for backend in settings.backends):
        yield Problem("local.models", f"are shown as the model server `{LOCAL}`; give the backend of that name another")
    servers = [_server_of(backend.url) for backend in settings.backends]
    names = Counter(backend.name for backend in settings.backends if backend.name is not None)
    for index, backend in enumerate(settings.backends):
        yield from _backend(f"backends[{index}]", backend)
        if (first := servers.index(servers[index])) < index:
            yield Problem(f"backends[{index}].url", f"is the server of `backends[{first}]` again; remove one of them")
        if backend.name is not None and names[backend.name] > 1:
            yield Problem(f"backends[{index}].name", f"is `{backend.name}` for two backends; give each its own name")


def complete(settings: Settings, environ: Mapping[str, str]) -> tuple[Settings, list[Problem], list[Problem]]:
    """Fill in what is derived: the data directory, the database's URL, secrets read from files.

    Returns the settings, problems, and warnings. Blocks on reading files. `settings` must not break a rule.
    """
    problems: list[Problem] = [Problem("local.models", text) for text in unfit(settings.local.models)]
    warnings: list[Problem] = []
    data_dir = settings.data_dir or default_data_dir(environ)
    if data_dir is None:
        problems.append(
            Problem("dataDir", "has no default, since this user has no home directory; set it to a directory")
        )
        data_dir = "/"
    url = settings.database.url or f"sqlite://{quote(os.fsencode(data_dir))}/orchd.db"
    password = _secret("database.passwordFile", settings.database.password_file, problems, warnings)
    if password is not None:
        url = with_password(url, password)
    backends = []
    for index, backend in enumerate(settings.backends):
        key = _secret(f"backends[{index}].apiKeyFile", backend.api_key_file, problems, warnings)
        if key is not None and not _sendable(key):
            problems.append(Problem(f"backends[{index}].apiKeyFile", "names a file whose text is no key; " + _KEY_FIX))
        backends.append(replace(backend, api_key=key) if key is not None else backend)
    tls_key = settings.server.tls_key
    if tls_key is not None and open_to_others(Path(tls_key)):
        warnings.append(Problem("server.tlsKey", f"names `{tls_key}`, {_READABLE}; run `chmod 600 {tls_key}`"))
    secret = _secret("oidc.clientSecretFile", settings.oidc.client_secret_file, problems, warnings)
    oidc = settings.oidc if secret is None else replace(settings.oidc, client_secret=secret)
    password = _secret("notification.smtpPasswordFile", settings.notification.smtp_password_file, problems, warnings)
    if password is not None and not _sendable(password.replace(" ", "")):
        problems.append(
            Problem("notification.smtpPasswordFile", "names a file whose text is no password; " + _MAIL_LOGIN_FIX)
        )
    notification = settings.notification if password is None else replace(settings.notification, smtp_password=password)
    database = replace(settings.database, url=url)
    task = replace(settings.task, watched_path=settings.task.watched_path or data_dir)
    file = replace(settings.file, directory=settings.file.directory or f"{data_dir}/files")
    filled = replace(settings, data_dir=data_dir, database=database, backends=tuple(backends), task=task, oidc=oidc)
    filled = replace(filled, notification=notification, file=file)
    return filled, problems, warnings


def default_data_dir(environ: Mapping[str, str]) -> str | None:
    """The first of `$STATE_DIRECTORY` (set by systemd; a colon-separated list), else `~/.local/share/orchd`.

    None when there is neither: a container may run as a user of whom nothing is known.
    """
    given, home = environ.get("STATE_DIRECTORY", "").split(":")[0], home_directory(environ)
    return given or (None if home is None else str(home / ".local/share/orchd"))


def home_directory(environ: Mapping[str, str]) -> Path | None:
    """`$HOME` if it is a usable path, else what the system knows of this user, else None."""
    given = environ.get("HOME", "")
    if given.startswith("/"):
        return Path(given)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def with_password(url: str, password: str) -> str:
    """`url` with `password`, percent-encoded, put into it."""
    parts = urlsplit(url)
    user, _, address = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{address}").geturl()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`. A name other than `localhost` may resolve to anything, so it is not."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def open_to_others(path: Path) -> bool:
    """Whether users besides the owner and its group can read the file; False if it can't be told."""
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _server(settings: Settings) -> Iterator[Problem]:
    server = settings.server
    if server.send_soft_bytes >= server.send_hard_bytes:
        yield Problem("server.sendSoftBytes", "must be less than `server.sendHardBytes`")
    for host in server.allowed_hosts:
        if not host or "*" in host or "/" in host or ":" in host:
            yield Problem(
                "server.allowedHosts",
                f"has `{mask_url(host)}`; write plain names without scheme, port or `*`, e.g. `orchd.lan`",
            )
    for origin in server.allowed_origins:
        parts = _split(origin)
        if parts is None or parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
            yield Problem(
                "server.allowedOrigins",
                f"has `{mask_url(origin)}`; write scheme and host only, e.g. `https://chat.lan`",
            )


def _tls(settings: Settings) -> Iterator[Problem]:
    certificate, key = settings.server.tls_certificate, settings.server.tls_key
    if certificate is not None and key is None:
        yield Problem("server.tlsCertificate", "has no key; set `server.tlsKey` to the file that holds it")
    if key is not None and certificate is None:
        yield Problem("server.tlsKey", "is for a certificate; set `server.tlsCertificate` to the file that holds it")


def _proxies(settings: Settings) -> Iterator[Problem]:
    proxies, header = settings.server.trusted_proxies, settings.server.trusted_user_header
    for text in proxies:
        try:
            read_network(text)
        except ValueError as error:
            yield Problem("server.trustedProxies", f"has `{mask_url(text)}`, which {error}")
    if header is None:
        return
    if not is_user_header(header):
        yield Problem("server.trustedUserHeader", "is no header that can name a user; write e.g. `Remote-User`")
    if not proxies:
        yield Problem(
            "server.trustedUserHeader", "is believed from trusted proxies only; set `server.trustedProxies` as well"
        )


def _oidc(settings: Settings) -> Iterator[Problem]:
    oidc = settings.oidc
    values = (*oidc.admin_values, *oidc.member_values, *oidc.viewer_values)
    if oidc.issuer is None:
        if oidc.client_id is not None:
            yield Problem("oidc.clientId", "is for a provider; set `oidc.issuer` to its address")
        return
    parts = _split(oidc.issuer)
    loopback = parts is not None and parts.scheme == "http" and is_loopback(parts.hostname or "")
    if (
        parts is None
        or not (parts.scheme == "https" or loopback)
        or not parts.hostname
        or parts.query
        or parts.fragment
    ):
        shown = mask_url(oidc.issuer)
        yield Problem("oidc.issuer", f"is `{shown}`; write the provider's address, e.g. `https://login.example.org`")
    elif "@" in oidc.issuer:
        yield Problem("oidc.issuer", "has credentials; remove them, and use `clientId` and `clientSecretFile`")
    if not oidc.client_id:
        yield Problem("oidc.issuer", "needs `oidc.clientId`, the name of this daemon at the provider")
    if oidc.client_secret is not None and oidc.client_secret_file is not None:
        yield Problem("oidc.clientSecretFile", "is given and `clientSecret` as well; remove one of them")
    if values and oidc.role_claim is None:
        yield Problem("oidc.roleClaim", "is unset, and values of it are given; set it, e.g. to `groups`")
    if oidc.default_role == "none" and not values and (oidc.role_claim is not None or oidc.create_users):
        yield Problem(
            "oidc.defaultRole", "is `none`, and no value gives a role, so that nobody new gets in; set either"
        )


def _mail(of: NotificationSettings) -> Iterator[Problem]:
    if of.smtp_host is None:
        return
    if not _HOST.fullmatch(of.smtp_host):
        yield Problem("notification.smtpHost", "is no name or address of a server; write e.g. `mail.example.org`")
    if of.smtp_from is None:
        yield Problem("notification.smtpHost", "needs `notification.smtpFrom`, the address from which e-mails come")
    elif len(of.smtp_from) > MAX_MAIL_ADDRESS or not _MAIL_ADDRESS.fullmatch(of.smtp_from):
        yield Problem("notification.smtpFrom", "is no plain address; write e.g. `orchd@example.org`")
    if of.smtp_password is not None and of.smtp_password_file is not None:
        yield Problem("notification.smtpPasswordFile", "is given and `smtpPassword` as well; remove one of them")
    has_password = of.smtp_password is not None or of.smtp_password_file is not None
    if (of.smtp_user is not None) is not has_password:
        yield Problem("notification.smtpUser", "and a password go together; set both, or neither")
    if of.smtp_user is not None and not _sendable(of.smtp_user):
        yield Problem("notification.smtpUser", "can't be sent; it is one line of visible ASCII characters")
    if of.smtp_password is not None and not _sendable(of.smtp_password.replace(" ", "")):
        yield Problem("notification.smtpPassword", "can't be sent; " + _MAIL_LOGIN_FIX)
    if has_password and of.smtp_security == "none" and not is_loopback(of.smtp_host):
        yield Problem(
            "notification.smtpSecurity", "is `none`, and the password would be readable on the way; remove it"
        )


def _database(settings: Settings) -> Iterator[Problem]:
    url, password_file = settings.database.url, settings.database.password_file
    mysql = url is not None and url.startswith(("mysql://", "mariadb://"))
    if url is not None and not mysql and not url.startswith("sqlite:///"):
        yield Problem(
            "database.url", f"is `{mask_url(url)}`; write `sqlite:///absolute/path` or `mysql://user@host:3306/name`"
        )
    if password_file is None:
        return
    parts = _split(url) if url is not None and mysql else None
    if parts is None or not parts.username:
        yield Problem("database.passwordFile", "is only for a `database.url` of the form `mysql://user@host:3306/name`")
    elif parts.password is not None:
        yield Problem("database.passwordFile", "is given and `database.url` has a password as well; remove one of them")


def _backend(where: str, backend: BackendSettings) -> Iterator[Problem]:
    yield from _backend_url(f"{where}.url", backend.url)
    if backend.api_key is not None and backend.api_key_file is not None:
        yield Problem(f"{where}.apiKeyFile", "is given and `apiKey` as well; remove one of them")
    if backend.credential is not None and (backend.api_key is not None or backend.api_key_file is not None):
        yield Problem(f"{where}.credential", "is given and `apiKey` or `apiKeyFile` as well; remove one of them")
    if backend.api_key is not None and not _sendable(backend.api_key):
        yield Problem(f"{where}.apiKey", "can't be sent; " + _KEY_FIX)


def _backend_url(where: str, url: str) -> Iterator[Problem]:
    parts = _split(url)
    shown = mask_url(url)
    if parts is None:
        yield Problem(where, f"is `{shown}`, which is no URL; write e.g. `http://127.0.0.1:1234`")
    elif parts.scheme not in ("http", "https"):
        hint = f"`http://{shown}`" if "://" not in url else "e.g. `http://127.0.0.1:1234`"
        yield Problem(where, f"is `{shown}`; it must start with http:// or https://, write {hint}")
    elif "@" in url:  # wherever it stands: in front of it is a password, perhaps one with a `/` in it
        yield Problem(where, f"has credentials in `{shown}`; remove them and use `apiKey` or `apiKeyFile`")
    elif not parts.hostname or parts.query or parts.fragment:
        yield Problem(where, f"is `{shown}`; write scheme, host, port and perhaps a path, e.g. `http://127.0.0.1:1234`")


def _server_of(url: str) -> tuple[str, str | None, int | None, str]:
    """What two spellings of one server's address have in common."""
    parts = _split(url)
    if parts is None:
        return (url, None, None, "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = _PASTED_CALL.sub("", parts.path.rstrip("/")).rstrip("/")
    return (parts.scheme, parts.hostname, port, path.removesuffix("/v1").rstrip("/"))


def _split(url: str) -> SplitResult | None:
    """None for what can't be an address: `urlsplit` is lenient with spaces and finds a bad port only when asked."""
    try:
        parts = urlsplit(url)
        if parts.port == 0 or any(character.isspace() or not character.isprintable() for character in url):
            return None
    except ValueError:
        return None
    return parts


def _secret(where: str, name: str | None, problems: list[Problem], warnings: list[Problem]) -> str | None:
    """The stripped text of a secret's file; None when there is none to read or it can't be used."""
    if name is None:
        return None
    path = Path(name)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_SECRET).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        problems.append(Problem(where, f"names `{name}`, which can't be read: {reason}"))
        return None
    if not text:
        problems.append(Problem(where, f"names `{name}`, which is empty; write the secret into it"))
        return None
    if open_to_others(path):
        warnings.append(Problem(where, f"names `{name}`, {_READABLE}; run `chmod 600 {name}`"))
    return text


def _sendable(key: str) -> bool:
    return key.isascii() and key.isprintable() and " " not in key and key != ""


_READABLE = "which every user can read"
_MAIL_LOGIN_FIX = "a password is one line of visible ASCII characters and blanks"
_KEY_FIX = "a key is one line of visible ASCII characters without spaces"
