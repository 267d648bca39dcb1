# Encrypted OFD packages of GM/T 0099-2020 taken apart and put together by other means than ours:
# SM2 by its numbers, SM4 and SM3 by openssl, zip and XML by python.
# usage: ofd_encrypt_by_hand.py open PACKAGE KEY.p8 OUT.ofd
#        ofd_encrypt_by_hand.py make WAY PLAIN.ofd KEY.p8|PASSWORD OUT.ofd
#        ofd_encrypt_by_hand.py alter WAY PLAIN.ofd KEY.p8 OUT.ofd
#        ofd_encrypt_by_hand.py same ONE.ofd OTHER.ofd
# SPDX-License-Identifier: Apache-2.0
import base64
import secrets
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from xml.sax.saxutils import quoteattr

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
NS = "{http://www.ofdspec.org/2016}"
XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    if p == q:
        s = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P)  # a = -3
    else:
        s = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (s * s - p[0] - q[0]) % P
    return x, (s * (p[0] - x) - p[1]) % P


def times(k, p):
    r = None
    while k:
        if k & 1:
            r = add(r, p)
        p, k = add(p, p), k >> 1
    return r


def sm3(data):
    return subprocess.run(["openssl", "dgst", "-sm3", "-binary"], input=data, check=True, capture_output=True).stdout


