# The real qianyind, its keeper and workers, the real agent and simulated tokens: an organisation comes
# in and is known by its certificate (people), the server keeps its word while it is handed over,
# killed, copied and put back (server), two of them share one PostgreSQL (pair), and one is
# killed again and again (killed, killed-postgres).
# usage: platform_trial.py people|server|pair|killed|killed-postgres FOLDER
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import demo_platform  # noqa: E402
from agent_kit import Cases  # noqa: E402
from demo_platform import FIRMS, OFFICER, PASSWORD, Browser, Refused  # noqa: E402

BUILD = pathlib.Path(os.environ["QIANYIN_BUILD"]).resolve()


class Failed(Exception):
    """Something that must work did not."""


class Stage:
    """What the demonstration gives its platform, without the rest of it."""

    def __init__(self, at):
        self.at, self.page = at, {"steps": []}
        self.env = {"PATH": os.environ["PATH"], "HOME": str(at), "LC_ALL": "C.UTF-8",
                    "QIANYIN_PASSWORD_FILE": str(at / "password")}
        (at / "password").write_text("a password of the scenario\n")
        (at / "password").chmod(0o600)

    def run(self, *words):
        done = subprocess.run([BUILD / "src/cli/qianyin", *words], cwd=self.at, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{words}: {done.stderr}")
        return done.stdout


def refused(act, word=""):
    try:
        act()
    except Refused as said:
        return word in str(said.args), said.args
    return False, "was not refused"


def begin(at, settings=""):
    stage = Stage(at)
    for ca, name in (("ca-a", "示范认证中心甲"), ("ca-b", "示范认证中心乙")):
        stage.run("ca", "init", ca, "--name", name)
    platform = demo_platform.Platform(stage, at, BUILD, Failed)
    platform.settings = settings
    keys = platform.certificates()
    platform.start()
    return platform, keys


def people(c, platform, keys):
    for firm in FIRMS:
        platform.register(firm)
    c.check("three organisations register", True)
    c.check("none of them twice", *refused(lambda: platform.register(FIRMS[0])))
    officer = platform.user("officer", keys)
    officer.log_in(OFFICER["login"], platform.officer_password)
    pending = re.findall(r"/admin/organisations/([0-9a-f]{32})", officer.browser.get("/admin/organisations?tab=pending"))
    c.check("the officer sees them wait", len(set(pending)) == 3, pending)
    how = [("how", "登记机关核对")]
    c.check("nothing is checked without a certificate",
            *refused(lambda: officer.browser.form("/credentials", f"/admin/organisations/{pending[0]}/check", how)))
    firm = FIRMS[2]
    user = platform.user(firm["key"], keys)
    user.log_in(firm["login"], PASSWORD)
    c.check("who is not checked binds nothing", *refused(user.bind))
    user.log_out()
    officer.log_out()
    platform.check_all(officer)
    c.check("the officer checks them by certificate", "tab=pending" in officer.browser.get("/admin/organisations"))
    user.log_in(firm["login"], PASSWORD)
    c.check("the first certificate counts at once", user.bind()["bound"] is True)
    c.check("it is bound once", *refused(user.bind))
    user.log_out()
    c.check("whoever is out is out", "/login" in user.browser.open(platform.origin + "/desk")[2])
    user.log_in_by_certificate()
    c.check("it logs in through the agent", firm["name"] in user.browser.get("/desk"))
    c.check("its list of the API", json.loads(user.browser.get("/api/v1/credentials"))["items"][0]["state"] == 2)
    c.check("it sees no other organisation's", FIRMS[0]["name"] not in user.browser.get("/members"))
    replay(c, platform, user)
    platform.refused = lambda what, act: c.check("a key reported lost logs nobody in", *refused(act, "挂失"))
    platform.lose(user, firm)
    c.check("its sessions have ended", "/login" in user.browser.open(platform.origin + "/desk")[2])


def replay(c, platform, user):
    """An answer counts once, in the browser that asked."""
    import base64
    mine, other = Browser(platform.origin), Browser(platform.origin)
    order = mine.api("/login", "/api/v1/login/challenge", {})["order"]
    answer = user.answer(base64.b64decode(order))
    c.check("an answer is nothing in another browser",
            *refused(lambda: other.api("/login", "/api/v1/login/certificate", {"answer": answer})))
    mine.api("/login", "/api/v1/login/certificate", {"answer": answer})
    again = Browser(platform.origin)
    again.jar = mine.jar
    c.check("and nothing the second time",
            *refused(lambda: again.api("/login", "/api/v1/login/certificate", {"answer": answer})))


class Loop(threading.Thread):
    """Asks the home page again and again; counts what was not answered."""

    def __init__(self, origin):
        super().__init__()
        self.origin, self.good, self.bad, self.on = origin, 0, [], True
        self.start()

    def run(self):
        while self.on:
            try:
                with urllib.request.urlopen(self.origin + "/", timeout=10) as answer:
                    self.good += answer.status == 200
            except OSError as wrong:
                self.bad.append(str(wrong))

    def end(self):
        self.on = False
        self.join()


def until(test, seconds=15):
    for _ in range(seconds * 20):
        try:
            if test():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def is_ready(platform):
    with urllib.request.urlopen(platform.origin + "/readyz", timeout=5) as answer:
        return answer.status == 200


def children_of(pid, name):
    out = subprocess.run(["pgrep", "-P", str(pid), "-f", name], capture_output=True, text=True, check=False).stdout
    return [int(p) for p in out.split()]


def server_of(platform):
    """The process that serves now: another one after a hand-over."""
    out = subprocess.run(["pgrep", "-f", f"serve --config {platform.out}/qianyind.conf"], capture_output=True, text=True, check=False).stdout
    return [int(p) for p in out.split()]


def server(c, platform, keys):
    first = platform.server.pid
    loop = Loop(platform.origin)
    time.sleep(0.5)
    os.kill(first, signal.SIGUSR2)
    c.check("another process takes over", until(lambda: first not in server_of(platform) and server_of(platform), 30))
    platform.server.wait(30)
    time.sleep(0.5)
    loop.end()
    c.check("nobody was refused meanwhile", loop.good > 20 and not loop.bad, f"{loop.good} answered; {loop.bad[:3]}")
    now = server_of(platform)[0]
    for name in ("qianyin-keeper", "qianyin-worker"):
        for child in children_of(now, name):
            os.kill(child, signal.SIGKILL)
        c.check(f"{name} killed: it comes back", until(lambda: is_ready(platform) and children_of(now, name)))
    platform.register(FIRMS[0])
    doctor = json.loads(platform.qianyind("doctor", "--json"))
    c.check("the doctor finds nothing bad", doctor["state"] in ("ok", "warn"), doctor)
    backup(c, platform)
    os.kill(now, signal.SIGKILL)
    c.check("killed, it starts again with all it had", restart(platform) and logs_in(platform, FIRMS[0]))


def restart(platform):
    platform.server = subprocess.Popen([BUILD / "src/server/qianyind", "serve", "--config", platform.out / "qianyind.conf"],
                                       env=platform.demo.env, stderr=subprocess.DEVNULL)
    return until(lambda: is_ready(platform))


def logs_in(platform, firm):
    browser = Browser(platform.origin)
    browser.form("/login", "/login", [("login", firm["login"]), ("password", PASSWORD)])
    return firm["name"] in browser.get("/organisation")


def qianyind(platform, *words):
    return subprocess.run([BUILD / "src/server/qianyind", *words, "--lang", "en"], env=platform.demo.env, capture_output=True, text=True, check=False)


def backup(c, platform):
    folder, conf = platform.out / "backup", platform.out / "other.conf"
    platform.qianyind("backup", str(folder))
    c.check("a backup while it serves", (folder / "manifest").exists())
    conf.write_text((platform.out / "qianyind.conf").read_text().replace(str(platform.home), str(platform.out / "other")))
    bad = platform.out / "bad"
    shutil.copytree(folder, bad)
    data = bytearray((bad / "database").read_bytes())
    data[len(data) // 2] ^= 1
    (bad / "database").write_bytes(data)
    done = qianyind(platform, "restore", str(bad), "--config", str(conf))
    c.check("an altered one is refused", done.returncode == 65 and not (platform.out / "other/qianyin.db").exists(), done.stderr)
    done = qianyind(platform, "restore", str(folder), "--config", str(conf))
    c.check("it goes back into an empty place", done.returncode == 0, done.stderr)
    done = qianyind(platform, "restore", str(folder), "--config", str(conf))
    c.check("and into no other", done.returncode == 77, done.stderr)
    shutil.copy(platform.home / "keystore.passphrase", platform.out / "other/keystore.passphrase")
    done = qianyind(platform, "doctor", "--json", "--thorough", "--config", str(conf))
    states = {f["id"]: f["state"] for f in json.loads(done.stdout)["findings"]}
    c.check("the copy is sound", states["database.whole"] == "ok" and states["processes.keeper"] == "ok", states)


def own_database(at):
    """A schema of PostgreSQL for this run alone."""
    url = os.environ["QIANYIN_TEST_POSTGRES"]
    name = "pair_" + os.urandom(6).hex()
    subprocess.run(["psql", "-q", url, "-c", f"CREATE SCHEMA {name}"], check=True)
    return f"database = {url}&options=-csearch_path%3D{name}\nblobs = dir:{at}/blobs\n"


def firm_number(n):
    """The nth of many firms nobody has, with the right check character."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91999999MA0{n:06d}"
    total = sum(letters.index(ch) * pow(3, i, 31) for i, ch in enumerate(body))
    return dict(FIRMS[0], name=f"示范公司第 {n} 号", code=body + letters[(31 - total % 31) % 31], login=f"firm{n}",
                born=f"1980{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}")


def register_at(port, firm, origin):
    browser = Browser(f"http://127.0.0.1:{port}")
    browser.form("/register", "/register", [
        ("credit_code", firm["code"]), ("name", firm["name"]), ("kinds", "supplier"), ("region", "440100"),
        ("address", "示范路 1 号"), ("legal_name", firm["person"]), ("is_legal", "1"), ("person", firm["person"]),
        ("id_number", demo_platform.id_number(firm["born"])), ("login", firm["login"]), ("password", PASSWORD)])


def pair(c, platform, keys):
    """The second one: the same settings but for where it listens."""
    port, conf = demo_platform.free_port(), platform.out / "second.conf"
    conf.write_text((platform.out / "qianyind.conf").read_text().replace(f"listen = 127.0.0.1:{platform.port}", f"listen = 127.0.0.1:{port}"))
    second = subprocess.Popen([BUILD / "src/server/qianyind", "serve", "--config", conf], env=platform.demo.env, stderr=subprocess.DEVNULL)
    try:
        c.check("two serve one database", until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200))
        platform.register(FIRMS[0])
        here = Browser(platform.origin)
        here.form("/login", "/login", [("login", FIRMS[0]["login"]), ("password", PASSWORD)])
        there = Browser(f"http://127.0.0.1:{port}")
        there.opener = here.opener  # the same cookies: a browser does not tell ports apart
        c.check("a session begun on one continues on the other", FIRMS[0]["name"] in there.get("/organisation"))
        there.form("/desk", "/logout", [])
        c.check("and ends on both", "/login" in here.open(platform.origin + "/desk")[2])
        acknowledged = under_fire(platform, second, port)
        c.check("one is killed under load, the other carries on", len(acknowledged) >= 15, len(acknowledged))
        lost = [f["login"] for f in acknowledged if not logs_in(platform, f)]
        c.check("no acknowledged registration is lost", not lost, lost)
    finally:
        second.kill()


def under_fire(platform, second, port):
    """Registrations at both in turn; the second is killed half-way. Gives those acknowledged."""
    good = []
    for n in range(24):
        if n == 9:
            threading.Timer(0.05, second.kill).start()
        firm = firm_number(n)
        try:
            register_at(port if n % 2 else platform.port, firm, platform.origin)
            good.append(firm)
        except (OSError, IndexError, Refused):
            continue
    return good


def killed(c, platform, keys):
    """kill -9 at random moments while organisations register: all acknowledged or nothing of it."""
    kills, good, doubtful, n = 200 if os.environ.get("TORTURE") == "1" else 8, [], 0, 0
    bad = []
    for k in range(kills):
        threading.Timer(random.uniform(0.02, 0.7), platform.server.kill).start()
        while True:
            firm, n = firm_number(n), n + 1
            try:
                register_at(platform.port, firm, platform.origin)
                good.append(firm)
            except (OSError, IndexError):
                break
        platform.server.wait(20)
        if not restart(platform):
            raise Failed(f"it does not start after kill {k}")
        doubtful += finish(platform, firm, bad)
        bad += [f["login"] for f in good[-3:] if not logs_in(platform, f)]
    bad += [f["login"] for f in random.sample(good, min(20, len(good))) if not logs_in(platform, f)]
    print(f"# {kills} kills, {len(good)} acknowledged, {doubtful} not acknowledged and whole, {len(bad)} lost or half done")
    c.check(f"{kills} kills: nothing acknowledged is lost, nothing is half done", not bad and good, bad)
    doctor = json.loads(platform.qianyind("doctor", "--json", "--thorough"))
    c.check("the database is sound afterwards", all(f["state"] != "bad" for f in doctor["findings"]), doctor)


def finish(platform, firm, bad):
    """The one under way when it was killed: it is there whole, or not at all and can be made now."""
    try:
        register_at(platform.port, firm, platform.origin)
        return 0
    except Refused:
        if not logs_in(platform, firm):
            bad.append(firm["login"])
        return 1


def main():
    at, c = pathlib.Path(sys.argv[2]), Cases()
    platform, keys = begin(at, own_database(at) if sys.argv[1] in ("pair", "killed-postgres") else "")
    try:
        {"people": people, "server": server, "pair": pair, "killed": killed, "killed-postgres": killed}[sys.argv[1]](c, platform, keys)
    finally:
        for user in platform.people:
            user.close()
        for pid in server_of(platform):
            os.kill(pid, signal.SIGTERM)
    return c.end()


sys.exit(main())
