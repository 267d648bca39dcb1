#!/usr/bin/env bash
# A test build makes the same keys from the same seed, and certificates with a chosen fault, each of
# which is noticed; the product knows neither.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

if [ "$QIANYIN" != "$QIANYIN_LAB" ]; then
	exits 64 "the product has no seeds" "$QIANYIN" ca init p --name 甲 --lab-seed 1
	exits 64 "nor faults" "$QIANYIN" ca issue p --name 甲 --lab-fault expired -o o
fi
if ! "$QIANYIN_LAB" help ca init 2>/dev/null | grep -q lab-seed; then
	skip "the lab is repeatable" "there is no test build"
	exit 0
fi
lab=$QIANYIN_LAB
"$lab" ca init one --name 甲 --lab-seed 1 2>/dev/null
"$lab" ca init same --name 甲 --lab-seed 1 2>/dev/null
"$lab" ca init other --name 甲 --lab-seed 2 2>/dev/null
check "the same seed gives the same keys" cmp one/root.key same/root.key
exits 1 "another seed gives others" cmp one/root.key other/root.key
exits 1 "root and subordinate have not the same key" cmp one/root.key one/ca.key

"$lab" ca trust one -o trust
while read -r fault code; do
	"$lab" ca issue one --name "$fault" --lab-fault "$fault" --single --no-password -o "$fault"
	"$lab" ca crl one -o crl
	exits "$code" "a certificate that is $fault" "$lab" cert check "$fault/sign.cer" --trust trust --demo --crl crl
done <<'END'
expired 2
not-yet 2
bad-signature 2
wrong-usage 2
END
"$lab" ca issue one --name 乙 --single --no-password -o good
"$lab" ca crl one -o crl
exits 0 "one without a fault" "$lab" cert check good/sign.cer --trust trust --demo --crl crl
