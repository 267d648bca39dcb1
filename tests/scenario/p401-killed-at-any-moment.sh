#!/usr/bin/env bash
# qianyind is killed at random moments while organisations register, on both databases: nothing it
# acknowledged is lost and nothing is half done. 8 kills each, 200 in make torture.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
trap - EXIT
export QIANYIN_BUILD=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}
kinds=(killed)
[ -z "${QIANYIN_TEST_POSTGRES:-}" ] || kinds+=(killed-postgres)
worst=0 n=0
for kind in "${kinds[@]}"; do
	mkdir -p "$TMP/$kind"
	# One plan for both: their cases are numbered on.
	while IFS= read -r line; do
		case $line in
		"ok "*) n=$((n + 1)); echo "ok $n - $kind: ${line#*- }" ;;
		"not ok "*) n=$((n + 1)) worst=1; echo "not ok $n - $kind: ${line#*- }" ;;
		"1.."*) ;;
		*) echo "$line" ;;
		esac
	done < <(python3 "$ROOT/tests/scenario/platform_trial.py" "$kind" "$TMP/$kind" 2>&1 | sed '/^ok\|^not ok\|^1\.\./!s/^#* */# /')
done
if [ "${#kinds[@]}" = 1 ]; then
	n=$((n + 1))
	echo "ok $n - # skip no PostgreSQL (tests/run starts one)"
fi
rm -rf "$TMP"
# Two cases a database: a trial that died says fewer.
[ "$n" -ge "$((2 * ${#kinds[@]}))" ] || worst=1
echo "1..$n"
exit $worst
