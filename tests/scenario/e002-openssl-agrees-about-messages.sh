#!/usr/bin/env bash
# Signed messages of ours verify with openssl (RSA and P-256 as CMS, SM2 by its primitives), and
# those of openssl with ours; what openssl would accept and proves nothing does not pass.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
command -v openssl >/dev/null || {
	skip "openssl agrees about messages" "no openssl"
	exit 0
}

printf 'contract 100' >doc
printf 'contract 900' >other
for kind in sm2 rsa p256; do
	check "a CA with $kind keys" "$QIANYIN" ca init "ca-$kind" --kind "$kind" --name "$kind"
	"$QIANYIN" ca issue "ca-$kind" --name "$kind" --no-password -o "$kind"
	"$QIANYIN" ca crl "ca-$kind" -o "$kind.crl"
	"$QIANYIN" ca trust "ca-$kind" -o "$kind.trust"
done 2>/dev/null
sign() { "$QIANYIN" cms sign --key "$1/sign.key" --certificate "$1/sign.cer" "${@:2}"; }
judge() { "$QIANYIN" cms verify --lang en --trust "$1.trust" --crl "$1.crl" --demo "${@:2}"; }

for kind in sm2 rsa p256; do
	check "$kind signs attached" sign "$kind" --attached doc -o "$kind.p7"
	check "$kind signs detached" sign "$kind" doc -o "$kind.sig"
	exits 0 "$kind attached passes" judge "$kind" "$kind.p7"
	exits 0 "$kind detached passes" judge "$kind" "$kind.sig" --content doc
	exits 2 "$kind detached alone is not known" judge "$kind" "$kind.sig"
	exits 1 "$kind detached over another document fails" judge "$kind" "$kind.sig" --content other
	has "and it is the digest" HASH_FAILURE "$out"
	sed 's/contract 100/contract 900/' "$kind.p7" >"$kind.bad"
	exits 1 "$kind with altered content fails" judge "$kind" "$kind.bad"
done
exits 2 "a signer of a CA that is not in the store does not pass" judge rsa sm2.p7

# openssl knows the demonstration extension no more than others do: -noverify leaves the chain out.
for kind in rsa p256; do
	check "openssl verifies $kind attached" openssl cms -verify -binary -noverify -inform DER \
		-in "$kind.p7" -out "$kind.out"
	check "and finds the content" cmp doc "$kind.out"
	check "openssl verifies $kind detached" openssl cms -verify -binary -noverify -inform DER \
		-in "$kind.sig" -content doc -out /dev/null
	if openssl cms -verify -binary -noverify -inform DER -in "$kind.sig" -content other \
		-out /dev/null 2>/dev/null; then nok "not over another document"; else ok "not over another document"; fi
	openssl cms -sign -binary -nodetach -md sha256 -in doc -signer "$kind/sign.cer" \
		-inkey "$kind/sign.key" -outform DER -out "openssl-$kind.p7"
	exits 0 "what openssl signs with $kind passes" judge "$kind" "openssl-$kind.p7"
	openssl cms -sign -binary -nodetach -md sha256 -noattr -keyid -in doc -signer "$kind/sign.cer" \
		-inkey "$kind/sign.key" -outform DER -out "openssl-$kind-bare.p7"
	exits 0 "without attributes and by key id too" judge "$kind" "openssl-$kind-bare.p7"
	openssl cms -sign -binary -nodetach -md sha1 -in doc -signer "$kind/sign.cer" \
		-inkey "$kind/sign.key" -outform DER -out "openssl-$kind-sha1.p7" 2>/dev/null
	exits 2 "with SHA-1 it is not checked" judge "$kind" "openssl-$kind-sha1.p7"
	has "and says so" CRYPTO_CONSTRAINTS_FAILURE "$out"
done
openssl cms -sign -binary -nodetach -md sha256 -in doc -signer rsa/sign.cer \
	-inkey rsa/sign.key -keyopt rsa_padding_mode:pss -outform DER -out pss.p7
exits 2 "RSA-PSS is not checked" judge rsa pss.p7

# SM2 by hand: attributes out of the message, their tag as SET OF, the value over them.
openssl asn1parse -inform DER -in sm2.sig >tree 2>/dev/null
read -r at head length < <(sed -n 's/^ *\([0-9]*\):d=\([0-9]*\) *hl=\([0-9]*\) l= *\([0-9]*\) cons: cont \[ 0 \].*/\1 \3 \4/p' tree | tail -1)
tail -c +$((at + 1)) sm2.sig | head -c $((head + length)) | sed '1s/^\xa0/1/' >attributes
read -r at head length < <(sed -n 's/^ *\([0-9]*\):d=[0-9]* *hl=\([0-9]*\) l= *\([0-9]*\) prim: OCTET STRING.*/\1 \2 \3/p' tree | tail -1)
tail -c +$((at + head + 1)) sm2.sig | head -c "$length" >value
openssl x509 -in sm2/sign.cer -noout -pubkey >pub.pem 2>/dev/null ||
	openssl x509 -inform DER -in sm2/sign.cer -noout -pubkey >pub.pem
check "openssl verifies the SM2 value over the attributes" openssl pkeyutl -verify -pubin -inkey pub.pem \
	-rawin -digest sm3 -pkeyopt distid:1234567812345678 -in attributes -sigfile value
digest=$(openssl dgst -sm3 -r doc | cut -c1-64 | tr a-f A-F)
openssl asn1parse -inform DER -in attributes >tree 2>/dev/null
has "and the attributes hold the SM3 of the document" "$digest" tree
