/* migrate: the schema's numbered steps, forward only, each once; see db.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/driver.h"

enum { TEXT_MAX = 1 << 20, MIGRATIONS_MAX = 10000 };

/* What the database says of itself. */
struct applied {
	struct db_value *rows; /* number, sum */
	size_t count;
};

static const struct db_place columns[] = {
	{"number", DB_INT, false}, {"sum", DB_TEXT, false}};

static size_t known(void)
{
	size_t n = 0;

	while (db_migrations[n].text)
		n++;
	return n;
}

static bool read_applied(
	struct conn *c, struct arena *a, struct applied *out, struct err *e)
{
	/* Its own first step: idempotent, so that an empty database can be asked. */
	return c->driver->script(c,
		       "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT "
		       "PRIMARY KEY, "
		       "name TEXT NOT NULL, sum TEXT NOT NULL, applied_at BIGINT NOT "
		       "NULL)",
		       e) &&
	       c->driver->query(c,
		       "SELECT number, sum FROM schema_migration ORDER BY number",
		       columns, 2, a, &out->rows, &out->count, e);
}

static bool has_table(struct conn *c, struct arena *a, bool *has, struct err *e)
{
	struct db_value *rows;
	size_t n;
	const struct db_place one[] = {{"n", DB_INT, false}};
	const char *ask = strcmp(c->driver->name, "sqlite") == 0
				  ? "SELECT count(*) FROM sqlite_master WHERE name = "
				    "'schema_migration'"
				  : "SELECT count(*) FROM pg_tables WHERE schemaname = "
				    "current_schema() AND tablename = 'schema_migration'";

	if (!c->driver->query(c, ask, one, 1, a, &rows, &n, e))
		return false;
	*has = n == 1 && rows[0].i > 0;
	return true;
}

/* Are the applied ones the first of those we know, each unaltered? */
static bool compare(const struct applied *is, struct err *e)
{
	size_t all = known();

	for (size_t i = 0; i < is->count; i++) {
		const struct db_value *row = is->rows + 2 * i;

		if (row[0].i != (int64_t)i + 1 || i >= all)
			return err_refuse(e, ERR_DENIED, MSG_STORE_NEWER_SCHEMA, NULL,
				"the database has a migration that this program does not "
				"know");
		if (!bytes_equal(row[1].b, bytes_str(db_migrations[i].sum)))
			return err_refuse(e, ERR_DENIED, MSG_STORE_ALTERED_SCHEMA, NULL,
				"a migration was applied in another wording than this "
				"program's");
	}
	return true;
}

bool migrate_check(struct conn *c, bool may_be_old, unsigned *last, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct applied is = {0};
	bool has;

	if (!has_table(c, a, &has, e))
		return false;
	if (has && !c->driver->query(c,
			   "SELECT number, sum FROM schema_migration ORDER BY number",
			   columns, 2, a, &is.rows, &is.count, e))
		return false;
	*last = (unsigned)is.count;
	if (!compare(&is, e))
		return false;
	if (!may_be_old && is.count < known())
		return err_refuse(e, ERR_DENIED, MSG_STORE_OLDER_SCHEMA, NULL,
			"migrations are missing in the database");
	return true;
}

static const char *word_at(const struct db_driver *d, const char *p, size_t *n)
{
	const struct {
		const char *word, *becomes;
	} words[] = {{"BIGINT", d->word_int}, {"@id", d->word_id},
		{"@blob", d->word_blob}, {"@bool", d->word_bool}, {"@end", d->word_end}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		*n = strlen(words[i].word);
		if (strncmp(p, words[i].word, *n) == 0)
			return words[i].becomes;
	}
	return NULL;
}

/* The text in the driver's words. */
static bool substitute(
	const struct db_driver *d, const char *text, struct buf *to, struct err *e)
{
	for (const char *p = text; *p;) {
		size_t n = 1;
		const char *word = word_at(d, p, &n);

		if (!word && *p == '@')
			return err_set(e, ERR_MALFORMED, "an unknown word at %.8s", p);
		n = word ? n : 1;
		if (!buf_put(to, word ? bytes_str(word) : bytes_make(p, 1), e))
			return false;
		p += n;
	}
	return buf_put(to, BYTES("\0"), e);
}

static bool apply(
	struct conn *c, const struct db_migration *m, int64_t now, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct buf text = buf_make(TEXT_MAX);
	bool good;

	/* name and sum are ours: letters, digits, hyphens. */
	good = substitute(c->driver, m->text, &text, e) &&
	       c->driver->script(c, (const char *)buf_bytes(&text).p, e) &&
	       c->driver->script(c,
		       arena_printf(a,
			       "INSERT INTO schema_migration (number, name, sum, "
			       "applied_at) VALUES (%u, '%s', '%s', %lld)",
			       m->number, m->name, m->sum, (long long)now),
		       e);
	buf_fini(&text);
	return good || err_in(e, "migration %04u-%s", m->number, m->name);
}

/* The next missing one, in a transaction of its own. */
static bool step(struct conn *c, int64_t now, bool *done, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct applied is;

	if (!c->driver->begin(c, DB_WRITE, e))
		return false;
	if (!c->driver->lock_schema(c, e) || !read_applied(c, a, &is, e) ||
		!compare(&is, e)) {
		c->driver->rollback(c);
		return false;
	}
	*done = is.count >= known();
	if (!*done && !apply(c, &db_migrations[is.count], now, e)) {
		c->driver->rollback(c);
		return false;
	}
	return c->driver->commit(c, e);
}

bool migrate_all(struct conn *c, int64_t now, unsigned *applied, struct err *e)
{
	bool done = false;

	for (unsigned i = 0; i < MIGRATIONS_MAX; i++) {
		if (!step(c, now, &done, e))
			return false;
		if (done)
			return true;
		(*applied)++;
	}
	return err_set(e, ERR_IO, "migrations without end");
}
