#!/usr/bin/env bash
# The platform's server as curl sees it: uploads of both framings, events, conditional requests,
# and five hand-overs to a new process while curl never stops asking and is never refused.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
if [ ! -e "${QIANYIN_BUILD:=$ROOT/build-lab}/tests/sim/pagehost" ]; then
	skip "the server for tests" "this build has no simulators"
	exit 0
fi
command -v curl >/dev/null || { skip "the server" "there is no curl"; exit 0; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else nok "$1" "[$2] is not [$3]"; fi; }

"$QIANYIN_BUILD/tests/sim/pagehost" "$TMP/port" &
for _ in $(seq 100); do
	[ -s port ] && break
	sleep 0.05
done
# shellcheck disable=SC2094 # the variable and the file are two things
read -r port first <port
url=http://127.0.0.1:$port

head -c 20000000 /dev/zero >big
is "an upload of known length" "$(curl -s -T big "$url/stream")" 20000000
is "a chunked upload" "$(curl -s -T - "$url/stream" <big)" 20000000
is "one that is too long is refused before it is sent" \
	"$(curl -s -o /dev/null -w '%{http_code} %{size_upload}' -H 'Content-Length: 999999999999' -X PUT \
		-H 'Expect: 100-continue' -d x "$url/stream" | cut -d' ' -f1)" 413
is "events come and end" "$(curl -s -N -m 10 "$url/events" | grep -c '^data: done$')" 3
is "an asset" "$(curl -s -o /dev/null -w '%{http_code}' "$url/asset")" 200
is "is not sent to who has it" \
	"$(curl -s -o /dev/null -w '%{http_code}' -H 'If-None-Match: "abc"' "$url/asset")" 304
is "what does not exist is 404" "$(curl -s -o /dev/null -w '%{http_code}' "$url/x")" 404
is "a host that is none is refused" \
	"$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: a b' "$url/pid")" 400

# Each request on a connection of its own; a failure is a line that is no number.
(while [ ! -e enough ]; do curl -s -S --fail -m 10 "$url/pid" && echo || echo "failed"; done) >pids 2>&1 &
asking=$!
sleep 0.3
for _ in 1 2 3 4 5; do
	read -r _ pid <port
	kill -HUP "$pid"
	for _ in $(seq 200); do
		read -r _ now <port
		[ "$now" != "$pid" ] && break
		sleep 0.05
	done
	sleep 0.3
done
touch enough
wait "$asking"
is "nobody was refused" "$(grep -cv '^[0-9]*$' pids)" 0
is "six processes answered" "$(sort -u pids | grep -c .)" 6
echo "# $(wc -l <pids) requests over 5 hand-overs"
read -r _ last <port
kill -TERM "$last"
for _ in $(seq 100); do
	kill -0 "$last" 2>/dev/null || break
	sleep 0.1
done
if kill -0 "$last" 2>/dev/null; then nok "it ends when told"; else ok "it ends when told"; fi
if kill -0 "$first" 2>/dev/null; then nok "nothing stays of the first"; else ok "nothing stays of the first"; fi
