#!/usr/bin/env bash
# A page of another origin, in a real Chromium under its rules on local networks, logs its user in
# and has a paper sealed through the agent; where the permission is denied it says what to do.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..} QIANYIN
python3 "$ROOT/tests/scenario/agent_browser.py" "$TMP" "$ROOT"
status=$?
rm -rf "$TMP"
exit $status
