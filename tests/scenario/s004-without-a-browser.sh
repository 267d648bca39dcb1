#!/usr/bin/env bash
# Where a browser may not reach the agent, an order comes as a file: papers are answered in the
# agent's own window, logins never; the answer goes only to the address of the pairing, over TLS.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..} QIANYIN
python3 "$ROOT/tests/scenario/agent_files.py" "$TMP"
status=$?
rm -rf "$TMP"
exit $status
