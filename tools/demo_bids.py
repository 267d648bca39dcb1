# The opening of four bids: one bidder renewed its token, one lost it, one locked it, and one tries to
# file two prices. Played by tools/demo with simulated tokens; adds `bids` to its page.
# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import os
import shutil
import subprocess
import time

TRUSTEES = [("purchaser", "采购人"), ("agency", "代理机构"), ("supervisor", "财政监管部门"),
            ("notary", "公证处"), ("second-supervisor", "第二监管部门")]
BIDDERS = [("bidder-a", "苍鹭示范家具有限公司", "换了证书", "renewed its certificate", 1268000),
           ("bidder-b", "云雀示范家具有限公司", "丢了钥匙", "lost its token", 1315000),
           ("bidder-c", "白鹤示范家具有限公司", "钥匙锁死", "locked its token", 1290000),
           ("bidder-d", "夜枭示范家具有限公司", "一份文件，两个价", "filed two prices in one file", 1000000)]
CODE = "91999999MA00000079"
TENDER = "示范采购-2026-0420"
WAIT_S = 5


class Bids:
    def __init__(self, demo, out, build, stop):
        self.d, self.out, self.build, self.stop = demo, out, build, stop
        self.sim = build / "tests" / "sim" / "libskfsim.so"
        self.hostile = build / "tests" / "sim" / "hostilebid"
        self.rows = []

    def program(self, code, *words):
        """A command with the exit code it must have; what it prints."""
        done = subprocess.run([self.d.program, *words], cwd=self.out, env=self.d.env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode != code:
            raise self.stop(f"qianyin {' '.join(words)}\n  {done.returncode}, not {code}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def issue(self, folder, name):
        return ["ca", "issue", "ca-b", "--name", name, "--credit-code", CODE, "--no-password", "-o", folder]

    def token(self, who, label):
        """A simulated USB token with this bidder's keys, and a library of its own to reach it."""
        device = self.out / "tokens" / who / "device"
        device.mkdir(parents=True)
        library = self.out / "tokens" / f"{who}.so"
        os.symlink(self.sim, library)
        (self.out / "tokens" / f"{who}.so.conf").write_text(str(device.parent), encoding="utf-8")
        for name, text in (("label", label), ("serial", who), ("pin", "258369"), ("tries", "6"), ("most", "6"), ("plugged", "")):
            (device / name).write_text(text, encoding="utf-8")
        (device.parent / "profile").write_text({"bidder-b": "wide raw", "bidder-c": "hashes vendor1"}.get(who, ""), encoding="utf-8")
        for name in ("sign.key", "sign.cer", "enc.key", "enc.cer"):
            shutil.copy(self.out / who / name, device / name)
        return f"skf:tokens/{who}.so"

    def people(self):
        self.d.step("五位托管人、开标密钥、四家投标人各有证书", "Five trustees, the opening's key and four bidders get certificates",
                    *[self.issue("t-" + role, name) for role, name in TRUSTEES], self.issue("opening", "开标"),
                    *[self.issue(who, name) for who, name, *_ in BIDDERS])
        (self.out / "pin").write_text("258369", encoding="utf-8")
        (self.out / "notice.ofd").write_bytes((self.out / "contract-unsealed.ofd").read_bytes())

    def pack(self):
        """Three bids with tokens, and one that is not honest."""
        self.deadline = int(time.time()) + WAIT_S
        due = datetime.datetime.fromtimestamp(self.deadline, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        trustees = [w for role, _ in TRUSTEES for w in ("--trustee", f"{role}=t-{role}/enc.cer")]
        words = []
        for who, name, _, _, price in BIDDERS[:3]:
            key = self.token(who, name)
            (self.out / f"{who}.price").write_text(f"投标总价：{price:,}.00 元\n", encoding="utf-8")
            words.append(["bid", "pack", "--tender", TENDER, "--notice", "notice.ofd", "--deadline", due, *trustees, "--owner",
                          f"{who}/enc.cer", "--part", f"price={who}.price", "--credit-code", CODE, "--clear-header", "--key", key,
                          "--password-file", "pin", "-o", f"{who}.qyb"])
        self.d.step("三家用 USB 钥匙（模拟）装好投标文件：自己能开，任意三位托管人合起来也能开",
                    "Three pack their bids with (simulated) tokens: they can open them, and so can any three of the five trustees", *words)
        subprocess.run([self.hostile, "two-prices", "bidder-d.qyb", TENDER, str(self.deadline), "bidder-d/sign.key",
                        "bidder-d/sign.cer", "bidder-d/enc.cer", *[f"t-{role}/enc.cer" for role, _ in TRUSTEES],
                        "PRICE 1 000 000.00", "PRICE 9 999 999.00"], cwd=self.out, check=True)
        self.program(77, "bid", "open", "bidder-a.qyb", "--key", "bidder-a/enc.key", "-o", "early")

    def trouble(self):
        """What happens to tokens before an opening."""
        self.d.step("甲方换证：旧钥匙还能开时，为新证书补一份信封", "Bidder A renews: while the old key opens, the new certificate gets an envelope",
                    self.issue("bidder-a-new", BIDDERS[0][1]),
                    ["bid", "rewrap", "bidder-a.qyb", "--key", "skf:tokens/bidder-a.so", "--password-file", "pin", "--to", "bidder-a-new/enc.cer",
                     "--signer", "bidder-a/sign.key", "--signer-certificate", "bidder-a/sign.cer", "-o", "bidder-a.rewrap"])
        for name in ("sign.key", "sign.cer", "enc.key", "enc.cer"):
            shutil.copy(self.out / "bidder-a-new" / name, self.out / "tokens" / "bidder-a" / "device" / name)
        (self.out / "tokens" / "bidder-b" / "device" / "plugged").unlink()
        (self.out / "tokens" / "bidder-c" / "device" / "tries").write_text("0", encoding="utf-8")
        time.sleep(max(0, self.deadline + 1 - time.time()))

    def shares(self, who):
        words, opening = [], []
        for role, _ in TRUSTEES[:3]:
            to = f"{who}-{role}.share"
            words.append(["bid", "share", f"{who}.qyb", "--key", f"t-{role}/enc.key", "--part", "price", "--to", "opening/enc.cer",
                          "--signer", f"t-{role}/sign.key", "--signer-certificate", f"t-{role}/sign.cer", "-o", to])
            opening += ["--share", to]
        self.d.step(f"{who}：三位托管人各给出一份", f"{who}: three trustees give their shares", *words)
        return [*opening, "--opening-key", "opening/enc.key"]

    def open(self, number, code, *words):
        who, name, zh, en, _ = BIDDERS[number]
        said = json.loads(self.program(code, "bid", "open", f"{who}.qyb", *words, "--signer", "opening/sign.key",
                                       "--signer-certificate", "opening/sign.cer", "--record", f"{who}.record", "-o",
                                       f"opened/{who}", "--json"))
        english = json.loads(self.program(code, "bid", "open", f"{who}.qyb", *words, "-o", f"opened/{who}-en", "--json", "--lang", "en"))
        part, part_en = said["parts"][0], english["parts"][0]
        price = self.out / "opened" / who / "price"
        if price.exists() != (code == 0) or (code == 0 and price.read_bytes() != (self.out / f"{who}.price").read_bytes()):
            raise self.stop(f"{who}: what was opened is not what was packed")
        self.rows.append({"name": name, "zh": zh, "en": en, "path": part["path"], "verdict": part["verdict"], "text": part["text"],
                          "text_en": part_en["text"], "price": price.read_text(encoding="utf-8") if code == 0 else None,
                          "good": code == 0 or part["verdict"] == "dealer-lied", "proof": part.get("rho")})
        print(f"  {part['verdict']:<14} {part['path']:<18} {name}（{zh}）", flush=True)

    def play(self):
        self.people()
        self.pack()
        self.trouble()
        (self.out / "opened").mkdir()
        print("· 截止之后开标\n  The deadline has passed: the bids are opened", flush=True)
        token = ["--key", "skf:tokens/bidder-a.so", "--password-file", "pin"]
        self.open(0, 0, *token, "--rewrap", "bidder-a.rewrap")
        self.program(66, "bid", "open", "bidder-b.qyb", "--key", "skf:tokens/bidder-b.so", "--password-file", "pin", "-o", "none")
        self.open(1, 0, *self.shares("bidder-b"))
        self.program(77, "bid", "open", "bidder-c.qyb", "--key", "skf:tokens/bidder-c.so", "--password-file", "pin", "-o", "none")
        self.open(2, 0, *self.shares("bidder-c"))
        self.open(3, 1, *self.shares("bidder-d"))
        self.d.page["bids"] = self.rows
