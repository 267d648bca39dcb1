#!/usr/bin/env bash
# Who installs libqianyin gets a header, a library and a pkg-config file with which the example
# compiles as strict C11, and runs.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

build=$(cd "$(dirname "$QIANYIN")/../.." && pwd)
for tool in meson pkg-config cc; do
	command -v "$tool" >/dev/null || {
		skip "the library is installed and used" "no $tool"
		exit 0
	}
done
check "meson installs into a folder" meson install -C "$build" --no-rebuild --destdir "$TMP/root"
pc=$(find "$TMP/root" -name libqianyin.pc)
check "there is a pkg-config file" test -n "$pc"
header=$(find "$TMP/root" -path '*/include/qianyin/qianyin.h')
check "there is the header" test -n "$header"
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$TMP/root
check "it tells a version" pkg-config --exact-version=0.1.0 libqianyin
lib=$(dirname "$(find "$TMP/root" -name 'libqianyin.so' | head -1)")
read -ra flags < <(pkg-config --cflags --libs libqianyin)
check "the example compiles with it" cc -std=c11 -pedantic -Wall -Wextra -Werror \
	"$ROOT/tests/unit/lib/example.c" "${flags[@]}" -o example
exits 64 "the example runs with it" env LD_LIBRARY_PATH="$lib" ./example
has "and is the one we mean" "first lines of example.c" "$err"
pkg-config --libs libqianyin >libs
lacks "users do not link what we link" "-lcrypto" libs
