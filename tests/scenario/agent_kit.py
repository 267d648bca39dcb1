# A user with two simulated tokens and a running agent, a platform that issues orders, and a page
# that speaks raw HTTP: what the scenarios of the agent share.
# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

ORIGIN = "https://platform.example"
PLATFORM = "platform.example"
PIN = "258369"


def env_path(name):
    return pathlib.Path(os.environ[name])


class Cases:
    """Counts cases in the way of lib.sh."""

    def __init__(self):
        self.count = self.failures = 0

    def check(self, name, good, why=""):
        self.count += 1
        if good:
            print(f"ok {self.count} - {name}")
            return True
        self.failures += 1
        if why:
            print("\n".join("# " + line for line in str(why).splitlines()[:20]))
        print(f"not ok {self.count} - {name}")
        return False

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failures else 0


class World:
    """Everything a case needs, made by the real programs in a folder."""

    def __init__(self, folder, origin=ORIGIN):
        self.at = pathlib.Path(folder)
        self.build = env_path("QIANYIN_BUILD")
        self.qianyin = os.environ["QIANYIN"]
        self.origin = origin
        self.port = None
        self.process = None
        self.home = self.at / "agent-home"
        self.opened = self.at / "opened"
        (self.at / "runtime").mkdir(exist_ok=True)
        self._people()
        self._papers()
        self._platform()
        self._opener()

    def run(self, *args, **more):
        done = subprocess.run([str(a) for a in args], cwd=self.at, capture_output=True, text=True, **more)
        if done.returncode:
            raise AssertionError(f"{args}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def cli(self, *args):
        return self.run(self.qianyin, *args)

    # --- who and what there is

    def _people(self):
        self.cli("ca", "init", "ca", "--name", "示范")
        for who, code in (("bidder", "91999999MA00000079"), ("other", "91999999MA00000079")):
            self.cli("ca", "issue", "ca", "--name", "单位" + who, "--credit-code", code,
                     "--no-password", "-o", who)
        self.cli("ca", "crl", "ca", "-o", "ca.crl")
        self.cli("ca", "trust", "ca", "-o", "ca.trust")
        self.cli("seal-make", "--key", "ca/seal-maker.key", "--certificate", "ca/seal-maker.cer",
                 "--name", "单位bidder", "--holder", "bidder/sign.cer", "-o", "bidder.esl")

    def _papers(self):
        (self.at / "paper.md").write_text(
            "# 采购合同\n\n供应商：{{supplier.name}}\n\n合同金额：{{amount|money}} 元\n\n" +
            "本合同由双方在电子平台上签署。\n\n" * 3, encoding="utf-8")
        (self.at / "paper.json").write_text(json.dumps(
            {"supplier": {"name": "单位bidder"}, "amount": 128000000}), encoding="utf-8")
        for kind in ("ofd", "pdf"):
            self.cli("typeset", "paper.md", "--fields", "paper.json", "-o", f"paper.{kind}")

    def _platform(self):
        self.platform_tool = self.build / "tests/platform/testplatform"
        self.run(self.platform_tool, "init", "platform", self.origin, PLATFORM)

    def platform_opening(self):
        """The key of an opening, with its certificate under the platform's root."""
        self.run(self.platform_tool, "opening", "platform", "platform-opening.cer", "platform-opening.key")

    def _opener(self):
        path = self.at / "opener"
        path.write_text(f"#!/bin/sh\necho \"$1\" >>'{self.opened}'\n")
        path.chmod(0o700)
        self.opener = path

    def token(self, name, who, profile=""):
        """A simulated token of its own library that holds somebody's two keys."""
        device = self.at / name / "dev"
        device.mkdir(parents=True)
        library = self.at / f"{name}.so"
        library.symlink_to(self.build / "tests/sim/libskfsim.so")
        (self.at / f"{name}.so.conf").write_text(str(self.at / name))
        (self.at / name / "profile").write_text(profile)
        for what, value in (("label", name), ("serial", "SN-" + name), ("pin", PIN),
                            ("tries", "6"), ("most", "6")):
            (device / what).write_text(value + "\n")
        for f in ("sign.key", "sign.cer", "enc.key", "enc.cer"):
            shutil.copy(self.at / who / f, device / f)
        (device / "plugged").write_text("")
        return library

    def tries_made(self, name):
        """How often a PIN was tried on a token, by its own count."""
        log = self.at / name / "dev/log"
        return sum("PIN" in line for line in log.read_text().splitlines()) if log.exists() else 0

    def sm3(self, path):
        return hashlib.new("sm3", (self.at / path).read_bytes()).hexdigest()

    def cert_sm3(self, path):
        pem = (self.at / path).read_text().split("-----")[2]
        return hashlib.new("sm3", base64.b64decode(pem)).hexdigest()

    # --- orders

    def order(self, name, **spec):
        spec.setdefault("act", "sign")
        path = self.at / f"{name}.json"
        path.write_text(json.dumps(spec), encoding="utf-8")
        self.run(self.platform_tool, "order", "platform", path, self.at / f"{name}.qyo")
        return (self.at / f"{name}.qyo").read_bytes()

    def paper_order(self, name="order", document="paper.ofd", form="ofd-seal", **more):
        spec = {"id": name, "kind": "contract", "title": "采购合同", "form": form, "document": str(self.at / document),
                "place": {"page": 1, "x": 120000, "y": 200000},
                "fields": [
                    {"name": "supplier.name", "label": "供应商", "value": "单位bidder", "mandatory": True},
                    {"name": "amount", "label": "合同金额（元）", "amount": 128000000, "mandatory": True},
                    {"name": "note", "label": "备注", "value": "请于今日签署"}],
                "total": "amount"}
        spec.update(more)
        return self.order(name, **spec)

    def login_order(self, name="login", **more):
        spec = {"act": "login", "purpose": "login", "challenge": os.urandom(32).hex(),
                "session": os.urandom(32).hex(), "text": "登录示范平台"}
        spec.update(more)
        return self.order(name, **spec)

    # --- the agent

    def agent(self, *args):
        return self.run(self.build / "src/agent/qianyin-agent", "--home", self.home, *args)

    def start(self, tokens=(), keys=()):
        for library in tokens:
            self.agent("key", f"skf:{library}")
        for key in keys:
            self.agent("key", *key)
        self.agent("pair", self.origin, PLATFORM, "platform/root.cer", "--post", "https://platform.example/answers")
        (self.home / "seals").mkdir(exist_ok=True)
        shutil.copy(self.at / "bidder.esl", self.home / "seals")
        shutil.copy(self.at / "ca.trust", self.home / "trust.qyt")
        return self.restart()

    def restart(self):
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.at / "runtime"), QIANYIN_LANG="zh")
        self.process = subprocess.Popen(
            [self.build / "src/agent/qianyin-agent", "--home", self.home, "--port", "0", "--demo", "--opener", self.opener],
            stdout=subprocess.PIPE, stderr=open(self.at / "agent.err", "w"), text=True, env=environment)
        line = self.process.stdout.readline()
        if not line.startswith("http://127.0.0.1:"):
            raise AssertionError("the agent did not start: " + (self.at / "agent.err").read_text())
        self.port = int(line.rsplit(":", 1)[1].strip("/\n"))
        return self

    def alive(self):
        return self.process and self.process.poll() is None

    def stop(self):
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def ask(self, method, path, body=None, origin=ORIGIN, headers=None, host=None):
        """One raw request. (status, headers, body); status None: no answer at all."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = dict(headers or {})
        if origin is not None:
            sent.setdefault("Origin", self.origin if origin == ORIGIN else origin)
        try:
            link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            link.putheader("Host", host or f"127.0.0.1:{self.port}")
            for name, value in sent.items():
                link.putheader(name, value)
            if body is not None:
                link.putheader("Content-Length", str(len(body)))
            link.endheaders(body)
            answer = link.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (http.client.HTTPException, ConnectionError):
            return None, {}, b""
        finally:
            link.close()

    # --- a page's part

    def post_order(self, order, batch=False):
        kind = "batch" if batch else "order"
        status, _, body = self.ask("POST", "/v1/jobs", order,
                                   headers={"Content-Type": f"application/vnd.qianyin.{kind}"})
        return status, json.loads(body) if body else {}

    def job(self, order, documents=(), batch=False):
        """Order and documents given, window opened: (id, secret), or (None, problem)."""
        status, answer = self.post_order(order, batch)
        if status != 201:
            return None, answer
        job = answer["job"]
        for i, document in enumerate(documents):
            status, _, body = self.ask("POST", f"/v1/jobs/{job}/documents/{i}", document,
                                       headers={"Content-Type": "application/octet-stream"})
            if status != 204:
                return None, json.loads(body or b"{}")
        before = self.windows()
        status, _, body = self.ask("POST", f"/v1/jobs/{job}/open", b"")
        if status != 204:
            return None, json.loads(body or b"{}")
        return job, self.secret(len(before))

    def windows(self):
        return self.opened.read_text().split() if self.opened.exists() else []

    def secret(self, number):
        for _ in range(200):
            if len(self.windows()) > number:
                return self.windows()[number].split("#")[1]
            time.sleep(0.02)
        raise AssertionError("no window was opened")

    def state(self, job):
        return json.loads(self.ask("GET", f"/v1/jobs/{job}")[2] or b"{}")

    def answer(self, job, row=0):
        status, _, body = self.ask("GET", f"/v1/jobs/{job}/answers/{row}")
        return body if status == 200 else None

    # --- the user's part, in the agent's window

    def window(self, path, secret, body=b"", **headers):
        sent = {"X-Qianyin-Secret": secret, "Sec-Fetch-Site": "same-origin"}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.ask("POST", "/window/" + path, body, origin=f"http://127.0.0.1:{self.port}", headers=sent)

    def view(self, secret):
        return json.loads(self.window("view", secret)[2])

    def look(self, secret):
        """Turns every page, as the window does."""
        view = self.view(secret)
        for row in view["rows"]:
            for document in row["documents"]:
                for page in range(1, document["pages"] + 1):
                    status, _, png = self.window("page", secret, f"{document['number']} {page}".encode())
                    if status != 200 or not png.startswith(b"\x89PNG"):
                        raise AssertionError(f"page {page}: {status} {png[:200]}")
        return view

    def agree(self, secret, pin=PIN, key=None, **headers):
        view = self.look(secret)
        if key is None:
            key = next((k["id"] for k in view["keys"] if k.get("chosen")), "")
        shown = next((k.get("sm3", "") for k in view["keys"] if k["id"] == key), "")
        headers.setdefault("X_Qianyin_Certificate", shown)
        from urllib.parse import quote
        return json.loads(self.window("answer", secret, pin.encode(), X_Qianyin_Key=quote(key, safe=""), **headers)[2])
