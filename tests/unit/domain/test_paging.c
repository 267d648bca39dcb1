/* test_paging: over a thousand rows no page leaves a gap or says a row twice, whatever
 * comes and goes between them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "domain/identifier.h"
#include "party_kit.h"

enum { ROWS = 1000, SHARED = 7 };

struct many {
	struct party_kit *p;
	unsigned from, n;
};

/* Names repeat, so that the id decides; times repeat as well. */
static bool many_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct many *m = ctx;
	AUTO(arena) a = arena_new();

	for (unsigned i = m->from; i < m->from + m->n; i++) {
		const char *name = arena_printf(
			a, "公司 %02u %s", i % 50, i % SHARED ? "Ltd" : "100%_共享");
		char code[19];

		fake_credit_code(code, 100000 + i);
		if (!organisation_insert(tx,
			    &(struct organisation_insert_in){
				    .id = id_new(m->p->app->world),
				    .credit_code = bytes_str(code),
				    .name = bytes_str(name),
				    .name_folded =
					    bytes_str(name_fold(a, bytes_str(name))),
				    .kinds = USER_SUPPLIER,
				    .region = BYTES("440600"),
				    .address = BYTES(""),
				    .legal_name = BYTES("x"),
				    .registered_by = id_new(m->p->app->world),
				    .at = m->p->f.world.at + i % 3},
			    NULL, e) ||
			!message_put(tx, m->p->app, m->p->operator.person,
				&(struct message_new){
					.kind = MESSAGE_ORGANISATION_WAITING,
					.places = {arena_printf(a, "n%u", i)}},
				e))
			return false;
	}
	return true;
}

static void insert(struct party_kit *p, unsigned from, unsigned n)
{
	struct many m = {.p = p, .from = from, .n = n};

	PASSES(p, db_tx(p->app->db, DB_WRITE, many_body, &m, &p->e));
}

/* The ids seen, to find one twice. */
struct seen {
	struct id ids[2 * ROWS];
	size_t n;
};

static void see(struct seen *s, struct id id)
{
	for (size_t i = 0; i < s->n; i++)
		assert_false(id_equal(s->ids[i], id));
	assert_true(s->n < 2 * ROWS);
	s->ids[s->n++] = id;
}

static size_t walk(struct party_kit *p, struct seen *s, const char *search,
	enum organisation_state state, bool disturbed)
{
	struct list_from from = {.count = 37};
	struct organisation *rows;
	bool more = true;
	size_t n, pages = 0;

	s->n = 0;
	while (more) {
		PASSES(p, organisation_page(p->app, &p->operator, p->a, bytes_str(search),
				  state, &from, &rows, &n, &more, &p->e));
		assert_true(n == 37 || !more);
		for (size_t i = 0; i < n; i++)
			see(s, rows[i].id);
		if (n) {
			from.given = true;
			from.text = bytes_str(rows[n - 1].folded);
			from.at = rows[n - 1].created_at;
			from.id = rows[n - 1].id;
		}
		/* rows that come meanwhile move nothing */
		if (disturbed && pages < 3)
			insert(p, ROWS + (unsigned)pages * 10, 10);
		pages++;
	}
	return s->n;
}

static void organisations(void **state)
{
	struct seen *s = mem_alloc(sizeof *s);
	struct party_kit p;

	party_begin(&p, state);
	insert(&p, 0, ROWS);
	assert_int_equal(walk(&p, s, "", (enum organisation_state)0, false), ROWS);
	assert_int_equal(walk(&p, s, "", ORGANISATION_PENDING, false), ROWS);
	assert_int_equal(walk(&p, s, "", ORGANISATION_ACTIVE, false), 0);
	assert_int_equal(walk(&p, s, "ＬＴＤ", (enum organisation_state)0, false),
		ROWS - (ROWS + SHARED - 1) / SHARED);
	/* literal: neither is a joker */
	assert_int_equal(walk(&p, s, "100%_", (enum organisation_state)0, false),
		(ROWS + SHARED - 1) / SHARED);
	assert_int_equal(walk(&p, s, "1%0", (enum organisation_state)0, false), 0);
	assert_int_equal(walk(&p, s, "l_d", (enum organisation_state)0, false), 0);
	assert_int_equal(walk(&p, s, "!", (enum organisation_state)0, false), 0);
	/* by credit code, in either case */
	assert_int_equal(
		walk(&p, s, "91440600000100", (enum organisation_state)0, false), ROWS);
	assert_true(walk(&p, s, "", (enum organisation_state)0, true) >= ROWS);
	party_end(&p);
	mem_free(s);
}

