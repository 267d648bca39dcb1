#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the last signature of a PDF apart: pdf_part.py FILE COVERED CONTENTS. COVERED are the octets
its ByteRange names, CONTENTS the value without the zeros behind it. Knows nothing of signatures."""
import re
import sys

data = open(sys.argv[1], "rb").read()
match = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]", data))[-1]
a, b, c, d = map(int, match.groups())
assert a == 0 and c + d == len(data), "it covers the file from its first to its last octet"
assert data[b : b + 1] == b"<" and data[c - 1 : c] == b">", "the gap is Contents"
value = bytes.fromhex(data[b + 1 : c - 1].decode())
length, at = value[1], 2
if length >= 0x80:
    n = length & 0x7F
    length, at = int.from_bytes(value[2 : 2 + n], "big"), 2 + n
assert not any(value[at + length :]), "behind the value are zeros"
open(sys.argv[2], "wb").write(data[:b] + data[c:])
open(sys.argv[3], "wb").write(value[: at + length])