def kdf(z, n):
    out = b""
    for ct in range(1, n // 32 + 2):
        out += sm3(z + ct.to_bytes(4, "big"))
    return out[:n]


def sm4(direction, key, iv, data):
    done = subprocess.run(["openssl", "enc", direction, "-sm4-cbc", "-K", key.hex(), "-iv", iv.hex()],
                          input=data, capture_output=True)
    if done.returncode:
        raise ValueError("sm4")
    return done.stdout


def tlv(data, at=0):
    n, head = data[at + 1], 2
    if n & 0x80:
        head += n & 0x7F
        n = int.from_bytes(data[at + 2:at + head], "big")
    return data[at], data[at + head:at + head + n], at + head + n


def elements(data):
    at, out = 0, []
    while at < len(data):
        tag, body, at = tlv(data, at)
        out.append((tag, body))
    return out


def der(tag, body):
    n = len(body)
    return bytes([tag]) + (bytes([n]) if n < 128 else bytes([0x81, n])) + body


def integer(v):
    return der(2, v.to_bytes(v.bit_length() // 8 + 1, "big"))


def scalar(path):
    """PKCS#8: version, algorithm, OCTET STRING of ECPrivateKey { 1, OCTET STRING d … }"""
    with open(path, "rb") as f:
        info = elements(tlv(f.read())[1])
    return int.from_bytes(elements(tlv(info[2][1])[1])[1][1], "big")


def pad32(point):
    return point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def unwrap(d, value):
    parts = elements(tlv(value)[1])
    c1 = tuple(int.from_bytes(p[1], "big") for p in parts[:2])
    shared = pad32(times(d, c1))
    t = kdf(shared, len(parts[3][1]))
    m = bytes(a ^ b for a, b in zip(parts[3][1], t))
    if sm3(shared[:32] + m + shared[32:]) != parts[2][1]:
        raise ValueError("C3")
    return m


def wrap(point, m):
    k = secrets.randbelow(N - 1) + 1
    c1, shared = times(k, G), pad32(times(k, point))
    c2 = bytes(a ^ b for a, b in zip(m, kdf(shared, len(m))))
    c3 = sm3(shared[:32] + m + shared[32:])
    return der(0x30, integer(c1[0]) + integer(c1[1]) + der(4, c3) + der(4, c2))


def read(path):
    with zipfile.ZipFile(path) as z:
        return {i.filename: z.read(i) for i in z.infolist() if not i.is_dir()}


def write(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files:
            z.writestr(name, data)


def badly_padded(fek, iv, data):
    while True:
        data = data[:-16] + secrets.token_bytes(16)
        try:
            sm4("-d", fek, iv, data)
        except ValueError:
            return data


def open_package(package, key, out):
    files, d = read(package), scalar(key)
    info = ET.fromstring(files["Encryptions.xml"]).find(NS + "EncryptInfo")
    at = [info.find(NS + n).text.lstrip("/") for n in ("DecryptSeedLoc", "EntriesMapLoc")]
    seed = ET.fromstring(files[at[0]])
    assert seed.tag == NS + "DecyptSeed" and seed.get("EncryptCaseId") == "1.1.2"
    assert seed.get("ID") == info.get("ID") and seed.find(NS + "ExtendParams") is not None
    for user in seed.findall(NS + "UserInfo"):
        b64 = {n: base64.b64decode(user.find(NS + n).text) for n in ("UserCert", "EncryptedWK", "IVValue")}
        try:
            fek, iv = unwrap(d, b64["EncryptedWK"]), b64["IVValue"]
            break
        except ValueError:
            continue
    else:
        sys.exit("nobody's key")
    assert len(fek) == 16 and len(iv) == 16
    entries = ET.fromstring(sm4("-d", fek, iv, files[at[1]]))
    assert entries.tag == NS + "EncryptEntries" and entries.get("ID") == info.get("ID")
    pairs = [(e.get("Path"), e.get("EPath")) for e in entries.findall(NS + "EncryptEntry")]
    assert all(p.startswith("/") for pair in pairs for p in pair)
    assert {e[1:] for _, e in pairs} | {"Encryptions.xml", *at} == set(files), "files nobody knows of"
    write(out, [(p[1:], sm4("-d", fek, iv, files[e[1:]])) for p, e in pairs])


def make(way, plain, key, out, alter=None):
    files, fek, iv = read(plain), secrets.token_bytes(16), secrets.token_bytes(16)
    case, package, pairs = "1.1.2", [], []
    for n, (name, data) in enumerate(files.items()):
        if way == "partly" and n == len(files) - 1:
            package.append((name, data))
            continue
        # In one folder, or each beside where it stood, as the two known writers have it.
        to = f"Encrypt/Files/{n}.dat" if way == "opaque" else name.lower() + ".dat"
        package.append((to, sm4("-e", fek, iv, data)))
        pairs.append(["/" + name, "/" + to])
    if way == "password":
        case, wk = "1.1.1", sm4("-e", kdf(key.encode(), 16), iv, fek)
    else:
        wk = wrap(times(scalar(key), G), fek[:15] if alter == "seed-key" else fek)
    first = dict(package)[pairs[0][1][1:]]
    if alter == "path-out":
        pairs[1][0] = "/../../evil.xml"
    elif alter == "path-twice":
        pairs[1][0] = pairs[0][0].upper()
    elif alter == "path-meta":
        pairs[1][0] = "/Encryptions.xml"
    elif alter == "cipher-meta":
        pairs[1][1] = "/decryptseed.dat"
    elif alter == "cipher-twice":
        pairs[1][1] = pairs[0][1]
    elif alter == "cipher-absent":
        pairs[1][1] = "/nowhere.dat"
    elif alter == "padding":  # the last block is not what was padded
        package[-1] = (package[-1][0], badly_padded(fek, iv, package[-1][1]))
    elif alter == "odd":
        package[0] = (package[0][0], first[:-1])
    rows = "".join(f"<ofd:EncryptEntry Path={quoteattr(p)} EPath={quoteattr(e)}/>" for p, e in pairs)
    table = f'<ofd:EncryptEntries {XMLNS} ID="7">{rows}</ofd:EncryptEntries>'.encode()
    if alter == "map":
        table = table.replace(b"EncryptEntries", b"EncryptEntrails")
    shown = "" if way == "no-case" else f' EncryptCaseId="{case}"'
    seed = (f'<?xml version="1.0"?><ofd:DecyptSeed {XMLNS} ID="7"{shown}><ofd:ExtendParams/>'
            f'<ofd:UserInfo UserName="777"><ofd:IVValue>{base64.b64encode(iv).decode()}</ofd:IVValue>'
            f"<ofd:EncryptedWK>{base64.b64encode(wk).decode()}</ofd:EncryptedWK></ofd:UserInfo></ofd:DecyptSeed>")
    entry = (f'<ofd:Encryptions {XMLNS}><ofd:EncryptInfo ID="7"><ofd:Provider Name="hand" Version="1"/>'
             "<ofd:EncryptScope>All</ofd:EncryptScope><ofd:DecryptSeedLoc>/decryptseed.dat</ofd:DecryptSeedLoc>"
             "<ofd:EntriesMapLoc>/entriesmap.dat</ofd:EntriesMapLoc></ofd:EncryptInfo></ofd:Encryptions>")
    table = table if way == "plain-map" else sm4("-e", fek, iv, table)
    write(out, package + [("entriesmap.dat", table), ("decryptseed.dat", seed), ("Encryptions.xml", entry)])


def main(what, *args):
    if what == "open":
        open_package(*args)
    elif what == "make":
        make(*args)
    elif what == "alter":
        make("beside", args[1], args[2], args[3], alter=args[0])
    elif read(args[0]) != read(args[1]):
        sys.exit("not the same files")


main(*sys.argv[1:])
