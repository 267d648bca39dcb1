/* test_message: what people are told, and what is to be sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "domain/outbox.h"
#include "party_kit.h"

struct putting {
	struct party_kit *p;
	struct id person;
	const struct message_new *m;
	const char *address, *body;
	bool fail;
};

static bool put_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct putting *w = ctx;

	if (w->m && !message_put(tx, w->p->app, w->person, w->m, e))
		return false;
	if (w->body && !outbox_put(tx, w->p->app, OUTBOX_WEBHOOK, w->address, w->body, e))
		return false;
	return !w->fail || err_set(e, ERR_USAGE, "on purpose");
}

static void tell(struct party_kit *p, const struct actor *who, const char *place)
{
	struct message_new m = {.kind = MESSAGE_ORGANISATION_SUSPENDED,
		.places = {place, "<b>&\"'\\"},
		.link = "/desk",
		.urgent = true};
	struct putting w = {.p = p, .person = who->person, .m = &m};

	PASSES(p, db_tx(p->app->db, DB_WRITE, put_body, &w, &p->e));
}

static void is_read_in_ones_language(void **state)
{
	struct list_from first = {0};
	struct message *rows;
	struct party_kit p;
	struct actor who;
	int64_t unread;
	size_t n;
	bool more;

	party_begin(&p, state);
	who = party_person(&p, "甲", 0);
	tell(&p, &who, "佛山 \"𠮷祥\" {2}");
	PASSES(&p, message_page(p.app, &who, p.a, &first, &rows, &n, &more, &p.e));
	assert_int_equal(n, 1);
	assert_false(more);
	/* places that look like places stay what they are */
	assert_string_equal(rows[0].text, "佛山 \"𠮷祥\" {2} 已被暂停：<b>&\"'\\");
	assert_true(rows[0].urgent);
	assert_false(rows[0].is_read);
	assert_string_equal(rows[0].link, "/desk");
	who.lang = LANG_EN;
	PASSES(&p, message_page(p.app, &who, p.a, &first, &rows, &n, &more, &p.e));
	assert_non_null(strstr(rows[0].text, "is suspended"));
	PASSES(&p, message_count_unread(p.app, &who, &unread, &p.e));
	assert_int_equal(unread, 1);
	PASSES(&p, message_mark(p.app, &who, rows[0].id, &p.e));
	PASSES(&p, message_mark(p.app, &who, rows[0].id, &p.e));
	PASSES(&p, message_count_unread(p.app, &who, &unread, &p.e));
	assert_int_equal(unread, 0);
	/* a kind of a later version says nothing here, and breaks nothing */
	kit_sql(p.k, "UPDATE message SET kind = 'of.later', places = 'no json'");
	PASSES(&p, message_page(p.app, &who, p.a, &first, &rows, &n, &more, &p.e));
	assert_string_equal(rows[0].text, "");
	party_end(&p);
}

static void is_ones_own(void **state)
{
	struct actor nobody = fake_nobody(), who, other;
	struct list_from first = {0};
	struct message *rows;
	struct party_kit p;
	int64_t unread;
	size_t n;
	bool more;

	party_begin(&p, state);
	who = party_person(&p, "甲", 0);
	other = party_person(&p, "乙", 0);
	tell(&p, &who, "x");
	tell(&p, &other, "y");
	PASSES(&p, message_page(p.app, &who, p.a, &first, &rows, &n, &more, &p.e));
	assert_int_equal(n, 1);
	REFUSED(&p, ERR_NOT_FOUND, message_mark(p.app, &other, rows[0].id, &p.e));
	REFUSED(&p, ERR_NOT_FOUND,
		message_mark(p.app, &other, id_new(p.app->world), &p.e));
	REFUSED(&p, ERR_DENIED, message_mark(p.app, &nobody, rows[0].id, &p.e));
	REFUSED(&p, ERR_DENIED,
		message_page(p.app, &nobody, p.a, &first, &rows, &n, &more, &p.e));
	REFUSED(&p, ERR_DENIED, message_count_unread(p.app, &nobody, &unread, &p.e));
	/* all of one's own, up to what was shown */
	PASSES(&p, message_mark_all(p.app, &who, p.f.world.at - 1, &p.e));
	PASSES(&p, message_count_unread(p.app, &who, &unread, &p.e));
	assert_int_equal(unread, 1);
	PASSES(&p, message_mark_all(p.app, &who, p.f.world.at, &p.e));
	PASSES(&p, message_count_unread(p.app, &who, &unread, &p.e));
	assert_int_equal(unread, 0);
	PASSES(&p, message_count_unread(p.app, &other, &unread, &p.e));
	assert_int_equal(unread, 1);
	party_end(&p);
}

