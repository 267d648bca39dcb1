#!/usr/bin/env python3
"""Cuts one element out of a DER file: der_part.py [--content] FILE OUT INDEX…

Each INDEX chooses a child of the element chosen before, from 0. --content leaves out tag and length,
of a BIT STRING its count of unused bits too.

SPDX-License-Identifier: Apache-2.0
"""
import sys


def head(octets, at):
    """Where the content begins and ends."""
    size, at = octets[at + 1], at + 2
    if size & 0x80:
        n = size & 0x7F
        size, at = int.from_bytes(octets[at:at + n], "big"), at + n
    return at, at + size


def main():
    words = sys.argv[1:]
    bare = words[0] == "--content"
    name, out, *path = words[bare:]
    with open(name, "rb") as file:
        octets = file.read()
    at = 0
    for index in map(int, path):
        at, end = head(octets, at)
        for _ in range(index):
            at = head(octets, at)[1]
        if at >= end:
            sys.exit(f"{name}: no element {index}")
    begin, end = head(octets, at)
    if bare:
        begin += octets[at] == 3
    with open(out, "wb") as file:
        file.write(octets[begin if bare else at:end])


main()
