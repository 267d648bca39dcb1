#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PDF files made by hand: pdf_make.py KIND OUT [PAGES [ROTATE]]

KIND is table, hybrid (objects that only readers of cross-reference streams see), huge (one object
of that many megabytes: PAGES), or one that must be refused: cyclic, cut, beyond."""
import struct
import sys


def objects(pages, rotate, origin=(0, 0)):
    x, y = origin
    kids = " ".join("%d 0 R" % (4 + 2 * i) for i in range(pages))
    out = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids.encode()),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for i in range(pages):
        text = b"BT /F1 24 Tf %d %d Td (Page %d. Party A \\(seal\\):) Tj ET" % (x + 72, y + 300, i + 1)
        out[4 + 2 * i] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%d %d %d %d] /Rotate %d "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>"
            % (x, y, x + 595, y + 842, rotate, 5 + 2 * i)
        )
        out[5 + 2 * i] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    return out


class File:
    def __init__(self, to):
        self.to, self.at, self.where = to, 0, {}
        self.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def put(self, octets):
        self.to.write(octets)
        self.at += len(octets)

    def object(self, number, body):
        self.where[number] = self.at
        self.put(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    def table(self, trailer=b""):
        at, size = self.at, max(self.where) + 1
        self.put(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for n in range(1, size):
            self.put(b"%010d 00000 n \n" % self.where[n] if n in self.where else b"0000000000 65535 f \n")
        self.put(b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, at))


def main(kind, path, pages=1, rotate=0):
    with open(path, "wb") as to:
        f = File(to)
        body = objects(1 if kind == "huge" else pages, rotate, (100, -50) if rotate else (0, 0))
        if kind == "cyclic":
            body[2] = b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"
        for number in sorted(body):
            f.object(number, body[number])
        last = max(body)
        if kind == "huge":
            f.where[last + 1] = f.at
            f.put(b"%d 0 obj\n<< /Length %d >>\nstream\n" % (last + 1, pages << 20))
            piece = bytes(range(256)) * 4096
            for _ in range(pages):
                f.put(piece)
            f.put(b"\nendstream\nendobj\n")
        if kind == "hybrid":
            packed = b"%d 0 (seen by those who look)" % (last + 1)
            f.object(last + 2, b"<< /Type /ObjStm /N 1 /First %d /Length %d >>\nstream\n%s\nendstream"
                     % (packed.index(b"("), len(packed), packed))
            rows = struct.pack(">BIH", 2, last + 2, 0) + struct.pack(">BIH", 1, f.at, 0)
            at = f.at
            f.object(last + 3, b"<< /Type /XRef /W [1 4 2] /Index [%d 1 %d 1] /Size %d /Root 1 0 R "
                     b"/Length %d >>\nstream\n%s\nendstream" % (last + 1, last + 3, last + 4, len(rows), rows))
            f.table(b"/XRefStm %d " % at)
        elif kind == "beyond":
            at = f.at
            f.put(b"xref\n0 2\n0000000000 65535 f \n9999999999 00000 n \n")
            f.put(b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at)
        else:
            f.table()
        if kind == "cut":
            to.truncate(f.at - 40)


main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
