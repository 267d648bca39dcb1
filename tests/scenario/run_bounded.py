#!/usr/bin/env python3
"""Runs commands under a watch: seconds of the processor, and anonymous memory (RssAnon).

run_bounded.py SECONDS MB COMMAND…                 the command's exit code; 100 when a bound was broken
run_bounded.py SECONDS MB --sweep CODES WORD…      the command once for each file in bad/, which stands
                                                   where a WORD is @; says what was wrong, exit code 1

SPDX-License-Identifier: Apache-2.0
"""
import os
import pathlib
import re
import subprocess
import sys
import threading
import time


def anon_mb(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1)) / 1024
    except (OSError, AttributeError):
        return 0.0


def run(seconds, megabytes, command, **pipes):
    """Exit code, what it broke or None, and a line for the log. Time is that of the processor: a busy
    machine must not decide the test."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **pipes) as child:
        late = threading.Timer(30 + 10 * seconds, child.kill)
        late.start()
        peak, pid, usage = 0.0, 0, None
        pause = 0.001
        while not pid:
            peak = max(peak, anon_mb(child.pid))
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if not pid:
                time.sleep(pause)
                pause = min(pause * 1.3, 0.02)
        late.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    used = usage.ru_utime + usage.ru_stime
    line = f"code {child.returncode}, {used:.2f} s, {peak:.0f} MB"
    broken = None
    if child.returncode < 0:
        broken = "ended by a signal"
    elif used > seconds:
        broken = "took too long"
    elif peak > megabytes:
        broken = "took too much memory"
    return child.returncode, broken, line


def sweep(seconds, megabytes, codes, words):
    wrong = 0
    for file in sorted(pathlib.Path("bad").iterdir()):
        allowed = set(codes.split()) | ({"66"} if file.is_dir() else set())
        command = [word.replace("@", str(file)) for word in words]
        with open("sweep.err", "w+b") as err, open(os.devnull, "wb") as null:
            code, broken, line = run(seconds, megabytes, command, stdout=null, stderr=err)
            err.seek(0)
            said = err.read(300).decode("utf-8", "replace").strip()
        if str(code) not in allowed:
            broken = broken or f"not one of {codes}"
        if code >= 64 and not said:
            broken = broken or "says nothing"
        if broken:
            wrong += 1
            print(f"{file.name}: {broken}: {line}: {said}")
    return 1 if wrong else 0


def main():
    seconds, megabytes, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    if command[0] == "--sweep":
        return sweep(seconds, megabytes, command[1], command[2:])
    code, broken, line = run(seconds, megabytes, command)
    print(line, broken or "", file=sys.stderr)
    return 100 if broken else code


sys.exit(main())
