#!/usr/bin/env bash
# A demonstration CA founds itself and issues dual certificates that another maker's software
# verifies; private keys are for their owner's eyes only.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

mode() { stat -c %a "$1"; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else nok "$1" "[$2] is not [$3]"; fi; }

# openssl applies the SM2 user id to the last certificate only, so each step is checked alone. It
# does not know our critical demonstration extension.
agrees() {
	local id=()
	[[ $2 != *sm2/* ]] || id=(-vfyopt distid:1234567812345678)
	openssl verify "${id[@]}" -ignore_critical -partial_chain -trusted "$1" "$2"
}

for kind in sm2 rsa p256; do
	ca=ca-$kind
	exits 0 "$kind: a CA is founded" "$QIANYIN" ca init "$ca" --name 示范认证中心 --kind "$kind"
	is "$kind: its root key is for the owner only" "$(mode "$ca/root.key")" 600
	is "$kind: its folder too" "$(mode "$ca")" 700
	exits 0 "$kind: a holder gets certificates" "$QIANYIN" ca issue "$ca" --name 张三公司 \
		--credit-code 91440300708461136T --no-password -o "out-$kind"
	is "$kind: the holder's key is for the owner only" "$(mode "out-$kind/sign.key")" 600
	check "$kind: openssl verifies the root" agrees "$ca/root.cer" "$ca/root.cer"
	check "$kind: openssl verifies the issuing CA" agrees "$ca/root.cer" "$ca/ca.cer"
	check "$kind: openssl verifies the signing certificate" agrees "$ca/ca.cer" "out-$kind/sign.cer"
	exits 2 "$kind: openssl does not verify it under the root" agrees "$ca/root.cer" "out-$kind/sign.cer"
	openssl pkey -in "out-$kind/sign.key" -pubout >key.pub 2>/dev/null
	openssl x509 -in "out-$kind/sign.cer" -noout -pubkey >cert.pub 2>/dev/null
	check "$kind: key and certificate belong together" cmp key.pub cert.pub
done

for kind in sm2 rsa; do
	check "$kind: openssl verifies the encryption certificate" agrees "ca-$kind/ca.cer" "out-$kind/enc.cer"
	openssl x509 -in "out-$kind/enc.cer" -noout -text >text 2>/dev/null
	has "$kind: it is for encryption" "Key Encipherment, Data Encipherment, Key Agreement" text
	lacks "$kind: it is not for signing" "Digital Signature" text
done
if [ -e out-p256/enc.cer ]; then nok "p256: no encryption certificate"; else ok "p256: no encryption certificate"; fi

# The CA delivers the encryption key under the signing key, and only that opens it.
#= GM/T 0015-2012 §5, GB/T 35276-2017: two certificates, the second key under the first
exits 0 "the delivered key is received" "$QIANYIN" key receive out-sm2/enc.envelopedkey \
	--key out-sm2/sign.key --cert out-sm2/enc.cer --no-password -o received.key
check "it is the key of the encryption certificate" cmp received.key out-sm2/enc.key
exits 0 "so is the one in the signed message" "$QIANYIN" key receive out-sm2/enc.p7 \
	--key out-sm2/sign.key --cert out-sm2/enc.cer --no-password -o received2.key
check "it is the same" cmp received2.key out-sm2/enc.key
exits 64 "which does not say whose key it is" "$QIANYIN" key receive out-sm2/enc.p7 \
	--key out-sm2/sign.key --no-password -o x.key
"$QIANYIN" key new -o other.key --no-password
exits 65 "another key does not open the message" "$QIANYIN" key receive out-sm2/enc.p7 \
	--key other.key --cert out-sm2/enc.cer --no-password -o stolen.key
exits 65 "another key does not open the envelope" "$QIANYIN" key receive out-sm2/enc.envelopedkey \
	--key other.key --no-password -o stolen.key
exits 77 "it is not the key of the signing certificate" "$QIANYIN" key receive \
	out-sm2/enc.envelopedkey --key out-sm2/sign.key --cert out-sm2/sign.cer --no-password -o x.key
if [ -e stolen.key ] || [ -e x.key ]; then nok "nothing was written then"; else ok "nothing was written then"; fi

# A request instead of a key made by the CA.
"$QIANYIN" key request other.key --name 李四公司 -o other.p10
exits 0 "a request is answered" "$QIANYIN" ca issue ca-sm2 --name 李四公司 --request other.p10 -o out-req
if [ -e out-req/sign.key ] || [ -e out-req/sign.p12 ]; then nok "the CA has no such key"; else ok "the CA has no such key"; fi
exits 0 "the envelope goes to the key of the request" "$QIANYIN" key receive out-req/enc.envelopedkey \
	--key other.key --cert out-req/enc.cer --no-password -o other-enc.key
openssl req -in other.p10 -outform DER -out p10.der
printf '\001' | dd of=p10.der bs=1 seek=$(($(stat -c %s p10.der) - 1)) conv=notrunc status=none
exits 77 "a request whose signature is wrong is refused" "$QIANYIN" ca issue ca-sm2 --name 李四公司 \
	--request p10.der -o out-bad

# Passwords.
echo secret >pw
echo wrong >pw2
exits 0 "a PKCS#12 is made" "$QIANYIN" ca issue ca-sm2 --name 王五公司 --password-file pw -o out-p12
exits 0 "its password opens it" "$QIANYIN" key show out-p12/sign.p12 --password-file pw
has "it holds the chain" "签发 CA" "$out"
exits 77 "another does not" "$QIANYIN" key show out-p12/sign.p12 --password-file pw2
exits 77 "a key that is there is not overwritten" "$QIANYIN" ca issue ca-sm2 --name 王五公司 \
	--password-file pw -o out-p12
before=$("$QIANYIN" ca list ca-sm2 | wc -l)
"$QIANYIN" ca issue ca-sm2 --name 王五公司 --password-file pw -o out-p12 2>/dev/null
is "nothing was issued for it" "$("$QIANYIN" ca list ca-sm2 | wc -l)" "$before"
exits 0 "a CA with encrypted keys is founded" "$QIANYIN" ca init ca-pw --name 密 --password-file pw
lacks "its keys are encrypted" "BEGIN PRIVATE KEY" ca-pw/ca.key
exits 77 "without the password it issues nothing" "$QIANYIN" ca issue ca-pw --name 甲 --no-password -o o1
exits 77 "with a wrong one neither" "$QIANYIN" ca issue ca-pw --name 甲 --no-password \
	--ca-password-file pw2 -o o1
exits 0 "with the password it does" "$QIANYIN" ca issue ca-pw --name 甲 --no-password \
	--ca-password-file pw -o o1
exits 77 "a CA is not founded twice in one folder" "$QIANYIN" ca init ca-sm2 --name 又一个
exits 64 "a wrong credit code is refused" "$QIANYIN" ca issue ca-sm2 --name 甲 --no-password \
	--credit-code 91440300708461136A -o o2
exits 0 "an event certificate is issued" "$QIANYIN" ca event ca-sm2 --name 评审 --person 赵六 --hours 2 \
	--no-password -o ev
exits 64 "but not for nine hours" "$QIANYIN" ca event ca-sm2 --name 评审 --hours 9 --no-password -o ev2
