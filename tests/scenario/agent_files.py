# Orders in files: see s004.
# usage: agent_files.py FOLDER
# SPDX-License-Identifier: Apache-2.0
import hashlib
import http.server
import os
import re
import ssl
import subprocess
import sys
import threading

from agent_kit import PIN, Cases, World


def element(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + body


def order_file(order, *documents, version=1, batch=False):
    return element(0x30, element(2, bytes([version])) + element(1, b"\xff" if batch else b"\0") + element(4, order) +
                   element(0x30, b"".join(element(4, d) for d in documents)))


def elements(octets):
    """The contents of the elements of a run."""
    out = []
    while octets:
        n, at = octets[1], 2
        if n & 0x80:
            at += n & 0x7f
            n = int.from_bytes(octets[2:at], "big")
        out.append(octets[at:at + n])
        octets = octets[at + n:]
    return out


def agent_open(w, name, content, *options):
    (w.at / name).write_bytes(content)
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(w.at / "runtime"), QIANYIN_LANG="zh")
    return subprocess.Popen([w.build / "src/agent/qianyin-agent", "--home", w.home, "--demo", "--opener", w.opener, *options,
                             "open", w.at / name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def refused(w, c, name, content, says):
    before = len(w.windows())
    child = agent_open(w, "bad.qyo", content)
    out, err = child.communicate(timeout=60)
    c.check(name, child.returncode not in (0, None) and says in err and len(w.windows()) == before, out + err)


def window_of(w, number):
    """(secret, port) of a window that was opened."""
    w.secret(number)
    url = w.windows()[number]
    return url.split("#")[1], int(re.search(r":(\d+)/", url)[1])


def answered(w, child, before, pin=PIN):
    running, w.port = w.port, None
    secret, w.port = window_of(w, before)
    view = w.view(secret)
    reply = w.agree(secret, pin)
    w.port = running
    out, err = child.communicate(timeout=60)
    return view, reply, child.returncode, out + err


def papers(w, c):
    ofd = (w.at / "paper.ofd").read_bytes()
    order = w.paper_order("file-1")
    before, tries = len(w.windows()), w.tries_made("own")
    child = agent_open(w, "file-1.qyo", order_file(order, ofd), "--out", w.at / "answer")
    view, reply, code, said = answered(w, child, before)
    c.check("a paper in a file is shown and signed", reply["result"] == "done" and code == 0, (reply, said))
    c.check("by one PIN", w.tries_made("own") == tries + 1)
    version, digest, digits, answers = elements(elements((w.at / "answer").read_bytes())[0])
    c.check("the answer names its order", digest == hashlib.new("sm3", order).digest())
    c.check("and carries the six digits that the window shows", re.fullmatch(r"\d{6}", digits.decode()) and digits.decode() == view["code"])
    (w.at / "signed.ofd").write_bytes(elements(answers)[0])
    done = subprocess.run([w.qianyin, "verify", "--trust", "ca.trust", "--demo", "--crl", "ca.crl", "signed.ofd"], cwd=w.at,
                          capture_output=True, text=True)
    c.check("what was signed verifies", done.returncode == 0, done.stdout)
    refused(w, c, "the same file again is refused", order_file(order, ofd), "答复过")
    status, answer = w.post_order(order)
    c.check("by the agent that runs beside it, too", status == 403, answer)


def hostile(w, c):
    ofd = (w.at / "paper.ofd").read_bytes()
    order = w.paper_order("file-2")
    refused(w, c, "nobody logs in by a file", order_file(w.login_order("file-login")), "以文件方式只能签署文件")
    refused(w, c, "another document is refused", order_file(order, ofd + b"\0"), "技术细节")
    refused(w, c, "a file without its document", order_file(order), "技术细节")
    refused(w, c, "one with a document too many", order_file(order, ofd, ofd), "技术细节")
    refused(w, c, "one of another version", order_file(order, ofd, version=2), "技术细节")
    refused(w, c, "one that is cut", order_file(order, ofd)[:-1], "技术细节")
    refused(w, c, "one with an octet behind it", order_file(order, ofd) + b"\0", "技术细节")
    refused(w, c, "an order of an origin that is not paired", order_file(w.paper_order("file-3", origin="https://evil.example"), ofd),
            "https://evil.example")


class Platform:
    """An https address that answers are posted to, with a certificate nobody vouches for."""

    def __init__(self, w):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        w.at / "tls.key", "-out", w.at / "tls.cer", "-subj", "/CN=127.0.0.1", "-days", "1"],
                       check=True, capture_output=True)
        posted = self.posted = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posted.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(w.at / "tls.cer", w.at / "tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"https://127.0.0.1:{self.server.server_port}/answers"


def posting(w, c):
    platform = Platform(w)
    w.agent("pair", w.origin, "platform.example", "platform/root.cer", "--post", platform.url)
    order = w.paper_order("file-4")
    before = len(w.windows())
    child = agent_open(w, "file-4.qyo", order_file(order, (w.at / "paper.ofd").read_bytes()))
    _, reply, code, said = answered(w, child, before)
    c.check("an address that nobody vouches for gets no answer", reply["result"] == "done" and code != 0 and not platform.posted,
            (code, said))
    done = subprocess.run([w.build / "src/agent/qianyin-agent", "--home", w.home, "--post", "http://127.0.0.1/answers", "pair",
                           w.origin, "platform.example", w.at / "platform/root.cer"], capture_output=True, text=True)
    c.check("an address without TLS is not paired with", done.returncode != 0, done.stdout)


def main():
    w, c = World(sys.argv[1]), Cases()
    w.start([w.token("own", "bidder")])
    try:
        papers(w, c)
        hostile(w, c)
        posting(w, c)
        c.check("two processes wrote one journal, unbroken", '"act":"sign"' in w.agent("journal"))
        c.check("nothing stays behind", not [f for f in (w.at / "runtime").iterdir() if str(w.process.pid) not in f.name])
    finally:
        w.stop()
    return c.end()


if __name__ == "__main__":
    sys.exit(main())
