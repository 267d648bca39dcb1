# What hostile pages, programs and users try against the agent; each attack is a case.
# usage: agent_attacks.py FOLDER
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pwd
import socket
import subprocess
import sys
import time
import zipfile

from agent_kit import ORIGIN, PIN, PLATFORM, Cases, World

EVIL = "https://evil.example"
ORDER = {"Content-Type": "application/vnd.qianyin.order"}
OCTETS = {"Content-Type": "application/octet-stream"}


def silent(answer):
    """No answer at all: not a status, not a header."""
    return answer[0] is None and not answer[1] and not answer[2]


def strangers(w, c):
    port = w.port
    c.check("another origin gets no answer at all", silent(w.ask("GET", "/v1/hello", origin=EVIL)))
    c.check("no origin gets none", silent(w.ask("GET", "/v1/hello", origin=None)))
    c.check("the origin null gets none", silent(w.ask("GET", "/v1/hello", origin="null")))
    c.check("the paired origin on another port gets none", silent(w.ask("GET", "/v1/hello", origin=ORIGIN + ":8443")))
    c.check("the paired origin without its s gets none",
            silent(w.ask("GET", "/v1/hello", origin=ORIGIN.replace("https", "http"))))
    for host in ("platform.example", f"platform.example:{port}", f"localhost:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}",
                 f"127.0.0.2:{port}"):
        c.check(f"a rebound name: Host {host.replace(str(port), 'PORT').replace(str(port + 1), 'OTHER')} gets none",
                silent(w.ask("GET", "/v1/hello", host=host)))
    c.check("a preflight of a stranger gets no CORS header, nothing",
            silent(w.ask("OPTIONS", "/v1/jobs", origin=EVIL, headers={"Access-Control-Request-Method": "POST"})))
    status, headers, _ = w.ask("OPTIONS", "/v1/jobs", headers={"Access-Control-Request-Method": "POST"})
    c.check("the paired origin's preflight is answered, for it alone",
            status == 204 and headers.get("Access-Control-Allow-Origin") == ORIGIN, (status, headers))
    c.check("two Origin headers are nobody's", silent(twice(w, "Origin", ORIGIN, EVIL)))
    c.check("two Host headers are nobody's", silent(twice(w, "Host", f"127.0.0.1:{port}", "evil.example")))
    c.check("an unknown method gets none", silent(w.ask("TRACE", "/v1/hello")))
    status, _, body = w.ask("GET", "/v1/hello")
    c.check("hello says its version and nothing of the user",
            status == 200 and set(json.loads(body)) == {"agent", "version"}, body)


def twice(w, name, first, second):
    """A raw request with a header that stands twice."""
    lines = [f"GET /v1/hello HTTP/1.1", f"{name}: {first}", f"{name}: {second}"]
    if name != "Host":
        lines.append(f"Host: 127.0.0.1:{w.port}")
    if name != "Origin":
        lines.append(f"Origin: {ORIGIN}")
    with socket.create_connection(("127.0.0.1", w.port)) as s:
        s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        s.settimeout(10)
        try:
            return (None, {}, s.recv(100))
        except OSError:
            return None, {}, b""


def borrowed_port(w):
    """As another user: the port that a connection of the agent's own user has, at another address."""
    request = f"GET /v1/hello HTTP/1.1\r\nHost: 127.0.0.1:{w.port}\r\nOrigin: {ORIGIN}\r\n\r\n".encode()
    with socket.socket() as thief:
        thief.bind(("127.0.0.9", w.own_port))
        thief.connect(("127.0.0.1", w.port))
        thief.sendall(request)
        thief.settimeout(10)
        try:
            return thief.recv(100)
        except OSError:
            return b""


def other_users(w, c):
    """The port of one user is no door for another."""
    with socket.create_connection(("127.0.0.1", w.port)) as own:
        w.own_port = own.getsockname()[1]
        c.check("nor is the port of an own connection at another address of this machine", borrowed_port(w) == b"")
    name = "a program of another user of this machine gets no answer"
    if os.geteuid() != 0:
        print(f"ok {c.count + 1} - {name} # SKIP only root can become another user")
        c.count += 1
        return
    nobody = pwd.getpwnam("nobody")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        os.write(writer, b"silent" if silent(w.ask("GET", "/v1/hello")) else b"answered")
        os._exit(0)
    os.waitpid(child, 0)
    c.check(name, os.read(reader, 100) == b"silent")
    os.close(reader)
    os.close(writer)


