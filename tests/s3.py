# A server that speaks S3, of the test run's own: s3rver (tests/npm) over a scratch folder, on a
# free port of 127.0.0.1, stopped and removed at the end. Also a program:
#   tests/s3.py COMMAND…   runs the command with QIANYIN_TEST_S3 set
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
BUCKET = "qianyin"
START = """
const S3rver = require('s3rver');
new S3rver({address: '127.0.0.1', port: 0, silent: true, directory: process.argv[1],
  configureBuckets: [{name: '%s'}]}).run().then(a => console.log('port ' + a.port));
// The end of the test run is the end of its standard input.
process.stdin.resume(); process.stdin.on('end', () => process.exit(0));
""" % BUCKET


class S3:
    """`with S3() as s:` gives s.place ("127.0.0.1:PORT/BUCKET"), or s.missing that says why not."""

    def __init__(self):
        self.process = self.missing = self.place = None

    def __enter__(self):
        if not shutil.which("node"):
            self.missing = "node is not installed (make setup installs it)"
        elif not (HERE / "npm/node_modules/s3rver").is_dir():
            self.missing = "s3rver is not installed (tools/setup-npm installs it)"
        if self.missing:
            return self
        self.at = tempfile.mkdtemp(prefix="qianyin-s3-")
        self.process = subprocess.Popen(["node", "-e", START, self.at], cwd=HERE / "npm", text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        late = threading.Timer(30, self.process.kill)
        late.start()
        said = re.match(r"port (\d+)", self.process.stdout.readline())
        late.cancel()
        if said:
            self.place = f"127.0.0.1:{said[1]}/{BUCKET}"
        else:
            self.missing = "s3rver does not start"
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            shutil.rmtree(self.at, ignore_errors=True)


if __name__ == "__main__":
    with S3() as server:
        if server.missing:
            sys.exit(server.missing)
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "QIANYIN_TEST_S3": server.place}, check=False).returncode)
