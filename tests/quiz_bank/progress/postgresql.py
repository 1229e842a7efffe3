"""A PostgreSQL server of the tests' own, in a temporary folder, on a free port of this machine.

Its defaults are unfriendly on purpose: another time zone, other dates, another isolation.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

ADVICE = "PostgreSQL is missing; get it with: sudo apt-get install postgresql"
USER, PASSWORD, DATABASE = "gym", "s3cret", "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "timezone": "Asia/Kolkata",
    "datestyle": "German",
    "default_transaction_isolation": "serializable",
}


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps it, one for each version, out of the PATH."""
    if (found := shutil.which("initdb")) and shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


@dataclass
class Cluster:
    """A server that can be stopped and started; `url()` is that of a fresh place to keep progress,
    with nothing in it yet."""

    programs: Path
    folder: Path
    port: int
    names: Iterator[str] = field(default_factory=lambda: (f"place_{n}" for n in count()))

    def url(self) -> str:
        name = next(self.names)
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.address()}?options=-csearch_path%3D{name}"

    def address(self, user: str = USER, password: str = PASSWORD, database: str = DATABASE) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, url: str | None = None) -> list[tuple]:
        """What the last statement returns; each is committed."""
        with psycopg.connect(url or self.address(), autocommit=True) as connection:
            for statement in statements:
                result = connection.execute(statement)
            return result.fetchall() if result.description else []

    def make(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        access = ("-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}")
        self._call("initdb", *access, "-E", "UTF8", "--no-locale", "--no-sync")
        self.start()

    def start(self) -> None:
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        options = f"-p {self.port} {settings}"
        self._call("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._call("pg_ctl", "-w", "-m", "immediate", "stop")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _call(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, "-D", self.folder / "data", *arguments]
        # It refuses to run as root; and the server must not inherit a pipe that is waited for.
        owner = {"user": "postgres", "group": "postgres", "extra_groups": ()} if is_root() else {}
        with (self.folder / "calls").open("a") as said:
            subprocess.run(
                command,
                check=True,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                **owner,
            )


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """A server that runs until the block ends, and leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="gradient-gym-postgresql-"))
    if is_root():
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(programs, folder, free_port())
    try:
        cluster.make()
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
