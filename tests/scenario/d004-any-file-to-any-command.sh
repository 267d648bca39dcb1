#!/usr/bin/env bash
# Any file at all given to any command that reads one: an answer and the right exit code, no crash,
# at most 2 s of the processor and 64 MB of its own memory. A large file is read in as little.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin
export QIANYIN_LANG=en

kit_ca || { nok "a CA with five sealers"; exit 0; }
kit_contract 1 contract.ofd
seal_by 1 contract.ofd sealed.ofd 2>/dev/null
mkdir bad

python3 - <<'END'
import os, random, zipfile, zlib
random.seed(4)
def put(name, octets):
    with open("bad/" + name, "wb") as f:
        f.write(octets)
sealed = open("sealed.ofd", "rb").read()
put("empty", b"")
put("one-octet", b"P")
put("random", random.randbytes(50000))
put("random-10mb", random.randbytes(10 << 20))
put("zeros-10mb", bytes(10 << 20))
put("text", b"nothing to see here\n")
put("pdf.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
put("truncated.ofd", sealed[:len(sealed) // 2])
put("no-end.ofd", sealed[:-1])
put("headless.ofd", sealed[100:])
put("pk", b"PK\3\4" + bytes(1000))
put("der-deep", b"\x30\x80" * 500000)
put("der-long", b"\x30\x84\x7f\xff\xff\xff" + bytes(1000))
put("der-nested", b"\x30\x83\x0f\xff\xf0" * 200000)
put("base64", b"MI" + b"I" * (9 << 20))
put("pem", b"-----BEGIN CERTIFICATE-----\n" + b"MIIB\n" * 1500000)
put("pems", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" * 150000)
ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
body = f'<ofd:OFD {ns} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>%s</ofd:DocBody></ofd:OFD>'
def ofd(name, parts, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile("bad/" + name, "w", method) as z:
        for part, octets in parts.items():
            z.writestr(part, octets)
here = body % "<ofd:Signatures>/Signs/Signatures.xml</ofd:Signatures>"
document = f'<ofd:Document {ns}><ofd:CommonData/><ofd:Pages/></ofd:Document>'
ofd("bomb.ofd", {"OFD.xml": here, "Doc_0/Document.xml": document, "x": bytes(300 << 20)})
ofd("bomb-of-xml.ofd", {"OFD.xml": b"<OFD>" + b"<a/>" * (30 << 20)})
ofd("10mb-part.ofd", {"OFD.xml": here, "Doc_0/Document.xml": f"<ofd:Document {ns}>" + "<a/>" * 2500000 + "</ofd:Document>"}, zipfile.ZIP_STORED)
ofd("10mb-text.ofd", {"OFD.xml": here, "Doc_0/Document.xml": f"<ofd:Document {ns}><a>" + "x" * (10 << 20) + "</a></ofd:Document>"}, zipfile.ZIP_STORED)
ofd("many-references.ofd", {"OFD.xml": here, "Doc_0/Document.xml": document,
    "Signs/Signatures.xml": f'<ofd:Signatures {ns}>' + '<ofd:Signature ID="s1" BaseLoc="/Signs/S.xml"/>' * 1000 + '</ofd:Signatures>',
    "Signs/S.xml": f'<ofd:Signature {ns}><ofd:SignedInfo><ofd:Provider ProviderName="x"/><ofd:References CheckMethod="SM3">' +
        '<ofd:Reference FileRef="/OFD.xml"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>' * 60000 +
        '</ofd:References></ofd:SignedInfo><ofd:SignedValue>/x</ofd:SignedValue></ofd:Signature>'}, zipfile.ZIP_STORED)
ofd("many-entries.ofd", {"OFD.xml": here, "Doc_0/Document.xml": document, **{f"f{i}": b"" for i in range(60000)}})
ofd("dtd.ofd", {"OFD.xml": '<!DOCTYPE OFD [<!ENTITY a "b">]>' + here})
ofd("no-ofd.ofd", {"x": b"y"})
ofd("deep.ofd", {"OFD.xml": "<a>" * 200000})
END
mkdir bad/folder
head -c 400 u1/sign.cer >bad/cut.cer

# Not what the command reads: 65; a folder is no input: 66; beyond these only what is named.
sweep() {
	local name=$1 others=$2
	shift 2
	check "$name: any file gets an answer" python3 "$ROOT/tests/scenario/run_bounded.py" 2 64 \
		--sweep "65 $others" "$QIANYIN" "$@"
	rm -f x.out
}

me=(--key u1/sign.key --certificate u1/sign.cer)
sweep "verify" "1 2 3" verify --json --trust trust --demo --crl crl @
sweep "verify, trust store" "" verify --trust @ --demo sealed.ofd
sweep "verify, CRL" "0" verify --trust trust --demo --crl @ sealed.ofd
sweep "cms verify" "1 2 3" cms verify @
sweep "seal" "0 64" seal "${me[@]}" --seal u1/seal.esl -o x.out @
sweep "seal, the seal" "" seal "${me[@]}" --seal @ -o x.out contract.ofd
sweep "seal, the certificate" "" seal --key u1/sign.key --certificate @ --seal u1/seal.esl -o x.out contract.ofd
sweep "sign" "0" sign "${me[@]}" -o x.out @
sweep "key show" "77" key show @
sweep "cert show" "" cert show @
sweep "cert check" "" cert check @
sweep "trust show" "" trust show @
sweep "ofd list" "0" ofd list @
sweep "ofd text" "0" ofd text @
sweep "ofd make" "0" ofd make @ -o x.out
sweep "cms encrypt, to whom" "" cms encrypt --to @ -o x.out contract.txt
sweep "cms decrypt" "" cms decrypt "${me[@]}" -o x.out @
sweep "seal-make, the picture" "" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 甲 \
	--holder u1/sign.cer --picture @ --width 40 --height 40 -o x.out

exits 65 "a damaged PDF is told to be damaged" "$QIANYIN" verify bad/pdf.pdf
has "by name" "PDF" "$err"
exits 66 "a file that is not there" "$QIANYIN" verify nowhere.ofd
has "is named" "nowhere.ofd" "$err"

# --- a large one ------------------------------------------------------------------------------
head -c 220000000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 >big.bin 2>/dev/null
long() { python3 "$ROOT/tests/scenario/run_bounded.py" 60 64 "$@"; }
check "an OFD with 220 MB attached is made in 64 MB" long "$QIANYIN" ofd make contract.txt -o big.ofd --attach big.bin
rm -f big.bin
check "sealed in 64 MB" long "$QIANYIN" seal "${me[@]}" --seal u1/seal.esl -o big-sealed.ofd big.ofd
rm -f big.ofd
check "verified in 64 MB" long "$QIANYIN" verify --trust trust --demo --crl crl big-sealed.ofd
# shellcheck disable=SC2016
python3 -c 'f = open("big-sealed.ofd", "r+b"); f.seek(150000000); b = f.read(1); f.seek(150000000); f.write(bytes([b[0] ^ 1]))'
exits 1 "and one bit of it noticed" verify big-sealed.ofd
rm -f big-sealed.ofd
