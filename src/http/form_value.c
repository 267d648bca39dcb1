/* form_value: what each type of field takes; see form.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/form_value.h"

#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "base/time.h"

enum { TEXT_DEFAULT = 200, SECRET_DEFAULT = 128, HEX_DEFAULT = 64, EMAIL_MAX = 254 };
#define BEIJING (8 * TIME_HOUR)

static void blame(struct form_value *v, enum msg msg, int64_t bound)
{
	if (v->wrong)
		return;
	v->wrong = (unsigned)msg + 1;
	v->bound = bound;
}

/* Characters that no keyboard makes, or that make a text look like another. */
static bool is_control(uint32_t c, bool lines)
{
	if (c < 0x20)
		return !(lines && (c == '\t' || c == '\n' || c == '\r'));
	return (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0x2028 || c == 0x2029;
}

/* Well-formed, without controls; counts characters. */
static bool text_check(struct bytes text, bool lines, size_t *count, struct err *e)
{
	*count = 0;
	if (!utf8_is_valid(text))
		return err_set(e, ERR_MALFORMED, "not UTF-8");
	for (; text.n; ++*count)
		if (is_control(utf8_next(&text), lines))
			return err_set(e, ERR_MALFORMED, "control character");
	return true;
}

static void size_check(struct form_value *v, size_t n, int64_t max_default)
{
	int64_t max = v->field->max ? v->field->max : max_default;

	if ((int64_t)n < v->field->min)
		blame(v, MSG_FORM_TOO_SHORT, v->field->min);
	if ((int64_t)n > max)
		blame(v, MSG_FORM_TOO_LONG, max);
}

void form_value_number(struct form_value *v, int64_t number)
{
	const struct field *f = v->field;

	v->number = number;
	v->given = true;
	if (!f->min && !f->max)
		return;
	if (number < f->min)
		blame(v, MSG_FORM_TOO_SMALL, f->min);
	if (number > f->max)
		blame(v, MSG_FORM_TOO_LARGE, f->max);
}

/* Line ends of any kind become \n. */
static struct bytes lines_fold(struct arena *a, struct bytes text)
{
	uint8_t *to = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
			continue;
		to[n++] = text.p[i] == '\r' ? '\n' : text.p[i];
	}
	return bytes_make(to, n);
}

static void set_int(struct form_value *v, struct bytes text)
{
	bool minus = bytes_starts(text, BYTES("-")) && v->field->min < 0;
	uint64_t n;
	struct err e;

	if (!decimal_u64(bytes_from(text, minus), INT64_MAX, &n, &e))
		blame(v, MSG_FORM_NOT_NUMBER, 0);
	else
		form_value_number(v, minus ? -(int64_t)n : (int64_t)n);
}

static void set_money(struct form_value *v, struct bytes text)
{
	int64_t fen;
	struct err e;

	if (!money_read(text, &fen, &e))
		blame(v, MSG_FORM_NOT_MONEY, 0);
	else
		form_value_number(v, fen);
}

static void set_date(struct form_value *v, struct bytes text)
{
	int64_t t;
	struct err e;

	if (text.n != 10 || !time_parse_iso(text, &t, &e))
		blame(v, MSG_FORM_NOT_DATE, 0);
	else
		form_value_number(v, t);
}

static void set_time(struct arena *a, struct form_value *v, struct bytes text)
{
	const char *iso = arena_printf(a, "%.*s%sZ", (int)bytes_head(text, 20).n,
		(const char *)text.p, text.n == 16 ? ":00" : "");
	int64_t t;
	struct err e;

	if ((text.n != 16 && text.n != 19) || !time_parse_iso(bytes_str(iso), &t, &e))
		blame(v, MSG_FORM_NOT_TIME, 0);
	else
		form_value_number(v, t - BEIJING);
}

static bool set_bool(struct form_value *v, struct bytes text, struct err *e)
{
	static const char *const yes[] = {"on", "1", "true"}, *const no[] = {
								      "0", "false"};

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (bytes_equal(text, bytes_str(yes[i]))) {
			v->number = 1;
			return true;
		}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (bytes_equal(text, bytes_str(no[i]))) {
			v->given = false;
			return true;
		}
	return err_set(e, ERR_MALFORMED, "%s: no truth value", v->field->name);
}

bool form_value_choose(struct form_value *v, struct bytes typed, struct err *e)
{
	bool many = v->field->type == FIELD_SET;

	for (const struct field_choice *c = v->field->choices; c->value; c++) {
		if (!bytes_equal(typed, bytes_str(c->value)))
			continue;
		if (many && (v->number & c->number))
			return err_set(e, ERR_MALFORMED, "%s: twice", v->field->name);
		v->number = many ? v->number | c->number : c->number;
		v->given = true;
		return true;
	}
	blame(v, MSG_FORM_NOT_CHOICE, 0);
	return true;
}

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Dots between, not at the ends, not two together; other characters from the set. */
static bool is_dotted(struct bytes b, const char *others)
{
	for (size_t i = 0; i < b.n; i++) {
		bool dot = b.p[i] == '.';

		if (!dot && !is_alnum(b.p[i]) && (!b.p[i] || !strchr(others, b.p[i])))
			return false;
		if (dot && (!i || i + 1 == b.n || b.p[i + 1] == '.'))
			return false;
	}
	return b.n != 0;
}