static void messages(void **state)
{
	struct seen *s = mem_alloc(sizeof *s);
	struct list_from from = {.count = 50};
	struct message *rows;
	struct party_kit p;
	bool more = true;
	size_t n;

	party_begin(&p, state);
	insert(&p, 0, ROWS);
	while (more) {
		PASSES(&p, message_page(p.app, &p.operator, p.a, &from, &rows, &n, &more,
				   &p.e));
		for (size_t i = 0; i < n; i++)
			see(s, rows[i].id);
		from.given = true;
		from.at = rows[n - 1].at;
		from.id = rows[n - 1].id;
	}
	assert_int_equal(s->n, ROWS);
	party_end(&p);
	mem_free(s);
}

static void people(void **state)
{
	struct seen *s = mem_alloc(sizeof *s);
	struct list_from from = {.count = 3};
	struct person *rows;
	struct party_kit p;
	bool more = true;
	size_t n;

	party_begin(&p, state);
	for (unsigned i = 0; i < 20; i++)
		(void)party_person(&p, i % 2 ? "王_%" : "王", 0);
	while (more) {
		PASSES(&p, person_page(p.app, &p.operator, p.a, BYTES(""), &from, &rows,
				   &n, &more, &p.e));
		for (size_t i = 0; i < n; i++)
			see(s, rows[i].id);
		from.given = true;
		from.text = bytes_str(rows[n - 1].folded);
		from.id = rows[n - 1].id;
	}
	assert_int_equal(s->n, 21);
	from = (struct list_from){.count = LIST_MAX};
	PASSES(&p, person_page(p.app, &p.operator, p.a, BYTES("_%"), &from, &rows, &n,
			   &more, &p.e));
	assert_int_equal(n, 10);
	party_end(&p);
	mem_free(s);
}

static void keys_that_no_row_can_have(void **state)
{
	static const char *const bad[] = {"\xff", "\xed\xa0\x80", "\xc0\x80"};
	struct list_from from = {.given = true};
	struct organisation *rows;
	struct party_kit p;
	bool more;
	size_t n;

	party_begin(&p, state);
	for (size_t i = 0; i < 3; i++) {
		from.text = bytes_str(bad[i]);
		assert_false(organisation_page(p.app, &p.operator, p.a, BYTES(""),
			(enum organisation_state)0, &from, &rows, &n, &more, &p.e));
		assert_int_equal(p.e.code, ERR_USAGE);
		from = (struct list_from){.given = false};
		assert_false(organisation_page(p.app, &p.operator, p.a, bytes_str(bad[i]),
			(enum organisation_state)0, &from, &rows, &n, &more, &p.e));
		assert_int_equal(p.e.code, ERR_USAGE);
		from.given = true;
	}
	from.text = BYTES("a\0b");
	assert_false(organisation_page(p.app, &p.operator, p.a, BYTES(""),
		(enum organisation_state)0, &from, &rows, &n, &more, &p.e));
	/* a page larger than any is cut */
	from = (struct list_from){.count = SIZE_MAX};
	PASSES(&p, organisation_page(p.app, &p.operator, p.a, BYTES("' OR 1=1 --"),
			   (enum organisation_state)0, &from, &rows, &n, &more, &p.e));
	assert_int_equal(n, 0);
	assert_int_equal(list_count(&from), LIST_MAX);
	/* suppliers do not look around */
	{
		struct side s = party_side(&p, "甲", USER_SUPPLIER, ORGANISATION_ACTIVE);
		struct person *people_;

		REFUSED(&p, ERR_DENIED,
			organisation_page(p.app, &s.legal, p.a, BYTES(""),
				(enum organisation_state)0, &from, &rows, &n, &more,
				&p.e));
		REFUSED(&p, ERR_DENIED,
			person_page(p.app, &s.legal, p.a, BYTES(""), &from, &people_, &n,
				&more, &p.e));
	}
	party_end(&p);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(organisations), BOTH(messages),
		BOTH(people), BOTH(keys_that_no_row_can_have)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
