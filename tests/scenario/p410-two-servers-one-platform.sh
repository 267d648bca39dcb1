#!/usr/bin/env bash
# Two servers on one PostgreSQL: a session begun on one continues on the other; one is killed under
# load, no acknowledged act is lost and the other carries on.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
if [ -z "${QIANYIN_TEST_POSTGRES:-}" ]; then
	skip "two servers, one platform" "no PostgreSQL (tests/run starts one)"
	exit 0
fi
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}
python3 "$ROOT/tests/scenario/platform_trial.py" pair "$TMP"
status=$?
rm -rf "$TMP"
exit $status
