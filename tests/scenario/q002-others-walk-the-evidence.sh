#!/usr/bin/env bash
# Containers and evidence records are read by hand: unzip, openssl and a script of the standard
# library, no code of ours; stamps of a foreign authority by openssl's own check, SM2 by its
# primitives.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin
python3 -c 'import hashlib; hashlib.new("sm3")' 2>/dev/null ||
	{ skip "evidence by hand" "this Python has no SM3"; exit 0; }

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 采购人 --single --no-password -o u
foreign_authority ec
register_of trust true
"$QIANYIN" ca crl ca -o ca.crl
authority_up state --key ca/tsa.key --certificate ca/tsa.cer
sm=$tsa sm_pid=$tsa_pid
authority_up state2 --key ec.key --certificate ec.cer
nist=$tsa nist_pid=$tsa_pid
echo 合同 >paper
"$QIANYIN" cms sign --key u/sign.key --certificate u/sign.cer --tsa "$sm" paper -o paper.p7s 2>/dev/null
tool() { "$QIANYIN" "$@" --trust trust --demo; }
tool evidence make paper.p7s --content paper --crl ca.crl --tsa "$sm" --tsa "$nist" -o one.qye 2>/dev/null
sleep 1
"$QIANYIN" ca crl ca -o ca2.crl
tool evidence renew one.qye --crl ca2.crl --tsa "$sm" --tsa "$nist" -o two.qye 2>/dev/null
tool evidence renew two.qye --crl ca2.crl --tsa "$sm" --tsa "$nist" -o three.qye 2>/dev/null
tool evidence renew three.qye --tree sha512 --crl ca2.crl --tsa "$sm" --tsa "$nist" -o four.qye 2>/dev/null
walk() { python3 "$ROOT/tests/scenario/evidence_walk.py" "$@"; }
part() { python3 "$ROOT/tests/scenario/der_part.py" "$@"; }

for box in one two three four; do
	check "$box.qye is walked by hand" walk "$box.qye"
done
walk one.qye >walked
has "one record is over SM3" " sm3 " walked
has "one is over SHA-256" " sha256 " walked
root=$(awk '$3 == "sm3" { print $4 }' walked)
check "openssl finds the tree of SM3 stamped by the foreign authority" \
	openssl ts -verify -digest "$root" -in token1.der -token_in -CAfile foreign.pem
check "openssl finds nothing else stamped" sh -c "! openssl ts -verify -digest '$(printf %064d 0)' -in token1.der -token_in -CAfile foreign.pem"

# The other tree's stamp is by SM2, of the other family.
part --content token2.der info 1 0 2 1 0
part token2.der attrs 1 0 4 0 3
part --content token2.der value 1 0 4 0 5
printf '\x31' | dd of=attrs conv=notrunc 2>/dev/null
openssl x509 -in ca/tsa.cer -pubkey -noout >tsa.pem
check "openssl's primitives find the tree of SHA-256 stamped by SM2" \
	openssl dgst -sm3 -sigopt distid:1234567812345678 -verify tsa.pem -signature value attrs
openssl dgst -sm3 -binary info >info.sm3
check "over its TSTInfo" python3 -c 'import sys; sys.exit(open("info.sm3","rb").read() not in open("attrs","rb").read())'
unzip -qo one.qye -d box
check "openssl asn1parse reads the record" openssl asn1parse -inform DER -in box/META-INF/evidencerecord001.ers

printf x >>box/content/paper
(cd box && zip -q0X ../bad.qye mimetype && zip -qrX ../bad.qye . -x mimetype)
if command -v zip >/dev/null; then
	exits 1 "by hand, too, a changed file is found" walk bad.qye
else
	skip "by hand, too, a changed file is found" "there is no zip"
fi
kill "$sm_pid" "$nist_pid"
