# The fault matrix's workshop: people, bids and tokens, and what an opening says, read from its exit
# code, its JSON and its signed record, which must agree.
# SPDX-License-Identifier: Apache-2.0
import collections
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

import fault_record

PIN, CODE = "258369", "91999999MA00000079"
POLICIES = {"owner": "owner", "either": "owner-or-trustees", "both": "owner-and-trustees"}
TRUSTEES, NEED, OWNER = 5, 3, 256

# What becomes of the bid, by which way, and whose fault the trouble was.
OPENS, REFUSED, UNDECIDED = "opens", "refused", "undecided"
NONE, BY_OWNER, BY_REWRAP, BY_TRUSTEES, BY_BOTH = "none", "owner", "owner-rewrapped", "trustees", "owner-and-trustees"
NOBODY, BIDDER, STORAGE, USER = "nobody", "bidder", "storage", "user"
DRIVER, FORGER, HALL, MACHINE = "driver", "forger", "hall", "machine"

Seen = collections.namedtuple("Seen", "outcome path blame")

# What the program says when it does not get as far as judging values: exit code, words, whose fault.
CAUSES = {
    "not plugged in": (66, "not plugged in", USER),
    "no token": (66, "no token is plugged in", USER),
    "pulled": (66, "0x0A000023", USER),
    "wrong PIN": (77, "口令不对", USER),
    "PIN locked": (77, "locked", USER),
    "last try": (77, "最后一次机会", USER),
    "several tokens": (64, "several tokens", USER),
    "driver hangs": (75, "no answer in time", DRIVER),
    "driver gone": (75, "the other side is gone", DRIVER),
    "driver crashed": (74, "the other side is gone", DRIVER),
    "wrong signature": (74, "not one of this certificate's key", DRIVER),
    "no recipient": (77, "none of the recipients", USER),
    "too early": (77, "截止", USER),
    "wrong firm": (77, "不是投标人", USER),
    "expired": (77, "已过期", USER),
    "garbage": (65, "certificate", DRIVER),
    "no decrypt": (65, "unwrap: 0x0A000003", DRIVER),
    "certificate unread": (65, "certificate", DRIVER),
    "no input": (66, "absent", USER),
    "cannot write": (73, "写", MACHINE),
    "credit code": (64, "信用代码", USER),
    "threshold": (65, "threshold", USER),
    "listed twice": (65, "one certificate", USER),
    "not for encryption": (77, "encrypt", USER),
    "wrong intake key": (65, "header", HALL),
    "no intake key": (77, "intake", HALL),
    "wrong opening key": (65, "share", HALL),
    "stranger": (77, "单位stranger", USER),
    "record altered": (77, "re-wrap record", FORGER),
    "forged record": (77, "不是投标人做的", FORGER),
    "other bid's re-wrap": (77, "re-wrap record is of another bid", USER),
    "stolen": (77, "不是投标人", FORGER),
    "other bid's share": (77, "另一份", USER),
    "bad signature": (77, "signature", FORGER),
    "share altered": (65, "share", FORGER),
    "forged share": (77, "不是它所说的", FORGER),
    "dealt falsely": (77, "承诺", BIDDER),
    "envelope rubbish": (65, "decrypt", BIDDER),
    "signed by another": (77, "signed by another", FORGER),
    "damaged file": (65, "损坏", STORAGE),
    "file gone": (66, "gone.qyb", STORAGE),
    "wrong key for re-wrap": (65, "decrypt", USER),
}


