"""A private MariaDB server, started once per session and killed at its end; each test gets databases of its own."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
import trio

from orchd.storage import MysqlUrl, SqlValue, parse_url
from orchd.storage.dialect import to_format
from orchd.storage.mysql.mysql_connection import connect

USER = "orchd"
LIMITED = "limited"
"""A user who may connect to the server, and nothing else."""
PASSWORD = "p@ss:w/örd%?#"
START_SECONDS = 150.0


def require(program: str, *directories: str) -> str:
    """The program's path; without it the test is skipped, or failed where ORCHD_TEST_REQUIRE=1 wants it there."""
    found = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *directories]))
    if found is not None:
        return found
    reason = f"{program} is not installed: nothing is tested against MariaDB"
    if os.environ.get("ORCHD_TEST_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class MariaServer:
    """One server with its own data directory, socket and port. Methods block until the server has followed."""

    def __init__(
        self, directory: Path, buffer_pool: str = "32M", log_file: str = "16M", more: Sequence[str] = ()
    ) -> None:
        self.directory = directory
        self._buffer_pool, self._log_file = buffer_pool, log_file
        self._more = more
        self.socket = directory / "s"
        self.port = _free_port()
        self._program = require("mariadbd", "/usr/sbin", "/usr/local/sbin")
        self.certificate = directory / "cert.pem"
        self._make_certificate()
        self._install()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def _install(self) -> None:
        """What mariadb-install-db does, of which some packages lack a part: feed the system tables to a bootstrap."""
        (self.directory / "data").mkdir(exist_ok=True)
        tables = "\n".join(script.read_text() for script in _system_tables())
        (self.directory / "users.sql").write_text(_users())
        done = subprocess.run(
            [
                self._program,
                "--no-defaults",
                *self._common(),
                "--bootstrap",
                *self._more,
                "--skip-log-bin",
                "--innodb-log-file-size=16M",
            ],
            input=f"CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n{tables}\n",
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _make_certificate(self) -> None:
        """A certificate for 127.0.0.1 that nobody trusts unless told to."""
        command = [require("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-nodes", "-days", "2", "-subj", "/CN=orchd test", "-addext", "subjectAltName=IP:127.0.0.1"]
        command += ["-keyout", str(self.directory / "key.pem"), "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS)

    def _common(self) -> list[str]:
        user = ["--user=root"] if os.geteuid() == 0 else []
        return [f"--datadir={self.directory / 'data'}", f"--tmpdir={self.directory}", *user]

    def start(self) -> None:
        """Start the server on the port it had before, and wait until it lets itself be connected to."""
        settings = [
            *(f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1"),
            # Nothing outlives the power here, only the process; and a table is not worth a file.
            *("--innodb-flush-method=nosync", "--sync-frm=0", "--innodb-doublewrite=0"),
            *("--innodb-file-per-table=0", "--innodb-stats-persistent=0"),
            *("--skip-name-resolve", f"--innodb-buffer-pool-size={self._buffer_pool}"),
            f"--innodb-log-file-size={self._log_file}",
            *("--innodb-flush-log-at-trx-commit=2", "--skip-log-bin", "--max-connections=60", "--performance-schema=0"),
            *(f"--ssl-cert={self.certificate}", f"--ssl-key={self.directory / 'key.pem'}"),
            *("--character-set-server=latin1", f"--init-file={self.directory / 'users.sql'}"),
            *self._more,
        ]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "--no-defaults", *self._common(), *settings], stdout=log, stderr=log
            )
        self._await_port()

    def _await_port(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as stream:
                    if stream.recv(1):
                        return
            except OSError:
                time.sleep(0.05)
        pytest.fail("MariaDB did not start")

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    async def execute(self, sql: str, *params: SqlValue, database: str = "mysql") -> list[tuple[object, ...]]:
        """Run one statement with every privilege; its rows."""
        url = parse_url(self.url(database))
        assert isinstance(url, MysqlUrl)
        connection = await connect(url, lock_seconds=5)
        try:
            return (await connection.execute(to_format(sql), params)).rows
        finally:
            await connection.aclose()

    async def until(self, expected: list[tuple[object, ...]], sql: str, *params: SqlValue) -> None:
        """Wait until a query gives these rows: what is looked for happens in the server, which tells nobody."""
        with trio.fail_after(START_SECONDS):
            while True:
                if await self.execute(sql, *params) == expected:
                    return
                await trio.sleep(0.02)

    def stop(self) -> None:
        """Shut down in an orderly way."""
        self.process.terminate()
        self.process.wait(START_SECONDS)

    def kill(self) -> None:
        """Die without a word, as if the power were gone."""
        self.process.kill()
        self.process.wait(START_SECONDS)

    def pause(self) -> None:
        """Stop answering, with every connection left open."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)  # its threads stop one after the other

    def resume(self) -> None:
        """Go on after `pause`."""
        self.process.send_signal(signal.SIGCONT)

    def ensure_running(self) -> None:
        """Whatever a test did to the server, have it running again."""
        self.resume()
        if self.process.poll() is not None:
            self.start()

    @staticmethod
    def name_of(url: str) -> str:
        """The database's name in a URL without options."""
        return url.rpartition("/")[2]

    def new_url(self) -> str:
        """The URL of a database that does not exist yet."""
        return self.url(f"t_{secrets.token_hex(6)}")

    def url(self, name: str, *, user: str = USER, password: str = PASSWORD, socket_path: bool = False) -> str:
        """The URL of the database of that name, over TCP or the Unix socket."""
        option = f"?socket={quote(str(self.socket))}" if socket_path else ""
        return f"mysql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{name}{option}"


def _users() -> str:
    grants = f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;"
    return "\n".join(
        [f"CREATE USER IF NOT EXISTS '{name}'@'%' IDENTIFIED BY '{PASSWORD}';" for name in (USER, LIMITED)] + [grants]
    )


def _system_tables() -> list[Path]:
    """Return the scripts that make a server's own tables, and what is in them; they have another name since 11.0."""
    for directory in ("/usr/share/mysql", "/usr/share/mariadb", "/usr/local/share/mariadb"):
        for name in ("mysql_system_tables", "mariadb_system_tables"):
            scripts = [Path(directory) / f"{name}{part}.sql" for part in ("", "_data")]
            if all(script.exists() for script in scripts):
                return scripts
    pytest.fail("MariaDB's system tables (mariadb_system_tables.sql) are not installed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def _mariadb_session() -> Iterator[MariaServer]:
    require("mariadbd", "/usr/sbin", "/usr/local/sbin")
    # A short path: a Unix socket's has at most 107 bytes.
    directory = Path(tempfile.mkdtemp(prefix="orchd-maria-"))
    server: MariaServer | None = None
    try:
        server = MariaServer(directory)
        yield server
    finally:
        if server is not None:
            server.kill()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def mariadb(_mariadb_session: MariaServer) -> Iterator[MariaServer]:
    """The session's server, running; a test may stop, kill or pause it."""
    _mariadb_session.ensure_running()
    yield _mariadb_session
    _mariadb_session.ensure_running()
