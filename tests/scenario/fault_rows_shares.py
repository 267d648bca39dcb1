# The rows of the fault matrix around trustees, dishonest bidders and storage; see fault_rows.py.
# SPDX-License-Identifier: Apache-2.0
import shutil

import fault_record
from fault_kit import (BIDDER, BY_BOTH, BY_OWNER, BY_TRUSTEES, DRIVER, FORGER, NOBODY, OWNER, STORAGE, USER, Bid, need, told,
                       trustee)
from fault_rows import by_owner, fault, only, opens, refused, undecided

CHUNK = (1 << 20) + 16


@fault("opening", "什么都没有出错", "nothing is wrong",
       **by_owner(NOBODY))
def nothing_wrong(m):
    m.owner_opens(m.bid)
    m.record_is_clean()


# --- trustees

def owner_key(m):
    """The owner's key where the policy wants it beside the trustees'."""
    return m.hall.path("bidder", "enc.key") if m.policy == "both" else None


SHARED = {"either": opens(BY_TRUSTEES), "both": opens(BY_BOTH)}


def despite(blame):
    return {"either": opens(BY_TRUSTEES, blame), "both": opens(BY_BOTH, blame)}


@fault("opening", "五位托管人中任意三位到场", "any three of five trustees are there", **SHARED)
def any_three_trustees(m):
    for k, who in enumerate(((1, 2, 3), (3, 4, 5), (1, 3, 5), (2, 4, 5))):
        m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, *who), to=f"out{k}")


@fault("opening", "两位托管人的密钥丢了", "two trustees lost their keys", **SHARED)
def two_trustees_lost(m):
    m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, 2, 3, 4))


@fault("opening", "三位托管人的密钥丢了，只剩两份", "three trustees lost their keys: two shares are left", either=undecided(NOBODY),
       both=undecided(NOBODY))
def below_threshold(m):
    m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, 2, 4, parts=("price",)), parts=("price",))
    m.nothing("out")


@fault("opening", "两部分都只有两份", "two shares only, of two parts",
       either=undecided(NOBODY), both=undecided(NOBODY))
def below_threshold_two_parts(m):
    m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, 2, 4))
    m.nothing("out")


@fault("opening", "没有投标人，托管人自己开", "the trustees open without the owner", both=undecided(NOBODY))
def trustees_without_owner(m):
    m.opens(m.bid, shares=m.shares(m.bid, 1, 2, 3, 4, 5, parts=("price",)), parts=("price",))
    m.nothing("out")


@fault("opening", "没有托管人，投标人自己开", "the owner opens without the trustees", both=undecided(NOBODY))
def owner_without_trustees(m):
    m.opens(m.bid, key=m.hall.path("bidder", "enc.key"), parts=("price",))
    m.nothing("out")


def by_the_others(m, cause, **token):
    """Trustee 2's token gives nothing, and says why; three others open."""
    done = m.run("bid", "share", m.bid.path, *m.hall.intake(m.bid), "--key", m.token("lib", who="t2", **token), *m.pin(), "--part",
                 "price", "--to", m.hall.path("opening", "enc.cer"), *m.hall.signer("t2"), "-o", "share")
    m.told(done, cause)
    m.nothing("share")
    m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, 1, 3, 4))


@fault("opening", "托管人 2 的钥匙锁死了", "the token of trustee 2 is locked", **despite(USER))
def trustee_locked(m):
    by_the_others(m, "PIN locked", tries="0")


@fault("opening", "托管人 2 的驱动没有解密功能", "the driver of trustee 2 cannot decrypt", **despite(DRIVER))
def trustee_cannot_decrypt(m):
    by_the_others(m, "no decrypt", profile="no_decrypt")


@fault("opening", "托管人 2 的驱动解密时崩溃", "the driver of trustee 2 crashes when it unwraps", either=opens(BY_TRUSTEES, DRIVER))
def trustee_driver_crashes(m):
    by_the_others(m, "driver crashed", profile="crash_unwrap")


