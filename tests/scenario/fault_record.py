# What the fault matrix reads by itself, without the program it tries: headers of `.qyb`, signed
# opening records, and the proof of a lying dealer, all from docs/formats/qyb.md.
# SPDX-License-Identifier: Apache-2.0
import hashlib
import hmac
import pathlib
import subprocess

VERDICTS = ("opens", "undecided", "party-lied", "dealer-lied")
PATHS = ("none", "owner", "owner-rewrapped", "trustees", "owner-and-trustees")
ID_OF_SM2 = "1234567812345678"


def sm3(*octets):
    return hashlib.new("sm3", b"".join(octets)).digest()


def der_head(octets, at=0):
    """(tag, where the content begins, where it ends) of the element at an offset."""
    tag, n, begin = octets[at], octets[at + 1], at + 2
    if n & 0x80:
        begin += n & 0x7f
        n = int.from_bytes(octets[at + 2:begin], "big")
    return tag, begin, begin + n


def der_list(octets):
    """[(tag, content, whole)] of the elements one behind the other."""
    out, at = [], 0
    while at < len(octets):
        tag, begin, end = der_head(octets, at)
        out.append((tag, octets[begin:end], octets[at:end]))
        at = end
    return out


def der_put(tag, *contents):
    content = b"".join(contents)
    n = len(content)
    if n < 0x80:
        return bytes([tag, n]) + content
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def number(content):
    return int.from_bytes(content, "big")


class Header:
    """Of a bid whose header is in clear: places in the file, context, and the parts' envelopes."""

    def __init__(self, octets):
        _, _, self.at = der_head(octets)
        self.outer = der_list(der_list(octets[:self.at])[0][1])
        self.size = number(self.outer[6][1])
        self.parts_at = self.at + self.size
        _, begin, end = der_head(octets, self.at)
        (_, header, self.whole), (_, self.signature, _) = der_list(octets[begin:end])
        self.fields = der_list(header)
        self.policy, self.t = number(self.fields[10][1]), number(self.fields[11][1])
        self.parties = [(role[2], cert[2]) for role, cert in (der_list(p[1]) for p in der_list(self.fields[12][1]))]
        self.parts = {}
        for _, part, _ in der_list(self.fields[13][1]):
            name, _, _, _, root, com, envelopes = der_list(part)
            self.parts[name[1].decode()] = {
                "id": name[2], "D": root[1], "COM": com[1],
                "envelopes": [[x[1] for x in der_list(v[1])] for v in der_list(envelopes[1])]}

    def name(self):
        return sm3(self.whole)

    def ctx(self, part):
        f = [x[2] for x in self.fields]
        parties = der_put(0x30, *(der_put(0x30, role, der_put(0x04, sm3(cert))) for role, cert in self.parties))
        return sm3(b"qyb/1 ctx\0", der_put(0x30, *f[1:6], self.parts[part]["id"], *f[6:12], parties))

    def party(self, i):
        """Where a recipient's envelope stands: trustees from 1, owners from 256."""
        trustees = sum(role[2:] != b"owner" for role, _ in self.parties)
        return i - 1 if i < 256 else trustees + i - 256


def rebuilt(octets, header=None, signature=None):
    """The bid with another header or signature in it, every digest over them as it must be."""
    h = Header(octets)
    stored = der_put(0x30, header or h.whole, der_put(0x04, signature or h.signature)).ljust(h.size, b"\0")
    row = [sm3(b"\0", stored)] + [p["D"] for p in h.parts.values()]
    while len(row) > 1:
        row = [sm3(b"\1", *row[k:k + 2]) if k + 1 < len(row) else row[k] for k in range(0, len(row), 2)]
    return octets[:h.at - 32] + row[0] + stored + octets[h.parts_at:]


def with_parties(octets, order):
    """The bid whose header lists its parties in another order, and so other trustees in their places."""
    h = Header(octets)
    fields = [f[2] for f in h.fields]
    fields[12] = der_put(0x30, *(der_put(0x30, *h.parties[k]) for k in order))
    return rebuilt(octets, header=der_put(0x30, *fields))


def expand(prk, label, n):
    out, block, k = b"", b"", 1
    while len(out) < n:
        block = hmac.new(prk, block + b"qyb/1 " + label + bytes([k]), "sm3").digest()
        out, k = out + block, k + 1
    return out[:n]


def gf_mul(a, b):
    r = 0
    while b:
        r ^= a if b & 1 else 0
        a = a << 1 ^ (0x11b if a & 0x80 else 0)
        b >>= 1
    return r


def value_of(header, prk, rho, i):
    """What recipient i must have been given, were the dealer honest."""
    alpha = expand(prk, b"alpha", 32)
    if i >= 256:
        return alpha if header.policy == 2 else rho
    value = bytes(a ^ b for a, b in zip(rho, alpha)) if header.policy == 2 else rho
    power = 1
    for k in range(1, header.t):
        power = gf_mul(power, i)
        coefficient = expand(prk, b"coef" + k.to_bytes(2, "big"), 32)
        value = bytes(v ^ gf_mul(c, power) for v, c in zip(value, coefficient))
    return value


