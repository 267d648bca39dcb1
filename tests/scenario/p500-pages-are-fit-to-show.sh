#!/usr/bin/env bash
# Every page of a platform just installed, in Chromium, in Chinese and English, on a desk and on a
# phone: it answers, is no wider than the screen, axe finds nothing; login by keyboard.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

server=${QIANYIND:-${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}/src/server/qianyind}
for thing in chromium node; do
	command -v "$thing" >/dev/null || {
		skip "pages are fit to show" "no $thing (make setup installs it)"
		exit 0
	}
done
[ -d "$ROOT/tests/npm/node_modules/playwright-core" ] || {
	skip "pages are fit to show" "no npm packages (tools/setup-npm installs them)"
	exit 0
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >conf <<EOF
home = $TMP/data
listen = 127.0.0.1:$port
origin = http://127.0.0.1:$port
platform = look.example
demonstration = yes
log_level = warn
EOF
check "a platform is made" "$server" init --config conf
# Nobody's number: its check digit is right.
printf '王示范\n440101199001011233\n13800000000\noperator\n' >officer
"$server" officer --config conf --lang en <officer >said 2>wrong || cat wrong
has "it has an officer" "password" said
password=$(sed -n 's/.*once: //p' said)
"$server" serve --config conf 2>log &
for _ in $(seq 100); do
	curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break
	sleep 0.1
done
check "it serves" curl -sf -o /dev/null "http://127.0.0.1:$port/"
node "$ROOT/tests/browser/look.mjs" "http://127.0.0.1:$port" operator "$password" "$TMP/shots" >looked 2>&1
while IFS= read -r line; do
	case $line in
	"ok "*) ok "${line#*- }" ;;
	"not ok "*) nok "${line#*- }" ;;
	"1.."*) ;;
	*) echo "$line" ;;
	esac
done < <(sed '/^ok\|^not ok\|^1\.\./!s/^#* */# /' looked)
check "all pages were looked at" test "$(grep -c 'axe finds nothing' looked)" -ge 60
check "nothing failed on the server" test ! -s log
