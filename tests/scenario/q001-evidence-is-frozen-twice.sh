#!/usr/bin/env bash
# A sealed OFD and a detached message are frozen into containers: first with status pending, again
# after the CA's next list; what is touched afterwards is found; stamps and trees are renewed.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 采购人 --credit-code 91310000MA1FL0010P --single --no-password -o u
"$QIANYIN" ca tsa ca -o tsa >/dev/null 2>&1
foreign_authority ec
register_of trust true
"$QIANYIN" ca crl ca -o first.crl
: >index.txt && echo 01 >crlnumber
cat >crl.cnf <<'END'
[ca]
default_ca = d
[d]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
END
openssl ca -gencrl -config crl.cnf -keyfile foreign.key -cert foreign.pem -out foreign.crl 2>/dev/null
authority_up state --key ca/tsa.key --certificate ca/tsa.cer
sm=$tsa sm_pid=$tsa_pid
authority_up state2 --key ec.key --certificate ec.cer
nist=$tsa nist_pid=$tsa_pid
echo 甲乙双方按照招标文件与投标文件的约定履行本合同。 >contract.txt
"$QIANYIN" ofd make contract.txt -o plain.ofd --title 政府采购合同
"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 采购人 --holder u/sign.cer -o u/seal.esl 2>/dev/null
sleep 1
"$QIANYIN" seal --key u/sign.key --certificate u/sign.cer --seal u/seal.esl --tsa "$sm" -o 合同.ofd plain.ofd

judge() { "$QIANYIN" "$@" --trust trust --demo --crl foreign.crl; }
make() { judge evidence make --crl first.crl --tsa "$sm" --tsa "$nist" "$@"; }

exits 0 "evidence is frozen" make 合同.ofd -o 合同.qye
has "what is pending is said" "状态待定" "$err"
check "it is a zip" unzip -tq 合同.qye
exits 2 "before the CA's next list it is accepted, status pending" judge evidence verify 合同.qye --crl first.crl
has "and says so" "REVOCATION_OUT_OF_BOUNDS_NO_POE" "$out"
sleep 1
"$QIANYIN" ca crl ca -o second.crl
exits 0 "after the next list it is frozen again" \
	judge evidence renew --crl second.crl --tsa "$sm" --tsa "$nist" 合同.qye -o 合同2.qye
exits 0 "now it passes, with its own lists" judge evidence verify 合同2.qye --crl second.crl
exits 0 "verify does the same" judge verify 合同2.qye --crl second.crl
exits 0 "for programs too" judge verify 合同2.qye --crl second.crl --json
has "with the time of proof" '"proven_at"' "$out"
has "and the records" '"evidence-record"' "$out"
exits 2 "when its lists are old the last stamp is not known to be good" \
	judge verify 合同2.qye --crl second.crl --at "$(date -u -d '+60 days' +%F)"
unzip -qo 合同.qye -d one && unzip -qo 合同2.qye -d two
check "the second freeze changed nothing of the first" sh -c '(cd one && find . -type f -exec sha256sum {} +) | (cd two && sha256sum -c --quiet)'

exits 0 "without anything new the records are stamped again" \
	judge evidence renew --crl second.crl --tsa "$sm" --tsa "$nist" 合同2.qye -o 合同3.qye
exits 0 "and it passes" judge verify 合同3.qye --crl second.crl
exits 0 "a tree is built anew" \
	judge evidence renew --tree sha512 --broken sha256=2099-01-01 --crl second.crl --tsa "$sm" --tsa "$nist" 合同3.qye -o 合同4.qye
exits 0 "and it passes" judge verify 合同4.qye --crl second.crl
exits 2 "with both digests broken today it does not" \
	judge verify 合同2.qye --crl second.crl --broken sha256=2020-01-01 --broken sm3=2020-01-01
exits 64 "an algorithm nobody knows is not broken" judge verify 合同2.qye --broken sha3=2040-01-01

echo signed >text
"$QIANYIN" cms sign --key u/sign.key --certificate u/sign.cer --tsa "$sm" --detached text -o text.p7s 2>/dev/null ||
	"$QIANYIN" cms sign --key u/sign.key --certificate u/sign.cer --tsa "$sm" text -o text.p7s
exits 0 "a detached message is frozen with what it signs" make --content text text.p7s -o text.qye
exits 2 "and verifies without its document beside it" judge verify text.qye --crl first.crl
has "whose digest is right" "原文摘要" "$out"

cp 合同.ofd changed.ofd && printf 'x' | dd of=changed.ofd bs=1 seek=1000 conv=notrunc 2>/dev/null
exits 1 "a file that does not verify is not frozen" make changed.ofd -o changed.qye
check "and nothing is written" test ! -e changed.qye
exits 3 "nor one without signature" make plain.ofd -o plain.qye
kill "$sm_pid" "$nist_pid"
exits 75 "without an authority nothing is frozen" make 合同.ofd -o none.qye
check "nor written" test ! -e none.qye
