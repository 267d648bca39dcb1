#!/usr/bin/env bash
# Pages, programs and users that mean harm talk to the agent: nothing is signed that was not shown,
# no secret is given, and no PIN is tried that its user did not type.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..} QIANYIN
python3 "$ROOT/tests/scenario/agent_attacks.py" "$TMP"
status=$?
rm -rf "$TMP"
exit $status
