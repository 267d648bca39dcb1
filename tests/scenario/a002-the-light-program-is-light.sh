#!/usr/bin/env bash
# What people run by the thousand starts fast: qianyin loads no library that draws or serves, and
# hands the rest over to qianyin-full, beside it or in ../libexec/qianyin/.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

LC_ALL=C ldd "$QIANYIN" >libraries
for heavy in cairo pango fontconfig gnutls microhttpd curl rsvg cmark; do
	lacks "it loads nothing of $heavy" "lib$heavy" libraries
done
if grep -q 'lib.*san' libraries; then
	skip "few libraries" "a sanitizer brings its own"
elif [ "$(wc -l <libraries)" -le 24 ]; then
	ok "few libraries"
else
	nok "few libraries" "$(cat libraries)"
fi

mkdir -p place/bin place/libexec/qianyin
cp "$QIANYIN" place/bin/
exits 74 "without its other half it says so" place/bin/qianyin help
has "by name" qianyin-full "$err"
exits 64 "and still does what it can itself" place/bin/qianyin verify
cp "$(dirname "$QIANYIN")/qianyin-full" place/libexec/qianyin/
check "installed, it hands over" place/bin/qianyin help
has "to all commands" seal-picture "$out"
exits 64 "and misspellings too" place/bin/qianyin seal-pictrue
has "with a hint" seal-picture "$err"
