#!/bin/bash
# A program that writes to database and blobs is killed at random moments, and so is PostgreSQL:
# nothing that was acknowledged is lost, nothing is half done. And what looks for that finds it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"

store=$QIANYIN_BUILD/tests/kill/kill_store

exits 0 "20 kills lose nothing" "$ROOT/tests/kill/kill_store.py" "$QIANYIN_BUILD" 10
cp "$out" kills
has "ten on SQLite" "sqlite: 10 kills" kills
has "ten on PostgreSQL" "postgresql: 10 kills" kills
sed 's/^/# /' kills

# Two programs begin on an empty folder at the same moment, as at a hand-over, and share it.
for n in 1 2; do
	"$store" run sqlite:shared dir:shared-blobs >"by-$n" 2>"said-$n" &
	workers="${workers:-} $!"
done
for _ in $(seq 200); do
	[ "$(wc -l <by-1)" -lt 20 ] || [ "$(wc -l <by-2)" -lt 20 ] || break
	sleep 0.1
done
# shellcheck disable=SC2086 # two numbers
kill -9 $workers
# shellcheck disable=SC2086
wait $workers 2>/dev/null
cat by-1 by-2 >by-both
check "both have written" test -s by-1 -a -s by-2
check "neither complained" test ! -s said-1 -a ! -s said-2
look_at_both() { "$store" check sqlite:shared dir:shared-blobs; }
exits 0 "nothing of either is lost" look_at_both <by-both

# The one that looks: sound, then with each thing wrong that it looks for.
touch acknowledged
"$store" run sqlite:db dir:blobs >acknowledged &
worker=$!
for _ in $(seq 200); do
	[ "$(wc -l <acknowledged)" -lt 5 ] || break
	sleep 0.1
done
kill -9 $worker
wait $worker 2>/dev/null
look() { "$store" check sqlite:db dir:blobs; }
exits 0 "what was killed is sound" look <acknowledged
(cat acknowledged; echo 00000000000070008000000000000001) >acknowledged-more
exits 1 "an act that is not there is missed" look <acknowledged-more
has "as lost" "lost=1 half=0 blobs_missing=0" "$out"
blob=$(find blobs -type f | grep -v /tmp/ | head -n 1)
mv "$blob" aside
# It may be one whose row was not written.
for other in $(find blobs -type f | grep -v /tmp/ | tail -n 3); do echo x >>"$other"; done
exits 1 "blobs that are gone or altered are missed" look <acknowledged
lacks "as missing" "blobs_missing=0" "$out"
python3 - <<'END'
import sqlite3
db = sqlite3.connect("db/qianyin.db")
db.execute("DELETE FROM outbox WHERE id = (SELECT object FROM act LIMIT 1)")
db.commit()
END
exits 1 "half an act is seen" look <acknowledged
lacks "as half done" "half=0" "$out"
