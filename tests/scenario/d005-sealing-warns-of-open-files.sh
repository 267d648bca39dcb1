#!/usr/bin/env bash
# A file that could show something else to somebody else is sealed with a warning that names why;
# `qianyin closed` tells closed files from others.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 演示 >/dev/null 2>&1
"$QIANYIN" ca issue ca --name 白鹭示范家具有限公司 --credit-code 91999999MA00000079 --no-password -o party >/dev/null 2>&1
"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 白鹭示范家具有限公司 \
	--holder party/sign.cer -o seal.esl >/dev/null 2>&1
echo '合同金额 1,280,000.00 元' >text
"$QIANYIN" ofd make text --title 合同 -o good.ofd 2>/dev/null
python3 - <<'PY'
import zipfile
with zipfile.ZipFile("good.ofd") as old, zipfile.ZipFile("open.ofd", "w") as new:
    for entry in old.infolist():
        new.writestr(entry, old.read(entry))
    new.writestr("Doc_0/extra.bin", b"x")
PY

seal() { "$QIANYIN" seal --key party/sign.key --certificate party/sign.cer --seal seal.esl -o "$2" "$1"; }

exits 0 "our own output is closed" "$QIANYIN" closed good.ofd
exits 1 "a package with a part nobody names is not" "$QIANYIN" closed --json open.ofd
has "and says so to programs" '"kind": "unlisted"' "$out"
has "naming the part" Doc_0/extra.bin "$out"
exits 65 "another kind of file is neither" "$QIANYIN" closed text
exits 66 "nor is one that is not there" "$QIANYIN" closed nothing.ofd

#= Protocols §3: `qianyin seal` warns, names why and goes on
check "an open file is sealed all the same" seal open.ofd open-sealed.ofd
has "with a warning that names the part" Doc_0/extra.bin "$err"
check "it is there" test -s open-sealed.ofd
check "a closed file is sealed" seal good.ofd good-sealed.ofd
lacks "without a warning" "qianyin closed" "$err"
exits 0 "and is still closed" "$QIANYIN" closed good-sealed.ofd

cp good.ofd kept.ofd
exits 64 "nothing is written over what it reads" seal good.ofd good.ofd
check "and the original is as it was" cmp good.ofd kept.ofd
ln good.ofd linked.ofd
exits 64 "nor under another name" seal good.ofd linked.ofd

printf '# 合同\n\n金额 1,280,000.00 元。\n' >paper.md
"$QIANYIN" typeset paper.md -o paper.pdf 2>/dev/null
"$QIANYIN" ca issue ca --name 青松市示范图书馆 --credit-code 12999999MB0000000T --no-password -o other >/dev/null 2>&1
check "a seal is shown beside its holder's signature" "$QIANYIN" seal --as pades --key party/sign.key \
	--certificate party/sign.cer --seal seal.esl -o own.pdf paper.pdf
exits 77 "and beside nobody else's" "$QIANYIN" seal --as pades --key other/sign.key \
	--certificate other/sign.cer --seal seal.esl -o others.pdf paper.pdf
check "which leaves no file" test ! -e others.pdf