@fault("opening", "托管人用钥匙给份额", "the trustees give their shares with tokens", **SHARED)
def trustees_with_tokens(m):
    given = []
    for i in (1, 2, 3):
        uri = m.token(f"lib{i}", who=f"t{i}", profile=("", "vendor1", "wide exact")[i - 1])
        done = m.run("bid", "share", m.clear.path, "--key", uri, *m.pin(), "--part", "price", "--to",
                     m.hall.path("opening", "enc.cer"), "--signer", uri, "-o", f"share{i}")
        need(done.returncode == 0, told(done))
        given.append(m.at / f"share{i}")
    price(m, *given)


def price(m, *shares):
    """Opens the price of the clear bid with these shares."""
    return m.opens(m.clear, key=owner_key(m), shares=shares, parts=("price",))


def honest(m, *who):
    return m.shares(m.clear, *who, parts=("price",))


@fault("opening", "托管人 2 给了错的份额，没有多余的", "trustee 2 gives a wrong share, and there is none to spare",
       either=refused(trustee(2)), both=refused(trustee(2)))
def wrong_share(m):
    price(m, *honest(m, 1, 3), m.lie("random", m.clear, "t2", place=2))
    m.nothing("out")


@fault("opening", "托管人 2 给了错的份额，另有三份对的", "trustee 2 gives a wrong share, and three right ones are there", **despite(trustee(2)))
def wrong_share_to_spare(m):
    price(m, m.lie("random", m.clear, "t2", place=2), *honest(m, 1, 4, 5))


@fault("opening", "托管人 4 把技术标的份额当价格的给", "trustee 4 gives the share of another part under the price's name", **despite(trustee(4)))
def share_of_another_part_renamed(m):
    path = m.lie("moved", m.clear, "t4", place=4, moved=(m.hall.path("t4", "enc.key"), "technical"))
    price(m, *honest(m, 1, 2, 3), path)


@fault("opening", "份额是别的部分的", "the shares are of another part", either=undecided(NOBODY))
def shares_of_another_part(m):
    m.opens(m.bid, shares=m.shares(m.bid, 1, 2, 3, parts=("technical",)), parts=("price",))
    m.nothing("out")


@fault("opening", "份额是另一份标的", "a share is of another bid", either=opens(BY_TRUSTEES, USER), both=opens(BY_BOTH, USER))
def share_of_another_bid(m):
    theirs = m.hall.share(m.other, 2, "price")
    m.told(m.try_open(m.bid, key=owner_key(m), shares=[theirs]), "other bid's share")
    m.nothing("out")
    m.opens(m.bid, key=owner_key(m), shares=m.shares(m.bid, 1, 2, 3))


@fault("opening", "同一份额给了两次", "a share is given twice", either=undecided(NOBODY), both=undecided(NOBODY))
def share_twice(m):
    one, two = honest(m, 1, 2)
    shutil.copy(two, m.at / "again")
    price(m, one, two, m.at / "again")
    m.nothing("out")


@fault("opening", "托管人先给了错的，又补了对的", "trustee 2 gives a wrong share, then the right one", **despite(trustee(2)))
def wrong_then_right(m):
    price(m, m.lie("random", m.clear, "t2", place=2), *honest(m, 1, 2, 3))


@fault("opening", "份额上的签名是坏的", "the signature of a share is broken", **despite(FORGER))
def share_signature_broken(m):
    path = m.lie("unsigned", m.clear, "t2", place=2, moved=(m.hall.path("t2", "enc.key"), "price"))
    m.told(m.try_open(m.clear, key=owner_key(m), shares=[path, *honest(m, 1, 3)], parts=("price",)), "bad signature")
    m.nothing("out")
    price(m, *honest(m, 1, 3, 4))


