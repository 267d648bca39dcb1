/* rule_read: rows out of JSON, strictly; see rule.h and docs/formats/rules.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/rule_set.h"

/* Days of rows begin and end in Beijing, eight hours ahead of UTC. */
#define BEIJING (8 * TIME_HOUR)

/* Names the place, once, in front of what is wrong there. */
static bool wrong(struct err *e, const char *what)
{
	return err_set(e, ERR_MALFORMED, "%s", what);
}

/* Only these names, and all of them. */
static bool has_exactly(json_t *o, const char *const *names, size_t count, struct err *e)
{
	if (!json_is_object(o))
		return wrong(e, "no object");
	for (size_t i = 0; i < count; i++)
		if (!json_object_get(o, names[i]))
			return err_set(e, ERR_MALFORMED, "'%s' is missing", names[i]);
	if (json_object_size(o) != count)
		return wrong(e, "an unknown name");
	return true;
}

/* A name in lower case with points and hyphens: "recovery.cool-off". */
static bool is_name(const char *s, size_t n)
{
	return n >= 1 && n <= RULE_ID_MAX && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == n;
}

/* A text without anything that does not show. */
static bool copy_text(
	struct arena *a, json_t *v, const char *name, const char **out, struct err *e)
{
	struct bytes text = bytes_make(json_string_value(v), json_string_length(v));

	if (!json_is_string(v))
		return err_set(e, ERR_MALFORMED, "'%s' is no text", name);
	if (text.n == 0 || text.n > RULE_TEXT_MAX)
		return err_set(e, ERR_MALFORMED, "'%s' is empty or longer than %d octets",
			name, (int)RULE_TEXT_MAX);
	*out = text_printable(a, text, text.n);
	if (!bytes_equal(bytes_str(*out), text))
		return err_set(e, ERR_MALFORMED, "'%s' has control characters", name);
	return true;
}

static bool get_text(
	struct arena *a, json_t *o, const char *name, const char **out, struct err *e)
{
	return copy_text(a, json_object_get(o, name), name, out, e);
}

static bool get_name(struct arena *a, json_t *o, const char **out, struct err *e)
{
	if (!get_text(a, o, "id", out, e))
		return false;
	return is_name(*out, strlen(*out)) || wrong(e, "'id' is no name");
}

/* A day, as midnight in Beijing. */
static bool get_day(json_t *o, const char *name, int64_t *out, struct err *e)
{
	json_t *v = json_object_get(o, name);
	struct bytes text = bytes_make(json_string_value(v), json_string_length(v));

	if (!json_is_string(v) || text.n != 10 || !time_parse_iso(text, out, e))
		return err_set(e, ERR_MALFORMED, "'%s' is no day", name);
	*out -= BEIJING;
	return true;
}

static bool get_period(json_t *o, struct rule_row *row, struct err *e)
{
	row->to = INT64_MAX;
	if (!get_day(o, "from", &row->from, e))
		return false;
	if (json_is_null(json_object_get(o, "to")))
		return true;
	if (!get_day(o, "to", &row->to, e))
		return false;
	/* the last day counts */
	row->to += TIME_DAY;
	return row->to > row->from || wrong(e, "'to' before 'from'");
}

static bool get_region(json_t *o, struct rule_row *row, struct err *e)
{
	json_t *v = json_object_get(o, "region");
	const char *s = json_string_value(v);

	if (!json_is_string(v) || json_string_length(v) != RULE_REGION ||
		strspn(s, "0123456789") != RULE_REGION)
		return wrong(e, "'region' is not six digits");
	for (size_t i = 0; i < RULE_REGION; i++)
		row->region[i] = s[i];
	return true;
}

static bool get_parameter(
	struct arena *a, struct rule_row *row, const char *name, json_t *v, struct err *e)
{
	struct rule_parameter *p = row->parameters + row->parameter_count;

	if (!is_name(name, strlen(name)))
		return wrong(e, "a parameter without a proper name");
	p->name = arena_str(a, bytes_str(name));
	if (json_is_integer(v)) {
		p->number = json_integer_value(v);
		if (p->number < 0 || p->number > RULE_INT_MAX)
			return err_set(e, ERR_MALFORMED, "'%s' is out of range", name);
	} else if (!copy_text(a, v, name, &p->text, e)) {
		return false;
	}
	row->parameter_count++;
	return true;
}

static bool get_parameters(
	struct arena *a, json_t *o, struct rule_row *row, struct err *e)
{
	json_t *all = json_object_get(o, "parameters"), *v;
	const char *name;

	if (!json_is_object(all) || json_object_size(all) > RULE_PARAMETERS_MAX)
		return wrong(e, "'parameters' is no object, or too large");
	json_object_foreach(all, name, v)
	{
		if (!get_parameter(a, row, name, v, e))
			return false;
	}
	return true;
}

