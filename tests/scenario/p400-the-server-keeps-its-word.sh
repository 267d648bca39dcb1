#!/usr/bin/env bash
# The server is handed over under requests, loses its children, is copied, put back and killed: nobody is refused and nothing is lost.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}
python3 "$ROOT/tests/scenario/platform_trial.py" server "$TMP"
status=$?
rm -rf "$TMP"
exit $status