@fault("opening", "份额在路上被改动一位", "a bit of a share is altered on its way", **despite(FORGER))
def share_altered(m):
    octets = bytearray(honest(m, 2)[0].read_bytes())
    octets[-40] ^= 1
    (m.at / "altered").write_bytes(octets)
    m.told(m.try_open(m.clear, key=owner_key(m), shares=[m.at / "altered"], parts=("price",)), "share altered")
    m.nothing("out")
    price(m, *honest(m, 1, 3, 4))


@fault("opening", "外人以托管人 2 的名义给了错的份额", "a stranger gives a wrong share in trustee 2's name", **despite(FORGER))
def share_forged(m):
    path = m.lie("random", m.clear, "stranger", place=2)
    m.told(m.try_open(m.clear, key=owner_key(m), shares=[path, *honest(m, 1, 3)], parts=("price",)), "forged share")
    price(m, *honest(m, 1, 3, 4))


@fault("opening", "托管人 3 以托管人 2 的名义给份额", "trustee 3 gives a share in trustee 2's name", **despite(FORGER))
def share_in_anothers_name(m):
    path = m.lie("random", m.clear, "t3", place=2)
    m.told(m.try_open(m.clear, key=owner_key(m), shares=[path, *honest(m, 1, 4)], parts=("price",)), "forged share")
    price(m, *honest(m, 1, 4, 5))


@fault("opening", "名单之外的人来给份额", "somebody who is no trustee gives a share",
       either=opens(BY_TRUSTEES, USER), both=opens(BY_BOTH, USER))
def no_trustee(m):
    done = m.run("bid", "share", m.clear.path, "--key", m.hall.path("stranger", "enc.key"), "--part", "price", "--to",
                 m.hall.path("opening", "enc.cer"), *m.hall.signer("stranger"), "-o", "share")
    m.told(done, "no recipient")
    m.nothing("share")
    price(m, *honest(m, 1, 3, 4))


@fault("opening", "投标人的密钥和一份坏份额一起给", "the owner's key and a wrong share together", either=opens(BY_BOTH, trustee(2)))
def owner_and_wrong_share(m):
    m.opens(m.clear, key=m.hall.path("bidder", "enc.key"), shares=[m.lie("random", m.clear, "t2", place=2)], parts=("price",))


# --- dishonest bidders

def hostile(name, zh, en, **wants):
    """A way of hostilebid, opened by givers: trustees' numbers, or 'o' for the owner."""
    def row(way, givers):
        def act(m):
            bid = m.hostile(way)
            need(m.run("bid", "check", bid.path).returncode == 0, "an honest face was expected")
            if givers == "o":
                m.opens(bid, key=m.hall.path("bidder", "enc.key"))
            else:
                m.opens(bid, shares=m.shares(bid, *map(int, givers)))
            m.nothing("out")
        who = ("投标人", "the owner") if givers == "o" else ("托管人 " + "、".join(givers), "trustees " + ", ".join(givers))
        act.__name__ = f"{way}-by-{'owner' if givers == 'o' else givers}".replace("-", "_")
        fault("opening", f"{zh}（由{who[0]}开）", f"{en} (opened by {who[1]})", **wants)(act)
    return lambda *givers: [row(name, g) for g in givers]


LIED = {"either": refused(BIDDER)}
hostile("two-prices", "一份标里两个价：换一批托管人就换一个价", "two prices in one bid: other trustees, another price", **LIED)("123", "345", "o")
hostile("two-secrets", "两组托管人合出两个秘密", "two sets of trustees rebuild two secrets", **LIED)("345")
hostile("no-polynomial", "份额不在一条多项式上", "the shares are on no polynomial", **LIED)("123", "134")
hostile("false-commitment", "托管人 2 的承诺是错的", "the commitment of trustee 2 is false", **LIED)("134", "o")
hostile("other-com", "承诺的是另一个密钥", "COM is of another secret", **LIED)("123")


