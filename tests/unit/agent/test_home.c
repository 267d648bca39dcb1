/* What the agent keeps between runs: pairings, ledger, phrase, nonces, the journal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/home.h"
#include "agent/journal.h"
#include "agent/nonces.h"
#include "base/source.h"
#include "base/text.h"
#include "unit/pki/issue_kit.h"

struct place {
	struct kit *k;
	char folder[64];
	char *home;
};

static int place_begin(void **state)
{
	struct place *p = NEW(struct place);
	void *kit;

	kit_begin(&kit);
	p->k = kit;
	(void)snprintf(p->folder, sizeof p->folder, "%s/agent.XXXXXX",
		getenv("TEST_TMP") ? getenv("TEST_TMP") : "/tmp");
	assert_non_null(mkdtemp(p->folder));
	p->home = arena_printf(p->k->a, "%s/home", p->folder);
	*state = p;
	return 0;
}

static int place_end(void **state)
{
	static const char *const files[] = {"agent.json", "journal", "nonces"};
	struct place *p = *state;
	void *kit = p->k;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		(void)unlink(arena_printf(p->k->a, "%s/%s", p->home, files[i]));
	(void)rmdir(p->home);
	(void)rmdir(p->folder);
	kit_end(&kit);
	mem_free(p);
	return 0;
}

static struct home *open_home(struct place *p)
{
	struct home *h = NULL;
	struct err e;

	if (!home_open(&h, p->home, p->k->w, &e))
		fail_msg("%s", e.text);
	return h;
}

static void pairings_and_phrase_come_back_and_bad_ones_are_refused(void **state)
{
	static const char *const bad[] = {"http://platform.example", "https://",
		"ftp://x", "https://x/y", "https://X.example", "https://a b", "null", ""};
	struct place *p = *state;
	AUTO(home) h = open_home(p);
	AUTO(home) again = NULL;
	struct bytes root = p->k->ca.der;
	struct err e;

	assert_true(home_pair(h, "p", "https://platform.example",
		"https://platform.example/a", root, &e));
	assert_true(home_pair(h, "p", "http://127.0.0.1:8080", NULL, root, &e));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(home_pair(h, "p", bad[i], NULL, root, &e));
	assert_false(
		home_pair(h, "p", "https://x.example", "http://x.example/a", root, &e));
	assert_false(home_pair(h, "", "https://x.example", NULL, root, &e));
	assert_false(home_pair(h, "p", "https://x.example", NULL, BYTES("no root"), &e));
	assert_true(home_phrase_set(h, "青山绿水", &e));
	assert_false(home_phrase_set(h, "", &e));
	assert_false(home_phrase_set(h, "two\nlines", &e));
	assert_true(home_save(h, &e));
	again = open_home(p);
	assert_int_equal(again->pairing_count, 2);
	assert_string_equal(again->phrase, "青山绿水");
	assert_non_null(home_pairing(again, BYTES("https://platform.example")));
	assert_null(home_pairing(again, BYTES("https://platform.exampl")));
	assert_null(home_pairing(again, BYTES("https://platform.example:443")));
	assert_true(home_unpair(again, "https://platform.example", &e));
	assert_false(home_unpair(again, "https://platform.example", &e));
}

static void a_home_that_others_can_read_is_not_opened(void **state)
{
	struct place *p = *state;
	struct home *h = open_home(p);
	struct err e;

	home_free(h);
	assert_int_equal(chmod(p->home, 0755), 0);
	assert_false(home_open(&h, p->home, p->k->w, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(chmod(p->home, 0700), 0);
	assert_true(file_write(arena_printf(p->k->a, "%s/agent.json", p->home), 0600,
		BYTES("{\"phrase\":"), &e));
	assert_false(home_open(&h, p->home, p->k->w, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static bool set_ledger(
	struct home *h, struct place *p, const char *code, int needed, struct err *e)
{
	char *spki = base64_encode(p->k->a, p->k->key->pub.spki);
	char *json = arena_printf(p->k->a,
		"{\"log\":\"%s\",\"operator\":\"91440300708461136T\",\"needed\":%d,"
		"\"witnesses\":[{\"name\":\"a\",\"code\":\"91999999MA00000079\",\"key\":"
		"\"%s\"},"
		"{\"name\":\"b\",\"code\":\"%s\",\"key\":\"%s\"}]}",
		spki, needed, spki, code, spki);

	return home_ledger_set(h, "https://platform.example", bytes_str(json), e);
}

//= Protocols §2: witnesses of different legal persons, none the operator
static void witnesses_are_different_persons_and_none_is_the_operator(void **state)
{
	struct place *p = *state;
	AUTO(home) h = open_home(p);
	struct err e;

	assert_false(set_ledger(h, p, "91110000MA0T00011Q", 2, &e)); /* not paired */
	assert_true(
		home_pair(h, "p", "https://platform.example", NULL, p->k->ca.der, &e));
	assert_true(set_ledger(h, p, "91110000MA0T00011Q", 2, &e));
	assert_int_equal(h->pairings[0].ledger->view.needed, 2);
	assert_false(set_ledger(h, p, "91440300708461136T", 2, &e));
	assert_false(set_ledger(h, p, "91999999MA00000079", 2, &e));
	assert_false(set_ledger(h, p, "91110000MA0T00011X", 2, &e));
	assert_false(set_ledger(h, p, "91110000MA0T00011Q", 3, &e));
	assert_false(set_ledger(h, p, "91110000MA0T00011Q", 0, &e));
	assert_false(home_ledger_set(h, "https://platform.example", BYTES("[]"), &e));
}

