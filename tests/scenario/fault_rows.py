# The rows of the fault matrix around packing and opening with tokens, and around renewing: each a
# fault as somebody meets it, what becomes of the bid under each policy, and whose fault it was.
# SPDX-License-Identifier: Apache-2.0
import collections
import time

from fault_kit import (BY_BOTH, BY_OWNER, BY_REWRAP, BY_TRUSTEES, BIDDER, DRIVER, FORGER, HALL, MACHINE, NOBODY, NONE, OPENS, OWNER,
                       POLICIES, REFUSED, STORAGE, UNDECIDED, USER, Seen, need, told)

# What the product does not do yet: rows named so must fail, and the page says why.
# Known faults of the product, by a name that a row may give: the Chinese and the English.
BUGS = {}

Row = collections.namedtuple("Row", "name policy stage zh en want act bug")
ROWS = []


def opens(path, blame=NOBODY):
    return Seen(OPENS, path, blame)


def refused(blame):
    return Seen(REFUSED, NONE, blame)


def undecided(blame):
    return Seen(UNDECIDED, NONE, blame)


def by_owner(blame):
    """What every policy gives while the owner's key works."""
    return {"owner": opens(BY_OWNER, blame), "either": opens(BY_OWNER, blame), "both": opens(BY_BOTH, blame)}


def without_owner(blame):
    """What they give when it does not."""
    return {"owner": refused(blame), "either": opens(BY_TRUSTEES, blame), "both": undecided(blame)}


def only(policies, table):
    return {p: table[p] for p in policies.split()}


def fault(stage, zh, en, bug=None, **wants):
    """A row for each policy named. bug: of BUGS; the row then must fail."""
    def take(act):
        name = act.__name__.replace("_", "-")
        for policy in POLICIES:
            if policy in wants:
                ROWS.append(Row(name, policy, stage, zh, en, wants[policy], act, BUGS.get(bug)))
        return act
    return take


# --- packing, with a token

def repacked(m, uri, **how):
    """The fault is over: the same command packs, and the bid opens by the owner's key."""
    done = m.pack(uri, **how)
    need(done.returncode == 0, told(done))
    m.owner_opens(m.packed(), key=uri)


@fault("packing", "钥匙没有插", "the token is not plugged in", **by_owner(USER))
def token_absent_at_packing(m):
    uri = m.token("lib")
    m.plug("lib", there=False)
    m.told(m.pack(uri), "no token")
    m.nothing("bid.qyb")
    m.plug("lib")
    repacked(m, uri)


@fault("packing", "口令输错一次", "the PIN is mistyped once", **only("owner both", by_owner(USER)))
def pin_wrong_at_packing(m):
    uri = m.token("lib")
    m.told(m.pack(uri, right=False), "wrong PIN")
    m.nothing("bid.qyb")
    need(m.tries("lib") == 5, f"{m.tries('lib')} tries left")
    repacked(m, uri)
    need(m.tries("lib") == 6, "the right PIN did not give the tries back")


@fault("packing", "口令已锁死，改用单位的另一把钥匙", "the PIN is locked; the firm's other token packs",
       **only("either", by_owner(USER)))
def pin_locked_at_packing(m):
    m.told(m.pack(m.token("lib", tries="0")), "PIN locked")
    m.nothing("bid.qyb")
    uri = m.token("other", who="second")
    repacked(m, uri, owners=("bidder", "second"))


@fault("packing", "口令只剩最后一次", "one try of the PIN is left", **only("owner", by_owner(USER)))
def last_try_at_packing(m):
    uri = m.token("lib", tries="1")
    m.told(m.pack(uri), "last try")
    m.nothing("bid.qyb")
    need(m.tries("lib") == 1, "the last try was made without asking")
    m.habits("lib", "")
    (m.at / "lib/dev/tries").write_text("6\n")
    repacked(m, uri)


@fault("packing", "插着三把钥匙，没说用哪把", "three tokens are plugged in, and none is named", **only("either", by_owner(USER)))
def three_tokens_at_packing(m):
    for name, who in (("a", "stranger"), ("b", "bidder"), ("c", "second")):
        uri = m.token("lib", name, who)
    m.told(m.pack(uri), "several tokens")
    m.nothing("bid.qyb")
    repacked(m, uri + "?token=b")


