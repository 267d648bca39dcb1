#!/usr/bin/env bash
# A bid's key leaves the agent only when witnesses have closed the tender: tried before, rehearsed,
# re-wrapped to its renewed owner and to a stranger, and opened at last by what the agent gave.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..} QIANYIN
python3 "$ROOT/tests/scenario/agent_bids.py" "$TMP"
status=$?
rm -rf "$TMP"
exit $status