def refused(w, c, name, order, documents=(), batch=False, says=""):
    before = len(w.windows())
    job, problem = w.job(order, documents, batch)
    text = json.dumps(problem, ensure_ascii=False) if job is None else ""
    c.check(name, job is None and len(w.windows()) == before and says in text, (job, problem))


def orders(w, c):
    ofd = (w.at / "paper.ofd").read_bytes()
    pdf = (w.at / "paper.pdf").read_bytes()
    good = w.paper_order("good")
    refused(w, c, "a swapped document", good, [pdf], says="denied")
    refused(w, c, "a document with an octet behind it", good, [ofd + b"\0"], says="denied")
    flipped = bytearray(good)
    flipped[len(flipped) // 2] ^= 1
    refused(w, c, "an order altered by a bit", bytes(flipped), [ofd])
    refused(w, c, "an order cut short", good[:-1], [ofd])
    refused(w, c, "an order for another origin", w.paper_order("o1", origin=EVIL), [ofd], says="denied")
    refused(w, c, "an order of another platform", w.paper_order("o2", platform="evil"), [ofd], says="denied")
    refused(w, c, "an order that has expired", w.paper_order("o3", issued=-7200, life=60), [ofd], says="过期")
    refused(w, c, "an order from the future", w.paper_order("o4", issued=7200), [ofd], says="denied")
    w.run(w.platform_tool, "init", "forger", ORIGIN, PLATFORM)
    (w.at / "platform").rename(w.at / "platform-real")
    (w.at / "forger").rename(w.at / "platform")
    forged = w.paper_order("forged")
    (w.at / "platform").rename(w.at / "forger")
    (w.at / "platform-real").rename(w.at / "platform")
    refused(w, c, "an order of a forger who names the platform", forged, [ofd], says="denied")
    fields = [{"name": "amount", "label": "合同金额（元）", "amount": 1, "mandatory": True}]
    refused(w, c, "fields that differ from the document", w.paper_order("o5", fields=fields), [ofd], says="1,280,000.00")
    fields = [{"name": "penalty", "label": "违约金", "value": "无", "mandatory": True}, *fields]
    fields[1] = {"name": "amount", "label": "合同金额（元）", "amount": 128000000, "mandatory": True}
    refused(w, c, "a mandatory field that the document lacks", w.paper_order("o6", fields=fields), [ofd], says="违约金")
    (w.at / "text").write_text("任意文字\n", encoding="utf-8")
    plain = w.paper_order("o7", document="text", form="cms", place=None, fields=[], total="")
    refused(w, c, "a document that cannot be shown", plain, [(w.at / "text").read_bytes()])
    (w.at / "broken.ofd").write_bytes(ofd[:4000])
    broken = w.paper_order("o8", document="broken.ofd", fields=[], total="")
    refused(w, c, "a document that is broken", broken, [(w.at / "broken.ofd").read_bytes()])
    status, _ = w.post_order(good, batch=True)
    c.check("an order sent as a batch", status != 201)
    status, _, _ = w.ask("POST", "/v1/jobs", good, headers={"Content-Type": "text/plain"})
    c.check("an order sent as plain text, past the preflight", status != 201)


def open_files(w, c):
    """A file that is not closed gets no signature inside, and one beside it by its digest."""
    (w.at / "open.ofd").write_bytes((w.at / "paper.ofd").read_bytes())
    with zipfile.ZipFile(w.at / "open.ofd", "a") as package:
        package.writestr("Doc_0/hidden.js", "1")
    octets = (w.at / "open.ofd").read_bytes()
    refused(w, c, "a file with a part that nothing lists", w.paper_order("o1", document="open.ofd"), [octets], says="封闭")
    job, secret = w.job(w.paper_order("o2", document="open.ofd", form="cms"), [octets])
    c.check("which may be signed beside it", job and w.view(secret)["rows"], secret)


def batches(w, c):
    ofd = (w.at / "paper.ofd").read_bytes()
    for n in ("b1", "b2"):
        w.paper_order(n, kind="score-sheet")

    def batch(name, *orders):
        w.run(w.platform_tool, "batch", "platform", w.at / name, *(w.at / f"{o}.qyo" for o in orders))
        return (w.at / name).read_bytes()
    both = batch("both", "b1", "b2")
    refused(w, c, "a batch in which one document is swapped", both, [ofd, (w.at / "paper.pdf").read_bytes()], True)
    refused(w, c, "a batch that lacks a document", both, [ofd], True)
    refused(w, c, "a batch in which a paper stands twice", batch("twice", "b1", "b1"), [ofd, ofd], True)
    w.paper_order("b4", kind="contract")
    refused(w, c, "a contract in a batch, whatever the platform says of it", batch("lie", "b1", "b4"), [ofd, ofd], True)
    w.paper_order("b3", alone=True, kind="score-sheet")
    done = subprocess.run([w.platform_tool, "batch", "platform", w.at / "x", w.at / "b1.qyo", w.at / "b3.qyo"], capture_output=True)
    c.check("what must be signed alone goes into no batch", done.returncode != 0)
    tampered = both.replace((w.at / "b1.qyo").read_bytes(), (w.at / "b3.qyo").read_bytes())
    refused(w, c, "nor when it is put in behind the platform's back", tampered, [ofd, ofd], True)
    job, secret = w.job(both, [ofd, ofd], True)
    tries = w.tries_made("own")
    view = w.view(secret)
    c.check("a good batch shows each row, count and sum",
            view["count"] == 2 and len(view["rows"]) == 2 and view["sum"] == "2,560,000.00", view)
    reply = w.agree(secret)
    c.check("and is signed by one PIN", reply["result"] == "done" and w.tries_made("own") == tries + 1, reply)
    c.check("both of it", w.answer(job, 0) and w.answer(job, 1))


def windows(w, c):
    ofd = (w.at / "paper.ofd").read_bytes()
    own = f"http://127.0.0.1:{w.port}"
    status, headers, _ = w.ask("GET", "/", origin=None, headers={"Sec-Fetch-Site": "none"})
    c.check("the window cannot be framed and is shared with no page",
            status == 200 and "frame-ancestors 'none'" in headers["Content-Security-Policy"] and
            headers["X-Frame-Options"] == "DENY" and headers["Cross-Origin-Opener-Policy"] == "same-origin", headers)
    c.check("a frame gets nothing",
            silent(w.ask("GET", "/", origin=None, headers={"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "iframe"})))
    c.check("a page that leads there gets nothing",
            silent(w.ask("GET", "/", origin=None, headers={"Sec-Fetch-Site": "cross-site"})))
    c.check("a page that fetches it gets nothing", silent(w.ask("GET", "/", origin=ORIGIN)))
    job, secret = w.job(w.paper_order("w1"), [ofd])
    tries = w.tries_made("own")
    for path in ("view", "page", "answer", "refuse"):
        c.check(f"a page's POST to the window's {path} gets nothing",
                silent(w.ask("POST", "/window/" + path, PIN.encode(), headers={"X-Qianyin-Secret": secret})))
    status, _, body = w.window("answer", "0" * 64, PIN.encode(), X_Qianyin_Key="0%3Adev%2FCAAPP%2Fmain")
    c.check("a guessed secret opens nothing", status == 404, body)
    c.check("nor no secret", w.ask("POST", "/window/view", b"", origin=own)[0] == 404)
    status, _, body = w.ask("POST", f"/v1/jobs/{job}/answer", PIN.encode(), headers=OCTETS)
    c.check("a PIN sent through the pages' door is tried nowhere", status == 404 and w.tries_made("own") == tries, body)
    c.check("an answer before it was given is none", w.answer(job) is None)
    reply = json.loads(w.window("answer", secret, PIN.encode(), X_Qianyin_Key="0%3Adev%2FCAAPP%2Fmain")[2])
    c.check("pages that were not shown are not signed", reply["result"] == "again" and w.tries_made("own") == tries, reply)
    reply = w.agree(secret, key="1:dev/CAAPP/main")
    c.check("a key that does not fit is not tried", reply["result"] == "again" and w.tries_made("other") == 0, reply)
    reply = w.agree(secret, key="9:dev/none")
    c.check("a key that is not there neither", reply["result"] == "again", reply)
    reply = w.agree(secret, pin="000000")
    c.check("a wrong PIN is one try and says how many are left",
            reply["result"] == "pin" and "5" in reply["text"] and w.tries_made("own") == tries + 1, reply)
    c.check("and nothing is signed", w.state(job)["state"] == "waiting" and w.answer(job) is None)
    reply = w.agree(secret)
    c.check("the right one signs, once", reply["result"] == "done" and w.tries_made("own") == tries + 2, reply)
    refused(w, c, "an order that was answered is not answered again", (w.at / "w1.qyo").read_bytes(), [ofd], says="答复过")
    c.check("a window that has served does not sign again",
            json.loads(w.window("answer", secret, PIN.encode())[2])["result"] == "done" and w.tries_made("own") == tries + 2)
    job, secret = w.job(w.paper_order("w1b"), [ofd])
    view, before = w.look(secret), w.tries_made("own")
    c.check("the window says the form of the signature and the kind of paper",
            "OFD 电子印章" in view["rows"][0]["lines"][0] and "contract" in view["rows"][0]["lines"][0], view["rows"][0])
    reply = w.agree(secret, pin="")
    c.check("an empty PIN is not tried", reply["result"] == "again" and w.tries_made("own") == before, reply)
    reply = w.agree(secret, X_Qianyin_Certificate="0" * 64)
    c.check("a key with another certificate than was shown is not used",
            reply["result"] == "again" and w.tries_made("own") == before, reply)
    shown = next((w.at / "runtime").glob("*" + job)) / "0"
    shown.write_bytes(ofd + b" ")
    reply = json.loads(w.window("answer", secret, PIN.encode(), X_Qianyin_Key="0%3Adev%2FCAAPP%2Fmain",
                                X_Qianyin_Certificate=view["keys"][0]["sm3"])[2])
    c.check("a document that was swapped after it was shown is not signed",
            reply["result"] == "failed" and w.answer(job) is None, reply)
    c.check("a path with an escape is no way around the door",
            silent(w.ask("POST", "/%77indow/view", b"", headers={"X-Qianyin-Secret": secret})))
    job, secret = w.job(w.paper_order("w2"), [ofd])
    w.ask("POST", f"/v1/jobs/{job}/cancel", b"")
    c.check("the window of a cancelled request is dead", w.window("view", secret)[0] == 404)
    job, secret = w.job(w.paper_order("w3"), [ofd])
    w.window("refuse", secret)
    c.check("what the user refused stays refused",
            w.state(job)["state"] == "refused" and
            json.loads(w.window("answer", secret, PIN.encode())[2])["result"] == "refused")
    signers = w.paper_order("w4", signers=["00" * 32])
    job, secret = w.job(signers, [ofd])
    view = w.view(secret)
    c.check("an order for another's certificate finds no key that fits", not any(k["fits"] for k in view["keys"]), view["keys"])


def pins(w, c):
    """The last try is asked for twice; no page makes it."""
    tries = w.tries_made("last")
    job, secret = w.job(w.paper_order("p1", form="ofd-sign", signers=[w.cert_sm3("other/sign.cer")]), [(w.at / "paper.ofd").read_bytes()])
    key = next(k["id"] for k in w.view(secret)["keys"] if k["label"] == "last")
    reply = w.agree(secret, pin="111111", key=key)
    c.check("the last try asks again before it is made", reply["result"] == "last" and w.tries_made("last") == tries, reply)
    reply = w.agree(secret, pin="111111", key=key, X_Qianyin_Last="yes")
    c.check("confirmed, it is made, and the token is locked",
            reply["result"] in ("locked", "pin") and w.tries_made("last") == tries + 1, reply)
    reply = w.agree(secret, pin=PIN, key=key, X_Qianyin_Last="yes")
    c.check("a locked token is not tried any more", w.tries_made("last") == tries + 1, reply)


def keys(w, c):
    _, _, body = w.ask("GET", "/v1/keys")
    c.check("certificates are a number until the user agrees", set(json.loads(body)) == {"count", "approved"}, body)
    before = len(w.windows())
    _, _, body = w.ask("POST", "/v1/keys", b"")
    secret = w.secret(before)
    _, _, listed = w.ask("GET", "/v1/keys")
    c.check("asking is not yet being allowed", "keys" not in json.loads(listed))
    reply = json.loads(w.window("answer", secret)[2])
    _, _, listed = w.ask("GET", "/v1/keys")
    c.check("allowed, they are told", reply["result"] == "done" and len(json.loads(listed)["keys"]) == 3, listed)
    c.check("and not to another paired origin",
            "keys" not in json.loads(w.ask("GET", "/v1/keys", origin="https://second.example")[2]))


def neighbours(w, c):
    """Two paired platforms do not see each other's requests."""
    job, secret = w.job(w.paper_order("n1"), [(w.at / "paper.ofd").read_bytes()])
    c.check("another paired origin's request is none of its business",
            w.ask("GET", f"/v1/jobs/{job}", origin="https://second.example")[0] == 404 and
            w.ask("POST", f"/v1/jobs/{job}/cancel", b"", origin="https://second.example")[0] == 404 and
            w.state(job)["state"] == "waiting")
    status, _, _ = w.ask("POST", "/v1/jobs", (w.at / "n1.qyo").read_bytes(), origin="https://second.example", headers=ORDER)
    c.check("nor may it use the other's orders", status not in (201, None))
    w.ask("POST", f"/v1/jobs/{job}/cancel", b"")


def loads(w, c):
    status, _, _ = w.ask("POST", "/v1/jobs", bytes(17 << 20), headers=ORDER)
    c.check("an oversized order is cut off", status in (413, None))
    job = w.post_order(w.paper_order("l1"))[1]["job"]
    with socket.create_connection(("127.0.0.1", w.port)) as s:
        s.sendall(f"POST /v1/jobs/{job}/documents/0 HTTP/1.1\r\nHost: 127.0.0.1:{w.port}\r\nOrigin: {ORIGIN}\r\n"
                  f"Content-Length: {1 << 31}\r\n\r\n".encode())
        s.settimeout(10)
        c.check("an oversized document too", b" 413 " in s.recv(200))
    slow = [socket.create_connection(("127.0.0.1", w.port)) for _ in range(20)]
    for s in slow:
        s.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: 127")
    began = time.monotonic()
    c.check("twenty slow requests hold nobody up", w.ask("GET", "/v1/hello")[0] == 200 and time.monotonic() - began < 2)
    for s in slow:
        s.close()
    made = [w.post_order(w.paper_order(f"many{i}"))[0] for i in range(20)]
    c.check("requests that nobody opens make room for others", set(made) == {201}, made)
    ofd = (w.at / "paper.ofd").read_bytes()
    opened = [w.job(w.paper_order(f"wait{i}"), [ofd]) for i in range(8)]
    c.check("windows of one origin are few", opened[0][0] and opened[-1][0] is None, [o[1] for o in opened])


def bids(w, c):
    """No page's word opens a bid."""
    header = "11" * 32
    order = w.order("bid", act="unwrap-bid", tender="Z", header=header, parts=["price"], checkpoint="22" * 32,
                    certificate=str(w.at / "other/enc.cer"))
    refused(w, c, "an opening whose documents are no bid", order, [b"none", b"none"])
    order = w.order("rewrap", act="rewrap", tender="Z", header=header, parts=["price"], certificate=str(w.at / "other/enc.cer"))
    refused(w, c, "a re-wrap without the bid", order, [b"none"])


def main():
    w, c = World(sys.argv[1]), Cases()
    own, other, last = w.token("own", "bidder"), w.token("other", "other", "hashes"), w.token("last", "other")
    (w.at / "last/dev/tries").write_text("1\n")
    w.run(w.platform_tool, "init", "second", "https://second.example", "second.example")
    w.agent("pair", "https://second.example", "second.example", "second/root.cer")
    w.start([own, other, last])
    try:
        for attack in (strangers, other_users, orders, open_files, batches, windows, pins, keys, neighbours, bids, loads):
            attack(w, c)
        c.check("through all of it the agent lives", w.alive(), (w.at / "agent.err").read_text())
        journal = w.agent("journal")
        c.check("its journal tells what was signed and what was refused, unbroken",
                '"outcome":"done"' in journal and '"outcome":"refused"' in journal)
        c.check("and holds no PIN", PIN not in journal and PIN not in (w.at / "agent.err").read_text())
        c.check("no document stays behind", stop_and_look(w))
    finally:
        w.stop()
    return c.end()


def stop_and_look(w):
    w.stop()
    return not any((w.at / "runtime").iterdir())


if __name__ == "__main__":
    sys.exit(main())
