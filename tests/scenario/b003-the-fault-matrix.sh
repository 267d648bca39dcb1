#!/usr/bin/env bash
# Everything that goes wrong around a sealed bid, under each policy: every bid whose policy allows it
# opens, and every failure is told as whose it is. The table is printed and stands in docs/fault-matrix.md.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
export QIANYIN QIANYIN_LAB QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}

if [ ! -e "$QIANYIN_BUILD/tests/sim/falsegiver" ]; then
	skip "the fault matrix" "no simulators are built in $QIANYIN_BUILD/tests/sim"
	exit 0
fi

# The driver counts in its own output; what it counted goes on here.
python3 "$ROOT/tests/scenario/fault_matrix.py" "$TMP/matrix" >rows 2>"$err" || true
grep -v '^1\.\.' rows
cases=$(grep -cE '^(not )?ok ' rows) failures=$(grep -c '^not ok ' rows)
check "the matrix was tried to its end" grep -q '^1\.\.[1-9]' rows
[ ! -s "$err" ] || sed 's/^/# /' "$err"
check "docs/fault-matrix.md has the same table" python3 "$ROOT/tests/scenario/fault_matrix.py" --check "$ROOT/docs/fault-matrix.md"
