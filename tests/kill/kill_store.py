#!/usr/bin/env python3
# Kills a program that works on a database and blobs, at random moments, and looks each time
# whether something acknowledged is lost or anything half done; on PostgreSQL every second time it
# is the server that is killed, and started again. Prints one line a kind and the counts.
# usage: tests/kill/kill_store.py BUILD [KILLS OF EACH KIND [sqlite|postgresql]]
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import postgres  # noqa: E402

FRESH = 25  # kills after which database and blobs are begun anew: checks read everything
build, kills = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10
kinds = sys.argv[3:] or ["sqlite", "postgresql"]
program = build / "tests/kill/kill_store"
seed = int(os.environ.get("KILL_SEED") or random.randrange(1 << 32))
chance = random.Random(seed)
print(f"# seed {seed}", flush=True)


class Wrong(Exception):
    pass


def run_and_kill(place, acknowledged, server):
    """Runs it for a moment, kills it or the server, and keeps what it acknowledged."""
    with open(acknowledged, "ab") as out:
        worker = subprocess.Popen([program, "run", *place], stdout=out)
    before = os.path.getsize(acknowledged)
    late = time.monotonic() + 60
    # It has begun: something was acknowledged. Then at any moment.
    while os.path.getsize(acknowledged) == before:
        if worker.poll() is not None or time.monotonic() > late:
            worker.kill()
            raise Wrong(f"it does not begin to work: exit {worker.poll()}")
        time.sleep(0.002)
    time.sleep(chance.random() * 0.2)
    if server:
        server.stop(hard=True) if chance.random() < 0.5 else server.kill()
        time.sleep(chance.random() * 0.2)
        server.start()
        # It goes on by itself, with new connections.
        before = os.path.getsize(acknowledged)
        while os.path.getsize(acknowledged) == before:
            if worker.poll() is not None or time.monotonic() > late:
                worker.kill()
                raise Wrong(f"it does not go on after the server came back: exit {worker.poll()}")
            time.sleep(0.005)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def look(place, acknowledged, sums):
    with open(acknowledged, "rb") as lines:
        done = subprocess.run([program, "check", *place], stdin=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(done.stdout + done.stderr)
    for name, count in re.findall(r"(\w+)=(\d+)", done.stdout):
        sums[name] = sums.get(name, 0) + int(count) if name == "temporary" else int(count)


def series(kind, database, server):
    """One kind of database: database(n) gives the address of a fresh one."""
    total = {"kills": 0, "acknowledged": 0, "there": 0, "temporary": 0}
    while total["kills"] < kills:
        with tempfile.TemporaryDirectory(prefix="qianyin-kill-") as folder:
            place = [database(folder, total["kills"]), f"dir:{folder}/blobs"]
            sums, acknowledged = {}, f"{folder}/acknowledged"
            open(acknowledged, "wb").close()
            for _ in range(min(FRESH, kills - total["kills"])):
                run_and_kill(place, acknowledged, server if total["kills"] % 2 else None)
                look(place, acknowledged, sums)
                total["kills"] += 1
            for name in ("acknowledged", "there", "temporary"):
                total[name] += sums[name]
    print(f"{kind}: {total['kills']} kills, {total['acknowledged']} acts acknowledged, {total['there']} there, "
          f"0 lost, 0 half done, {total['temporary']} temporary files cleared", flush=True)


def sqlite_of(folder, _):
    return f"sqlite:{folder}/db"


def main():
    if "sqlite" in kinds:
        series("sqlite", sqlite_of, None)
    if "postgresql" not in kinds:
        return
    with postgres.Postgres(durable=True) as server:
        if server.missing:
            sys.exit(server.missing)

        def postgres_of(_, n):
            name = f"kill_{n}"
            subprocess.run([server.bin / "createdb", "-h", server.at, "-U", "qianyin", name], check=True)
            return server.url.replace("///postgres?", f"///{name}?")

        series("postgresql", postgres_of, server)


if not shutil.which(str(program)):
    sys.exit(f"{program} is not built")
try:
    main()
except Wrong as wrong:
    sys.exit(f"WRONG (seed {seed}): {wrong}")
