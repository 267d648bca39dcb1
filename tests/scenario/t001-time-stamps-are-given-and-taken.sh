#!/usr/bin/env bash
# Our authority stamps for openssl and ours for openssl's: RSA and P-256 by openssl's own check, SM2
# by its primitives; refusals say why in the terms of RFC 3161.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin
command -v curl >/dev/null || { skip "time stamps" "there is no curl"; exit 0; }

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca crl ca -o crl
foreign_authority rsa
foreign_authority ec
foreign_authority ec-plain plain
register_of own false
register_of independent true
echo 合同 >paper

# --- ours for openssl -------------------------------------------------------------------------
keys=(--key ca/tsa.key --certificate ca/tsa.cer --key rsa.key --certificate rsa.cer --key ec.key --certificate ec.cer)
check "an authority with three keys starts" authority_up state "${keys[@]}" --policy 1.2.3.1 --policy 1.2.3.2 --policy 1.2.3.3
for digest in sha256 sha384 sha512; do
	for policy in 1.2.3.2 1.2.3.3; do
		openssl ts -query -data paper -"$digest" -cert -tspolicy "$policy" -out q.tsq 2>/dev/null
		ask q.tsq r.tsr
		#= RFC 3161 §2.4.2: a token openssl takes, by query, CA file and all
		check "openssl verifies our stamp of $digest under $policy" openssl ts -verify -queryfile q.tsq -in r.tsr -CAfile foreign.pem
	done
done
openssl ts -reply -in r.tsr -text >text 2>/dev/null
has "with the policy asked for" "Policy OID: 1.2.3.3" text
has "and the accuracy stated" "Accuracy: 0x01 seconds" text
openssl ts -query -data paper -sha256 -out q.tsq 2>/dev/null
ask q.tsq r.tsr
openssl ts -reply -in r.tsr -token_out -out nocert.tst 2>/dev/null
openssl asn1parse -inform DER -in nocert.tst >text
lacks "who wants no certificate gets none" ":rsaEncryption" text

# --- SM2 by the primitives of openssl ---------------------------------------------------------
part() { python3 "$ROOT/tests/scenario/der_part.py" "$@"; }
openssl ts -query -data paper -sm3 -cert -out q.tsq 2>/dev/null
ask q.tsq r.tsr
openssl ts -reply -in r.tsr -token_out -out sm2.tst 2>/dev/null
part --content sm2.tst info 1 0 2 1 0
part sm2.tst attrs 1 0 4 0 3
part --content sm2.tst value 1 0 4 0 5
printf '\x31' | dd of=attrs conv=notrunc 2>/dev/null
openssl x509 -in ca/tsa.cer -pubkey -noout >tsa.pem
check "the SM2 signature is over the attributes, with Z" openssl dgst -sm3 -sigopt distid:1234567812345678 -verify tsa.pem -signature value attrs
openssl dgst -sm3 -binary info | xxd -p -c 99 >digest
openssl asn1parse -inform DER -in attrs | tr A-F a-f >text
has "which hold the plain SM3 of the TSTInfo" "$(cat digest)" text
openssl x509 -in ca/tsa.cer -outform DER | openssl dgst -sm3 -binary | xxd -p -c 99 >digest
has "and name the certificate by SM3" "$(cat digest)" text
openssl dgst -sm3 -binary paper | xxd -p -c 99 >digest
openssl asn1parse -inform DER -in info | tr A-F a-f >text
has "the imprint is the paper's" "$(cat digest)" text

# --- refusals ---------------------------------------------------------------------------------
refused() {
	ask q.tsq r.tsr
	openssl ts -reply -in r.tsr -text >text 2>/dev/null
	has "$1 is refused" "Status: Rejected." text
	has "with the reason" "$2" text
}
openssl ts -query -data paper -sha1 -out q.tsq 2>/dev/null
refused "SHA-1" "unrecognized or unsupported algorithm"
openssl ts -query -data paper -sha256 -tspolicy 1.2.3.9 -out q.tsq 2>/dev/null
refused "a policy that is not ours" "requested TSA policy is not supported"
echo nonsense >q.tsq
refused "nonsense" "wrong format"
printf '\x30\x03\x02\x01\x02' >q.tsq
refused "another version" "transaction not permitted"
exits 0 "another media type" curl -s -o /dev/null -w '%{http_code}' --data-binary @q.tsq "$tsa"
has "is refused too" 415 "$out"
exits 0 "and GET" curl -s -o /dev/null -w '%{http_code}' "$tsa"
has "is not understood" 405 "$out"

