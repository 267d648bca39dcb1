# lib.sh: the words of a scenario; sourced first thing:  . "$(dirname "$0")/lib.sh"
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# A scenario tries the real programs. Its name is a letter for the area and a number; its first
# comment says what it is for. It gets
#   $QIANYIN       the program as delivered      $QIANYIN_LAB   the same with -Dlab=true
#   $SAMPLES       files of other makers         $ROOT          the source tree
#   $TMP           an empty folder, removed at the end, and the current folder
# and says what it finds by
#   ok NAME / nok NAME [WHY]     one case, passed or failed
#   skip NAME WHY                one case that could not be tried, and why
#   check NAME COMMAND...        passed when the command exits 0; its output is shown if not
#   exits CODE NAME COMMAND...   passed when it exits with CODE; leaves $out, $err (files)
#   has NAME WORD FILE           passed when FILE has the fixed string WORD
#   lacks NAME WORD FILE         passed when FILE is there and does not have it
set -u

ROOT=${QIANYIN_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
SAMPLES=${QIANYIN_SAMPLES:-$ROOT/../shared/samples}
QIANYIN=${QIANYIN:-$ROOT/build/src/cli/qianyin}
QIANYIN_LAB=${QIANYIN_LAB:-$ROOT/build-lab/src/cli/qianyin}
TMP=$(mktemp -d "${TEST_TMP:-${TMPDIR:-/tmp}}/scenario.XXXXXX")
# Nothing of the person who runs the tests may matter: no settings, no language.
export HOME=$TMP/home XDG_CONFIG_HOME=$TMP/home/.config LC_ALL=C.UTF-8 LANG=zh_CN.UTF-8
unset LANGUAGE
mkdir -p "$HOME"
out=$TMP/.out err=$TMP/.err
cases=0 failures=0

finish() {
	status=$?
	for job in $(jobs -p); do kill "$job" 2>/dev/null; done
	cd / && rm -rf "$TMP"
	# A script that dies half-way prints no plan, and the runner counts that as a failure.
	[ "$status" = 0 ] || { echo "# the script ended with $status"; exit "$status"; }
	echo "1..$cases"
	[ "$failures" = 0 ] || exit 1
}
trap finish EXIT

ok() {
	cases=$((cases + 1))
	echo "ok $cases - $1"
}

nok() {
	cases=$((cases + 1)) failures=$((failures + 1))
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
	echo "not ok $cases - $1"
}

skip() {
	cases=$((cases + 1))
	echo "ok $cases - $1 # SKIP $2"
}

shown() {
	echo "--- standard output"
	head -c 3000 "$out"
	echo "--- standard error"
	head -c 3000 "$err"
}

check() {
	local name=$1
	shift
	if "$@" >"$out" 2>"$err"; then ok "$name"; else nok "$name" "exit code $?: $* $(shown)"; fi
}

exits() {
	local want=$1 name=$2 got=0
	shift 2
	"$@" >"$out" 2>"$err" || got=$?
	if [ "$got" = "$want" ]; then ok "$name"; else nok "$name" "exit code $got, not $want: $* $(shown)"; fi
}

has() {
	if grep -qF -- "$2" "$3"; then ok "$1"; else nok "$1" "does not have [$2]: $(head -c 3000 "$3")"; fi
}

lacks() {
	if [ -f "$3" ] && ! grep -qF -- "$2" "$3"; then ok "$1"; else nok "$1" "has [$2]: $(head -c 3000 "$3")"; fi
}

# Ends the script, every case skipped, when the programs are not built or samples are absent.
need_qianyin() {
	[ -x "$QIANYIN" ] && return
	skip "$(basename "$0" .sh)" "there is no $QIANYIN"
	exit 0
}

need_samples() {
	[ -d "$SAMPLES" ] && return
	skip "$(basename "$0" .sh)" "no samples in $SAMPLES (set QIANYIN_SAMPLES)"
	exit 0
}

cd "$TMP" || exit 1
