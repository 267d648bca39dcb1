#!/usr/bin/env bash
# A digital signature that draws a seal nobody signed never passes, whoever made it: viewers show
# the seal of Seal.esl, and the message vouches for its signer only.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca init evil --name 冒名 2>/dev/null
"$QIANYIN" ca issue ca --name 张三 --no-password -o zhang 2>/dev/null
"$QIANYIN" ca trust ca -o trust
"$QIANYIN" ca crl ca -o crl
echo 合同正文 >c.txt
"$QIANYIN" ofd make c.txt -o c.ofd 2>/dev/null
who=(--key zhang/sign.key --certificate zhang/sign.cer)
"$QIANYIN" sign "${who[@]}" -o signed.ofd c.ofd 2>/dev/null
"$QIANYIN" seal-make --key evil/seal-maker.key --certificate evil/seal-maker.cer --name 某市人民政府 \
	--holder zhang/sign.cer -o gov.esl 2>/dev/null
judge() { "$QIANYIN" verify --trust trust --demo --crl crl "$@"; }

# pack FILE SEAL: signed.ofd with a Seal element and the octets of SEAL as Seal.esl, signed again.
pack() {
	python3 - "$1" "$2" "$QIANYIN" <<'PY'
import base64, subprocess, sys, zipfile
out, seal, qianyin = sys.argv[1:]
z = zipfile.ZipFile('signed.ofd')
d = {n: z.read(n) for n in z.namelist()}
sign = 'Doc_0/Signs/Sign_0/'
d[sign + 'Seal.esl'] = open(seal, 'rb').read()
sm3 = subprocess.run(['openssl', 'dgst', '-sm3', '-binary'], input=d[sign + 'Seal.esl'],
                     capture_output=True, check=True).stdout
loc = '/' + sign + 'Seal.esl'
x = d[sign + 'Signature.xml'].decode().replace('</ofd:References>', (
    '<ofd:Reference FileRef="%s"><ofd:CheckValue>%s</ofd:CheckValue></ofd:Reference>'
    '</ofd:References><ofd:StampAnnot ID="1" PageRef="1" Boundary="90 220 40 40"/>'
    '<ofd:Seal><ofd:BaseLoc>%s</ofd:BaseLoc></ofd:Seal>') % (
        loc, base64.b64encode(sm3).decode(), loc))
d[sign + 'Signature.xml'] = x.encode()
open('s.xml', 'wb').write(x.encode())
subprocess.run([qianyin, 'cms', 'sign', '--key', 'zhang/sign.key', '--certificate',
                'zhang/sign.cer', '-o', 's.p7', 's.xml'], check=True, capture_output=True)
d[sign + 'SignedValue.dat'] = open('s.p7', 'rb').read()
with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
    for n, b in d.items():
        z.writestr(zipfile.ZipInfo(n), b, zipfile.ZIP_DEFLATED)
PY
}

exits 0 "the signature without a seal passes" judge signed.ofd
pack drawn.ofd gov.esl
exits 1 "with a seal of a stranger beside the message it fails" judge drawn.ofd --json
has "as a seal that does not match" '"seal.matches_file"' "$out"
: >empty
pack empty.ofd empty
exits 1 "with an empty Seal.esl too" judge empty.ofd
