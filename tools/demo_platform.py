# The platform in the demonstration: three CAs, an operator's officer, a purchaser, an agency and a
# supplier with simulated tokens; they register, are checked, bind their certificates and log in with
# them through the agent; a key is reported lost and opens nothing any more; pages are photographed.
# SPDX-License-Identifier: Apache-2.0
import base64
import html
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

PLATFORM = "demo.example"
PIN = "258369"
PASSWORD = "green-pine-2026!"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Nobody real: region 999999 is not allotted.
FIRMS = [
    {"key": "purchaser", "kind": "purchaser", "zh": "采购人", "en": "Purchaser", "name": "青松市示范图书馆",
     "code": "12999999MB0000000T", "ca": "ca-a", "person": "林示范", "born": "19780214001", "login": "lin"},
    {"key": "agency", "kind": "agency", "zh": "代理机构", "en": "Agency", "name": "海棠示范招标代理有限公司",
     "code": "91999999MA00000154", "ca": "ca-c", "person": "周示范", "born": "19850630002", "login": "zhou"},
    {"key": "supplier", "kind": "supplier", "zh": "供应商", "en": "Supplier", "name": "白鹭示范家具有限公司",
     "code": "91999999MA00000079", "ca": "ca-b", "person": "陈示范", "born": "19810909003", "login": "chen"},
]
OFFICER = {"person": "王示范", "born": "19760101004", "login": "operator"}


def id_number(born):
    """A number nobody has, with the right check digit."""
    text = "999999" + born
    return text + "10X98765432"[sum(int(a) * b for a, b in zip(text, WEIGHTS)) % 11]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Refused(Exception):
    """The platform said no: (status, sentence)."""


class Browser:
    """Somebody's browser: cookies, forms with their tokens, orders in base64."""

    def __init__(self, origin):
        self.origin = origin
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, request):
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.geturl()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode(), answer.geturl()

    def get(self, path):
        return self.open(self.origin + path)[1]

    def token(self, page):
        tokens = [t for t in re.findall(r'name="_csrf" value="([0-9a-f]+)"', self.get(page)) if t]
        return tokens[0]

    def form(self, page, action, fields):
        body = urllib.parse.urlencode([("_csrf", self.token(page)), *fields]).encode()
        status, text, url = self.open(urllib.request.Request(self.origin + action, body))
        if status >= 400:
            said = re.search(r'role="alert">([^<]+)|class="lead">([^<]+)|feedback[^>]*>([^<]+)', text)
            raise Refused(status, html.unescape(next(filter(None, said.groups()))) if said else text[:300])
        return url

    def api(self, page, path, value):
        request = urllib.request.Request(
            self.origin + path, json.dumps(value).encode(),
            {"Content-Type": "application/json", "X-CSRF-Token": self.token(page)})
        status, text, _ = self.open(request)
        answer = json.loads(text)
        if status >= 400:
            raise Refused(status, answer["detail"])
        return answer