@fault("packing", "两把钥匙标签相同", "two tokens have one label", **only("both", by_owner(USER)))
def two_labels_at_packing(m):
    for name, who in (("a", "bidder"), ("b", "stranger")):
        uri = m.token("lib", name, who, label="公司钥匙")
    m.told(m.pack(uri + "?token=公司钥匙"), "several tokens")
    m.nothing("bid.qyb")
    repacked(m, uri + "?token=SN-a")


@fault("packing", "用别家单位的钥匙签名", "another firm's token signs", **only("owner", by_owner(USER)))
def wrong_firm_at_packing(m):
    done = m.pack(m.token("lib", who="stranger"))
    m.told(done, "wrong firm")
    m.nothing("bid.qyb")
    repacked(m, m.token("right"))


@fault("packing", "加密给别家单位的证书", "the bid is encrypted to another firm's certificate", **only("owner", by_owner(USER)))
def wrong_owner_at_packing(m):
    done = m.pack(owners=("stranger",))
    m.told(done, "wrong firm")
    m.nothing("bid.qyb")
    need(m.pack().returncode == 0, "does not pack")
    m.owner_opens(m.packed())


@fault("packing", "钥匙里的签名证书已过期", "the signing certificate in the token has expired", **only("owner", by_owner(USER)))
def expired_at_packing(m):
    done = m.pack(m.token("lib", who="expired"))
    m.told(done, "expired")
    m.nothing("bid.qyb")
    repacked(m, m.token("right"))


def by_a_better_driver(m, profile, cause):
    """The driver fails at packing; nothing is left; on another machine the same token packs."""
    uri = m.token("lib", profile=profile)
    m.told(m.pack(uri), cause)
    m.nothing("bid.qyb")
    m.habits("lib", "")
    repacked(m, uri)


@fault("packing", "驱动在列钥匙时卡死", "the driver hangs when it lists tokens", **only("either", by_owner(DRIVER)))
def driver_hangs_listing(m):
    by_a_better_driver(m, "hang", "driver hangs")


@fault("packing", "驱动在签名时卡死", "the driver hangs when it signs", **only("owner", by_owner(DRIVER)))
def driver_hangs_signing(m):
    by_a_better_driver(m, "hang_sign", "driver hangs")


@fault("packing", "驱动在列钥匙时崩溃", "the driver crashes when it lists tokens", **only("both", by_owner(DRIVER)))
def driver_crashes_listing(m):
    by_a_better_driver(m, "crash_list", "driver gone")


@fault("packing", "驱动在签名时崩溃", "the driver crashes when it signs", **only("either", by_owner(DRIVER)))
def driver_crashes_signing(m):
    by_a_better_driver(m, "crash_sign", "driver crashed")


@fault("packing", "钥匙用另一把私钥签名", "the token signs with another key", **only("owner either", by_owner(DRIVER)))
def signs_with_another_key(m):
    by_a_better_driver(m, "wrong_key", "wrong signature")


@fault("packing", "钥匙里的证书是乱码", "the token's certificates are garbage", **only("owner", by_owner(DRIVER)))
def garbage_certificates(m):
    by_a_better_driver(m, "garbage", "garbage")


@fault("packing", "输口令后、签名前拔掉钥匙", "the token is pulled between PIN and signature", **only("either", by_owner(USER)))
def pulled_before_signing(m):
    uri = m.token("lib")
    watch = m.pull_when("lib", "PIN right")
    done = m.pack(uri, parts=("large", "price"))
    watch.join()
    m.told(done, "pulled")
    m.nothing("bid.qyb")
    m.plug("lib")
    repacked(m, uri)


# --- packing, whatever signs

@fault("packing", "标书文件不见了", "a file of the bid is missing", **only("owner", by_owner(USER)))
def part_missing(m):
    m.told(m.pack(parts=("technical", "absent")), "no input")
    m.nothing("bid.qyb")
    repacked_by_file(m)


def repacked_by_file(m):
    done = m.pack()
    need(done.returncode == 0, told(done))
    m.owner_opens(m.packed())


@fault("packing", "磁盘写满", "the disk is full", **by_owner(MACHINE))
def disk_full_packing(m):
    m.told(m.pack(around=("bash", "-c", "ulimit -f 500; trap '' XFSZ; exec \"$@\"", "full")), "cannot write")
    m.nothing("bid.qyb")
    repacked_by_file(m)


@fault("packing", "输出文件夹只读", "the output folder is read only", **only("either", by_owner(MACHINE)))
def read_only_packing(m):
    (m.at / "fixed").mkdir()
    (m.at / "fixed").chmod(0o500)
    m.told(m.unprivileged(m.hall.pack_words(m.policy), "-o", "fixed/bid.qyb"), "cannot write")
    need(not any((m.at / "fixed").iterdir()), "something was left")
    repacked_by_file(m)


