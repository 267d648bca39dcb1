#!/usr/bin/env python3
"""Walks the evidence records of an ASiC-E container by hand: EN 319 162-1 and RFC 4998, with
nothing but the standard library. For every record it prints one line

    RECORD FILES DIGEST ROOT TOKEN

and leaves the last-but-none token of its first chain in TOKEN; exit 1 and a reason when anything
does not hold. Later stamps and chains are walked too: stamp over stamp, tree over all before.
SPDX-License-Identifier: Apache-2.0
"""
import base64
import hashlib
import sys
import xml.etree.ElementTree as ET
import zipfile

ASIC = '{http://uri.etsi.org/02918/v1.2.1#}'
DSIG = '{http://www.w3.org/2000/09/xmldsig#}'
NAMES = {
    'urn:oid:1.2.156.10197.1.401': 'sm3',
    'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
}
OIDS = {
    bytes.fromhex('2a811ccf55018311'): 'sm3',
    bytes.fromhex('608648016503040201'): 'sha256',
    bytes.fromhex('608648016503040202'): 'sha384',
    bytes.fromhex('608648016503040203'): 'sha512',
}


def no(reason):
    sys.exit(reason)


def take(data):
    """The first element of DER: tag, content, whole, rest."""
    tag, length, at = data[0], data[1], 2
    if length & 0x80:
        n = length & 0x7F
        length = int.from_bytes(data[2:2 + n], 'big')
        at = 2 + n
    return tag, data[at:at + length], data[:at + length], data[at + length:]


def parts(content):
    out = []
    while content:
        tag, body, whole, content = take(content)
        out.append((tag, body, whole))
    return out


def digest(name, data):
    return hashlib.new(name, data).digest()


def root_of(name, hashes):
    """RFC 4998 4.2: a list of one is itself, else the digest of all in ascending order."""
    hashes = sorted(set(hashes))
    return hashes[0] if len(hashes) == 1 else digest(name, b''.join(hashes))


def lists_of(content):
    return [[h for _, h, _ in parts(one)] for _, one, _ in parts(content)]


def climb(name, lists, start):
    """From the hashes of the first list up to the root."""
    root = root_of(name, lists[0]) if lists else start
    for one in lists[1:]:
        root = root_of(name, one + [root])
    return root


def imprint(token):
    """Algorithm and octets that a TimeStampToken stamps."""
    signed = parts(parts(parts(token)[0][1])[1][1])[0][1]
    content = parts(parts(signed)[2][1])
    info = parts(content[1][1])[0][1]
    fields = parts(parts(info)[0][1])
    algorithm, octets = parts(fields[2][1])[:2]
    return OIDS[parts(algorithm[1])[0][1]], octets[1]


def stamp_of(whole):
    name = lists = token = None
    for tag, body, element in parts(whole):
        if tag == 0xA0:
            name = OIDS[parts(body)[0][1]]
        elif tag == 0xA2:
            lists = lists_of(body)
        elif tag == 0x30:
            token = element
    return name or imprint(token)[0], lists or [], token


def walk_chain(record, number, chain, files, before):
    """Every stamp of a chain stamps what it must; the token of its first."""
    first = last = None
    for place, (_, body, _) in enumerate(parts(chain)):
        name, lists, token = stamp_of(body)
        if place == 0:
            leaves = [digest(name, f) for f in files]
            if before is not None:
                leaves = [digest(name, h + digest(name, before)) for h in leaves]
            if lists and sorted(set(lists[0])) != sorted(set(leaves)):
                no(f'{record}: chain {number} is not over these files')
            root = climb(name, lists, root_of(name, leaves))
            first = (name, root, token)
        else:
            own = digest(name, last)
            if lists and own not in lists[0]:
                no(f'{record}: stamp {place} is not over the one before')
            root = climb(name, lists, own)
        if imprint(token) != (name, root):
            no(f'{record}: chain {number}, stamp {place} stamps something else')
        last = token
    return first


def sequence(chains):
    content = b''.join(chains)
    n = len(content)
    size = n.to_bytes((n.bit_length() + 7) // 8 or 1, 'big')
    head = bytes([0x30, n]) if n < 128 else bytes([0x30, 0x80 | len(size)]) + size
    return head + content


def walk(box, listed, number):
    tree = ET.fromstring(box.read(listed))
    record = tree.find(ASIC + 'SigReference').get('URI')
    files = []
    name = None
    for ref in tree.findall(ASIC + 'DataObjectReference'):
        name = NAMES[ref.find(DSIG + 'DigestMethod').get('Algorithm')]
        octets = box.read(ref.get('URI'))
        want = base64.b64decode(ref.find(DSIG + 'DigestValue').text)
        if digest(name, octets) != want:
            no(f'{ref.get("URI")} was changed')
        files.append(octets)
    fields = parts(parts(box.read(record))[0][1])
    if fields[0][1] != b'\x01':
        no(f'{record}: not version 1')
    chains = parts(fields[-1][1])
    first = None
    for place, (_, chain, _) in enumerate(chains):
        before = sequence([whole for _, _, whole in chains[:place]]) if place else None
        found = walk_chain(record, place, chain, files, before)
        first = first or found
    token = f'token{number}.der'
    with open(token, 'wb') as out:
        out.write(first[2])
    print(record, len(files), first[0], first[1].hex(), token)


def main(path):
    with zipfile.ZipFile(path) as box:
        names = box.namelist()
        info = box.infolist()[0]
        if info.filename != 'mimetype' or info.compress_type != zipfile.ZIP_STORED:
            no('mimetype is not first, or packed')
        if box.read('mimetype') != b'application/vnd.etsi.asic-e+zip':
            no('not ASiC-E')
        lists = sorted(n for n in names if n.startswith('META-INF/ASiCEvidenceRecordManifest'))
        for number, listed in enumerate(lists, 1):
            walk(box, listed, number)


main(sys.argv[1])