# --- the client -------------------------------------------------------------------------------
check "a file is stamped" "$QIANYIN" tsa request paper --tsa "$tsa" -o paper.tst
has "and the time told" 已取得时间戳 "$err"
check "what it says is shown" "$QIANYIN" tsa show paper.tst
has "with the imprint" "$(openssl dgst -sm3 -r paper | cut -d' ' -f1)" "$out"
#= Protocols §4: own and independent stamps are told apart
exits 0 "it verifies over its file" "$QIANYIN" verify paper.tst --content paper --trust own --demo --crl crl
has "as the operator's own" 不能用来对抗运营者 "$out"
exits 0 "or, where the register says so" "$QIANYIN" verify paper.tst --content paper --trust independent --demo --crl crl
has "as independent" 独立时间戳 "$out"
exits 0 "by policy and digest" "$QIANYIN" tsa request paper --tsa "$tsa" --tsa-hash sha512 --policy 1.2.3.2 -o rsa.tst
openssl ts -verify -data paper -in rsa.tst -token_in -CAfile foreign.pem >"$out" 2>"$err"
has "a stamp for openssl too" "Verification: OK" "$out"
echo 另一份 >other
exits 1 "not over another file" "$QIANYIN" verify paper.tst --content other --trust own --demo --crl crl
exits 2 "nor without its file" "$QIANYIN" verify paper.tst --trust own --demo --crl crl
exits 2 "nor without a register" "$QIANYIN" verify paper.tst --content paper
exits 77 "a policy it does not have" "$QIANYIN" tsa request paper --tsa "$tsa" --policy 1.2.3.9 -o none.tst
has "is said to be refused" unacceptedPolicy "$err"
exits 64 "no URL" "$QIANYIN" tsa request paper --tsa ftp://127.0.0.1/ -o none.tst
exits 66 "no file" "$QIANYIN" tsa request missing --tsa "$tsa" -o none.tst
if [ -e none.tst ]; then nok "and nothing is written"; else ok "and nothing is written"; fi

# --- others' tokens ---------------------------------------------------------------------------
cat >ts.cnf <<'END'
[tsa]
default_tsa = x
[x]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
accuracy = secs:1
END
echo 01 >serial
for kind in rsa ec; do
	openssl ts -query -data paper -sha256 -cert -out q.tsq 2>/dev/null
	openssl ts -reply -queryfile q.tsq -signer "$kind.cer" -inkey "$kind.key" -config ts.cnf -section x -token_out -out "theirs-$kind.tst" 2>/dev/null
	"$QIANYIN" verify "theirs-$kind.tst" --content paper --trust own --json >json 2>/dev/null
	python3 - <<'END' >"$out" 2>&1
import json
s = json.load(open("json"))["signatures"][0]
print(s["kind"], sorted({c["id"] for c in s["checks"] if c["result"] == "passed"}))
END
	has "openssl's $kind stamp: we find its value right" signature.value "$out"
	has "and its imprint" timestamp.imprint "$out"
	has "and the way to the anchor" cert.chain "$out"
	has "an independent one" timestamp-independent json
done

# --- what an authority may not be -------------------------------------------------------------
authority_down TERM
exits 77 "a certificate for other things" "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state s2 --key ec-plain.key --certificate ec-plain.cer
has "is refused" timeStamping "$err"
exits 77 "and another key's" "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state s2 --key ec.key --certificate rsa.cer
exits 64 "keys and certificates in unequal number" "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state s2 --key ec.key --key rsa.key --certificate rsa.cer
exits 64 "what is no policy" "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state s2 --key ec.key --certificate ec.cer --policy 1.x
if [ -s tsa.log ]; then nok "it complained of nothing" "$(cat tsa.log)"; else ok "it complained of nothing"; fi