@fault("packing", "装标中途被强行结束（kill -9）", "packing is killed (kill -9)", **only("owner both", by_owner(MACHINE)))
def killed_packing(m):
    killed = 0
    for k in range(6):
        killed += m.kill_after(0.01 + 0.03 * k, [*m.hall.pack_words(m.policy, parts=("large", "price")), "-o", "bid.qyb"])
        if (m.at / "bid.qyb").exists():
            whole = m.run("bid", "check", "bid.qyb", "--intake-key", m.hall.path("intake", "enc.key"))
            need(whole.returncode == 0, f"half a bid was left: {told(whole)}")
            (m.at / "bid.qyb").unlink()
        m.nothing("bid.qyb")
    need(killed, "every packing was done before it was killed")
    m.blame = MACHINE
    repacked_by_file(m)


@fault("packing", "输出文件已存在，而这次装标失败", "the output exists, and packing fails this time", **only("either", by_owner(MACHINE)))
def output_exists(m):
    need(m.pack().returncode == 0, "does not pack")
    before = (m.at / "bid.qyb").read_bytes()
    m.told(m.pack(around=("bash", "-c", "ulimit -f 500; trap '' XFSZ; exec \"$@\"", "full")), "cannot write")
    need((m.at / "bid.qyb").read_bytes() == before, "the earlier bid was touched")
    m.owner_opens(m.packed())


@fault("packing", "信用代码打错一位", "a digit of the credit code is mistyped", **only("owner", by_owner(USER)))
def credit_code_mistyped(m):
    m.told(m.pack(code="91999999MA00000078"), "credit code")
    m.nothing("bid.qyb")
    repacked_by_file(m)


@fault("packing", "门限低于三", "a threshold below three", **only("either both", by_owner(USER)))
def threshold_too_low(m):
    m.told(m.pack(more=("--threshold", "2")), "threshold")
    m.nothing("bid.qyb")
    repacked_by_file(m)


@fault("packing", "托管人少于门限", "fewer trustees than the threshold", **only("either", by_owner(USER)))
def trustees_too_few(m):
    m.told(m.pack(trustees=(1, 2)), "threshold")
    m.nothing("bid.qyb")
    repacked_by_file(m)


@fault("packing", "同一托管人列了三次", "one trustee is listed three times", **only("either", by_owner(USER)))
def trustee_thrice(m):
    m.told(m.pack(trustees=(1, 1, 1)), "listed twice")
    m.nothing("bid.qyb")
    repacked_by_file(m)


@fault("packing", "拿签名证书当加密证书", "a signing certificate is given to encrypt to", **only("owner", by_owner(USER)))
def signing_certificate_as_owner(m):
    m.told(m.run(*(str(w).replace("bidder/enc.cer", "bidder/sign.cer") for w in m.hall.pack_words(m.policy)), "-o", "bid.qyb"),
           "not for encryption")
    m.nothing("bid.qyb")
    repacked_by_file(m)


# --- opening, with a token

@fault("opening", "开标时钥匙没有插", "the token is not plugged in at the opening", **by_owner(USER))
def token_absent_at_opening(m):
    uri = m.token("lib")
    m.plug("lib", there=False)
    m.told(m.try_open(m.bid, key=uri), "no token")
    m.nothing("out")
    m.plug("lib")
    m.owner_opens(m.bid, key=uri)


@fault("opening", "钥匙丢了", "the token is lost", **without_owner(USER))
def token_lost(m):
    uri = m.token("lib")
    m.plug("lib", there=False)
    m.told(m.try_open(m.bid, key=uri), "no token")
    m.without_owner(m.bid)


@fault("opening", "口令输错一次", "the PIN is mistyped once", **only("either both", by_owner(USER)))
def pin_wrong_at_opening(m):
    uri = m.token("lib")
    m.told(m.try_open(m.bid, key=uri, right=False), "wrong PIN")
    need(m.tries("lib") == 5, f"{m.tries('lib')} tries left")
    m.owner_opens(m.bid, key=uri)


@fault("opening", "口令已锁死", "the PIN is locked", **without_owner(USER))
def pin_locked_at_opening(m):
    m.told(m.try_open(m.bid, key=m.token("lib", tries="0")), "PIN locked")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "口令只剩最后一次，无人确认", "one try is left, and nobody confirms it", **without_owner(USER))
