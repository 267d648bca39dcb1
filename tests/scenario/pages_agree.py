"""pages_agree.py A.png B.png: do two pictures of a page agree? After a 3x3 blur at least 99.5 % of
the pixels must lie within 32 of 255 of each other. pages_agree.py --words A.html B.html: the same of
word boxes (pdftotext -bbox), which must be the same words within 0.2 mm.
SPDX-License-Identifier: Apache-2.0"""
import re
import struct
import sys
import zlib


def grey(path):
    """Width, height and one octet a pixel of an 8-bit PNG that is not interlaced."""
    data = open(path, "rb").read()
    at, packed, width, height, kind = 8, b"", 0, 0, 0
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if name == b"IHDR":
            width, height, depth, kind, _, _, laced = struct.unpack(">IIBBBBB", body)
            assert depth == 8 and not laced, "another kind of PNG"
        elif name == b"IDAT":
            packed += body
        at += 12 + size
    step = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    raw, rows, above = zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        line = bytearray(raw[y * (width * step + 1) + 1:(y + 1) * (width * step + 1)])
        mode = raw[y * (width * step + 1)]
        if mode == 1:
            for i in range(step, len(line)):
                line[i] = (line[i] + line[i - step]) & 255
        elif mode == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, above))
        elif mode in (3, 4):
            for i in range(len(line)):
                a = line[i - step] if i >= step else 0
                c = above[i - step] if i >= step else 0
                b = above[i]
                if mode == 3:
                    best = (a + b) // 2
                else:
                    p = a + b - c
                    best = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                line[i] = (line[i] + best) & 255
        above = bytes(line)
        # The papers are black and white: green stands for all three.
        rows.append(above[::1] if step < 3 else above[1::step])
    return width, height, rows


def blurred(rows, y, width):
    sums = [sum(v) for v in zip(rows[y - 1], rows[y], rows[y + 1])]
    return [sums[x - 1] + sums[x] + sums[x + 1] for x in range(1, width - 1)]


def pictures(one, other):
    width, height, a = grey(one)
    if (width, height) != grey(other)[:2]:
        sys.exit("pictures of different sizes")
    b, bad = grey(other)[2], 0
    ink = sum(v < 128 for row in a for v in row)
    for y in range(1, height - 1):
        if a[y - 1:y + 2] != b[y - 1:y + 2]:
            bad += sum(abs(p - q) > 32 * 9 for p, q in zip(blurred(a, y, width), blurred(b, y, width)))
    share = 100 - 100 * bad / (width * height)
    print(f"{share:.4f} % of {width}x{height} pixels agree, {ink} of them ink")
    return share >= 99.5 and ink > 1000


def words(one, other):
    form = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    lists = [sorted((t, tuple(float(v) for v in box)) for *box, t in form.findall(open(p).read()))
             for p in (one, other)]
    if [w[0] for w in lists[0]] != [w[0] for w in lists[1]]:
        print("other words:", [w for w in lists[0] if w[0] not in {v[0] for v in lists[1]}][:5])
        return False
    worst = max(abs(p - q) for (_, a), (_, b) in zip(*lists) for p, q in ((a[0], b[0]), (a[2], b[2]))) * 25.4 / 72
    print(f"{len(lists[0])} words, {worst:.3f} mm apart at most")
    return worst <= 0.2 and len(lists[0]) > 20


good = words(*sys.argv[2:]) if sys.argv[1] == "--words" else pictures(*sys.argv[1:])
sys.exit(0 if good else 1)
