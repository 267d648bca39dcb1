#!/usr/bin/env bash
# What exists only for tests (-Dlab=true: deterministic keys, faulty certificates) must not be in
# the program people install.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

if [ "$QIANYIN" = "$QIANYIN_LAB" ]; then
	skip "the product has no lab" "this run has only one build"
	exit 0
fi
for word in lab-seed lab-fault; do
	for program in "$QIANYIN" "$QIANYIN-full"; do
		if grep -qaF -- "$word" "$program"; then nok "the product does not know $word"; else ok "the product does not know $word"; fi
	done
	# Else the case above would prove nothing.
	check "the test build knows $word" grep -qaF -- "$word" "$QIANYIN_LAB"
done
exits 64 "the product refuses a seed" "$QIANYIN" ca init --lab-seed 7 folder
"$QIANYIN" ca init --help >help 2>&1
lacks "the product's help offers none" --lab- help
"$QIANYIN_LAB" ca init --help >help 2>&1
has "the help of the test build does" --lab- help
if nm "$QIANYIN" "$QIANYIN-full" | grep -E ' lab_(key|world_make|issue|cert)'; then nok "no lab of pki is linked"; else ok "no lab of pki is linked"; fi
server=$(dirname "$QIANYIN")/../server/qianyind
exits 64 "the server that is delivered has no test clock" "$server" version --test-clock "$TMP/clock"
exits 0 "that of the test build has" "$(dirname "$QIANYIN_LAB")/../server/qianyind" version --test-clock "$TMP/clock"
if nm "$server" | grep -E ' (moved_now|fault_hit)'; then nok "neither clock nor fault points of tests are linked"; else ok "neither clock nor fault points of tests are linked"; fi