def dealt_rubbish(m, way, cause):
    """Trustee 2 cannot give what it did not get, says so, and the others prove why."""
    bid = m.hostile(way)
    m.told(m.hall.share(bid, 2, "price", to=m.at / "share", good=False), cause)
    m.nothing("share")
    m.opens(bid, shares=m.shares(bid, 1, 3, 4))
    m.nothing("out")


@fault("opening", "托管人 2 的信封里是别的东西", "the envelope of trustee 2 holds something else", **LIED)
def false_envelope(m):
    dealt_rubbish(m, "false-envelope", "dealt falsely")


@fault("opening", "托管人 2 的信封谁也打不开", "nobody's key opens the envelope of trustee 2", **LIED)
def noise_envelope(m):
    dealt_rubbish(m, "noise", "envelope rubbish")


@fault("opening", "标头由别人重新签名", "the header is signed again by another", **by_owner(FORGER))
def header_resigned(m):
    path = m.lie("resigned", m.clear, "stranger", place=OWNER, out="resigned.qyb")
    bid = Bid(path, m.policy, m.clear.parts, False)
    m.told(m.try_open(bid, key=m.hall.path("bidder", "enc.key")), "signed by another")
    m.nothing("out")
    m.owner_opens(m.clear)


@fault("opening", "别人把标拿来，改成自己的签名者", "another takes the bid and names itself as signer", **only("owner either", by_owner(FORGER)))
def header_stolen(m):
    path = m.lie("stolen", m.clear, "stranger", place=OWNER, out="stolen.qyb")
    m.told(m.try_open(Bid(path, m.policy, m.clear.parts, False), key=m.hall.path("bidder", "enc.key")), "stolen")
    m.nothing("out")
    m.owner_opens(m.clear)


# --- storage

def from_a_copy(m, octets, cause, name="altered.qyb"):
    """What storage gave is refused for a reason, and the sound copy opens."""
    bad = m.clear.altered(m.at / name, octets)
    m.told(m.try_open(bad, key=m.hall.path("bidder", "enc.key")), cause)
    m.nothing("out")
    m.owner_opens(m.clear)


@fault("opening", "密文翻转一位", "a bit of a part is flipped", owner=refused(STORAGE), either=refused(STORAGE), both=refused(STORAGE))
def part_flipped(m):
    octets = bytearray(m.clear.octets())
    octets[-1000] ^= 4
    bad = m.clear.altered(m.at / "flipped.qyb", octets)
    need(m.run("bid", "check", bad.path).returncode == 65, "check does not see it")
    m.owner_opens(bad, parts=("price",))
    m.nothing("out")


@fault("opening", "密文翻转一位，由托管人开", "a bit of a part is flipped, and trustees open", either=refused(STORAGE))
def part_flipped_trustees(m):
    octets = bytearray(m.clear.octets())
    octets[-1] ^= 0x80
    bad = m.clear.altered(m.at / "flipped.qyb", octets)
    m.opens(bad, shares=honest(m, 1, 2, 3), parts=("price",))
    m.nothing("out")


@fault("opening", "一部分坏了，其余照开", "one part is damaged, the other opens all the same",
       owner=refused(STORAGE), either=refused(STORAGE))
def one_part_damaged(m):
    octets = bytearray(m.clear.octets())
    octets[-1000] ^= 4
    bad = m.clear.altered(m.at / "flipped.qyb", octets)
    found = m.owner_opens(bad)
    need([p["authentic"] for p in found] == [True, False], "the sound part did not open")


@fault("opening", "标头翻转一位", "a bit of the header is flipped", **by_owner(STORAGE))
def header_flipped(m):
    octets = bytearray(m.clear.octets())
    octets[fault_record.Header(bytes(octets)).at + 300] ^= 1
    from_a_copy(m, octets, "damaged file")