static bool get_title(struct arena *a, json_t *o, struct rule_row *row, struct err *e)
{
	static const char *const names[] = {"zh", "en"};
	json_t *title = json_object_get(o, "title");

	return has_exactly(title, names, 2, e) &&
	       get_text(a, title, "zh", &row->title[LANG_ZH], e) &&
	       get_text(a, title, "en", &row->title[LANG_EN], e);
}

static bool read_row(struct arena *a, json_t *o, struct rule_row *row, struct err *e)
{
	static const char *const names[] = {"id", "title", "article", "region", "from",
		"to", "to_confirm", "parameters"};
	json_t *confirm = json_object_get(o, "to_confirm");

	if (!has_exactly(o, names, sizeof names / sizeof *names, e))
		return false;
	if (!json_is_boolean(confirm))
		return wrong(e, "'to_confirm' is neither true nor false");
	row->to_confirm = json_is_true(confirm);
	return get_name(a, o, &row->id, e) && get_title(a, o, row, e) &&
	       get_text(a, o, "article", &row->article, e) && get_region(o, row, e) &&
	       get_period(o, row, e) && get_parameters(a, o, row, e);
}

static bool read_rows(struct rules *r, json_t *list, const char *file, struct err *e)
{
	size_t n = json_array_size(list);
	struct rule_row *all;

	if (!json_is_array(list))
		return wrong(e, "'rules' is no list");
	if (n > RULES_ROWS_MAX - r->count)
		return err_set(e, ERR_TOO_LARGE, "more than %d rows", RULES_ROWS_MAX);
	all = ARENA_ARRAY(r->arena, r->count + n, struct rule_row);
	for (size_t i = 0; i < r->count; i++)
		all[i] = r->rows[i];
	r->rows = all;
	for (size_t i = 0; i < n; i++) {
		struct rule_row *row = r->rows + r->count;

		if (!read_row(r->arena, json_array_get(list, i), row, e))
			return err_in(e, "row %zu", i + 1);
		row->file = file;
		r->count++;
	}
	return true;
}

static bool read_object(struct rules *r, json_t *o, const char *file, struct err *e)
{
	static const char *const names[] = {"format", "version", "rules"};
	const char *format = json_string_value(json_object_get(o, "format"));
	json_t *version = json_object_get(o, "version");

	if (!has_exactly(o, names, 3, e))
		return false;
	if (!format || strcmp(format, "qianyin-rules") != 0)
		return wrong(e, "'format' is not qianyin-rules");
	if (!json_is_integer(version) || json_integer_value(version) != 1)
		return err_set(e, ERR_UNSUPPORTED, "'version' is not 1");
	return read_rows(r, json_object_get(o, "rules"), file, e);
}

static bool read_file(struct rules *r, const struct rules_file *f, struct err *e)
{
	const char *name = arena_str(r->arena, bytes_str(f->name));
	json_error_t why;
	json_t *o;
	bool good;

	if (f->text.n > RULES_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s: more than %d octets", name,
			RULES_FILE_MAX);
	o = json_loadb((const char *)f->text.p, f->text.n, JSON_REJECT_DUPLICATES, &why);
	if (!o)
		return err_set(
			e, ERR_MALFORMED, "%s: line %d: %s", name, why.line, why.text);
	good = read_object(r, o, name, e) || err_in(e, "%s", name);
	json_decref(o);
	return good;
}

static int by_order(const void *a, const void *b)
{
	return rule_order(a, b);
}

/* Rows of one id and region follow each other in time. */
static bool no_overlap(const struct rules *r, struct err *e)
{
	for (size_t i = 1; i < r->count; i++) {
		const struct rule_row *a = r->rows + i - 1, *b = r->rows + i;

		if (strcmp(a->id, b->id) == 0 && strcmp(a->region, b->region) == 0 &&
			a->to > b->from)
			return err_set(e, ERR_MALFORMED,
				"%s: %s in region %s: two rows hold at once (also %s)",
				b->file, b->id, b->region, a->file);
	}
	return true;
}

bool rules_read(
	struct rules **out, const struct rules_file *files, size_t count, struct err *e)
{
	AUTO(rules) r = NEW(struct rules);

	r->arena = arena_new();
	if (count > RULES_FILES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d files of rules", RULES_FILES_MAX);
	for (size_t i = 0; i < count; i++)
		if (!read_file(r, files + i, e))
			return false;
	if (r->count)
		qsort(r->rows, r->count, sizeof *r->rows, by_order);
	if (!no_overlap(r, e))
		return false;
	*out = rules_move(&r);
	return true;
}
