# A PostgreSQL of the test run's own: made in a scratch folder, listening on a socket there and
# nowhere else, stopped and removed at the end whatever happens. Also a program:
#   tests/postgres.py [--durable] COMMAND…   runs the command with QIANYIN_TEST_POSTGRES set
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

# The user of the database when root runs the tests: PostgreSQL refuses to be root.
NOBODY = 65534


def lives_in(folder):
    """For each process, whether that is its current folder."""
    for at in glob.glob("/proc/[0-9]*/cwd"):
        try:
            yield os.readlink(at) == str(folder)
        except OSError:
            pass  # gone, or another user's


class Postgres:
    """`with Postgres() as p:` gives p.url, or p.missing that says why there is none."""

    def __init__(self, durable=False):
        self.durable, self.process, self.missing, self.url = durable, None, None, None
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
        self.bin = pathlib.Path(found[-1]).parent if found else None

    def _as_user(self, command):
        if os.geteuid() != 0:
            return command
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]

    def __enter__(self):
        if not self.bin:
            self.missing = "PostgreSQL is not installed (make setup installs it)"
            return self
        # A short path: the name of a socket has at most 107 octets.
        self.at = pathlib.Path(tempfile.mkdtemp(prefix="qypg-", dir="/tmp"))
        self.at.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(self.at, NOBODY, NOBODY)
        made = subprocess.run(
            self._as_user([self.bin / "initdb", "-D", self.at / "data", "-A", "trust", "-U", "qianyin",
                           "--no-locale", "-E", "UTF8", "--no-sync"]),
            cwd=self.at, capture_output=True, text=True, check=False)
        if made.returncode:
            self.missing = "initdb: " + made.stderr.strip()[-200:]
            return self
        self.start()
        return self

    def start(self):
        settings = {"listen_addresses": "", "unix_socket_directories": self.at, "max_connections": "200",
                    "fsync": "on" if self.durable else "off", "log_min_messages": "fatal",
                    "shared_buffers": "64MB", "max_pred_locks_per_transaction": "256"}
        words = [f"-c{name}={value}" for name, value in settings.items()]
        self.log = open(self.at / "log", "ab")
        self.process = subprocess.Popen(self._as_user([str(self.bin / "postgres"), "-D", str(self.at / "data"), *words]),
                                        cwd=self.at, stdout=self.log, stderr=self.log)
        self.url = f"postgresql:///postgres?host={self.at}&user=qianyin"
        for _ in range(200):
            asked = subprocess.run([self.bin / "pg_isready", "-q", "-h", self.at], check=False)
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        self.missing = "PostgreSQL does not start: " + (self.at / "log").read_text()[-200:]

    def stop(self, hard=False):
        if self.process and self.process.poll() is None:
            # QUIT ends it at once without a checkpoint; INT cleanly.
            self.process.send_signal(3 if hard else 2)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def kill(self):
        """kill -9, as a machine that loses its power would; its children notice and go."""
        pid = int((self.at / "data/postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, 9)
        self.process.wait()
        self.process = None
        # Its children hold the shared memory until they have seen it; they live in the data folder.
        late = time.monotonic() + 10
        while time.monotonic() < late and any(lives_in(self.at / "data")):
            time.sleep(0.02)

    def __exit__(self, *_):
        if self.bin:
            self.stop(hard=True)
            shutil.rmtree(self.at, ignore_errors=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    durable = words[:1] == ["--durable"]
    with Postgres(durable) as server:
        if server.missing:
            sys.exit(server.missing)
        sys.exit(subprocess.run(words[durable:], env={**os.environ, "QIANYIN_TEST_POSTGRES": server.url}, check=False).returncode)