# --- SM2 (GB/T 32918), as much of it as an envelope needs

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
Q = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)


def point_add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def point_mul(k, a):
    out = None
    for bit in bin(k)[2:]:
        out = point_add(out, out)
        out = point_add(out, a) if bit == "1" else out
    return out


def sm2_encrypt(point, k, message):
    """The content of an SM2Cipher with a chosen ephemeral; messages of up to 32 octets."""
    one, (x, y) = point_mul(k, G), point_mul(k, point)
    x, y = x.to_bytes(32, "big"), y.to_bytes(32, "big")
    stream = sm3(x, y, b"\0\0\0\1")
    integers = [der_put(0x02, v.to_bytes((v.bit_length() + 8) // 8, "big")) for v in one]
    return b"".join(integers) + der_put(0x04, sm3(x, message, y)) + der_put(0x04, bytes(a ^ b for a, b in zip(message, stream)))


def point_of(certificate):
    fields = der_list(der_list(der_list(certificate)[0][1])[0][1])
    point = der_list(fields[6 if fields[0][0] == 0xa0 else 5][1])[1][1][2:]
    return number(point[:32]), number(point[32:])


def dealer_lied(octets, part, rho, i):
    """Does ρ give COM, and another envelope than the header's for recipient i? All that is asked of
    anybody who replays the proof: header and record. (w, the one field under SM4, is left out.)"""
    h = Header(octets)
    ctx = h.ctx(part)
    prk = hmac.new(ctx, rho, "sm3").digest()
    if expand(prk, b"com", 32) != h.parts[part]["COM"]:
        return False
    certificate = h.parties[h.party(i)][1]
    u = i.to_bytes(2, "big") + sm3(certificate)
    value = value_of(h, prk, rho, i)
    pad_key = hmac.new(ctx, expand(prk, b"w" + u, 32), "sm3").digest()
    pad = hmac.new(pad_key, b"qyb/1 box" + u + b"\1", "sm3").digest()
    k = number(expand(prk, b"k" + u, 48)) % (Q - 1) + 1
    e, _, b, c = h.parts[part]["envelopes"][h.party(i)]
    honest = (sm2_encrypt(point_of(certificate), k, expand(prk, b"kek" + u, 16)), bytes(v ^ p for v, p in zip(value, pad)),
              sm3(b"qyb/1 share\0", ctx, u, value))
    return (e, b, c) != honest


class Record:
    """A signed opening record: its fields, and whether the signature holds by OpenSSL."""

    def __init__(self, path, certificate):
        signed = der_list(der_list(der_list(pathlib.Path(path).read_bytes())[0][1])[1][1])[0][1]
        fields = der_list(signed)
        content = der_list(der_list(fields[2][1])[1][1])[0]
        body = content[1] if content[0] == 0x04 else content[2]
        signer = der_list(der_list(fields[-1][1])[0][1])
        attributes = next(x for x in signer if x[0] == 0xa0)
        self.signature_holds = self._holds(pathlib.Path(path), certificate, attributes, signer[-1][1], body)
        version, header, _, checkpoint, parts = der_list(der_list(body)[0][1])
        assert number(version[1]) == 1
        self.header, self.checkpoint = header[1], checkpoint[1]
        self.parts = [self._part(der_list(p[1])) for p in der_list(parts[1])]

    @staticmethod
    def _holds(path, certificate, attributes, value, body):
        digests = [der_list(der_list(a[1])[1][1])[0][1] for a in der_list(attributes[1])]
        if sm3(body) not in digests and sm3(der_list(body)[0][1]) not in digests:
            return False
        told, seal, key = (path.with_suffix(s) for s in (".attributes", ".signature", ".pub"))
        told.write_bytes(b"\x31" + attributes[2][1:])
        seal.write_bytes(value)
        with open(key, "wb") as out:
            subprocess.run(["openssl", "x509", "-in", str(certificate), "-noout", "-pubkey"], stdout=out, check=True)
        done = subprocess.run(["openssl", "dgst", "-sm3", "-verify", str(key), "-sigopt", "distid:" + ID_OF_SM2,
                               "-signature", str(seal), str(told)], capture_output=True, check=False)
        return done.returncode == 0

    @staticmethod
    def _part(f):
        return {"id": f[0][1].decode(), "verdict": VERDICTS[number(f[1][1])], "path": PATHS[number(f[2][1])],
                "givers": [number(g[1]) for g in der_list(f[3][1])], "wrong_value_of": number(f[4][1]),
                "recipient": number(f[5][1]), "element": f[6][1].decode(), "authentic": f[7][1] != b"\0", "rho": f[8][1]}
