# A page, a browser, an agent, a user: see s002.
# usage: agent_browser.py FOLDER ROOT [FOLDER FOR PICTURES]
# SPDX-License-Identifier: Apache-2.0
import http.server
import pathlib
import subprocess
import sys
import threading

from agent_kit import PIN, Cases, World

ROOT = pathlib.Path(sys.argv[2])
PICTURES = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
sys.path.insert(0, str(ROOT / "tests/browser"))
from webdriver import Browser, free_port, missing  # noqa: E402

PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>政府采购示范平台</title>
<style>body{font:18px/1.7 sans-serif;max-width:46rem;margin:3rem auto;color:#1b1b1b}button{font:inherit;padding:.4rem 1.4rem}
#agent{border-left:4px solid #a8201a;background:#fbfaf7;padding:.6rem 1.2rem;margin:1.4rem 0}h2{margin:.2rem 0;font-size:1.2rem}</style>
<h1>政府采购示范平台</h1><p>供应商登录与合同签署</p>
<div id="agent" hidden></div><p id="state"></p>
<script type="module">
import { Agent } from "/qianyin-agent.js";
const get = async path => new Uint8Array(await (await fetch(path)).arrayBuffer());
window.begin = async (order, documents) => {
  const agent = new Agent({ port: %d, panel: document.getElementById("agent") });
  const state = document.getElementById("state");
  try {
    if (!await agent.ready()) { state.textContent = "not-ready"; return; }
    const [answer] = await agent.answer(await get(order), await Promise.all(documents.map(get)));
    await fetch("/answer", { method: "POST", body: answer });
    state.textContent = "done";
  } catch (e) { state.textContent = "failed: " + e.message; }
};
window.loaded = true;
</script>"""


class Site:
    """The platform's page: static files of the world, and what is posted to it."""

    def __init__(self, world):
        self.world, self.posted = world, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/":
                    body, kind = (PAGE % site.world.port).encode(), "text/html; charset=utf-8"
                elif self.path == "/qianyin-agent.js":
                    body, kind = (ROOT / "src/agent/page/qianyin-agent.js").read_bytes(), "text/javascript"
                elif self.path == "/favicon.ico":
                    body, kind = b"", "image/x-icon"
                else:
                    body, kind = (site.world.at / self.path.strip("/")).read_bytes(), "application/octet-stream"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                site.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


PORT = free_port()
ORIGIN = f"http://127.0.0.1:{PORT}"


def picture(b, name):
    if PICTURES:
        b.picture(PICTURES / f"{name}.png")


def begin(b, order, *documents):
    b.go(ORIGIN + "/")
    b.wait("return window.loaded")
    b.run("void begin(arguments[0], arguments[1])", order, list(documents))


def serve_window(w, b, before, name, pin=PIN):
    """The user's part: the window that the agent opened, in a tab of its own."""
    secret = w.secret(before)
    page = b.tab()
    b.go(f"http://127.0.0.1:{w.port}/#{secret}")
    b.wait("return document.querySelector('#sign') && !document.querySelector('#sign').disabled", 30)
    picture(b, name)
    b.type("#pin", pin)
    b.click("#sign")
    b.wait("return !document.querySelector('#end').hidden || document.querySelector('#message').textContent.length > 6")
    end = b.text()
    b._do("DELETE", "/window")
    b.turn_to(page)
    return end


def verify(w, name):
    return subprocess.run([w.qianyin, "verify", "--trust", "ca.trust", "--demo", "--crl", "ca.crl", name], cwd=w.at,
                          capture_output=True, text=True)


def granted(w, c, site):
    with Browser(public_ports=[PORT]) as b:
        b.set_permission(ORIGIN, "loopback-network", "granted")
        w.login_order("login")
        before = len(w.windows())
        begin(b, "/login.qyo")
        end = serve_window(w, b, before, "window-login")
        c.check("a page of another origin logs its user in", "完成" in end, end)
        b.wait("return document.getElementById('state').textContent")
        (w.at / "login.answer").write_bytes(site.posted.pop() if site.posted else b"")
        done = subprocess.run([w.platform_tool, "login-check", "platform", "login.answer", "login.qyo", "ca.trust"], cwd=w.at,
                              capture_output=True, text=True)
        c.check("and the platform accepts it", done.returncode == 0, done.stdout + done.stderr)
        for kind, form in (("ofd", "ofd-seal"), ("pdf", "pades")):
            w.paper_order(f"sign-{kind}", document=f"paper.{kind}", form=form)
            before = len(w.windows())
            begin(b, f"/sign-{kind}.qyo", f"/paper.{kind}")
            end = serve_window(w, b, before, f"window-{kind}")
            c.check(f"{kind}: a paper is shown and signed", "完成" in end, end)
            b.wait("return document.getElementById('state').textContent")
            (w.at / f"signed.{kind}").write_bytes(site.posted.pop() if site.posted else b"")
            done = verify(w, f"signed.{kind}")
            c.check(f"{kind}: what came back verifies", done.returncode == 0, done.stdout)
        picture(b, "page-done")
        begin(b, "/sign-ofd.qyo", "/paper.ofd")
        state = b.wait("return document.getElementById('state').textContent")
        c.check("an order that was answered is refused, and the page says so", state.startswith("failed"), state)
        w.paper_order("swapped")
        begin(b, "/swapped.qyo", "/paper.pdf")
        state = b.wait("return document.getElementById('state').textContent")
        c.check("so is a swapped document", state.startswith("failed"), state)


def wrong_pin(w, c):
    with Browser(public_ports=[PORT]) as b:
        b.set_permission(ORIGIN, "loopback-network", "granted")
        w.paper_order("pin")
        before, tries = len(w.windows()), w.tries_made("own")
        begin(b, "/pin.qyo", "/paper.ofd")
        end = serve_window(w, b, before, "window-pin", "999999")
        c.check("a wrong PIN says how many tries are left", "还可以试 5 次" in end and w.tries_made("own") == tries + 1, end)


def not_granted(w, c):
    for setting, words in (("denied", "浏览器没有允许"), ("prompt", "接下来浏览器会问您一次")):
        with Browser(public_ports=[PORT]) as b:
            b.set_permission(ORIGIN, "loopback-network", setting)
            w.login_order("other-login")
            begin(b, "/other-login.qyo")
            b.wait("return !document.getElementById('agent').hidden")
            text = b.text()
            picture(b, f"page-{setting}")
            c.check(f"{setting}: the page says what to do", words in text, text)
            c.check(f"{setting}: and the agent saw nothing", setting == "prompt" or "not-ready" in text, text)


def stranger(w, c):
    """The same page on an origin that was never paired: blocked by the agent itself."""
    with Browser() as b:
        b.go(f"http://localhost:{PORT}/")
        b.wait("return window.loaded")
        answer = b.run_async(f"const done = arguments[0]; fetch('http://127.0.0.1:{w.port}/v1/hello')"
                             ".then(() => done('answered'), () => done('nothing'))")
        c.check("an origin that is not paired reaches nothing", answer == "nothing", answer)
        frame = b.run_async("const done = arguments[0], f = document.createElement('iframe');"
                            f"f.src = 'http://127.0.0.1:{w.port}/'; f.onload = () => {{ let seen; try {{"
                            "seen = f.contentDocument && f.contentDocument.title; } catch (e) { seen = ''; } done(seen || 'nothing'); };"
                            "document.body.append(f); setTimeout(() => done('nothing'), 3000)")
        c.check("nor does it frame the window", frame in ("nothing", ""), frame)


def main():
    c = Cases()
    why = missing()
    if why:
        print(f"ok 1 - a page signs in a real browser # SKIP {why}\n1..1")
        return 0
    w = World(sys.argv[1], ORIGIN)
    w.start([w.token("own", "bidder"), w.token("other", "other", "wide hashes")])
    site = Site(w)
    try:
        granted(w, c, site)
        wrong_pin(w, c)
        not_granted(w, c)
        stranger(w, c)
    finally:
        w.stop()
    return c.end()


if __name__ == "__main__":
    sys.exit(main())
