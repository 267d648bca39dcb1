#!/usr/bin/env bash
# Any file at all given to any command that reads one: an exit code of the list, in time, no crash.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
need_samples

echo 123456 >pw
try() { timeout 20 "$QIANYIN" "$@" >"$out" 2>"$err" </dev/null; }

# One file, one command: right codes are "done", a verdict, or "not what we read".
bad=''
one() {
	local code=0
	try "$@" || code=$?
	case $code in
	0 | 1 | 2 | 3 | 65 | 77) ;;
	*) bad="$bad$code: $*"$'\n' ;;
	esac
	if [ $code -ge 64 ] && [ ! -s "$err" ]; then bad="$bad silent $code: $*"$'\n'; fi
}

# Two commands for every file, and one of the others in turn: each start of the program costs.
turn=0
each() {
	one verify "$1"
	one cert show "$1"
	turn=$(((turn + 1) % 5))
	case $turn in
	0) one cert check "$1" ;;
	1) one key show "$1" --password-file pw ;;
	2) one trust show "$1" ;;
	3) one ofd text "$1" ;;
	4) one ofd list "$1" ;;
	esac
}

count=0
while IFS= read -r -d '' file; do
	each "$file"
	count=$((count + 1))
done < <(find "$SAMPLES" -type f -size -2M -print0)
if [ -z "$bad" ]; then ok "$count files of other makers"; else nok "$count files of other makers" "$bad"; fi

# The same files cut short and with an octet changed, at places that follow from the name.
bad=''
count=0
while IFS= read -r -d '' file; do
	size=$(stat -c %s "$file")
	count=$((count + 1))
	# Every fourth: the unit tests try each octet, here it is the whole way through the program.
	if [ "$size" -le 16 ] || [ $((count % 4)) != 0 ]; then continue; fi
	at=$((($(cksum <"$file" | cut -d ' ' -f 1) + count * 7919) % size))
	head -c "$at" "$file" >cut.bin
	each cut.bin
	cp "$file" bent.bin && chmod u+w bent.bin
	printf '\252' | dd of=bent.bin bs=1 seek="$at" conv=notrunc status=none
	each bent.bin
done < <(find "$SAMPLES/certs" "$SAMPLES/keys" "$SAMPLES/ofd" "$SAMPLES/pkcs7" -type f -size -200k -print0)
if [ -z "$bad" ]; then ok "some of them cut and bent"; else nok "some of them cut and bent" "$bad"; fi

# What stands in a CA's folder is input too.
"$QIANYIN" ca init ca --name 甲 2>/dev/null
cp ca/ca.json whole
for at in 1 40 200 700; do
	head -c $at whole >ca/ca.json
	exits 65 "a register cut at $at" "$QIANYIN" ca list ca
done
sed 's/"serial": "[0-9a-f]*"/"serial": 7/' whole >ca/ca.json
exits 65 "a register with a number for a serial" "$QIANYIN" ca list ca
sed 's/"not_after": "[^"]*"/"not_after": "tomorrow"/' whole >ca/ca.json
exits 65 "a register with a date that is none" "$QIANYIN" ca list ca
