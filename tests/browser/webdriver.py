# A real Chromium without a window, driven over WebDriver by chromedriver; the standard library only.
# The page's origin can be given the address space "public", so that the browser's rules on Local
# Network Access hold for it as they do for a site on the internet.
# SPDX-License-Identifier: Apache-2.0
import base64
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """What the driver said when it would not do something."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def missing():
    """Why no browser can be had here, or None."""
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            return f"{program} is not installed (make setup installs it)"
    return None


class Browser:
    """One browser with a profile of its own; `with Browser(...) as b`."""

    def __init__(self, public_ports=(), width=1180, height=1400, lang="zh-CN"):
        self.profile = tempfile.mkdtemp(prefix="qianyin-chromium-")
        self.port = free_port()
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={self.port}", "--silent"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--hide-scrollbars", f"--lang={lang}",
            f"--user-data-dir={self.profile}", f"--window-size={width},{height}",
        ]
        if public_ports:
            spaces = ",".join(f"127.0.0.1:{port}=public" for port in public_ports)
            arguments.append(f"--ip-address-space-overrides={spaces}")
        wanted = {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "acceptInsecureCerts": True, "unhandledPromptBehavior": "ignore",
            "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium"),
                                   "prefs": {"intl.accept_languages": lang}},
            "timeouts": {"script": 60000, "pageLoad": 60000, "implicit": 0}}}}
        self._wait_for_driver()
        self.session = self._ask("POST", "/session", wanted)["sessionId"]

    def _wait_for_driver(self):
        for _ in range(200):
            try:
                self._ask("GET", "/status")
                return
            except OSError:
                time.sleep(0.05)
        raise BrowserError("chromedriver does not answer")

    def _ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            link.request(method, path, json.dumps(body or {}) if method == "POST" else None,
                         {"Content-Type": "application/json"})
            answer = json.loads(link.getresponse().read())
        finally:
            link.close()
        value = answer.get("value")
        if isinstance(value, dict) and value.get("error"):
            raise BrowserError(f"{value['error']}: {value.get('message', '').splitlines()[0]}")
        return value

    def _do(self, method, path, body=None):
        return self._ask(method, f"/session/{self.session}{path}", body)

    def go(self, url):
        self._do("POST", "/url", {"url": url})

    def run(self, script, *args):
        """A script of the page; `return` gives its value."""
        return self._do("POST", "/execute/sync", {"script": script, "args": list(args)})

    def run_async(self, script, *args):
        """The same with a last argument to call with the value."""
        return self._do("POST", "/execute/async", {"script": script, "args": list(args)})

    def devtools(self, command, **params):
        return self._do("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def set_permission(self, origin, name, setting):
        """setting: "granted", "denied" or "prompt"."""
        self.devtools("Browser.setPermission", origin=origin, permission={"name": name}, setting=setting)

    def element(self, css):
        return next(iter(self._do("POST", "/element", {"using": "css selector", "value": css}).values()))

    def click(self, css):
        self._do("POST", f"/element/{self.element(css)}/click")

    def type(self, css, text):
        self._do("POST", f"/element/{self.element(css)}/value", {"text": text})

    def text(self, css="body"):
        return self._do("GET", f"/element/{self.element(css)}/text")

    def wait(self, script, seconds=20):
        """Until the script returns something true; gives that."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(script)
            if value or time.monotonic() > end:
                if not value:
                    raise BrowserError(f"not so after {seconds} s: {script}")
                return value
            time.sleep(0.1)

    def tab(self):
        """Opens another tab and turns to it; gives the handle of the one before."""
        before = self._do("GET", "/window")
        fresh = self._do("POST", "/window/new", {"type": "tab"})["handle"]
        self._do("POST", "/window", {"handle": fresh})
        return before

    def turn_to(self, handle):
        self._do("POST", "/window", {"handle": handle})

    def picture(self, path):
        """The whole page as PNG."""
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        try:
            if self.session:
                self._do("DELETE", "")
        except (OSError, BrowserError, ValueError):
            pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
