#!/usr/bin/env bash
# A certificate passes before it is revoked and fails after; suspended counts as revoked while it
# lasts; what could not be found out never passes.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 张三公司 --no-password -o out
"$QIANYIN" ca issue ca --name 李四公司 --no-password -o out2
"$QIANYIN" ca trust ca -o trust
judge() { "$QIANYIN" cert check "$@" --trust trust --demo; }

exits 2 "without a CRL it is not known" judge out/sign.cer
exits 2 "without telling, a demonstration CA is refused" "$QIANYIN" cert check out/sign.cer --trust trust
exits 2 "without a trust store nothing is known" "$QIANYIN" cert check out/sign.cer
"$QIANYIN" ca crl ca -o before.crl
exits 0 "with a CRL that does not list it, it passes" judge out/sign.cer --crl before.crl
has "and says so" "TOTAL-PASSED" "$out"
"$QIANYIN" ca revoke ca out/sign.cer --reason key-compromise
"$QIANYIN" ca crl ca -o after.crl
exits 1 "after the revocation it fails" judge out/sign.cer --crl after.crl
has "and says why" "REVOKED" "$out"
exits 1 "in English too" judge out/sign.cer --crl after.crl --lang en
has "in words" "revoked" "$out"
exits 1 "for programs too" judge out/sign.cer --crl after.crl --json
has "with the sub-indication" '"subindication": "REVOKED"' "$out"
exits 0 "another certificate still passes" judge out2/sign.cer --crl after.crl
exits 1 "an older list beside the newer one changes nothing" judge out/sign.cer --crl before.crl --crl after.crl
exits 77 "it cannot be revoked twice" "$QIANYIN" ca revoke ca out/sign.cer
exits 77 "nor released" "$QIANYIN" ca revoke ca out/sign.cer --release

"$QIANYIN" ca revoke ca out2/sign.cer --hold
"$QIANYIN" ca crl ca --delta -o held.crl
exits 1 "suspended by a delta it fails" judge out2/sign.cer --crl after.crl --crl held.crl
"$QIANYIN" ca revoke ca out2/sign.cer --release
"$QIANYIN" ca crl ca --delta -o released.crl
exits 0 "released by a delta it passes" judge out2/sign.cer --crl after.crl --crl released.crl

exits 66 "an unknown serial is said to be unknown" "$QIANYIN" ca revoke ca 0123456789
openssl crl -in after.crl -noout -text >text 2>/dev/null
has "openssl reads the list" "Key Compromise" text
exits 2 "a signing certificate is no seal maker" judge out2/sign.cer --crl after.crl --crl released.crl \
	--purpose seal-maker
exits 0 "the seal maker is one" judge ca/seal-maker.cer --crl after.crl --purpose seal-maker
exits 0 "the time-stamping authority is one" judge ca/tsa.cer --crl after.crl --purpose tsa
exits 2 "but no seal maker" judge ca/tsa.cer --crl after.crl --purpose seal-maker
exits 0 "the encryption certificate is one" judge out2/enc.cer --crl after.crl --purpose encryption
exits 2 "but not for signing" judge out2/enc.cer --crl after.crl

# A CA that is not in the store, under the same name.
"$QIANYIN" ca init twin --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue twin --name 张三公司 --no-password -o forged
exits 2 "a certificate of a CA with the same name and another key does not pass" judge forged/sign.cer \
	--crl before.crl --cert twin/ca.cer
