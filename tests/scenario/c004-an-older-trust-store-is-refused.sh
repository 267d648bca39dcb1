#!/usr/bin/env bash
# A trust store in use is replaced only by a newer one of the same signer.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
export XDG_STATE_HOME=$TMP/state

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca init other --name 另一个 2>/dev/null
"$QIANYIN" ca issue ca --name 张三公司 --no-password -o out
"$QIANYIN" ca crl ca -o crl
for n in 1 2 3; do "$QIANYIN" ca trust ca --serial $n -o trust$n; done
sleep 1
"$QIANYIN" ca trust ca --serial 2 --title 另一份 -o trust2b
"$QIANYIN" ca trust other --serial 9 -o foreign

exits 2 "without a store nothing is known" "$QIANYIN" cert check out/sign.cer --crl crl --demo
exits 0 "a store is installed" "$QIANYIN" trust use trust2
exits 0 "it is what commands judge by" "$QIANYIN" cert check out/sign.cer --crl crl --demo
exits 0 "the same one again is no harm" "$QIANYIN" trust use trust2
exits 77 "an older one is refused" "$QIANYIN" trust use trust1
exits 77 "another one with the same serial is refused" "$QIANYIN" trust use trust2b
exits 77 "one by another signer is refused" "$QIANYIN" trust use foreign
exits 0 "the one in use is still the first" "$QIANYIN" cert check out/sign.cer --crl crl --demo
exits 0 "a newer one is taken" "$QIANYIN" trust use trust3
exits 77 "and the one before is now older" "$QIANYIN" trust use trust2

# Somebody with access to the file puts the old one back.
cp trust2 "$XDG_STATE_HOME/qianyin/trust.store"
exits 77 "an older file put in its place is noticed" "$QIANYIN" cert check out/sign.cer --crl crl --demo
cp foreign "$XDG_STATE_HOME/qianyin/trust.store"
exits 77 "another signer's file put in its place too" "$QIANYIN" cert check out/sign.cer --crl crl --demo
exits 0 "the right one heals it" "$QIANYIN" trust use trust3
exits 0 "another signer is taken when one says so" "$QIANYIN" trust use foreign --signer-changed
exits 2 "and then it is the one that counts" "$QIANYIN" cert check out/sign.cer --crl crl --demo

cp trust3 broken
printf 'X' | dd of=broken bs=1 seek=300 conv=notrunc status=none
exits 77 "an altered store is refused" "$QIANYIN" trust use broken
exits 77 "and not shown" "$QIANYIN" trust show broken

cat >desc.json <<END
{ "title": "登记", "serial": 4, "anchors": [ { "cert": "ca/root.cer", "name": "示范", "purposes": ["signer"],
  "credit_code": "gm-organization-code", "licences": { "service": { "number": "E1", "from": "2020-01-01" },
  "cipher": { "number": "C1", "from": "2020-01-01" } } } ], "extra": ["ca/ca.cer"] }
END
exits 0 "a store is made from a description" "$QIANYIN" trust make desc.json --key ca/root.key --cert ca/root.cer -o made
exits 0 "it judges" "$QIANYIN" cert check out/sign.cer --crl crl --demo --trust made
exits 2 "only for what it says" "$QIANYIN" cert check ca/tsa.cer --crl crl --demo --trust made --purpose tsa
exits 77 "another key cannot sign under that name" "$QIANYIN" trust make desc.json --key other/root.key \
	--cert ca/root.cer -o made2
sed 's/"purposes"/"purposses"/' desc.json >typo.json
exits 65 "a misspelt member is refused" "$QIANYIN" trust make typo.json --key ca/root.key --cert ca/root.cer -o made2
has "and named" "purposses" "$err"
sed 's/2020-01-01/2020-13-01/' desc.json >date.json
exits 65 "a date that is none is refused" "$QIANYIN" trust make date.json --key ca/root.key --cert ca/root.cer -o made2
