/* identifier: numbers; see identifier.h. Names are in identifier_name.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/identifier.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/time.h"

/* Beijing's day begins eight hours before UTC's. */
#define BEIJING (8 * TIME_HOUR)

static bool bad_id_number(struct err *e, const char *why)
{
	return err_refuse(e, ERR_MALFORMED, MSG_PARTY_ID_NUMBER, NULL, why);
}

/* Digits and X as ASCII, whatever width and case they were typed in. */
static bool ascii_of(struct bytes text, char *out, size_t n)
{
	size_t at = 0;

	if (!utf8_is_valid(text))
		return false;
	while (text.n) {
		uint32_t code = utf8_next(&text);

		if (code >= 0xff01 && code <= 0xff5e)
			code -= 0xfee0;
		if (code == 'x')
			code = 'X';
		if (at == n || code < 0x21 || code > 0x7e)
			return false;
		out[at++] = (char)code;
	}
	out[at] = '\0';
	return at == n;
}

static int number_at(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (s[i] - '0');
	return value;
}

static bool born_is_plausible(const char *number, int64_t at)
{
	struct civil born = {.year = number_at(number + 6, 4),
		.month = number_at(number + 10, 2),
		.day = number_at(number + 12, 2)};

	return born.year >= 1850 && civil_is_valid(&born) &&
	       time_of_civil(&born) - BEIJING <= at;
}

//= GB 11643-1999 §6: ISO 7064 MOD 11-2 over 17 digits
static bool check_digit_is_right(const char *number)
{
	static const unsigned weights[17] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	unsigned sum = 0;

	for (size_t i = 0; i < 17; i++)
		sum += (unsigned)(number[i] - '0') * weights[i];
	return number[17] == "10X98765432"[sum % 11];
}

bool id_number_read(char out[ID_NUMBER + 1], struct bytes text, int64_t at, struct err *e)
{
	char number[ID_NUMBER + 1];

	if (!ascii_of(text_trim(text), number, ID_NUMBER))
		return bad_id_number(e, "not 18 characters");
	if (strspn(number, "0123456789") < 17 || number[0] == '0')
		return bad_id_number(e, "not 17 digits and a check digit");
	if (!born_is_plausible(number, at))
		return bad_id_number(e, "no day of birth");
	if (!check_digit_is_right(number))
		return bad_id_number(e, "wrong check digit");
	memcpy(out, number, sizeof number);
	mem_wipe(number, sizeof number);
	return true;
}

char *id_number_mask(struct arena *a, const char *number)
{
	if (strlen(number) != ID_NUMBER)
		return arena_str(a, BYTES(""));
	return arena_printf(a, "%.4s**********%s", number, number + 14);
}

bool phone_read(struct arena *a, struct bytes text, const char **out, struct err *e)
{
	char phone[PHONE_MAX + 2];
	size_t n = 0, digits = 0;

	text = text_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		char c = (char)text.p[i];
		bool digit = c >= '0' && c <= '9';

		if ((c == ' ' || c == '-') && n > 0)
			continue;
		if ((!digit && !(c == '+' && n == 0)) || digits == PHONE_MAX)
			return err_refuse(e, ERR_MALFORMED, MSG_PARTY_PHONE, NULL,
				"no phone number");
		digits += digit;
		phone[n++] = c;
	}
	if (digits < 5)
		return err_refuse(
			e, ERR_MALFORMED, MSG_PARTY_PHONE, NULL, "too short for a phone");
	*out = arena_str(a, bytes_make(phone, n));
	return true;
}

char *phone_mask(struct arena *a, const char *phone)
{
	size_t n = strlen(phone), tail = n >= 9 ? 4 : n / 4, head = n >= 9 ? 3 : n / 4;

	if (n == 0)
		return arena_str(a, BYTES(""));
	if (n >= 9 && n < 14)
		head = n - 8 < 3 ? n - 8 : 3;
	return arena_printf(a, "%.*s****%s", (int)head, phone, phone + n - tail);
}

//= GB/T 2260-2007 §4: two digits province, two city, two county
bool region_code_is_valid(struct bytes text)
{
	if (text.n != REGION_CODE)
		return false;
	for (size_t i = 0; i < REGION_CODE; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	if (text.p[0] == '0')
		return false;
	/* a county of no city is no place */
	return !(text.p[2] == '0' && text.p[3] == '0') ||
	       (text.p[4] == '0' && text.p[5] == '0');
}

static bool email_is(struct bytes text)
{
	size_t at = bytes_find(text, BYTES("@"));
	struct bytes host = bytes_from(text, at == SIZE_MAX ? text.n : at + 1);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ' || text.p[i] > '~' ||
			strchr("\"(),:;<>[\\]", text.p[i]))
			return false;
	return text.n <= EMAIL_MAX && at != SIZE_MAX && at >= 1 && at <= 64 &&
	       bytes_find(host, BYTES("@")) == SIZE_MAX &&
	       bytes_find(host, BYTES(".")) != SIZE_MAX && host.n >= 3 &&
	       host.p[0] != '.' && host.p[host.n - 1] != '.' &&
	       bytes_find(host, BYTES("..")) == SIZE_MAX;
}

bool email_read(struct arena *a, struct bytes text, const char **out, struct err *e)
{
	text = text_trim(text);
	if (text.n && !email_is(text))
		return err_refuse(
			e, ERR_MALFORMED, MSG_PARTY_EMAIL, NULL, "no address of mail");
	*out = arena_str(a, text);
	return true;
}