def last_try_at_opening(m):
    m.told(m.try_open(m.bid, key=m.token("lib", tries="1")), "last try")
    need(m.tries("lib") == 1, "the last try was made without asking")
    m.without_owner(m.bid)


@fault("opening", "三把钥匙里用错一把", "the wrong one of three tokens is named", **by_owner(USER))
def wrong_token_of_three(m):
    for name, who in (("a", "stranger"), ("b", "bidder"), ("c", "second")):
        uri = m.token("lib", name, who)
    m.told(m.try_open(m.bid, key=uri), "several tokens")
    m.told(m.try_open(m.bid, key=uri + "?token=c"), "no recipient")
    m.nothing("out")
    m.owner_opens(m.bid, key=uri + "?token=SN-b")


@fault("opening", "钥匙里的加密证书已过期", "the encryption certificate in the token has expired", **only("owner both", by_owner(NOBODY)))
def expired_at_opening(m):
    need(m.pack(owners=("expired",)).returncode == 0, "does not pack")
    m.owner_opens(m.packed(), key=m.token("lib", who="expired"))


@fault("opening", "驱动在解密时卡死", "the driver hangs when it unwraps", **without_owner(DRIVER))
def driver_hangs_unwrapping(m):
    m.told(m.try_open(m.bid, key=m.token("lib", profile="hang_unwrap")), "driver hangs")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "驱动在解密时崩溃", "the driver crashes when it unwraps", **without_owner(DRIVER))
def driver_crashes_unwrapping(m):
    m.told(m.try_open(m.bid, key=m.token("lib", profile="crash_unwrap")), "driver crashed")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "开标时驱动一列钥匙就卡死", "the driver hangs at the opening when it lists tokens",
       **only("either both", without_owner(DRIVER)))
def driver_hangs_listing_at_opening(m):
    m.told(m.try_open(m.bid, key=m.token("lib", profile="hang")), "driver hangs")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "驱动没有解密功能", "the driver cannot decrypt at all", **without_owner(DRIVER))
def driver_cannot_decrypt(m):
    m.told(m.try_open(m.bid, key=m.token("lib", profile="no_decrypt")), "no decrypt")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "驱动只有厂商自己的解密函数（三种）", "the driver decrypts by its maker's own call only (three)", **by_owner(NOBODY))
def vendor_decrypts(m):
    for k in (3, 2, 1):
        m.owner_opens(m.bid, key=m.token(f"lib{k}", profile=f"vendor{k}"), to=f"out{k}")


@fault("opening", "驱动怪癖齐全：八字节整数、缓冲区要恰好、须先独占、乱打印", "a driver with all odd habits: wide numbers, "
       "exact buffers, wants the device locked, chatters", **only("owner either", by_owner(NOBODY)))
def odd_driver_opens(m):
    m.owner_opens(m.bid, key=m.token("lib", profile="wide exact chatty needs_lock no_pin_info"))


@fault("opening", "驱动报的长度不实", "the driver tells sizes that are too large", **only("owner either", without_owner(DRIVER)))
def driver_lies_of_sizes(m):
    m.told(m.try_open(m.bid, key=m.token("lib", profile="long")), "certificate unread")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "两部分之间拔掉钥匙", "the token is pulled between two parts", **by_owner(USER))
def pulled_between_parts(m):
    bid = m.hall.pack(m.at / "two.qyb", m.policy, parts=("large", "price"))
    uri = m.token("lib")
    watch = m.pull_when("lib", "UNWRAP")
    shares = m.shares(bid, 1, 3, 5) if m.policy == "both" else []
    done = m.try_open(bid, key=uri, shares=shares)
    watch.join()
    m.told(done, "pulled")
    need(not (m.at / "out/price").exists(), "a part was written without its value")
    m.plug("lib")
    m.owner_opens(bid, key=uri)


@fault("opening", "第一张证书的钥匙丢了，标是加密给两张的", "one of the owner's two keys is lost", **only("owner both", by_owner(NOBODY)))
def second_certificate_opens(m):
    bid = m.hall.pack(m.at / "two.qyb", m.policy, owners=("bidder", "second"))
    m.owner_opens(bid, key=m.hall.path("second", "enc.key"))


# --- opening, the hour and the hall's keys

