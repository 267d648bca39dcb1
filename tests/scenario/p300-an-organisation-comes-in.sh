#!/usr/bin/env bash
# An organisation registers, is checked, binds its certificate and is known by it through the real agent; answers count once; a lost key stops.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}
python3 "$ROOT/tests/scenario/platform_trial.py" people "$TMP"
status=$?
rm -rf "$TMP"
exit $status
