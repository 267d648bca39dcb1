# What the agent gives of a bid, and when: see s003.
# usage: agent_bids.py FOLDER
# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import sys

from agent_kit import PIN, PLATFORM, Cases, World

TENDER = "ZC-2026-001"
CODE = "91999999MA00000079"


def der(octets):
    """(content, rest) of the first element."""
    n, at = octets[1], 2
    if n & 0x80:
        at += n & 0x7f
        n = int.from_bytes(octets[2:at], "big")
    return octets[at:at + n], octets[at + n:]


class Hall:
    """A tender that closes under witnesses, and a bid packed with a key in a token."""

    def __init__(self, w):
        self.w = w
        self.ledger = w.build / "tests/platform/testledger"
        w.run(self.ledger, "init", "site", PLATFORM)
        w.run(self.ledger, "view", "site", "ledger.json")
        for who in ("operator", "opening", "renewed"):
            w.cli("ca", "issue", "ca", "--name", "单位" + ("bidder" if who == "renewed" else who), "--credit-code",
                  CODE if who == "renewed" else "91440300708461136T", "--no-password", "-o", who)
        w.cli("ca", "issue", "ca", "--name", "陌生人", "--credit-code", "91440300708461136T", "--no-password", "-o", "stranger")
        w.cli("ca", "crl", "ca", "-o", "ca.crl")
        (w.at / "price.txt").write_text("人民币壹佰贰拾捌万元整\n", encoding="utf-8")
        (w.at / "notice.ofd").write_bytes(b"notice")
        trustees = []
        for i in range(5):
            w.cli("ca", "issue", "ca", "--name", f"托管{i}", "--credit-code", "91440300708461136T", "--no-password", "-o", f"t{i}")
            trustees += ["--trustee", f"{'purchaser' if i == 0 else 'notary'}=t{i}/enc.cer"]
        w.cli("bid", "pack", "--tender", TENDER, "--notice", "notice.ofd", "--deadline", "2026-01-01T00:00:00Z",
              "--owner", "bidder/enc.cer", "--part", "price=price.txt", "--credit-code", CODE, *trustees,
              "--key", "bidder/sign.key", "--certificate", "bidder/sign.cer", "--clear-header", "-o", "bid.qyb")
        w.run(self.ledger, "header", "bid.qyb", "bid.header")
        self.header = (w.at / "bid.header").read_bytes()
        self.receive("2025-12-31T23:59:00Z", "bid.receipt")

    def receive(self, time, receipt):
        self.w.run(self.ledger, "clock", "site", time)
        self.w.run(self.ledger, "receive", "site", "bid.qyb", receipt)

    def close(self, witnesses):
        w = self.w
        w.run(self.ledger, "clock", "site", "2026-01-01T00:00:10Z")
        w.run(self.ledger, "tick", "site")
        w.run(self.ledger, "checkpoint", "site", str(witnesses), "checkpoint")
        w.run(self.ledger, "closing", "site", TENDER, "2026-01-01T00:00:00Z", "checkpoint", "closing")
        w.run(self.ledger, "proof", "site", "bid.receipt", "checkpoint", "bid.proof")
        w.run(self.ledger, "standing", "site", "bid.qyb", "closing", "bid.standing")
        w.run(self.ledger, "bundle", "closing", "bid.proof", "bid.standing", "bid.release")
        self.name = w.run(self.ledger, "closing-name", "closing").strip()
        return (w.at / "bid.release").read_bytes()

    def sm3(self):
        """Of the header, as orders name it: the first element of Signed."""
        import hashlib
        inner, _ = der(self.header)
        content, rest = der(inner)
        whole = inner[:len(inner) - len(rest)]
        return hashlib.new("sm3", whole).hexdigest()

    def order(self, name, act, **more):
        return self.w.order(name, act=act, tender=TENDER, header=self.sm3(), parts=["price"], **more)


def refused(c, w, name, order, documents, says=""):
    job, problem = w.job(order, documents)
    text = json.dumps(problem, ensure_ascii=False) if job is None else "a window was opened"
    c.check(name, job is None and says in text, text)


