#!/usr/bin/env bash
# Every way to fail has its exit code and a message, in both languages; nothing half-written stays.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
q=$QIANYIN

exits 64 "nothing at all is a usage error" "$q"
exits 0 "help is none" "$q" --help
has "help is in Chinese" "用法" "$out"
exits 0 "in English too" "$q" --lang en --help
has "when asked" "Usage" "$out"
exits 0 "QIANYIN_LANG asks too" env QIANYIN_LANG=en_GB.UTF-8 "$q" --help
has "and is heard" "Usage" "$out"
exits 0 "LANG=C is Chinese" env LANG=C "$q" --help
has "as it should be" "用法" "$out"
exits 0 "the version" "$q" --version
exits 64 "an unknown command" "$q" cret show
has "suggests the nearest" "cert show" "$err"
exits 64 "half a command" "$q" cert
has "lists the other half" "cert check" "$err"
exits 64 "an unknown option" "$q" cert show --foo x
exits 64 "a missing operand" "$q" cert show
exits 64 "an operand too many" "$q" cert show a b
exits 64 "a missing option" "$q" key new
exits 64 "an option without its value" "$q" key new -o
exits 64 "a wrong choice" "$q" key new -o k --kind dsa
exits 64 "a number that is none" "$q" ca event ca --name x --hours two -o y
exits 64 "an option twice" "$q" key new -o a -o b
exits 64 "a flag with a value" "$q" key new -o a --no-password=yes
exits 64 "a language nobody speaks" "$q" --lang fr cert show x
for i in $("$q" --lang en --help | awk '/^Commands/ {on = 1; next} /^More/ {on = 0} on && /^  [a-z]/ {print $1 "+" ($2 ~ /^[a-z][a-z-]*$/ && /^  [a-z]+ [a-z-]+  / ? $2 : "")}'); do
	words=$(echo "${i%+}" | tr '+' ' ')
	# shellcheck disable=SC2086
	"$q" help $words >one 2>two || nok "help $words" "$(cat two)"
	# shellcheck disable=SC2086
	"$q" $words --help >three 2>two || nok "$words --help" "$(cat two)"
	cmp -s one three || nok "help $words says what $words --help says"
done
ok "every command has its help"
"$q" help --man >man.1
has "the manual names every command" '.SS cert check' man.1
if command -v man >/dev/null; then
	# Chinese lines break where troff does not expect it; that is no fault of the page.
	man --warnings -l man.1 2>&1 >/dev/null | grep -v "break line\|adjust line" >roff
	if [ -s roff ]; then nok "roff has no complaint" "$(cat roff)"; else ok "roff has no complaint"; fi
else
	skip "roff has no complaint" "there is no man"
fi

exits 66 "a missing file" "$q" cert show nowhere.cer
exits 66 "a folder is no file" "$q" cert show .
echo "not a certificate" >junk
exits 65 "what is no certificate" "$q" cert show junk
exits 65 "nor a key" "$q" key show junk
exits 65 "nor a trust store" "$q" trust show junk
: >empty
exits 65 "an empty file" "$q" cert show empty
exits 65 "even on standard input" "$q" cert show - </dev/null
head -c 2000000 /dev/zero >big
exits 65 "too large a file" "$q" cert show big
exits 66 "a CA that is none" "$q" ca list nowhere

exits 0 "a key is made" "$q" key new -o k.pem --no-password
exits 77 "it is not overwritten" "$q" key new -o k.pem --no-password
exits 0 "unless one insists" "$q" key new -o k.pem --no-password --force
cp k.pem k.copy && ln k.pem k.link
exits 64 "an output is not an input" "$q" key request k.pem --name 甲 -o k.pem
exits 64 "by another name either" "$q" key request k.pem --name 甲 -o k.link
has "and it is said" "输入文件" "$err"
exits 64 "nor an input named by an option" "$q" sign --key k.pem --certificate k.copy k.copy -o k.pem
if cmp -s k.pem k.copy; then ok "the input is as it was"; else nok "the input is as it was"; fi
exits 73 "an output in no folder" "$q" key new -o nowhere/k.pem --no-password
if [ "$(id -u)" != 0 ]; then
	mkdir locked && chmod 500 locked
	exits 73 "an output in a locked folder" "$q" key new -o locked/k.pem --no-password
else
	skip "an output in a locked folder" "root may write anywhere"
fi
if [ -e /dev/full ]; then
	exits 73 "a full disk under an output" "$q" key request k.pem --name 甲 -o /dev/full
	"$q" cert show --help >/dev/full 2>"$err"
	code=$?
	if [ $code = 73 ]; then ok "a full disk under standard output"; else nok "a full disk under standard output" "exit code $code"; fi
	if [ -c /dev/full ]; then ok "the device is still there"; else nok "the device is still there"; fi
fi
{ "$q" help --man; echo $? >code; } 2>"$err" | :
sleep 0.2
case $(cat code) in
0 | 74) ok "a reader that goes away is no crash" ;;
*) nok "a reader that goes away is no crash" "exit code $(cat code)" ;;
esac
echo right >pw
echo wrong >pw2
"$q" key new -o e.pem --password-file pw
exits 0 "the right password" "$q" key show e.pem --password-file pw
exits 0 "by the environment too" env QIANYIN_PASSWORD_FILE=pw "$q" key show e.pem
exits 77 "a wrong password" "$q" key show e.pem --password-file pw2
exits 77 "no password and no terminal" setsid "$q" key show e.pem
exits 66 "no password file" "$q" key show e.pem --password-file nowhere
lacks "the message has no password" "right" "$err"
exits 0 "a key is shown" "$q" key show e.pem --password-file pw --json
lacks "its private half is not" "PRIVATE" "$out"
left=$(find . -name '*.pem.*' -o -name '*.cer.*')
if [ -n "$left" ]; then nok "nothing half-written stays" "$left"; else ok "nothing half-written stays"; fi
