/* typeset_words: see typeset_words.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_words.h"

#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "base/time.h"

enum { WORDS_MAX = 256, GROUP = 10000, YUAN = 100 };

static bool money_check(int64_t fen, struct err *e)
{
	if (fen > MONEY_MAX || fen < -MONEY_MAX)
		return err_set(
			e, ERR_USAGE, "an amount of more than sixteen digits of yuan");
	return true;
}

bool money_figures(struct arena *a, int64_t fen, char **out, struct err *e)
{
	char digits[32];
	struct writer w = writer_in(a, 48);
	uint64_t value = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	int n;

	if (!money_check(fen, e))
		return false;
	n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(value / YUAN));
	write_str(&w, fen < 0 ? "-" : "");
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			write_str(&w, ",");
		write_u8(&w, (uint8_t)digits[i]);
	}
	*out = arena_printf(
		a, "%.*s.%02u", (int)w.n, (const char *)w.p, (unsigned)(value % YUAN));
	return true;
}

static const char *const numerals[] = {
	"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

/* One to four digits: 仟 佰 拾 and a single 零 for zeros between digits. */
static void group_put(struct writer *w, unsigned group)
{
	static const char *const units[] = {"仟", "佰", "拾", ""};
	unsigned place = 1000;
	bool begun = false, zero = false;

	for (size_t i = 0; i < 4; i++, place /= 10) {
		unsigned digit = group / place % 10;

		if (!digit) {
			zero = begun;
			continue;
		}
		if (zero)
			write_str(w, "零");
		write_str(w, numerals[digit]);
		write_str(w, units[i]);
		begun = true;
		zero = false;
	}
}

/* The whole yuan, above zero: what is above 亿 is counted in 亿, 壹万贰仟亿. */
//= 支付结算办法 附一: 正确填写票据和结算凭证的基本规定
static void yuan_put(struct writer *w, uint64_t yuan)
{
	static const char *const units[] = {"万", "亿", "万", ""};
	uint64_t place = UINT64_C(1000000000000);
	bool begun = false, zero = false;

	for (size_t i = 0; i < 4; i++, place /= GROUP) {
		unsigned group = (unsigned)(yuan / place % GROUP);

		if (group) {
			/* 零 stands for what is missing before this group's first digit.
			 */
			if (begun && (zero || group < GROUP / 10))
				write_str(w, "零");
			group_put(w, group);
			write_str(w, units[i]);
		} else if (i == 1 && begun) {
			write_str(w, units[i]);
		}
		zero = begun && !group;
		begun |= group != 0;
	}
	write_str(w, "元");
}

bool money_words(struct arena *a, int64_t fen, char **out, struct err *e)
{
	struct writer w = writer_in(a, WORDS_MAX);
	uint64_t value = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen, yuan = value / YUAN;
	unsigned jiao = (unsigned)(value / 10 % 10), cent = (unsigned)(value % 10);

	if (!money_check(fen, e))
		return false;
	if (fen < 0)
		write_str(&w, "负");
	if (yuan)
		yuan_put(&w, yuan);
	else if (!jiao && !cent)
		write_str(&w, "零元");
	if (jiao) {
		write_str(&w, numerals[jiao]);
		write_str(&w, "角");
	} else if (cent && yuan) {
		write_str(&w, "零");
	}
	if (cent) {
		write_str(&w, numerals[cent]);
		write_str(&w, "分");
	} else {
		//= 支付结算办法 附一 四: 到“元”为止的应写“整”字，到“角”为止的可以不写
		write_str(&w, "整");
	}
	*out = arena_str(a, writer_bytes(&w));
	return true;
}

static bool date_read(struct bytes iso, struct civil *out, struct err *e)
{
	int64_t at;

	if (iso.n != strlen("YYYY-MM-DD") || !time_parse_iso(iso, &at, e))
		return err_set(e, ERR_USAGE, "not a date of the form 2026-11-22");
	*out = civil_of_time(at);
	return true;
}

bool date_figures(struct arena *a, struct bytes iso, char **out, struct err *e)
{
	struct civil c;

	if (!date_read(iso, &c, e))
		return false;
	//= GB/T 9704-2012 §7.3.5.4: figures, the year in full, no 0 before month and day
	*out = arena_printf(a, "%d年%d月%d日", c.year, c.month, c.day);
	return true;
}

/* 1 to 99: 十一, 二十, 二十二. */
static void count_put(struct writer *w, int n)
{
	static const char *const digits[] = {
		"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

	if (n >= 20)
		write_str(w, digits[n / 10]);
	if (n >= 10)
		write_str(w, "十");
	write_str(w, digits[n % 10]);
}

bool date_words(struct arena *a, struct bytes iso, char **out, struct err *e)
{
	static const char *const digits[] = {
		"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
	struct writer w = writer_in(a, WORDS_MAX);
	struct civil c;

	if (!date_read(iso, &c, e))
		return false;
	for (int place = 1000; place; place /= 10)
		write_str(&w, digits[c.year / place % 10]);
	write_str(&w, "年");
	count_put(&w, c.month);
	write_str(&w, "月");
	count_put(&w, c.day);
	write_str(&w, "日");
	*out = arena_str(a, writer_bytes(&w));
	return true;
}