/* Records behind those that are there. */
static void fill(const char *path, size_t count, int64_t expiry)
{
	FILE *f = fopen(path, "ab");
	uint8_t record[ORDER_NONCE + 8] = {9};
	struct writer w = writer_over(record + ORDER_NONCE, 8);

	assert_non_null(f);
	write_be64(&w, (uint64_t)expiry);
	while (count--)
		assert_int_equal(fwrite(record, sizeof record, 1, f), 1);
	assert_int_equal(fclose(f), 0);
}

static void spoil(const char *path)
{
	FILE *f = fopen(path, "ab");

	assert_non_null(f);
	assert_int_equal(fwrite("torn", 4, 1, f), 1);
	assert_int_equal(fclose(f), 0);
}

static void a_nonce_is_taken_once_over_starts_and_a_clock_that_ran_ahead(void **state)
{
	struct place *p = *state;
	struct home *h = open_home(p);
	const char *path = home_file(h, p->k->a, "nonces");
	uint8_t nonce[ORDER_NONCE] = {1}, other[ORDER_NONCE] = {2};
	struct nonces *n = NULL, *beside = NULL;
	struct order_nonces m;
	bool is;
	struct err e;

	assert_true(nonces_open(&n, path, KIT_NOW, &e));
	m = nonces_memory(n);
	assert_true(m.take(m.to, nonce, KIT_NOW + TIME_HOUR, &is, &e) && is);
	assert_true(m.take(m.to, nonce, KIT_NOW + TIME_HOUR, &is, &e) && !is);
	/* Another process sees it, and this one what the other takes. */
	assert_true(nonces_open(&beside, path, KIT_NOW, &e));
	m = nonces_memory(beside);
	assert_true(m.seen(m.to, nonce, &is, &e) && is);
	assert_true(m.take(m.to, other, KIT_NOW + TIME_HOUR, &is, &e) && is);
	m = nonces_memory(n);
	assert_true(m.take(m.to, other, KIT_NOW + TIME_HOUR, &is, &e) && !is);
	nonces_free(beside);
	nonces_free(n);
	assert_true(nonces_open(&n, path, KIT_NOW + TIME_HOUR, &e));
	m = nonces_memory(n);
	assert_true(m.seen(m.to, nonce, &is, &e) && is);
	nonces_free(n);
	/* A clock that ran ahead for a start forgets nothing … */
	assert_true(nonces_open(&n, path, KIT_NOW + 3 * TIME_DAY, &e));
	m = nonces_memory(n);
	assert_true(m.seen(m.to, nonce, &is, &e) && is);
	nonces_free(n);
	/* … only where there are many do expired ones go. */
	fill(path, NONCES_MAX / 2, KIT_NOW + TIME_HOUR);
	assert_true(nonces_open(&n, path, KIT_NOW + 3 * TIME_DAY, &e));
	m = nonces_memory(n);
	assert_true(m.seen(m.to, nonce, &is, &e) && !is);
	/* A torn record: nothing is taken behind it. */
	spoil(path);
	assert_false(m.take(m.to, nonce, KIT_NOW + 4 * TIME_DAY, &is, &e));
	nonces_free(n);
	assert_true(nonces_open(&n, path, KIT_NOW + 3 * TIME_DAY, &e));
	m = nonces_memory(n);
	assert_true(m.take(m.to, nonce, KIT_NOW + 4 * TIME_DAY, &is, &e) && is);
	nonces_free(n);
	home_free(h);
}

static void count_line(void *to, struct bytes line)
{
	(void)line;
	++*(size_t *)to;
}

static void alter(const char *path, size_t at, char c)
{
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
	assert_int_equal(fputc(c, f), c);
	assert_int_equal(fclose(f), 0);
}

static void a_journal_tells_where_it_was_altered(void **state)
{
	struct place *p = *state;
	struct home *h = open_home(p);
	const char *path = home_file(h, p->k->a, "journal");
	struct journal_line line = {.act = "sign", .outcome = "done", .title = "合同"};
	size_t broken, lines = 0;
	struct journal *j;
	FILE *f;
	struct err e;

	assert_true(journal_open(&j, path, &e));
	for (int i = 0; i < 3; i++)
		assert_true(journal_put(j, p->k->w, &line, &e));
	journal_free(j);
	assert_true(journal_read(path, count_line, &lines, &broken, &e));
	assert_int_equal(lines, 3);
	assert_int_equal(broken, 0);
	/* The machine died in the middle of a line: it is named, and those after it hold.
	 */
	f = fopen(path, "a");
	assert_non_null(f);
	(void)fputs("{\"time\":\"2026", f);
	(void)fclose(f);
	assert_true(journal_open(&j, path, &e));
	assert_true(journal_put(j, p->k->w, &line, &e));
	journal_free(j);
	assert_true(journal_read(path, count_line, &lines, &broken, &e));
	assert_int_equal(broken, 4);
	alter(path, 20, '9');
	assert_true(journal_read(path, count_line, &lines, &broken, &e));
	assert_int_equal(broken, 2);
	home_free(h);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, place_begin, place_end)
	const struct CMUnitTest tests[] = {
		T(pairings_and_phrase_come_back_and_bad_ones_are_refused),
		T(a_home_that_others_can_read_is_not_opened),
		T(witnesses_are_different_persons_and_none_is_the_operator),
		T(a_nonce_is_taken_once_over_starts_and_a_clock_that_ran_ahead),
		T(a_journal_tells_where_it_was_altered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