@fault("opening", "未到截止时间就来开", "opened before the deadline", **by_owner(USER))
def too_early(m):
    at = int(time.time()) + 3
    bid = m.hall.pack(m.at / "early.qyb", m.policy, deadline=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)))
    m.told(m.try_open(bid, key=m.hall.path("bidder", "enc.key")), "too early")
    if m.policy != "owner":
        m.told(m.hall.share(bid, 1, "price", to=m.at / "early.share", good=False), "too early")
    m.nothing("out")
    need(m.run("bid", "check", bid.path, *m.hall.intake(bid), "--key", m.hall.path("bidder", "enc.key")).returncode == 0,
         "the key cannot be rehearsed")
    time.sleep(max(0, at + 0.05 - time.time()))
    m.owner_opens(bid)


@fault("opening", "接收密钥不对，看不到标头", "the intake key is another", **only("owner both", by_owner(HALL)))
def wrong_intake_key(m):
    wrong = ["--intake-key", m.hall.path("opening", "enc.key")]
    m.told(m.try_open(m.bid, key=m.hall.path("bidder", "enc.key"), intake=wrong), "wrong intake key")
    m.told(m.try_open(m.bid, key=m.hall.path("bidder", "enc.key"), intake=[]), "no intake key")
    m.nothing("out")
    m.owner_opens(m.bid)


@fault("opening", "开标密钥不对，读不了份额", "the opening key is another", either=opens(BY_TRUSTEES, HALL))
def wrong_opening_key(m):
    m.told(m.try_open(m.bid, shares=m.shares(m.bid, 1, 3, 5), opening="stranger"), "wrong opening key")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("opening", "开标时磁盘写满", "the disk is full at the opening", **only("owner either", by_owner(MACHINE)))
def disk_full_opening(m):
    words = m.open_words(m.bid, key=m.hall.path("bidder", "enc.key"), to="full")
    m.told(m.run("-c", "ulimit -f 300; trap '' XFSZ; exec \"$@\"", "full", m.hall.qianyin, *words, program="bash"), "cannot write")
    m.nothing("full")
    m.owner_opens(m.bid)


@fault("opening", "开标文件夹只读", "the output folder is read only at the opening", **only("owner", by_owner(MACHINE)))
def read_only_opening(m):
    (m.at / "fixed").mkdir()
    (m.at / "fixed").chmod(0o500)
    m.told(m.unprivileged(m.open_words(m.bid, key=m.hall.path("bidder", "enc.key"), to="fixed")), "cannot write")
    need(not any((m.at / "fixed").iterdir()), "something was left")
    m.owner_opens(m.bid)


@fault("opening", "开标中途被强行结束（kill -9）", "the opening is killed (kill -9)", **by_owner(MACHINE))
def killed_opening(m):
    bid = m.hall.pack(m.at / "large.qyb", m.policy, parts=("large", "price"))
    key = m.hall.path("bidder", "enc.key")
    shares = m.shares(bid, 1, 3, 5) if m.policy == "both" else []
    killed = 0
    for k in range(5):
        killed += m.kill_after(0.01 + 0.03 * k, m.open_words(bid, key=key, shares=shares, to=f"killed{k}"))
        for file in (m.at / f"killed{k}").glob("*"):
            need(file.name in bid.parts and file.read_bytes() == bid.parts[file.name], f"{file.name} was left by half")
    need(killed, "every opening was done before it was killed")
    m.blame = MACHINE
    m.owner_opens(bid)


@fault("opening", "文件夹里已有同名的旧文件，而这份标打不开", "an older file stands where a part would, and the bid does not open",
       **only("either", {"either": refused(STORAGE)}))
def older_output_is_left(m):
    (m.at / "out").mkdir()
    (m.at / "out/price").write_text("earlier")
    octets = bytearray(m.clear.octets())
    octets[-100] ^= 1
    m.owner_opens(m.clear.altered(m.at / "flipped.qyb", octets), parts=("price",), earlier=b"earlier")


# --- renewing

@fault("renewing", "开标前换了证书，补了换证信封", "renewed before the opening, with a re-wrap",
       owner=opens(BY_REWRAP), either=opens(BY_REWRAP), both=opens(BY_BOTH))
def renewed_with_rewrap(m):
    need(m.rewrap(m.bid).returncode == 0, "no re-wrap")
    m.owner_opens(m.bid, key=m.hall.path("renewed", "enc.key"), rewrap="rewrap")