def rehearsal(w, c, hall):
    job, secret = w.job(hall.order("try", "rehearse"), [hall.header])
    c.check("before the deadline a bid can be tried", bool(job), secret)
    reply = w.agree(secret)
    c.check("the key works, and nothing but that is told",
            reply["result"] == "done" and w.answer(job) == b"works", (reply, w.answer(job)))


def early(w, c, hall):
    order = hall.order("early", "unwrap-bid", checkpoint="11" * 32, certificate=str(w.at / "opening/enc.cer"))
    refused(c, w, "an opening without a closing checkpoint", order, [hall.header, b"\x30\x00"])
    release = hall.close(1)
    order = hall.order("one", "unwrap-bid", checkpoint=hall.name, certificate=str(w.at / "opening/enc.cer"))
    refused(c, w, "an opening that one of two witnesses closed", order, [hall.header, release], "denied")


def opening(w, c, hall, release):
    other = hall.order("wrong", "unwrap-bid", checkpoint="22" * 32, certificate=str(w.at / "platform-opening.cer"))
    refused(c, w, "an order that names another checkpoint", other, [hall.header, release], "denied")
    stranger = hall.order("keeper", "unwrap-bid", checkpoint=hall.name, certificate=str(w.at / "opening/enc.cer"))
    refused(c, w, "an opening key that is not the platform's", stranger, [hall.header, release], "denied")
    order = hall.order("open", "unwrap-bid", checkpoint=hall.name, certificate=str(w.at / "platform-opening.cer"))
    job, secret = w.job(order, [hall.header, release])
    c.check("closed by both, the bid may be opened", bool(job), secret)
    if not job:
        return
    reply = w.agree(secret)
    c.check("its owner's token gives the value", reply["result"] == "done", reply)
    answer = w.answer(job) or b"0\0"
    share, _ = der(der(answer)[0])
    (w.at / "owner.share").write_bytes(share)
    done = subprocess.run([w.qianyin, "bid", "open", "bid.qyb", "--share", "owner.share", "--opening-key", "platform-opening.key",
                           "-o", "by-share"], cwd=w.at, capture_output=True, text=True)
    opened = list((w.at / "by-share").glob("*")) if (w.at / "by-share").exists() else []
    c.check("which opens it", done.returncode == 0 and any(f.read_bytes() == (w.at / "price.txt").read_bytes() for f in opened),
            done.stdout + done.stderr)


def rewrap(w, c, hall, release):
    order = hall.order("renew", "rewrap", certificate=str(w.at / "renewed/enc.cer"))
    job, secret = w.job(order, [hall.header, release])
    reply = w.agree(secret) if job else secret
    c.check("an envelope is made for the owner's renewed certificate", bool(job) and reply["result"] == "done", reply)
    order = hall.order("steal", "rewrap", certificate=str(w.at / "stranger/enc.cer"))
    job, secret = w.job(order, [hall.header, release])
    reply = w.agree(secret) if job else {"result": "refused"}
    c.check("and none for a stranger's", reply["result"] != "done" and (not job or w.answer(job) is None), reply)


def main():
    w, c = World(sys.argv[1]), Cases()
    hall = Hall(w)
    w.platform_opening()
    w.start([w.token("own", "bidder")])
    refused(c, w, "without a ledger noted nothing is given",
            hall.order("none", "unwrap-bid", checkpoint="11" * 32, certificate=str(w.at / "opening/enc.cer")),
            [hall.header, b"\x30\x00"], "存证日志")
    w.stop()
    w.agent("ledger", w.origin, "ledger.json")
    w.restart()
    try:
        rehearsal(w, c, hall)
        early(w, c, hall)
        release = hall.close(3)
        opening(w, c, hall, release)
        rewrap(w, c, hall, release)
        journal = w.agent("journal")
        c.check("the journal tells of it", '"act":"unwrap-bid"' in journal and '"act":"rehearse"' in journal)
        c.check("and no PIN was tried that was not typed", w.tries_made("own") <= 5)
    finally:
        w.stop()
    return c.end()


if __name__ == "__main__":
    sys.exit(main())