def credit_code(who):
    """A code of its own for each legal person, in a region that is not allotted."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    number = sum(ord(c) * 31 ** k for k, c in enumerate(who)) % 31 ** 4
    body = "12999999MB000" + "".join(alphabet[number // 31 ** k % 31] for k in range(4))
    check = 31 - sum(alphabet.index(c) * pow(3, k, 31) for k, c in enumerate(body)) % 31
    return body + alphabet[check % 31]


def trustee(i):
    return f"trustee {i}"


class Wrong(Exception):
    """Something was not as a row says."""


def need(good, why):
    if not good:
        raise Wrong(why)


def told(done):
    return f"exit code {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"


class Bid:
    """A packed bid and what was put into it."""

    def __init__(self, path, policy, parts, sealed):
        self.path, self.policy, self.parts, self.sealed = pathlib.Path(path), policy, parts, sealed

    def altered(self, path, octets):
        pathlib.Path(path).write_bytes(octets)
        return Bid(path, self.policy, self.parts, self.sealed)

    def octets(self):
        return self.path.read_bytes()


class Hall:
    """Nobody real: a CA, a bidder, its renewed certificate, a stranger, five trustees, an opening."""

    def __init__(self, folder):
        self.at = pathlib.Path(folder)
        self.qianyin = os.environ["QIANYIN"]
        self.lab = os.environ.get("QIANYIN_LAB", self.qianyin)
        self.build = pathlib.Path(os.environ["QIANYIN_BUILD"])
        self.lock = threading.Lock()
        self.given = {}
        self.run("ca", "init", "ca", "--name", "示范")
        for who in ("bidder", "second", "renewed", "stranger", "opening", "intake") + tuple(
                f"t{i}" for i in range(1, TRUSTEES + 1)):
            ours = who in ("bidder", "second", "renewed")
            self.run("ca", "issue", "ca", "--name", "单位bidder" if ours else "单位" + who, "--credit-code",
                     CODE if ours else credit_code(who), "--no-password", "-o", who)
        self.run("ca", "issue", "ca", "--name", "单位bidder", "--credit-code", CODE, "--no-password", "--lab-fault", "expired",
                 "-o", "expired", program=self.lab)
        (self.at / "notice.ofd").write_text("公告")
        (self.at / "pin").write_text(PIN)
        (self.at / "wrong-pin").write_text("000000")
        self.parts = {"technical": os.urandom(1200000), "price": "人民币壹佰贰拾捌万元整\n".encode()}
        for name, octets in self.parts.items():
            (self.at / name).write_bytes(octets)
        with open(self.at / "large", "wb") as out:
            out.truncate(48 << 20)
        with open(self.at / "three", "wb") as out:
            out.write(os.urandom(5 << 19))
        self.sealed = {p: self.pack(self.at / f"{p}.qyb", p) for p in POLICIES}
        self.clear = {p: self.pack(self.at / f"{p}-clear.qyb", p, sealed=False) for p in POLICIES}
        self.other = {p: self.pack(self.at / f"{p}-other.qyb", p, sealed=False) for p in POLICIES}

    def run(self, *args, program=None, cwd=None, good=True, **more):
        done = subprocess.run([str(a) for a in (program or self.qianyin, *args)], cwd=cwd or self.at, capture_output=True,
                              text=True, timeout=100, check=False, stdin=subprocess.DEVNULL, start_new_session=True, **more)
        need(not good or done.returncode == 0, f"{args}: {told(done)}")
        return done

    def path(self, *names):
        return self.at.joinpath(*names)

    def pack_words(self, policy, *, key=None, owners=("bidder",), parts=("technical", "price"), sealed=True,
                   deadline="2026-01-01T00:00:00Z", trustees=range(1, TRUSTEES + 1), code=CODE, more=()):
        words = ["bid", "pack", "--tender", "ZC-2026-001", "--notice", self.path("notice.ofd"), "--deadline", deadline,
                 "--lot", "1", "--policy", POLICIES[policy], "--credit-code", code]
        for who in owners:
            words += ["--owner", self.path(who, "enc.cer")]
        for part in parts:
            words += ["--part", f"{part}={self.path(part)}"]
        for i in trustees if policy != "owner" else ():
            words += ["--trustee", f"{'purchaser' if i == 1 else 'notary'}={self.path(f't{i}', 'enc.cer')}"]
        words += ["--intake", self.path("intake", "enc.cer")] if sealed else ["--clear-header"]
        words += key or ["--key", self.path("bidder", "sign.key"), "--certificate", self.path("bidder", "sign.cer")]
        return words + list(more)

    def pack(self, to, policy, **how):
        self.run(*self.pack_words(policy, **how), "-o", to)
        names = how.get("parts", ("technical", "price"))
        return Bid(to, policy, {n: self.parts[n] if n in self.parts else self.path(n).read_bytes() for n in names},
                   how.get("sealed", True))

    def intake(self, bid):
        return ["--intake-key", self.path("intake", "enc.key")] if bid.sealed else []

    def signer(self, who):
        return ["--signer", self.path(who, "sign.key"), "--signer-certificate", self.path(who, "sign.cer")]

    def share(self, bid, i, part, to=None, signer=None, good=True):
        """The path of a trustee's honest share for the opening; made once."""
        name = (str(bid.path), i, part, signer)
        with self.lock:
            if to is None and name in self.given:
                return self.given[name]
            path = to or self.at / f"share-{len(self.given)}"
            done = self.run("bid", "share", bid.path, *self.intake(bid), "--key", self.path(f"t{i}", "enc.key"), "--part", part,
                            "--to", self.path("opening", "enc.cer"), *self.signer(signer or f"t{i}"), "-o", path, good=good)
            if to is None:
                self.given[name] = path
        return path if good else done