//= RFC 5321 §4.1.2: Dot-string at Domain; quoted strings and address literals have no use
static bool is_email(struct bytes text)
{
	size_t at = bytes_find(text, BYTES("@"));
	struct bytes domain = bytes_from(text, at == SIZE_MAX ? text.n : at + 1);

	return text.n <= EMAIL_MAX && at <= 64 &&
	       is_dotted(bytes_head(text, at), "!#$%&'*+-/=?^_`{|}~") &&
	       is_dotted(domain, "-") && bytes_find(domain, BYTES(".")) != SIZE_MAX;
}

static void set_hex(struct arena *a, struct form_value *v, struct bytes text)
{
	struct err e;

	if (!hex_decode(a, text, &v->value, &e))
		blame(v, MSG_FORM_NOT_HEX, 0);
	else
		size_check(v, v->value.n, HEX_DEFAULT);
}

static void set_base64(struct arena *a, struct form_value *v, struct bytes text)
{
	struct err e;

	if (!base64_decode(a, text, &v->value, &e))
		blame(v, MSG_FORM_NOT_BASE64, 0);
	else
		size_check(v, v->value.n, FORM_TEXT_MAX);
}

static void set_id(struct arena *a, struct form_value *v, struct bytes text)
{
	struct err e;
	struct id id;

	if (!id_parse(&id, text, &e))
		blame(v, MSG_FORM_NOT_CHOICE, 0);
	else
		v->value = arena_dup(a, id_bytes(&id));
}

/* A value of one line that stands for something else than itself. */
static bool set_other(
	struct arena *a, struct form_value *v, struct bytes text, struct err *e)
{
	switch (v->field->type) {
	case FIELD_INT:
		set_int(v, text);
		return true;
	case FIELD_MONEY:
		set_money(v, text);
		return true;
	case FIELD_DATE:
		set_date(v, text);
		return true;
	case FIELD_TIME:
		set_time(a, v, text);
		return true;
	case FIELD_BOOL:
		return set_bool(v, text, e);
	case FIELD_CHOICE:
	case FIELD_SET:
		return form_value_choose(v, text, e);
	case FIELD_HEX:
		set_hex(a, v, text);
		return true;
	case FIELD_BASE64:
		set_base64(a, v, text);
		return true;
	case FIELD_ID:
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_SECRET:
	case FIELD_EMAIL:
	default:
		set_id(a, v, text);
		return true;
	}
}

static void set_text(struct arena *a, struct form_value *v, struct bytes text)
{
	bool lines = v->field->type == FIELD_LINES;
	size_t count = 0;
	struct err e;

	v->value = lines ? lines_fold(a, text) : text;
	if (text_check(v->value, lines, &count, &e))
		size_check(v, count, lines ? FORM_TEXT_MAX : TEXT_DEFAULT);
}

bool form_value_set(
	struct arena *a, struct form_value *v, struct bytes typed, struct err *e)
{
	enum field_type type = v->field->type;
	struct bytes text = type == FIELD_SECRET ? typed : text_trim(typed);
	size_t count;

	/* Encoded octets may be broken into lines, and be longer than a text. */
	if (!text_check(typed, type == FIELD_LINES || type == FIELD_BASE64, &count, e))
		return err_in(e, "%s", v->field->name);
	if (type != FIELD_SECRET)
		v->typed = typed;
	if (count > FORM_TEXT_MAX && type != FIELD_BASE64) {
		blame(v, MSG_FORM_TOO_LONG, FORM_TEXT_MAX);
		return true;
	}
	if (!text.n)
		return true;
	v->given = true;
	switch (type) {
	case FIELD_TEXT:
	case FIELD_LINES:
		set_text(a, v, text);
		return true;
	case FIELD_SECRET:
		v->value = text;
		size_check(v, text.n, SECRET_DEFAULT);
		return true;
	case FIELD_EMAIL:
		v->value = text;
		if (!is_email(text))
			blame(v, MSG_FORM_NOT_EMAIL, 0);
		return true;
	case FIELD_INT:
	case FIELD_MONEY:
	case FIELD_DATE:
	case FIELD_TIME:
	case FIELD_BOOL:
	case FIELD_CHOICE:
	case FIELD_SET:
	case FIELD_HEX:
	case FIELD_BASE64:
	case FIELD_ID:
	default:
		return set_other(a, v, text, e);
	}
}

void form_close(struct form_values *values)
{
	for (size_t i = 0; i < values->form->count; i++) {
		struct form_value *v = &values->v[i];

		if (v->field->required && !v->given)
			blame(v, MSG_FORM_REQUIRED, 0);
		if (v->wrong)
			values->wrong++;
	}
}