class User:
    """A person at a machine of their own: a token in a simulated reader, the signing agent, a browser."""

    def __init__(self, demo, build, origin, root, name, keys):
        self.build, self.origin, self.at = build, origin, demo / "people" / name
        device = self.at / "token/dev"
        device.mkdir(parents=True)
        for what, value in (("label", name), ("serial", "DEMO-" + name), ("pin", PIN), ("tries", "6"), ("most", "6")):
            (device / what).write_text(value + "\n")
        for file in ("sign.key", "sign.cer", "enc.key", "enc.cer"):
            shutil.copy(keys / file, device / file)
        (device / "plugged").write_text("")
        (self.at / "token/profile").write_text("")
        library = self.at / "token.so"
        library.symlink_to(build / "tests/sim/libskfsim.so")
        (self.at / "token.so.conf").write_text(str(self.at / "token"))
        opener = self.at / "opener"
        opener.write_text(f"#!/bin/sh\necho \"$1\" >>'{self.at}/windows'\n")
        opener.chmod(0o700)
        self.agent("key", f"skf:{library}")
        self.agent("pair", origin, PLATFORM, str(root))
        self.process = subprocess.Popen([*self.command(), "--port", "0", "--demo", "--opener", str(opener)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.env())
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1].strip("/\n"))
        self.browser = Browser(origin)

    def command(self):
        return [str(self.build / "src/agent/qianyin-agent"), "--home", str(self.at / "home")]

    def env(self):
        (self.at / "runtime").mkdir(exist_ok=True)
        return {"PATH": os.environ["PATH"], "HOME": str(self.at), "XDG_RUNTIME_DIR": str(self.at / "runtime"), "LC_ALL": "C.UTF-8"}

    def agent(self, *words):
        subprocess.run([*self.command(), *words], env=self.env(), check=True, stdout=subprocess.DEVNULL)

    def ask(self, path, body=b"", origin=None, **headers):
        sent = {"Origin": origin or self.origin, **{n.replace("_", "-"): v for n, v in headers.items()}}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, sent, method="POST" if body is not None else "GET")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def answer(self, order):
        """What the page and the person do: the order goes to the agent, its window is agreed to with the PIN."""
        job = json.loads(self.ask("/v1/jobs", order, Content_Type="application/vnd.qianyin.order"))["job"]
        windows = self.at / "windows"
        before = len(windows.read_text().split()) if windows.exists() else 0
        self.ask(f"/v1/jobs/{job}/open")
        for _ in range(200):
            opened = windows.read_text().split() if windows.exists() else []
            if len(opened) > before:
                break
            time.sleep(0.02)
        secret, own = opened[before].split("#")[1], f"http://127.0.0.1:{self.port}"
        here = {"X_Qianyin_Secret": secret, "Sec_Fetch_Site": "same-origin"}
        view = json.loads(self.ask("/window/view", origin=own, **here))
        key = next(k for k in view["keys"] if k.get("chosen"))
        self.ask("/window/answer", PIN.encode(), origin=own, X_Qianyin_Key=urllib.parse.quote(key["id"], safe=""),
                 X_Qianyin_Certificate=key.get("sm3", ""), **here)
        return base64.b64encode(self.ask(f"/v1/jobs/{job}/answers/0", None)).decode()

    def prove(self, page, challenge, act, more=()):
        order = self.browser.api(page, challenge, {})["order"]
        return self.browser.api(page, act, {"answer": self.answer(base64.b64decode(order)), **dict(more)})

    def log_in(self, login, password):
        self.browser.form("/login", "/login", [("login", login), ("password", password)])

    def log_out(self):
        self.browser.form("/desk", "/logout", [])

    def log_in_by_certificate(self):
        self.prove("/login", "/api/v1/login/challenge", "/api/v1/login/certificate")

    def bind(self):
        return self.prove("/credentials", "/api/v1/credentials/challenge", "/api/v1/credentials", {"in_token": True})

    def step_up(self):
        self.prove("/credentials", "/api/v1/step-up/challenge", "/api/v1/step-up")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Platform:
    def __init__(self, demo, out, build, stop):
        self.demo, self.out, self.build, self.stop = demo, out, build, stop
        self.port = int(os.environ.get("DEMO_PORT") or free_port())
        self.origin = f"http://127.0.0.1:{self.port}"
        self.home, self.server, self.people = out / "platform", None, []
        self.logins = []
        self.settings = ""  # more of them, a line each
        self.facts = demo.page["platform"] = {"facts": [], "screens": []}

    def tell(self, zh, en):
        print(f"· {zh}\n  {en}", flush=True)
        self.facts["facts"].append({"zh": zh, "en": en})

    def qianyind(self, *words, text=None):
        done = subprocess.run([self.build / "src/server/qianyind", *words, "--config", self.out / "qianyind.conf", "--lang", "en"],
                              input=text, text=True, capture_output=True, env=self.demo.env, check=False)
        if done.returncode:
            raise self.stop(f"qianyind {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def certificates(self):
        keys = self.out / "people-keys"
        keys.mkdir()
        run = self.demo.run
        run("ca", "init", "ca-c", "--name", "示范认证中心丙")
        for firm in FIRMS:
            run("ca", "issue", firm["ca"], "--name", firm["name"], "--credit-code", firm["code"], "--no-password",
                "-o", f"people-keys/{firm['key']}")
        run("ca", "issue", "ca-a", "--name", "示范平台", "--person", OFFICER["person"], "--id-number",
            id_number(OFFICER["born"]), "--no-password", "-o", "people-keys/officer")
        run("ca", "trust", "ca-a", "ca-b", "ca-c", "-o", "platform.trust", "--title", "示范平台信任库")
        return keys

    def start(self):
        (self.out / "qianyind.conf").write_text(
            f"home = {self.home}\nlisten = 127.0.0.1:{self.port}\norigin = {self.origin}\nplatform = {PLATFORM}\n"
            "demonstration = yes\nlog_level = warn\n" + self.settings)
        self.qianyind("init")
        shutil.copy(self.out / "platform.trust", self.home / "trust")
        for ca in ("ca-a", "ca-b", "ca-c"):
            self.demo.run("ca", "crl", ca, "-o", f"platform/evidence/{ca}.crl")
        said = self.qianyind("officer", text=f"{OFFICER['person']}\n{id_number(OFFICER['born'])}\n13800000000\n{OFFICER['login']}\n")
        self.officer_password = said.rsplit(": ", 1)[1].strip()
        self.server = subprocess.Popen([self.build / "src/server/qianyind", "serve", "--config", self.out / "qianyind.conf"],
                                       env=self.demo.env, stderr=open(self.out / "qianyind.log", "w"))
        for _ in range(300):
            try:
                urllib.request.urlopen(self.origin + "/readyz", timeout=5)
                return
            except OSError:
                time.sleep(0.05)
        raise self.stop("qianyind: " + (self.out / "qianyind.log").read_text())

    def user(self, name, keys):
        user = User(self.out, self.build, self.origin, self.home / "root.cer", name, keys / name)
        self.people.append(user)
        return user

    def register(self, firm):
        Browser(self.origin).form("/register", "/register", [
            ("credit_code", firm["code"]), ("name", firm["name"]), ("kinds", firm["kind"]), ("region", "440100"),
            ("address", "示范路 1 号"), ("legal_name", firm["person"]), ("is_legal", "1"), ("person", firm["person"]),
            ("id_number", id_number(firm["born"])), ("login", firm["login"]), ("password", PASSWORD)])

    def check_all(self, officer):
        officer.log_in(OFFICER["login"], self.officer_password)
        officer.bind()
        officer.step_up()
        page = officer.browser.get("/admin/organisations?tab=pending")
        for found in re.findall(r"/admin/organisations/([0-9a-f]{32})", page):
            officer.browser.form("/credentials", f"/admin/organisations/{found}/check", [("how", "登记机关核对，对公打款验证")])

    def refused(self, what, act):
        try:
            act()
        except Refused as said:
            print(f"  ✓ {what}: {said.args[1]}")
            return
        raise self.stop(f"{what}: 应当拒绝而没有拒绝 / should have been refused")

    def lose(self, supplier, firm):
        other = Browser(self.origin)
        other.form("/login", "/login", [("login", firm["login"]), ("password", PASSWORD)])
        found = re.search(r"/credentials/([0-9a-f]{32})/loss", other.get("/credentials"))
        other.form("/credentials", f"/credentials/{found[1]}/loss", [("reason", "钥匙遗失（演示）")])
        self.refused("挂失后的证书不能登录 / a lost key logs nobody in", supplier.log_in_by_certificate)

    def photograph(self):
        """Pictures of pages as an officer sees them; left out where there is no browser."""
        look = pathlib.Path(__file__).resolve().parent.parent / "tests/browser/look.mjs"
        if not (shutil.which("chromium") and (look.parent.parent / "npm/node_modules/playwright-core").is_dir()):
            print("! 没有浏览器，略去页面截图 / no browser here: no pictures of pages", flush=True)
            return
        done = subprocess.run(["node", look, self.origin, OFFICER["login"], self.officer_password, self.out / "screens"],
                              capture_output=True, text=True, check=False)
        failed = re.findall(r"^not ok .*", done.stdout, re.M)
        if failed or not re.search(r"^1\.\.\d+$", done.stdout, re.M):
            raise self.stop("\n".join(failed[:5]) or done.stderr)
        self.facts["screens"] = [f"screens/zh-1280{name}.png" for name in ("_login", "_admin_organisations", "_admin_acts", "_admin_health")]

    def play(self):
        keys = self.certificates()
        self.start()
        self.tell("平台启动：建立密钥库、数据库和管理员", "The platform starts: key store, database, an officer")
        for firm in FIRMS:
            self.register(firm)
        self.tell("采购人、代理机构、供应商在线注册，等待核实", "Purchaser, agency and supplier register and wait to be checked")
        self.check_all(self.user("officer", keys))
        self.tell("管理员用证书确认身份，核实三家单位", "The officer, confirmed by certificate, checks the three")
        for firm in FIRMS:
            user = firm["user"] = self.user(firm["key"], keys)
            user.log_in(firm["login"], PASSWORD)
            if not user.bind()["bound"]:
                raise self.stop(f"{firm['name']}: 首张证书没有立即生效 / the first certificate is not bound")
            user.log_out()
            user.log_in_by_certificate()
            if firm["name"] not in user.browser.get("/desk"):
                raise self.stop(f"{firm['name']}: 证书登录后不在工作台 / not on its desk")
        self.tell("三家单位用三家认证机构的证书绑定并登录", "Each binds a certificate of its own CA and logs in with it through the agent")
        self.lose(FIRMS[2]["user"], FIRMS[2])
        self.tell("供应商挂失证书，证书立即停用", "The supplier reports its key lost; it stops at once")
        self.photograph()
        self.logins = [(f["zh"], f["en"], f["login"], PASSWORD) for f in FIRMS]
        self.logins.insert(0, ("平台管理员", "Officer", OFFICER["login"], self.officer_password))

    def say_logins(self):
        print(f"· 平台地址 / The platform: {self.origin}/")
        for zh, en, login, password in self.logins:
            print(f"    {zh} / {en}: {login}  {password}")

    def close(self):
        for user in self.people:
            user.close()
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(30)
