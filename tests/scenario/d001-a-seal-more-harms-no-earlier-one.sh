#!/usr/bin/env bash
# A seal can be added to any OFD, of ours or of others, and what was sealed or signed before keeps
# its verdict, except a signature that had covered the list of signatures itself.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin
export QIANYIN_LANG=en
kit_ca || { nok "a CA with five sealers"; exit 0; }

# --- files of our own -------------------------------------------------------------------------
kit_contract 3 contract.ofd
cp contract.ofd now.ofd
verify --json now.ofd >before.json
for n in 1 2 3 4 5; do
	case $n in
	1) options=(--page last) ;;
	2) options=(--straddle right) ;;
	3) options=(--page 2 --at '50,50') ;;
	4) options=(--page 0 --straddle left) ;;
	5) options=() ;;
	esac
	check "sealer $n seals ${options[*]}" seal_by "$n" now.ofd next.ofd "${options[@]}"
	exits 0 "with $n seals everything passes" verify --json next.ofd
	cp "$out" after.json
	check "and nothing changed for those before" reports kept before.json after.json now.ofd
	mv next.ofd now.ofd
	mv after.json before.json
done
check "each of the five covers the whole document" reports all before.json TOTAL-PASSED
check "a signature (Type=Sign) on top of seals" sign_by 1 now.ofd signed.ofd
exits 0 "passes with them" verify --json signed.ofd
cp "$out" after.json
check "and leaves them as they were" reports kept before.json after.json now.ofd
unzip -p signed.ofd Doc_0/Signs/Signatures.xml >list
has "it is entered as a signature" 'Type="Sign"' list
unzip -p signed.ofd Doc_0/Signs/Sign_1/Signature.xml >straddled
if [ "$(grep -c 'Clip=' straddled)" -ge 3 ]; then ok "the straddle seal is on every page"; else nok "the straddle seal is on every page" "$(cat straddled)"; fi
echo 一页 >single.txt
"$QIANYIN" ofd make single.txt --title 合同 -o single.ofd
exits 64 "a straddle seal on one page is refused" seal_by 1 single.ofd x.ofd --straddle right
exits 64 "a page that is not there is refused" seal_by 1 contract.ofd x.ofd --page 99
exits 64 "a place beside the paper is refused" seal_by 1 contract.ofd x.ofd --at 500,10
if [ -e x.ofd ]; then nok "and nothing is written"; else ok "and nothing is written"; fi

# Other keys sign, but do not seal.
for kind in rsa p256; do
	"$QIANYIN" ca init "ca-$kind" --name "示范$kind" --kind "$kind" 2>/dev/null
	"$QIANYIN" ca issue "ca-$kind" --name 外方公司 --single --no-password -o "u-$kind"
	"$QIANYIN" ca crl "ca-$kind" -o "crl-$kind"
	"$QIANYIN" ca trust ca "ca-$kind" -o "trust-$kind"
	check "a signature with $kind" "$QIANYIN" sign --key "u-$kind/sign.key" --certificate "u-$kind/sign.cer" -o "$kind.ofd" now.ofd
	exits 0 "passes" "$QIANYIN" verify --json --trust "trust-$kind" --demo --crl crl --crl "crl-$kind" "$kind.ofd"
	cp "$out" after.json
	check "and leaves the seals as they were" reports kept before.json after.json now.ofd
	check "and a seal after it" seal_by 1 "$kind.ofd" "$kind-sealed.ofd"
	exits 0 "passes with it" "$QIANYIN" verify --json --trust "trust-$kind" --demo --crl crl --crl "crl-$kind" "$kind-sealed.ofd"
	exits 65 "it is no key for a seal" "$QIANYIN" seal --key "u-$kind/sign.key" --certificate "u-$kind/sign.cer" \
		--seal u1/seal.esl -o x.ofd now.ofd
done

# --- files of others --------------------------------------------------------------------------
need_samples
for file in "$SAMPLES"/ofd/*.ofd; do
	name=$(basename "$file")
	verify --json "$file" >before.json 2>/dev/null
	check "$name: sealed" seal_by 1 "$file" sealed.ofd
	verify --json sealed.ofd >after.json 2>/dev/null
	if [ "$(reports last after.json)" = "TOTAL-PASSED " ]; then
		ok "$name: the new seal passes"
	else
		nok "$name: the new seal passes" "$(reports last after.json)"
	fi
	check "$name: the earlier ones keep their verdict" reports kept before.json after.json "$file"
	grep '^#' "$out"
	rm -f sealed.ofd
done
