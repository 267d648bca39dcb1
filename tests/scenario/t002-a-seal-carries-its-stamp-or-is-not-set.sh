#!/usr/bin/env bash
# Seals and signatures with a time stamp: what it proves depends on the register; an authority that is
# down, out of order or lying stops the sealing, and nothing is left behind.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 第一采购人 --credit-code "${credit_codes[0]}" --single --no-password -o u1
"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 第一采购人 \
	--holder u1/sign.cer -o u1/seal.esl 2>/dev/null
"$QIANYIN" ca crl ca -o crl
foreign_authority rsa
register_of own false
register_of independent true
kit_contract 1 contract.ofd 2>/dev/null
cp contract.ofd untouched.ofd

check "an authority starts" authority_up state --key ca/tsa.key --certificate ca/tsa.cer --key rsa.key --certificate rsa.cer
check "a contract is sealed with a stamp" seal_by 1 contract.ofd sealed.ofd --tsa "$tsa"
exits 0 "and the seal holds" "$QIANYIN" verify sealed.ofd --trust own --demo --crl crl
has "with the operator's own stamp" 不能用来对抗运营者 "$out"
"$QIANYIN" verify sealed.ofd --trust own --demo --crl crl --json >json 2>/dev/null
has "which programs are told" '"timestamp-own"' json
# From here on the stamp moves the time of proof, and a status must not be older than that.
"$QIANYIN" ca crl ca -o crl
exits 0 "where the register says independent" "$QIANYIN" verify sealed.ofd --trust independent --demo --crl crl
has "it is said to be so" 独立时间戳 "$out"
exits 0 "a second one signs it" "$QIANYIN" sign sealed.ofd --key u1/sign.key --certificate u1/sign.cer -o both.ofd --tsa "$tsa" --tsa-hash sha256
"$QIANYIN" ca crl ca -o crl
"$QIANYIN" verify both.ofd --trust independent --demo --crl crl --json >json 2>/dev/null
check "both stamps stand, each over its own value" python3 - <<'END'
import json
signatures = json.load(open("json"))["signatures"]
assert len(signatures) == 2
for s in signatures:
    checks = {c["id"]: c["result"] for c in s["checks"]}
    assert checks["timestamp.imprint"] == "passed", checks
# The second is the foreign authority's, of which no status is at hand: not passed, and no proof.
assert signatures[0]["signed_at"]["source"] == "timestamp-independent"
END
exits 0 "a detached signature" "$QIANYIN" cms sign contract.ofd --key u1/sign.key --certificate u1/sign.cer -o contract.p7 --tsa "$tsa"
"$QIANYIN" ca crl ca -o crl
exits 0 "holds" "$QIANYIN" verify contract.p7 --content contract.ofd --trust independent --demo --crl crl
has "with its stamp" 独立时间戳 "$out"
openssl asn1parse -inform DER -in contract.p7 >text 2>/dev/null
has "in the place RFC 3161 has for it" timeStampToken text

# --- what stops it ----------------------------------------------------------------------------
nothing_left() {
	if [ -e none.ofd ] || compgen -G "*none*" >/dev/null; then nok "$1: nothing is left behind" "$(ls -a)"; else ok "$1: nothing is left behind"; fi
	if cmp -s contract.ofd untouched.ofd; then ok "$1: the paper is as it was"; else nok "$1: the paper is as it was"; fi
}
openssl ts -query -data contract.ofd -sm3 -cert -out q.tsq 2>/dev/null
ask q.tsq old.tsr
authority_down TERM
exits 75 "with the authority down nothing is sealed" seal_by 1 contract.ofd none.ofd --tsa "$tsa"
has "and it is said which" "$tsa" "$err"
has "in the user's language" 请稍后再试 "$err"
nothing_left "down"
exits 75 "nor signed" "$QIANYIN" cms sign contract.ofd --key u1/sign.key --certificate u1/sign.cer -o none.p7 --tsa "$tsa"
nothing_left "not signed"
exits 64 "what is no URL is a mistake" seal_by 1 contract.ofd none.ofd --tsa tsa.example

# A server that says the same to everybody: what stands in the file `answer`.
cat >parrot.py <<'END'
import http.server, sys
status, kind = int(sys.argv[1]), sys.argv[2]
class Parrot(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = open("answer", "rb").read()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Parrot)
scheme = "http"
if len(sys.argv) > 3:
    import ssl
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https"
print(f"{scheme}://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
END
parrot() {
	: >parrot.url
	python3 parrot.py "$@" >parrot.url &
	parrot_pid=$!
	for _ in $(seq 200); do
		[ -s parrot.url ] && break
		sleep 0.05
	done
}
says() { # CODE NAME WORD STATUS TYPE [CERTIFICATE KEY]
	parrot "${@:4}"
	exits "$1" "$2" seal_by 1 contract.ofd none.ofd --tsa "$(cat parrot.url)"
	has "and it is said why" "$3" "$err"
	nothing_left "$2"
	kill "$parrot_pid"
	wait "$parrot_pid" 2>/dev/null
}
reply=application/timestamp-reply
cp old.tsr answer
says 77 "an answer for another digest" "another digest" 200 "$reply"
says 75 "a server in trouble" "503" 503 "$reply"
says 77 "a server that does not want us" "404" 404 "$reply"
printf '<html>Welcome</html>' >answer
says 65 "a page instead of an answer" "text/html" 200 text/html
says 65 "garbage" "TimeStampResp" 200 "$reply"
printf '\x30\x09\x30\x07\x02\x01\x02\x03\x02\x07\x80' >answer
says 77 "a refusal" "badAlg" 200 "$reply"

openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.pem -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -days 9 2>/dev/null
says 77 "a server for which nobody vouches" "certificate" 200 "$reply" tls.pem tls.key

# --- numbers never come twice -----------------------------------------------------------------
serials() {
	for _ in $(seq "$1"); do
		"$QIANYIN" tsa request contract.ofd --tsa "$tsa" -o one.tst 2>/dev/null
		"$QIANYIN" tsa show one.tst --json | sed -n 's/.*"serial": "\(.*\)".*/\1/p' >>serials
	done
}
: >serials
for _ in 1 2 3 4; do
	authority_up state --key ca/tsa.key --certificate ca/tsa.cer
	serials 3
	authority_down KILL
done
if [ "$(sort -u serials | wc -l)" = 12 ] && sort -c serials; then
	ok "killed four times, its numbers still rise"
else
	nok "killed four times, its numbers still rise" "$(cat serials)"
fi
authority_up state --key ca/tsa.key --certificate ca/tsa.cer
exits 75 "two servers do not share one memory" timeout 10 "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state state --key ca/tsa.key --certificate ca/tsa.cer
authority_down TERM
sed 's/^time .*/time 4102444800000000/' state/state >ahead && cp ahead state/state
authority_up state --key ca/tsa.key --certificate ca/tsa.cer
exits 75 "a clock that was set back gives no stamps" "$QIANYIN" tsa request contract.ofd --tsa "$tsa" -o none.tst
has "and says so" timeNotAvailable "$err"
has "to the operator too" "set back" tsa.log
authority_down TERM
echo junk >state/state
exits 65 "a damaged memory is not begun anew" "$QIANYIN" tsa serve --listen 127.0.0.1:0 --state state --key ca/tsa.key --certificate ca/tsa.cer
if [ "$(cat state/state)" = junk ]; then ok "and is left as it is"; else nok "and is left as it is"; fi
