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
names() { nm "$1" | awk '$NF ~ /(^|_)lab_/ { print $NF }'; }

names "$QIANYIN" >product
if [ -s product ]; then nok "the product has no lab names" "$(cat product)"; else ok "the product has no lab names"; fi
"$QIANYIN" --help >help 2>&1
if grep -qw lab help; then nok "the product's help speaks of no lab" "$(grep -w lab help)"; else ok "the product's help speaks of no lab"; fi
check "the product runs" "$QIANYIN" --help