@fault("renewing", "换了证书，没补信封，旧私钥已销毁", "renewed without a re-wrap, the old key destroyed", **without_owner(USER))
def renewed_without_rewrap(m):
    told_before = m.pack()
    need(("就打不开了" in told_before.stderr) == (m.policy != "either"), f"the risk is not told at packing: {told(told_before)}")
    m.told(m.rewrap(m.bid, key="renewed"), "no recipient")
    m.nothing("rewrap")
    m.told(m.try_open(m.bid, key=m.hall.path("renewed", "enc.key")), "no recipient")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("renewing", "换了证书，没补信封，旧私钥还在", "renewed without a re-wrap, the old key still there", **by_owner(NOBODY))
def renewed_old_key_kept(m):
    m.owner_opens(m.bid)


@fault("renewing", "截止前换证，当时补信封", "renewed and re-wrapped before the deadline", owner=opens(BY_REWRAP), either=opens(BY_REWRAP))
def renewed_before_deadline(m):
    at = int(time.time()) + 2
    bid = m.hall.pack(m.at / "early.qyb", m.policy, deadline=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)))
    need(m.rewrap(bid).returncode == 0, "no re-wrap")
    time.sleep(max(0, at + 0.05 - time.time()))
    m.owner_opens(bid, key=m.hall.path("renewed", "enc.key"), rewrap="rewrap")


@fault("renewing", "要给外单位补信封", "a re-wrap to a stranger is asked for", **by_owner(USER))
def rewrap_to_stranger(m):
    m.told(m.rewrap(m.bid, to="stranger"), "stranger")
    m.nothing("rewrap")
    m.owner_opens(m.bid)


@fault("renewing", "补信封给了签名证书", "a re-wrap to a signing certificate is asked for", **only("owner", by_owner(USER)))
def rewrap_to_signing_certificate(m):
    m.told(m.rewrap(m.bid, kind="sign.cer"), "not for encryption")
    m.nothing("rewrap")
    m.owner_opens(m.bid)


@fault("renewing", "换证信封被改动一位", "a bit of the re-wrap record is altered", owner=opens(BY_REWRAP, FORGER),
       either=opens(BY_REWRAP, FORGER))
def rewrap_altered(m):
    need(m.rewrap(m.bid).returncode == 0, "no re-wrap")
    octets = bytearray((m.at / "rewrap").read_bytes())
    octets[len(octets) // 2] ^= 1
    (m.at / "altered").write_bytes(octets)
    m.told(m.try_open(m.bid, key=m.hall.path("renewed", "enc.key"), rewrap="altered"), "record altered")
    m.nothing("out")
    m.owner_opens(m.bid, key=m.hall.path("renewed", "enc.key"), rewrap="rewrap")


@fault("renewing", "拿来另一份标的换证信封", "the re-wrap record is of another bid", owner=opens(BY_REWRAP, USER), both=opens(BY_BOTH, USER))
def rewrap_of_another_bid(m):
    need(m.rewrap(m.other, out="theirs").returncode == 0 and m.rewrap(m.bid).returncode == 0, "no re-wrap")
    key = m.hall.path("renewed", "enc.key")
    m.told(m.try_open(m.bid, key=key, rewrap="theirs"), "other bid's re-wrap")
    m.nothing("out")
    m.owner_opens(m.bid, key=key, rewrap="rewrap")


@fault("renewing", "信封是给别的密钥的", "the re-wrap is for another key", **only("either", {"either": opens(BY_TRUSTEES, USER)}))
def rewrap_for_another_key(m):
    need(m.rewrap(m.bid).returncode == 0, "no re-wrap")
    m.told(m.try_open(m.bid, key=m.hall.path("second", "enc.key"), rewrap="rewrap"), "wrong key for re-wrap")
    m.nothing("out")
    m.without_owner(m.bid)


@fault("renewing", "外人伪造换证信封，里面是乱值", "a stranger forges a re-wrap record around noise",
       owner=opens(BY_OWNER, FORGER), either=opens(BY_OWNER, FORGER))
def rewrap_forged(m):
    path = m.lie("rewrap", m.clear, "stranger", to="renewed", place=OWNER)
    m.told(m.try_open(m.clear, key=m.hall.path("renewed", "enc.key"), rewrap=path), "forged record")
    m.owner_opens(m.clear)


@fault("renewing", "投标人自己的换证信封里是乱值", "the bidder's own re-wrap record holds noise", owner=refused(BIDDER), either=refused(BIDDER))
def rewrap_of_noise(m):
    path = m.lie("rewrap", m.clear, "bidder", to="renewed", place=OWNER)
    m.opens(m.clear, key=m.hall.path("renewed", "enc.key"), rewrap=path)
