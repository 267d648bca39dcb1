#!/usr/bin/env bash
# One small file with as many signatures as are read costs little memory; a message with more
# signers than are read is refused.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 张三 --no-password -o zhang 2>/dev/null
"$QIANYIN" ca trust ca -o trust
"$QIANYIN" ca crl ca -o crl
echo 合同正文 >c.txt
who=(--key zhang/sign.key --certificate zhang/sign.cer)
"$QIANYIN" ofd make c.txt -o c.ofd 2>/dev/null
"$QIANYIN" sign "${who[@]}" -o signed.ofd c.ofd 2>/dev/null
"$QIANYIN" cms sign --attached "${who[@]}" -o one.p7 c.txt 2>/dev/null

# Copies of the one signature, each entered by itself; and copies of the one signer.
python3 - <<'PY'
import zipfile
z = zipfile.ZipFile('signed.ofd')
d = {n: z.read(n) for n in z.namelist()}
part, more = d['Doc_0/Signs/Sign_0/Signature.xml'], b''
for i in range(1, 256):
    d['Doc_0/Signs/S%d/Signature.xml' % i] = part
    more += b'<ofd:Signature ID="t%d" BaseLoc="/Doc_0/Signs/S%d/Signature.xml"/>' % (i, i)
end = b'</ofd:Signatures>'
d['Doc_0/Signs/Signatures.xml'] = d['Doc_0/Signs/Signatures.xml'].replace(end, more + end)
with zipfile.ZipFile('many.ofd', 'w', zipfile.ZIP_DEFLATED) as z:
    for n, b in d.items():
        z.writestr(zipfile.ZipInfo(n), b, zipfile.ZIP_DEFLATED)

def take(b):
    n, head = b[1], 2
    if n & 128:
        head += n & 127
        n = int.from_bytes(b[2:head], 'big')
    return b[:head + n], b[head:head + n], b[head + n:]

def put(tag, body):
    n = len(body)
    size = n.to_bytes((n.bit_length() + 7) // 8 or 1, 'big')
    return bytes([tag]) + (bytes([n]) if n < 128 else bytes([128 | len(size)]) + size) + body

_, body, _ = take(open('one.p7', 'rb').read())
oid, _, rest = take(body)
run, parts = take(take(rest)[1])[1], []
while run:
    whole, _, run = take(run)
    parts.append(whole)
for n in 64, 65:
    signed = b''.join(parts[:-1]) + put(0x31, take(parts[-1])[1] * n)
    with open('%d.p7' % n, 'wb') as f:
        f.write(put(0x30, oid + put(0xa0, put(0x30, signed))))
PY

cost() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
used=$(cost "$QIANYIN" verify --trust trust --demo --crl crl many.ofd)
if [ "$used" -lt 90000 ]; then ok "as many signatures as are read: less than 90 MB"; else nok "as many signatures as are read" "$used KB"; fi
exits 2 "copies of one signature do not cover each other" "$QIANYIN" verify --trust trust --demo --crl crl many.ofd
exits 1 "sixty-four copies of one signer are read, and are not sixty-four people" "$QIANYIN" verify --trust trust --demo --crl crl 64.p7
exits 65 "one more is refused" "$QIANYIN" verify --trust trust --demo --crl crl 65.p7