class Room:
    """One row being tried: its folder, and what was seen of the bid's fate."""

    def __init__(self, hall, name, policy):
        self.hall, self.policy = hall, policy
        self.at = hall.at / "rows" / f"{name}-{policy}"
        self.at.mkdir(parents=True)
        self.bid, self.clear, self.other = (b[policy] for b in (hall.sealed, hall.clear, hall.other))
        self.outcome, self.path, self.blame = REFUSED, NONE, NOBODY
        self.openings = 0

    def seen(self):
        return Seen(self.outcome, self.path, self.blame)

    def run(self, *args, **more):
        return self.hall.run(*args, cwd=self.at, good=False, **more)

    def told(self, done, cause):
        """A command said why it did nothing, and the cause stands in its words."""
        code, words, self.blame = CAUSES[cause]
        need(done.returncode == code and words in done.stderr, f"not told: {cause} ({code}, {words}): {told(done)}")

    def nothing(self, name):
        """Nothing was left under a name, nor anything half made beside it."""
        left = [p.name for p in self.at.iterdir() if p.name.startswith(str(name))]
        left = [n for n in left if not (self.at / n).is_dir() or any((self.at / n).iterdir())]
        need(not left, f"left behind: {left}")

    # --- tokens

    def token(self, library, name="dev", who="bidder", profile="", **state):
        """A simulated token that holds somebody's two keys; its library's name."""
        device = self.at / library / name
        device.mkdir(parents=True)
        link = self.at / f"{library}.so"
        if not link.exists():
            link.symlink_to(self.hall.build / "tests/sim/libskfsim.so")
            link.with_suffix(".so.conf").write_text(str(self.at / library))
        self.habits(library, profile)
        state = {"label": name, "serial": "SN-" + name, "pin": PIN, "tries": "6", "most": "6", **state}
        for what, value in state.items():
            (device / what).write_text(f"{value}\n")
        for f in ("sign.key", "sign.cer", "enc.key", "enc.cer"):
            shutil.copy(self.hall.path(who, f), device / f)
        (device / "plugged").write_text("")
        return f"skf:{link}"

    def habits(self, library, profile):
        (self.at / library / "profile").write_text(profile)

    def plug(self, library, name="dev", there=True):
        path = self.at / library / name / "plugged"
        path.write_text("") if there else path.unlink(missing_ok=True)

    def tries(self, library, name="dev"):
        return int((self.at / library / name / "tries").read_text())

    def pull_when(self, library, word, name="dev"):
        """Pulls a token as soon as its log tells of something; to be joined."""
        log = self.at / library / name / "log"

        def watch():
            until = time.monotonic() + 30
            while time.monotonic() < until and not (log.exists() and word in log.read_text()):
                time.sleep(0.001)
            self.plug(library, name, False)
        thread = threading.Thread(target=watch)
        thread.start()
        return thread

    def pin(self, right=True):
        return ["--password-file", self.hall.path("pin" if right else "wrong-pin")]

    # --- packing

    def pack(self, uri=None, right=True, to="bid.qyb", around=(), **how):
        if uri:
            how["key"] = ["--key", uri, *self.pin(right)]
        words = [*self.hall.pack_words(self.policy, **how), "-o", to]
        if around:
            return self.run(*around[1:], self.hall.qianyin, *words, program=around[0])
        return self.run(*words)

    def packed(self, to="bid.qyb", **how):
        """The bid that a packing of ours left."""
        names = how.get("parts", ("technical", "price"))
        return Bid(self.at / to, self.policy, {n: self.hall.path(n).read_bytes() for n in names}, how.get("sealed", True))

    # --- what machines do

    def unprivileged(self, words, *more):
        """As somebody to whom a read-only folder is read only: root is so without a capability."""
        words = [self.hall.qianyin, *words, *more]
        if os.geteuid() == 0:
            words = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *words]
        return self.run(*words[1:], program=words[0])

    def kill_after(self, seconds, words):
        """Starts the program and ends it by the signal that nothing can catch; was it in time to?"""
        with subprocess.Popen([self.hall.qianyin, *map(str, words)], cwd=self.at, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                return True
        return False

    # --- opening

    def shares(self, bid, *who, parts=None):
        return [self.hall.share(bid, i, part) for part in parts or bid.parts for i in who]

    def open_words(self, bid, key=None, shares=(), rewrap=None, parts=(), right=True, to="out", intake=None,
                   opening="opening"):
        words = ["bid", "open", bid.path, *(intake if intake is not None else self.hall.intake(bid)), "--json"]
        if key:
            words += ["--key", key, *(self.pin(right) if str(key).startswith("skf:") else [])]
        if rewrap:
            words += ["--rewrap", rewrap]
        for share in shares:
            words += ["--share", share]
        if shares:
            words += ["--opening-key", self.hall.path(opening, "enc.key")]
        for part in parts:
            words += ["--part", part]
        self.openings += 1
        return [*words, "--record", f"record{self.openings}.der", *self.hall.signer("opening"), "-o", to]

    def try_open(self, bid, **how):
        return self.run(*self.open_words(bid, **how))

    def opens(self, bid, earlier=None, **how):
        """An opening that gets as far as a finding: outcome, path and blame are taken from it. A part that does
        not open leaves no file, or the earlier one as it was."""
        done = self.try_open(bid, **how)
        need(done.returncode in (0, 1, 2), f"no finding: {told(done)}")
        parts = self.findings(bid, done)
        folder = self.at / how.get("to", "out")
        for p in parts:
            opened = p["verdict"] == "opens" and p["authentic"]
            file = folder / p["id"]
            content = file.read_bytes() if file.exists() else None
            need(content == (bid.parts[p["id"]] if opened else earlier), f"{p['id']}: opened {opened}, and the file is not so")
        self.outcome = {0: OPENS, 1: REFUSED, 2: UNDECIDED}[done.returncode]
        ways = {p["path"] for p in parts} if done.returncode == 0 else {NONE}
        need(len(ways) == 1, f"several ways: {ways}")
        self.path = ways.pop()
        blamed = [b for b in map(self.blame_of, parts) if b != NOBODY]
        need(len(set(blamed)) <= 1, f"several are blamed: {blamed}")
        if blamed:
            self.blame = blamed[0]
        return parts

    def findings(self, bid, done):
        """The parts as JSON tells them; the signed record must say the same."""
        found = json.loads(done.stdout)
        record = fault_record.Record(self.at / f"record{self.openings}.der", self.hall.path("opening", "sign.cer"))
        need(record.signature_holds, "the record's signature does not hold")
        need(record.header.hex() == found["header_sm3"], "the record is of another header")
        need(len(record.parts) == len(found["parts"]), "the record has other parts")
        for p, r in zip(found["parts"], record.parts):
            p.setdefault("wrong_value_of", 0)
            difference = p.get("difference", {"element": "", "recipient": 0})
            for k in ("id", "verdict", "path", "givers", "wrong_value_of", "authentic"):
                need(p[k] == r[k], f"{k}: JSON {p[k]}, record {r[k]}")
            need(difference["element"] == r["element"], "another difference")
            need(not r["element"] or difference["recipient"] == r["recipient"], "the difference is another recipient's")
            need(p.get("rho", "") == r["rho"].hex(), "another ρ")
            if r["rho"]:
                need(fault_record.dealer_lied(bid.octets(), p["id"], r["rho"], r["recipient"]), "the proof cannot be replayed")
        return found["parts"]

    def record_is_clean(self):
        """The last opening found nothing, and its record names nobody."""
        for p in fault_record.Record(self.at / f"record{self.openings}.der", self.hall.path("opening", "sign.cer")).parts:
            need(not (p["wrong_value_of"] or p["recipient"] or p["element"] or p["rho"]), f"the record blames: {p}")

    @staticmethod
    def blame_of(p):
        wrong = p["wrong_value_of"]
        if p["verdict"] == "dealer-lied":
            return BIDDER
        if wrong:
            return trustee(wrong) if wrong < OWNER else BIDDER
        return STORAGE if p["verdict"] == "opens" and not p["authentic"] else NOBODY

    # --- what the policy allows

    def owner_opens(self, bid, key=None, **how):
        """By the owner's key, and three trustees beside it where the policy wants them."""
        shares = self.shares(bid, 1, 3, 5) if self.policy == "both" else []
        return self.opens(bid, key=key or self.hall.path("bidder", "enc.key"), shares=shares, **how)

    def without_owner(self, bid):
        """The owner's key is gone: whatever trustees can do is done."""
        if self.policy == "either":
            self.opens(bid, shares=self.shares(bid, 1, 3, 5))
        if self.policy == "both":
            self.opens(bid, shares=self.shares(bid, 1, 3, 5, parts=("price",)), parts=("price",))

    # --- what bidders and trustees give

    def rewrap(self, bid, to="renewed", key="bidder", signer="bidder", out="rewrap", kind="enc.cer"):
        return self.run("bid", "rewrap", bid.path, *self.hall.intake(bid), "--key", self.hall.path(key, "enc.key"), "--to",
                        self.hall.path(to, kind), *self.hall.signer(signer), "-o", out)

    def lie(self, way, bid, signer, to="opening", part="price", place=1, moved=(), out="lie"):
        """A false paper of falsegiver, in this room's folder."""
        self.hall.run(way, bid.path, self.at / out, self.hall.path(signer, "sign.key"), self.hall.path(signer, "sign.cer"),
                      self.hall.path(to, "enc.cer"), part, place, *moved, program=self.hall.build / "tests/sim/falsegiver")
        return self.at / out

    def hostile(self, way):
        """A bid as only a dishonest bidder packs it."""
        words = [way, self.at / "hostile.qyb", "ZC-2026-001", 1767225600, self.hall.path("bidder", "sign.key"),
                 self.hall.path("bidder", "sign.cer"), self.hall.path("bidder", "enc.cer"),
                 *(self.hall.path(f"t{i}", "enc.cer") for i in range(1, TRUSTEES + 1)), "PRICE 1 000 000", "PRICE 9 999 999"]
        self.hall.run(*words, program=self.hall.build / "tests/sim/hostilebid")
        return Bid(self.at / "hostile.qyb", "either", {"price": b"PRICE 1 000 000"}, False)
