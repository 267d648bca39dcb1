#!/usr/bin/env bash
# Bids pack and open: by the owner, by a renewed key, by three of five trustees; what does not open
# says whose fault it was.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

# A CA, a bidder, and trustees with signing and encryption keys. Nobody real.
people() {
	"$QIANYIN" ca init ca --name 示范 >"$out" 2>&1 || return
	for who in bidder renewed stranger opening intake t1 t2 t3 t4 t5; do
		name=单位$who
		[ "$who" = renewed ] && name=单位bidder
		code=91999999MA00000079
		case $who in stranger | t*) code=12999999MB0000000T ;; esac
		"$QIANYIN" ca issue ca --name "$name" --credit-code "$code" --no-password -o "$who" \
			>"$out" 2>&1 || return
	done
	echo 公告 >notice.ofd
	echo 人民币壹佰贰拾捌万元整 >price.txt
	head -c 3000000 /dev/urandom >technical.bin
}
check "people are issued certificates" people

trustees=(--trustee purchaser=t1/enc.cer --trustee agency=t2/enc.cer --trustee notary=t3/enc.cer
	--trustee supervisor=t4/enc.cer --trustee ca=t5/enc.cer)
# pack OUT WORD...: a bid whose deadline has passed, so that it may be opened.
pack() {
	local to=$1
	shift
	"$QIANYIN" bid pack --tender ZC-2026-001 --notice notice.ofd --deadline 2026-01-01T00:00:00Z --lot 1 \
		--owner bidder/enc.cer --part technical=technical.bin --part price=price.txt \
		--credit-code 91999999MA00000079 --key bidder/sign.key --certificate bidder/sign.cer -o "$to" "$@"
}
same() { cmp technical.bin "$1/technical" && cmp price.txt "$1/price"; }
record=(--signer opening/sign.key --signer-certificate opening/sign.cer --record record.der)

check "a bid is packed" pack bid.qyb "${trustees[@]}" --intake intake/enc.cer
exits 0 "anyone sees its outer part" "$QIANYIN" bid inspect bid.qyb
has "with the tender" ZC-2026-001 "$out"
lacks "and not who bids" 91999999MA00000079 "$out"
exits 0 "the intake key shows the rest" "$QIANYIN" bid inspect bid.qyb --intake-key intake/enc.key
has "with the bidder" 91999999MA00000079 "$out"
exits 65 "another key does not" "$QIANYIN" bid inspect bid.qyb --intake-key t1/enc.key
intake=(--intake-key intake/enc.key)

exits 0 "the owner's key is rehearsed" "$QIANYIN" bid check bid.qyb "${intake[@]}" --key bidder/enc.key
has "and the commitment matches" 承诺相符 "$out"
exits 0 "a trustee's too" "$QIANYIN" bid check bid.qyb "${intake[@]}" --key t3/enc.key
exits 77 "a stranger's is none of the recipients'" "$QIANYIN" bid check bid.qyb "${intake[@]}" --key stranger/enc.key

exits 0 "the owner opens it" "$QIANYIN" bid open bid.qyb "${intake[@]}" --key bidder/enc.key -o by-owner "${record[@]}"
check "to the same" same by-owner

share() { # share WHO PART [BID]
	"$QIANYIN" bid share "${3:-bid.qyb}" "${intake[@]}" --key "$1/enc.key" --part "$2" --to opening/enc.cer \
		--signer "$1/sign.key" --signer-certificate "$1/sign.cer" -o "$1-$2.share"
}
shares() { for who in t1 t3 t5; do share "$who" technical && share "$who" price || return; done; }
check "three trustees give their shares" shares
opening=(--opening-key opening/enc.key)
exits 0 "and open what the owner lost the key of" "$QIANYIN" bid open bid.qyb "${intake[@]}" "${opening[@]}" \
	--share t1-technical.share --share t3-technical.share --share t5-technical.share \
	--share t1-price.share --share t3-price.share --share t5-price.share -o by-trustees "${record[@]}" --json
has "and the record says so" '"trustees"' "$out"
check "to the same" same by-trustees
exits 2 "two are too few" "$QIANYIN" bid open bid.qyb "${intake[@]}" "${opening[@]}" --part price \
	--share t1-price.share --share t3-price.share -o by-two
check "and nothing is written" test ! -e by-two/price
exits 65 "a share is for the opening's key only" "$QIANYIN" bid open bid.qyb "${intake[@]}" --opening-key stranger/enc.key \
	--share t1-price.share -o by-none
exits 2 "shares of one part open no other" "$QIANYIN" bid open bid.qyb "${intake[@]}" "${opening[@]}" --part price \
	--share t1-technical.share --share t3-technical.share --share t5-technical.share -o by-other

rewrap() { "$QIANYIN" bid rewrap bid.qyb "${intake[@]}" --key bidder/enc.key --to "$1/enc.cer" \
	--signer bidder/sign.key --signer-certificate bidder/sign.cer -o "$1.rewrap"; }
exits 0 "a renewed certificate gets an envelope" rewrap renewed
exits 0 "with which it opens" "$QIANYIN" bid open bid.qyb "${intake[@]}" --key renewed/enc.key --rewrap renewed.rewrap \
	-o by-renewed --json