@fault("opening", "加密的标头翻转一位", "a bit of the sealed header is flipped", **only("owner either", by_owner(STORAGE)))
def sealed_header_flipped(m):
    octets = bytearray(m.bid.octets())
    octets[6000] ^= 1
    bad = m.bid.altered(m.at / "altered.qyb", octets)
    m.told(m.try_open(bad, key=m.hall.path("bidder", "enc.key")), "damaged file")
    m.nothing("out")
    m.owner_opens(m.bid)


@fault("opening", "托管人名单在文件里被调换", "trustees are exchanged in the file's list",
       either=opens(BY_OWNER, FORGER), both=opens(BY_BOTH, FORGER))
def trustees_exchanged(m):
    from_a_copy(m, fault_record.with_parties(m.clear.octets(), (1, 0, 2, 3, 4, 5)), "bad signature")


@fault("opening", "两块密文对调", "two chunks of a part are swapped", owner=refused(STORAGE), either=refused(STORAGE))
def chunks_swapped(m):
    bid = m.hall.pack(m.at / "three.qyb", m.policy, parts=("three",), sealed=False)
    octets, at = bid.octets(), fault_record.Header(bid.octets()).parts_at
    one, two = octets[at:at + CHUNK], octets[at + CHUNK:at + 2 * CHUNK]
    m.owner_opens(bid.altered(m.at / "swapped.qyb", octets[:at] + two + one + octets[at + 2 * CHUNK:]))
    m.nothing("out")


@fault("opening", "密文换成另一份标的", "the ciphertext is another bid's", owner=refused(STORAGE), either=refused(STORAGE))
def parts_of_another_bid(m):
    ours, theirs = m.clear.octets(), m.other.octets()
    at, other = fault_record.Header(ours).parts_at, fault_record.Header(theirs).parts_at
    need(len(ours) - at == len(theirs) - other, "parts of one size were expected")
    m.owner_opens(m.clear.altered(m.at / "mixed.qyb", ours[:at] + theirs[other:]), parts=("price",))
    m.nothing("out")


@fault("opening", "标头换成另一份标的", "the header is another bid's", **only("owner both", by_owner(STORAGE)))
def header_of_another_bid(m):
    ours, theirs = m.clear.octets(), m.other.octets()
    h, other = fault_record.Header(ours), fault_record.Header(theirs)
    from_a_copy(m, ours[:h.at] + theirs[other.at:other.parts_at] + ours[h.parts_at:], "damaged file")


@fault("opening", "签名换成另一份标的", "the signature is that of another bid", **only("either", by_owner(FORGER)))
def signature_of_another_bid(m):
    from_a_copy(m, fault_record.rebuilt(
        m.clear.octets(), signature=fault_record.Header(m.other.octets()).signature), "bad signature")


@fault("opening", "文件少了尾巴", "the tail of the file is missing", **by_owner(STORAGE))
def tail_missing(m):
    from_a_copy(m, m.clear.octets()[:-1], "damaged file")


@fault("opening", "文件从块的边界截断", "the file is cut at a chunk's end", **only("owner", by_owner(STORAGE)))
def cut_at_chunk(m):
    octets = m.clear.octets()
    from_a_copy(m, octets[:fault_record.Header(octets).parts_at + CHUNK], "damaged file")


@fault("opening", "文件后面多了东西", "there is more behind the file", **only("owner either", by_owner(STORAGE)))
def tail_extra(m):
    from_a_copy(m, m.clear.octets() + b"\0", "damaged file")


@fault("opening", "文件是空的", "the file is empty", **only("both", by_owner(STORAGE)))
def file_empty(m):
    from_a_copy(m, b"", "damaged file")


@fault("opening", "存储中的文件不见了", "the file is gone from storage", **only("either", by_owner(STORAGE)))
def file_gone(m):
    bad = Bid(m.at / "gone.qyb", m.policy, m.clear.parts, False)
    m.told(m.try_open(bad, key=m.hall.path("bidder", "enc.key")), "file gone")
    m.nothing("out")
    m.owner_opens(m.clear)