/* --- the outbox ------------------------------------------------------------------- */

static void post(struct party_kit *p, const char *address, const char *body)
{
	struct putting w = {.p = p, .address = address, .body = body};

	PASSES(p, db_tx(p->app->db, DB_WRITE, put_body, &w, &p->e));
}

static size_t take(struct party_kit *p, struct outbox_item **items)
{
	size_t n;

	PASSES(p, outbox_take(p->app, p->a, 10, 60, items, &n, &p->e));
	return n;
}

static void is_sent_at_least_once(void **state)
{
	struct outbox_item *items;
	struct putting w;
	struct party_kit p;
	int64_t waiting, oldest;

	party_begin(&p, state);
	w = (struct putting){.p = &p, .address = "https://a", .body = "{}", .fail = true};
	assert_false(db_tx(p.app->db, DB_WRITE, put_body, &w, &p.e));
	post(&p, "", "nowhere to send it");
	PASSES(&p, outbox_look(p.app, &waiting, &oldest, &p.e));
	assert_int_equal(waiting, 0);
	assert_true(oldest == TIME_NONE);
	post(&p, "https://a", "{\"n\":1}");
	PASSES(&p, outbox_look(p.app, &waiting, &oldest, &p.e));
	assert_int_equal(waiting, 1);
	assert_true(oldest == p.f.world.at);
	assert_int_equal(take(&p, &items), 1);
	assert_string_equal(items[0].body, "{\"n\":1}");
	assert_string_equal(items[0].channel, OUTBOX_WEBHOOK);
	assert_int_equal(items[0].tries, 1);
	/* nobody else gets it while the lease lasts; a sender that died loses it */
	assert_int_equal(take(&p, &items), 0);
	party_clock(&p, p.f.world.at + 61 * TIME_SECOND);
	assert_int_equal(take(&p, &items), 1);
	assert_int_equal(items[0].tries, 2);
	PASSES(&p, outbox_sent(p.app, items[0].id, &p.e));
	party_clock(&p, p.f.world.at + TIME_DAY);
	assert_int_equal(take(&p, &items), 0);
	/* a failure that comes after the success changes nothing */
	PASSES(&p, outbox_failed(p.app, items[0].id, "late", &p.e));
	party_clock(&p, p.f.world.at + TIME_DAY);
	assert_int_equal(take(&p, &items), 0);
	party_end(&p);
}

static void is_tried_ever_more_rarely(void **state)
{
	struct outbox_item *items;
	struct party_kit p;
	int64_t begun, wait = 0;
	unsigned tries = 0;

	party_begin(&p, state);
	begun = p.f.world.at;
	post(&p, "https://a", "{}");
	while (take(&p, &items) == 1) {
		int64_t step = 0;

		tries++;
		PASSES(&p, outbox_failed(
				   p.app, items[0].id, "HTTP 500\r\nforged=line", &p.e));
		/* it comes back after its pause and not a second before */
		while (take(&p, &items) == 0 && step <= 7 * TIME_HOUR) {
			step += TIME_MINUTE;
			party_clock(&p, p.f.world.at + TIME_MINUTE);
		}
		if (step > 7 * TIME_HOUR)
			break;
		assert_true(step >= wait && step <= 6 * TIME_HOUR);
		wait = step;
		/* give back what was taken to look */
		kit_sql(p.k, "UPDATE outbox SET next_at = 0, tries = tries - 1");
	}
	assert_int_equal(tries, OUTBOX_TRIES_MAX);
	assert_true(p.f.world.at - begun > 2 * TIME_DAY);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM outbox WHERE given_up_at "
					 "IS NOT NULL AND sent_at IS NULL"),
		1);
	assert_int_equal(party_count(&p, "SELECT COUNT(*) FROM outbox WHERE last_error "
					 "LIKE 'HTTP 500??forged=line'"),
		1);
	party_end(&p);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(is_read_in_ones_language),
		BOTH(is_ones_own), BOTH(is_sent_at_least_once),
		BOTH(is_tried_ever_more_rarely)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
