/* worker: real processes: they judge like anybody, and what harms one harms nobody else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "worker/worker_client.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "doc/cms_write.h"
#include "torture.h"
#include "unit/doc/cms_forge.h"
#include "worker/messages.h"

#define CONTENT BYTES("授权书：经办人可以签署一百万元以内的合同")

struct bench {
	struct desk *d;
	struct bytes store, cms;
	struct worker_client *c;
};

static struct bytes signed_by(struct desk *d, struct key *key, const struct cert *cert)
{
	static const uint8_t order[SM3_SIZE] = {5, 6, 7};
	AUTO(source) content = source_of_bytes(CONTENT);
	struct cms_sign_spec spec = {.content = content,
		.key = key,
		.cert = cert->der,
		.signing_time = KIT_NOW - TIME_HOUR,
		.order_digest = BYTES_OF(order)};
	struct bytes out = {0};
	struct err e;

	if (!cms_sign(d->a, &out, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return out;
}

static int bench_begin(void **state)
{
	struct worker_conf conf = {
		.program = getenv("QIANYIN_WORKER"), .workers = 2, .timeout_ms = 6000};
	struct bench *b = NEW(struct bench);
	void *desk;
	struct err e;

	assert_non_null(conf.program);
	desk_begin(&desk);
	b->d = desk;
	b->d->trust.title = "";
	b->d->trust.made_at = KIT_NOW;
	if (!trust_write(b->d->a, &b->store, b->d->w, &b->d->trust, b->d->k->ca_key,
		    b->d->k->ca.der, &e))
		fail_msg("%s", e.text);
	b->cms = signed_by(b->d, b->d->k->key, &b->d->signer);
	b->c = worker_client_new(&conf);
	worker_client_set_trust(b->c, b->store, &b->d->crl, 1);
	*state = b;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *b = *state;
	void *desk = b->d;

	worker_client_free(b->c);
	desk_end(&desk);
	mem_free(b);
	return 0;
}

static bool judge(struct bench *b, struct bytes content, struct bytes cms,
	struct worker_finding *f, struct err *e)
{
	*e = (struct err){0};
	return worker_client_verify_detached(
		b->c, b->d->a, content, cms, KIT_NOW, LANG_EN, f, e);
}

static void is_well(struct bench *b)
{
	struct worker_finding f;
	struct err e;

	if (!judge(b, CONTENT, b->cms, &f, &e))
		fail_msg("%s", e.text);
	if (f.indication != INDICATION_PASSED)
		fail_msg("%s: %s", f.sub, f.why);
}

static void judges_like_a_stranger(void **state)
{
	struct bench *b = *state;
	struct worker_finding f;
	struct err e;

	is_well(b);
	assert_true(judge(b, CONTENT, b->cms, &f, &e));
	assert_memory_equal(f.signer, b->d->signer.sm3, SM3_SIZE);
	assert_int_equal(f.order[0], 5);
	assert_string_equal(f.sub, "");
	assert_true(judge(b, BYTES("another"), b->cms, &f, &e));
	assert_int_equal(f.indication, INDICATION_FAILED);
	assert_string_equal(f.sub, "HASH_FAILURE");
	assert_true(f.why[0]);
	assert_false(judge(b, CONTENT, BYTES("no message"), &f, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void trusts_what_it_is_told_and_no_longer(void **state)
{
	struct bench *b = *state;
	struct worker_finding f;
	struct err e;

	worker_client_set_trust(b->c, (struct bytes){0}, NULL, 0);
	assert_true(judge(b, CONTENT, b->cms, &f, &e));
	assert_int_equal(f.indication, INDICATION_INDETERMINATE);
	worker_client_set_trust(b->c, b->store, NULL, 0); /* without a list */
	assert_true(judge(b, CONTENT, b->cms, &f, &e));
	assert_int_equal(f.indication, INDICATION_INDETERMINATE);
	worker_client_set_trust(b->c, b->store, &b->d->crl, 1);
	is_well(b);
	worker_client_set_trust(b->c, BYTES("broken"), NULL, 0);
	assert_false(judge(b, CONTENT, b->cms, &f, &e));
	assert_int_equal(e.code, ERR_BUSY);
}