has "as the record says" owner-rewrapped "$out"
check "to the same" same by-renewed
exits 77 "a stranger gets none" rewrap stranger
check "another bid is packed" pack other.qyb "${trustees[@]}" --intake intake/enc.cer
exits 77 "and the envelope is not for it" "$QIANYIN" bid open other.qyb "${intake[@]}" --key renewed/enc.key \
	--rewrap renewed.rewrap -o by-mixed
exits 77 "nor are the shares" "$QIANYIN" bid open other.qyb "${intake[@]}" "${opening[@]}" --share t1-price.share -o by-mixed

check "both together are packed" pack both.qyb "${trustees[@]}" --policy owner-and-trustees --intake intake/enc.cer
shares_both() { for who in t2 t3 t4; do share "$who" price both.qyb || return; done; }
check "and shared" shares_both
exits 2 "trustees alone do not open it" "$QIANYIN" bid open both.qyb "${intake[@]}" "${opening[@]}" --part price \
	--share t2-price.share --share t3-price.share --share t4-price.share -o by-half
exits 2 "the owner alone does not" "$QIANYIN" bid open both.qyb "${intake[@]}" --part price --key bidder/enc.key -o by-half
exits 0 "both do" "$QIANYIN" bid open both.qyb "${intake[@]}" "${opening[@]}" --part price --key bidder/enc.key \
	--share t2-price.share --share t3-price.share --share t4-price.share -o by-both
check "to the same" cmp price.txt by-both/price

check "the owner alone" pack own.qyb --policy owner --clear-header
exits 0 "opens it alone" "$QIANYIN" bid open own.qyb --key bidder/enc.key -o by-self
check "to the same" same by-self
exits 77 "and nobody else" "$QIANYIN" bid open own.qyb --key t1/enc.key -o by-self2

many=()
for _ in $(seq 70); do many+=(--part price); done
exits 64 "a part is opened once" "$QIANYIN" bid open own.qyb --key bidder/enc.key "${many[@]}" -o by-many

early() { "$QIANYIN" bid pack --tender Z --notice notice.ofd --deadline 2099-01-01T00:00:00Z --owner bidder/enc.cer \
	--part price=price.txt --credit-code 91999999MA00000079 --key bidder/sign.key --certificate bidder/sign.cer \
	--policy owner --clear-header -o early.qyb; }
check "a bid that is not due is packed" early
exits 77 "its owner cannot open it yet" "$QIANYIN" bid open early.qyb --key bidder/enc.key -o by-early
check "and nothing is written" test ! -e by-early/price
exits 0 "but can rehearse" "$QIANYIN" bid check early.qyb --key bidder/enc.key

exits 65 "two trustees are no threshold" pack bad.qyb "${trustees[@]}" --threshold 2 --clear-header
exits 65 "nor more than there are" pack bad.qyb "${trustees[@]}" --threshold 6 --clear-header
exits 64 "a header is sealed or clear" pack bad.qyb "${trustees[@]}"
exits 64 "a credit code has a check digit" pack bad.qyb "${trustees[@]}" --clear-header --credit-code 91999999MA00000078
check "none of these left a file" test ! -e bad.qyb

damage() { cp bid.qyb "$1" && printf '\xff' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>"$err"; }
size=$(stat -c %s bid.qyb)
damage damaged.qyb $((size - 1000000))
exits 65 "an altered part is found" "$QIANYIN" bid check damaged.qyb "${intake[@]}"
exits 1 "and its opening says that storage is at fault" "$QIANYIN" bid open damaged.qyb "${intake[@]}" --key bidder/enc.key \
	--part technical -o by-damaged
check "and writes nothing" test ! -e by-damaged/technical
head -c $((size - 1)) bid.qyb >cut.qyb
exits 65 "a file cut short is refused" "$QIANYIN" bid inspect cut.qyb
(cat bid.qyb; printf x) >more.qyb
exits 65 "and one with more behind it" "$QIANYIN" bid inspect more.qyb

# A full disk and a killed process: nothing, or the whole.
full() { (ulimit -f 1000; trap '' XFSZ; pack full.qyb --policy owner --clear-header); }
exits 73 "a full disk is told" full
check "and leaves nothing" test ! -e full.qyb -a -z "$(find . -name 'full.qyb*')"
head -c 300000000 /dev/zero >large.bin
for turn in 1 2 3; do
	"$QIANYIN" bid pack --tender Z --notice notice.ofd --deadline 2026-01-01 --owner bidder/enc.cer --part a=large.bin \
		--credit-code 91999999MA00000079 --key bidder/sign.key --certificate bidder/sign.cer --policy owner --clear-header \
		-o killed.qyb >"$out" 2>&1 &
	sleep 0.$((turn * 15))
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
done
left=$(find . -name 'killed.qyb*' | wc -l)
if [ "$left" = 0 ] || "$QIANYIN" bid check killed.qyb >"$out" 2>&1; then
	ok "packing that is killed leaves nothing or the whole"
else
	nok "packing that is killed leaves nothing or the whole" "$(ls -l)"
fi
