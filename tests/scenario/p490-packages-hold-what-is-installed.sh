#!/usr/bin/env bash
# Debian packages: each installed file is in exactly one, what a program links is among what its
# package needs, and the command line runs from its package alone.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

build=$(cd "$(dirname "$QIANYIN")/../.." && pwd)
for tool in meson dpkg-deb dpkg-shlibdeps strip; do
	command -v "$tool" >/dev/null || {
		skip "packages hold what is installed" "no $tool"
		exit 0
	}
done
check "packages are made" "$ROOT/tools/make-deb" --trial "$build" "$TMP/packages"
check "the command line has one" test -n "$(find packages -name 'qianyin_*.deb')"
check "the agent has one" test -n "$(find packages -name 'qianyin-agent_*.deb')"
dpkg-deb -f packages/qianyin_*.deb Depends >depends
has "it needs libcrypto" "libssl3" depends
lacks "but not itself" "libqianyin" depends
for p in packages/*.deb; do
	dpkg-deb -c "$p" | awk '$1 !~ /^d/ { print $6 }'
done | grep -v '/usr/share/doc/' | sort >files
uniq -d files >twice
check "no file is in two" test ! -s twice
dpkg-deb -x packages/qianyin_*.deb root
exits 0 "the command line runs from its package" root/usr/bin/qianyin help
dpkg-deb -c packages/qianyin_*.deb >listing
check "everything is root's" test -z "$(awk '$2 != "root/root"' listing)"
check "the same sources give the same octets" sh -c "'$ROOT/tools/make-deb' --trial '$build' again >/dev/null &&
	cmp packages/qianyin_*.deb again/qianyin_*.deb"
dpkg-deb -x packages/qianyin-platform_*.deb platform
exits 0 "the server runs from its package" platform/usr/sbin/qianyind version
has "and tells its version" "qianyind " "$out"
check "its settings come with it" test -s platform/usr/share/qianyin/platform/qianyind.conf
check "they read as they are" sh -c "sed 's|^home = .*|home = $TMP/none|' platform/usr/share/qianyin/platform/qianyind.conf >conf &&
	platform/usr/sbin/qianyind conf --config conf"
check "its units come with it" test -s platform/usr/lib/systemd/system/qianyind.service
check "and the example for nginx" test -s platform/usr/share/qianyin/platform/qianyin-nginx.conf