static void reports_on_whole_files(void **state)
{
	struct bench *b = *state;
	enum indication i = INDICATION_FAILED;
	struct bytes json = {0};
	struct err e = {0};

	assert_true(worker_client_verify(b->c, b->d->a, "a.p7s", b->cms, CONTENT, KIT_NOW,
		LANG_EN, &i, &json, &e));
	assert_int_equal(i, INDICATION_PASSED);
	assert_int_not_equal(bytes_find(json, BYTES("\"TOTAL-PASSED\"")), SIZE_MAX);
	assert_true(worker_client_verify(b->c, b->d->a, "a.cer", b->d->signer.der,
		(struct bytes){0}, KIT_NOW, LANG_ZH, &i, &json, &e));
	assert_false(worker_client_verify(b->c, b->d->a, "x", BYTES("nothing known"),
		(struct bytes){0}, KIT_NOW, LANG_ZH, &i, &json, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

/* What one file carries counts for no other: the certificate that the first message
 * brought is not there for the second, which brings none. */
static void every_file_is_judged_by_itself(void **state)
{
	struct bench *b = *state;
	struct worker_conf conf = {.program = getenv("QIANYIN_WORKER"), .workers = 1};
	struct forge with = {.attrs = FORGE_FULL, .detached = true, .content = CONTENT};
	struct forge without = with;
	struct worker_finding f;
	struct err e;

	worker_client_free(b->c);
	b->c = worker_client_new(&conf);
	worker_client_set_trust(b->c, b->store, &b->d->crl, 1);
	without.no_certs = true;
	assert_true(judge(b, CONTENT, forge(b->d, &with), &f, &e));
	assert_int_equal(f.indication, INDICATION_PASSED);
	assert_true(judge(b, CONTENT, forge(b->d, &without), &f, &e));
	assert_int_equal(f.indication, INDICATION_INDETERMINATE);
	assert_string_equal(f.sub, "NO_SIGNING_CERTIFICATE_FOUND");
}

/* --- scans */

static struct bytes a_png(struct arena *a)
{
	/* 1 x 1, grey */
	static const uint8_t png[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13,
		'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e,
		0x9b, 0x55, 0, 0, 0, 10, 'I', 'D', 'A', 'T', 0x78, 0x9c, 0x63, 0x60, 0, 0,
		0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae,
		0x42, 0x60, 0x82};

	return arena_dup(a, BYTES_OF(png));
}

static void looks_at_scans(void **state)
{
	struct bench *b = *state;
	AUTO(arena) a = arena_new();
	struct bytes png = a_png(a);
	const char *type = NULL;
	struct err e = {0};

	if (!worker_client_check_scan(b->c, png, &type, &e))
		fail_msg("%s", e.text);
	assert_string_equal(type, "image/png");
	assert_false(
		worker_client_check_scan(b->c, bytes_head(png, png.n / 2), &type, &e));
	assert_false(worker_client_check_scan(b->c, BYTES("GIF89a"), &type, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_false(worker_client_check_scan(b->c, BYTES("%PDF-1.7\nno"), &type, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(worker_client_check_scan(b->c,
		bytes_make(arena_alloc(a, WORKER_SCAN_MAX + 1), WORKER_SCAN_MAX + 1),
		&type, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	is_well(b);
}

/* --- harm */

static void one_crash_costs_one_file(void **state)
{
	static const uint32_t harms[] = {
		WORKER_LAB_CRASH, WORKER_LAB_HANG, WORKER_LAB_FILL};
	struct bench *b = *state;
	struct supervise_state look;

	for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
		int64_t before = wire_clock_ms();
		struct reader fields;
		struct err e = {0};

		if (harms[i] == WORKER_LAB_FILL && !sandbox_has_filter())
			continue; /* instruments map more than any limit */
		assert_false(worker_client_lab(b->c, b->d->a, harms[i], &fields, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		assert_true(wire_clock_ms() - before < 15000);
		is_well(b);
	}
	worker_client_look(b->c, &look);
	assert_true(look.failures >= 2);
}

static void it_can_do_nothing_else(void **state)
{
	struct bench *b = *state;
	struct reader fields;
	struct err e = {0};

	if (!sandbox_has_filter())
		SKIP("this build has no list of system calls");
	assert_true(worker_client_lab(b->c, b->d->a, WORKER_LAB_TRY, &fields, &e));
	for (int i = 0; i < 4; i++)
		assert_int_equal(wire_get_number(&fields), EPERM);
}

static void are_replaced_after_some_files(void **state)
{
	struct bench *b = *state;
	struct worker_conf conf = {
		.program = getenv("QIANYIN_WORKER"), .workers = 1, .recycle = 5};
	struct supervise_state look;

	worker_client_free(b->c);
	b->c = worker_client_new(&conf);
	worker_client_set_trust(b->c, b->store, &b->d->crl, 1);
	for (int i = 0; i < 12; i++)
		is_well(b);
	worker_client_look(b->c, &look);
	assert_int_equal(look.starts, 3);
	assert_int_equal(look.failures, 0);
}

/* An altered message says nothing else, and harms nobody. */
static void survives_altered_messages(void **state)
{
	const unsigned count = torture_is_full() ? 8000 : 2000;
	struct bench *b = *state;
	uint8_t *octets = arena_alloc(b->d->a, b->cms.n);
	struct supervise_state look;
	unsigned judged = 0, passed = 0;
	uint64_t seed = 7;

	for (unsigned i = 0; i < count; i++) {
		AUTO(arena) a = arena_new();
		size_t n = b->cms.n;
		struct worker_finding f;
		struct err e = {0};

		memcpy(octets, b->cms.p, n);
		for (uint64_t k = 0; k <= torture_random(&seed) % 3; k++)
			octets[torture_random(&seed) % n] ^=
				(uint8_t)(1u << torture_random(&seed) % 8);
		if (torture_random(&seed) % 4 == 0)
			n = torture_random(&seed) % n;
		if (n == b->cms.n && memcmp(octets, b->cms.p, n) == 0)
			continue;
		if (!worker_client_verify_detached(b->c, a, CONTENT,
			    bytes_make(octets, n), KIT_NOW, LANG_ZH, &f, &e))
			continue;
		judged++;
		if (f.indication != INDICATION_PASSED)
			continue;
		/* Some octets of a message are nobody's signed word (the set of digest
		 * algorithms): then it says what it said. */
		passed++;
		assert_memory_equal(f.signer, b->d->signer.sm3, SM3_SIZE);
		assert_int_equal(f.order[0], 5);
	}
	worker_client_look(b->c, &look);
	assert_int_equal(look.failures, 0);
	assert_true(passed < judged / 4);
	print_message("# %u altered messages, %u could be judged, %u stayed the same\n",
		count, judged, passed);
	is_well(b);
}

/* --- killed at any moment */

struct crowd {
	struct bench *b;
	unsigned good, refused, wrong;
	bool stop;
};

static void *crowd_member(void *ctx)
{
	struct crowd *c = ctx;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		AUTO(arena) a = arena_new();
		struct worker_finding f;
		struct err e = {0};
		unsigned *count = &c->wrong;

		if (worker_client_verify_detached(
			    c->b->c, a, CONTENT, c->b->cms, KIT_NOW, LANG_ZH, &f, &e)) {
			if (f.indication == INDICATION_PASSED)
				count = &c->good;
		} else if (e.code == ERR_MALFORMED || e.code == ERR_BUSY) {
			count = &c->refused;
			usleep(2000); /* nobody lives just now */
		}
		__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void killed_at_any_moment(void **state)
{
	const int kills = torture_is_full() ? 200 : 20;
	struct crowd c = {.b = *state};
	struct supervise_state look;
	pthread_t members[4];
	uint64_t seed = 3;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&members[i], NULL, crowd_member, &c), 0);
	for (int i = 0; i < kills;) {
		usleep(10000 + (useconds_t)(torture_random(&seed) % 20000));
		worker_client_look(c.b->c, &look);
		/* One after the other, where they live. */
		if (look.pids[i % 2] > 1 && kill(look.pids[i % 2], SIGKILL) == 0)
			i++;
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < 4; i++)
		(void)pthread_join(members[i], NULL);
	assert_int_equal(c.wrong, 0);
	assert_true(c.good > 0);
	worker_client_look(c.b->c, &look);
	print_message("# %d kills, %u verified, %u refused, %u starts\n", kills, c.good,
		c.refused, (unsigned)look.starts);
	usleep(300000);
	is_well(c.b);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(judges_like_a_stranger),
		WITH_BENCH(trusts_what_it_is_told_and_no_longer),
		WITH_BENCH(reports_on_whole_files),
		WITH_BENCH(every_file_is_judged_by_itself),
		WITH_BENCH(looks_at_scans),
		WITH_BENCH(one_crash_costs_one_file),
		WITH_BENCH(it_can_do_nothing_else),
		WITH_BENCH(are_replaced_after_some_files),
		WITH_BENCH(survives_altered_messages),
		WITH_BENCH(killed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
