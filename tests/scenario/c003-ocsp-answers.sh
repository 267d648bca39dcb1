#!/usr/bin/env bash
# The OCSP responder answers GET and POST on the loopback address, knows of a revocation at once,
# and ends cleanly. Asked by openssl and curl.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
command -v curl >/dev/null || { skip "ocsp" "there is no curl"; exit 0; }

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca init other --name 另一个 2>/dev/null
"$QIANYIN" ca issue ca --name 张三公司 --no-password -o out
"$QIANYIN" ca issue other --name 李四公司 --no-password -o out2
"$QIANYIN" ca trust ca -o trust
"$QIANYIN" ca crl ca -o crl

"$QIANYIN" ca ocsp ca --listen 127.0.0.1:0 >url 2>log &
responder=$!
for _ in $(seq 100); do
	[ -s url ] && break
	sleep 0.05
done
url=$(cat url)
has "it prints where it listens" "http://127.0.0.1:" url

ask() { openssl ocsp -sha256 -issuer ca/ca.cer -cert "$1" -url "$url" -no_nonce -noverify -reqout q.der -respout r.der; }
post() { curl -s -o "$1" -w '%{http_code} %{content_type}' --data-binary @"$2" -H 'Content-Type: application/ocsp-request' "$url"; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else nok "$1" "[$2] is not [$3]"; fi; }

check "openssl asks about a good certificate" ask out/sign.cer
has "and is told so" "out/sign.cer: good" "$out"
exits 0 "our own check takes the answer" "$QIANYIN" cert check out/sign.cer --trust trust --demo --crl crl --ocsp r.der
is "POST is answered" "$(post p.der q.der)" "200 application/ocsp-response"
b64=$(base64 -w0 q.der | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')
#= RFC 6960 Appendix A.1: GET with the base64 of the request in the path
is "GET is answered" "$(curl -s -o g.der -w '%{http_code} %{content_type}' "$url$b64")" \
	"200 application/ocsp-response"
openssl ocsp -respin g.der -noverify -text >text 2>/dev/null
has "with the same content" "Cert Status: good" text

"$QIANYIN" ca revoke ca out/sign.cer --reason key-compromise
check "openssl asks after the revocation" ask out/sign.cer
has "and is told at once" "out/sign.cer: revoked" "$out"
has "with the reason" "keyCompromise" "$out"
exits 1 "our own check fails it" "$QIANYIN" cert check out/sign.cer --trust trust --demo --crl crl --ocsp r.der

openssl ocsp -sha256 -issuer other/ca.cer -cert out2/sign.cer -url "$url" -no_nonce -noverify >answer 2>/dev/null
has "another CA's certificate is unknown" "unknown" answer
exits 0 "a request with a nonce" openssl ocsp -issuer ca/ca.cer -cert out/enc.cer -url "$url" -noverify -nonce
has "gets it back" "good" "$out"
lacks "with no complaint about the nonce" "nonce" "$err"

echo nonsense >junk
is "nonsense gets an OCSP refusal" "$(post junk.der junk)" "200 application/ocsp-response"
openssl ocsp -respin junk.der -noverify -text >text 2>&1
has "that says malformed" "malformedrequest" text
is "another media type is refused" "$(curl -s -o /dev/null -w '%{http_code}' --data-binary @q.der "$url")" 415
is "another method is refused" "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$url")" 405
is "what is no base64 is refused" "$(curl -s -o /dev/null -w '%{http_code}' "${url}%25%25")" 400
head -c 70000 /dev/zero >big
is "too much is refused" "$(post /dev/null big)" "413 text/plain; charset=utf-8"

exits 64 "it listens nowhere but at home" timeout 5 "$QIANYIN" ca ocsp ca --listen 0.0.0.0:0
exits 75 "a port that is taken is said to be taken" timeout 5 "$QIANYIN" ca ocsp ca --listen "127.0.0.1:$(
	sed 's,.*:,,; s,/,,' url
)"
kill -TERM "$responder"
wait "$responder"
is "it ends cleanly" $? 0
if [ -s log ]; then nok "it complained of nothing" "$(cat log)"; else ok "it complained of nothing"; fi
