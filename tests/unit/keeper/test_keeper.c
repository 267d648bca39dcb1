/* keeper: the real process: its orders are what agents demand, its fields open for whom
 * they should, and it survives being killed. SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/sandbox.h"
#include "base/source.h"
#include "base/time.h"
#include "doc/ledger_proof.h"
#include "doc/order_check.h"
#include "keeper/keeper.h"
#include "keeper/keeper_client.h"
#include "keeper/messages.h"
#include "keeper_kit.h"
#include "torture.h"

struct bench {
	struct arena *a;
	const char *folder, *store, *pass;
	struct keeper_client *c;
	struct bytes root;
};

static struct keeper_conf conf_of(const struct bench *b)
{
	return (struct keeper_conf){.program = getenv("QIANYIN_KEEPER"),
		.store = b->store,
		.passphrase_file = b->pass,
		.passphrase_fd = -1,
		.limit_reader = 6,
		.limit_total = 100,
		.timeout_ms = 20000};
}

static int bench_begin(void **state)
{
	AUTO(keystore) s = kit_store();
	struct bench *b = NEW(struct bench);
	struct keeper_conf conf;
	char *folder;
	struct err e;

	assert_non_null(getenv("QIANYIN_KEEPER"));
	b->a = arena_new();
	folder = arena_printf(b->a, "/tmp/keeper.XXXXXX");
	b->folder = mkdtemp(folder);
	assert_non_null(b->folder);
	b->store = arena_printf(b->a, "%s/keys", b->folder);
	b->pass = arena_printf(b->a, "%s/pass", b->folder);
	assert_true(file_write(b->store, 0600, kit_file(b->a, s), &e));
	assert_true(file_write(b->pass, 0600, BYTES("correct horse\n"), &e));
	b->root = arena_dup(b->a, keystore_current(s, KEYSTORE_ROOT)->cert);
	conf = conf_of(b);
	b->c = keeper_client_new(&conf);
	*state = b;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int bench_end(void **state)
{
	struct bench *b = *state;

	keeper_client_free(b->c);
	/* A keeper killed between link and rename leaves a temporary file. */
	assert_int_equal(nftw(b->folder, remove_one, 4, FTW_DEPTH | FTW_PHYS), 0);
	arena_free(b->a);
	mem_free(b);
	return 0;
}

static struct keeper_status status_of(struct bench *b)
{
	struct keeper_status s = {0};
	struct err e = {0};

	if (!keeper_client_status(b->c, b->a, &s, &e))
		fail_msg("no status: %s", e.text);
	return s;
}

/* --- orders */

static bool nonce_take(void *to, const uint8_t nonce[ORDER_NONCE], int64_t expiry,
	bool *fresh, struct err *e)
{
	(void)to;
	(void)nonce;
	(void)expiry;
	(void)e;
	return *fresh = true;
}

static bool nonce_seen(
	void *to, const uint8_t nonce[ORDER_NONCE], bool *seen, struct err *e)
{
	(void)to;
	(void)nonce;
	(void)e;
	*seen = false;
	return true;
}

/* What an agent that is paired with this platform says. */
static bool agent_takes(
	struct bench *b, struct bytes order, const char *origin, struct order_finding *f)
{
	static const struct order_nonces nonces = {nonce_take, nonce_seen, NULL};
	struct order_conditions c = {.arena = b->a,
		.lang = LANG_EN,
		.now = world_system()->now(world_system()),
		.platform = BYTES(KIT_PLATFORM),
		.origin = bytes_str(origin),
		.page_origin = bytes_str(origin),
		.nonces = &nonces};
	struct cert root;
	struct err e;

	assert_true(cert_parse(&root, b->root, &e));
	c.root = &root;
	order_check(f, order, &c);
	for (int i = 0; i < ORDER_CHECK_COUNT; i++)
		/* The certificate is not chosen, the document not at hand. */
		if (i != ORDER_CHECK_CERTIFICATE && i != ORDER_CHECK_DIGEST &&
			i != ORDER_CHECK_FIELDS && f->checks[i].present &&
			f->checks[i].result != FINDING_PASSED)
			return false;
	return f->read;
}

static struct order_login a_login(void)
{
	struct order_login login = {.purpose = ORDER_LOGIN_IN};

	memset(login.challenge, 7, sizeof login.challenge);
	memset(login.session, 9, sizeof login.session);
	return login;
}

static void agents_take_its_logins(void **state)
{
	struct bench *b = *state;
	struct order_login login = a_login();
	struct order_finding f;
	struct bytes one, two;
	int64_t expiry;
	struct err e = {0};

	assert_true(keeper_client_login_order(
		b->c, b->a, &login, NULL, 120, &one, &expiry, &e));
	assert_true(agent_takes(b, one, KIT_ORIGIN, &f));
	assert_int_equal(f.order.order.act, ORDER_LOGIN);
	assert_memory_equal(f.order.order.login.challenge, login.challenge, 32);
	assert_int_equal(f.order.order.expiry, expiry);
	assert_int_equal(expiry - f.order.order.issued, 120 * TIME_SECOND);
	assert_false(agent_takes(b, one, "https://elsewhere.example", &f));
	assert_true(keeper_client_login_order(
		b->c, b->a, &login, NULL, 120, &two, &expiry, &e));
	assert_false(bytes_equal(one, two));
	assert_int_equal(status_of(b).orders, 2);
}

static struct order_paper a_paper(const struct order_document *document)
{
	return (struct order_paper){.id = BYTES("0192"),
		.kind = BYTES("mandate"),
		.title = BYTES("授权书"),
		.alone = true,
		.documents = document,
		.document_count = 1,
		.form = ORDER_CMS};
}

static void agents_take_its_papers(void **state)
{
	static const struct order_document document = {.size = 10};
	struct bench *b = *state;
	struct order_paper paper = a_paper(&document);
	struct order_signer signer = {.credit_code = BYTES("91999999MA00000079"),
		.purposes = ORDER_FOR_SIGNING};
	struct order_finding f;
	struct bytes order;
	int64_t expiry;
	struct err e = {0};

	if (!keeper_client_paper_order(
		    b->c, b->a, &paper, &signer, 3600, &order, &expiry, &e))
		fail_msg("%s", e.text);
	assert_true(agent_takes(b, order, KIT_ORIGIN, &f));
	assert_bytes(f.order.order.paper.title, paper.title);
	assert_bytes(f.order.order.signer.credit_code, signer.credit_code);
}

static void refuses_what_is_no_order(void **state)
{
	struct bench *b = *state;
	struct order_login login = a_login();
	struct bytes order;
	int64_t expiry;
	struct err e = {0};

	assert_false(keeper_client_login_order(
		b->c, b->a, &login, NULL, 901, &order, &expiry, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(keeper_client_login_order(
		b->c, b->a, &login, NULL, 0, &order, &expiry, &e));
	login.purpose = (enum order_login_purpose)9;
	assert_false(keeper_client_login_order(
		b->c, b->a, &login, NULL, 60, &order, &expiry, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_int_equal(status_of(b).orders, 0);
}

/* --- fields */

static struct bytes sealed_for(struct bench *b, struct id record)
{
	struct bytes sealed = {0};
	struct err e = {0};

	if (!keeper_client_field_seal(
		    b->c, b->a, 1, record, BYTES("13900000000"), &sealed, &e))
		fail_msg("%s", e.text);
	return sealed;
}

static bool opens(struct bench *b, uint32_t kind, struct id record, struct bytes sealed,
	struct id reader, struct err *e)
{
	AUTO(secret) plain = NULL;

	*e = (struct err){0};
	if (!keeper_client_field_open(b->c, kind, record, sealed, reader, &plain, e))
		return false;
	assert_bytes(
		bytes_make(secret_view(plain), secret_size(plain)), BYTES("13900000000"));
	return true;
}

static void fields_open_for_their_record(void **state)
{
	struct bench *b = *state;
	struct id record = id_new(world_system()), other = id_new(world_system()),
		  reader = id_new(world_system());
	struct bytes sealed = sealed_for(b, record);
	uint8_t one[32], two[32];
	struct err e;

	assert_true(opens(b, 1, record, sealed, reader, &e));
	assert_false(opens(b, 2, record, sealed, reader, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_false(opens(b, 1, other, sealed, reader, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_false(opens(b, 1, record, sealed, (struct id){{0}}, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_true(keeper_client_field_index(b->c, 1, BYTES("x"), one, &e));
	assert_true(keeper_client_field_index(b->c, 2, BYTES("x"), two, &e));
	assert_memory_not_equal(one, two, sizeof one);
}

static void readers_are_limited(void **state)
{
	struct bench *b = *state;
	struct id record = id_new(world_system()), reader = id_new(world_system());
	struct bytes sealed = sealed_for(b, record);
	struct keeper_status s;
	struct err e;

	for (int i = 0; i < 6; i++)
		assert_true(opens(b, 1, record, sealed, reader, &e));
	assert_false(opens(b, 1, record, sealed, reader, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_true(opens(b, 1, record, sealed, id_new(world_system()), &e));
	s = status_of(b);
	assert_int_equal(s.opens, 7);
	assert_int_equal(s.denied, 1);
	/* Killing it gives nothing back. */
	assert_true(s.process.pids[0] > 1);
	assert_int_equal(kill(s.process.pids[0], SIGKILL), 0);
	usleep(50000);
	assert_false(opens(b, 1, record, sealed, reader, &e));
	assert_int_equal(e.code, ERR_DENIED);
}

static void keys_are_renewed_while_it_serves(void **state)
{
	struct bench *b = *state;
	struct id record = id_new(world_system()), reader = id_new(world_system());
	struct bytes sealed = sealed_for(b, record), renewed = {0}, again;
	struct order_login login = a_login();
	struct order_finding f;
	struct bytes order;
	int64_t expiry;
	bool fresh = true;
	struct err e = {0};

	assert_true(keeper_client_field_renew(
		b->c, b->a, 1, record, sealed, &renewed, &fresh, &e));
	assert_false(fresh);
	assert_true(keeper_client_rotate(b->c, KEYSTORE_FIELD, &e));
	assert_true(keeper_client_rotate(b->c, KEYSTORE_ORDER, &e));
	assert_false(keeper_client_rotate(b->c, KEYSTORE_ROOT, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_true(keeper_client_field_renew(
		b->c, b->a, 1, record, sealed, &renewed, &fresh, &e));
	assert_true(fresh);
	assert_true(opens(b, 1, record, sealed, reader, &e));
	assert_true(opens(b, 1, record, renewed, reader, &e));
	assert_false(keeper_client_field_renew(
		b->c, b->a, 1, reader, sealed, &again, &fresh, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_true(keeper_client_login_order(
		b->c, b->a, &login, NULL, 60, &order, &expiry, &e));
	assert_true(agent_takes(b, order, KIT_ORIGIN, &f));
	assert_int_equal(status_of(b).order.version, 2);
	assert_int_equal(status_of(b).field.version, 2);
	assert_true(status_of(b).order_until > world_system()->now(world_system()));
}

/* Two servers on one key store: the one learns what the other renewed. */
static void another_keeper_learns_of_it(void **state)
{
	struct bench *b = *state;
	struct keeper_conf conf = conf_of(b);
	AUTO(keeper_client) second = keeper_client_new(&conf);
	struct id record = id_new(world_system());
	struct bytes sealed = {0};
	struct err e = {0};

	(void)sealed_for(b, record);
	assert_true(keeper_client_rotate(second, KEYSTORE_FIELD, &e));
	assert_true(keeper_client_field_seal(
		second, b->a, 1, record, BYTES("13900000000"), &sealed, &e));
	assert_true(opens(b, 1, record, sealed, record, &e));
	assert_int_equal(status_of(b).field.version, 2);
}

/* --- checkpoints */

enum { LEAVES = 9 };

static void leaves_make(uint8_t leaves[LEAVES * SM3_SIZE], uint8_t salt)
{
	for (uint8_t i = 0; i < LEAVES; i++) {
		uint8_t data[] = {i, salt};

		merkle_leaf(leaves + i * SM3_SIZE, BYTES_OF(data));
	}
}

/* Asks for the tree over the first `size` leaves, said to continue the first `old`. */
static bool checkpoint_ask(struct bench *b, const uint8_t *leaves, uint64_t number,
	size_t old, size_t size, struct bytes *out, struct err *e)
{
	struct ledger_consistency p = {.old_size = old, .size = size};
	uint8_t root[SM3_SIZE];
	struct bytes proof = {0};

	*e = (struct err){0};
	merkle_root(root, leaves, size);
	merkle_consistency(&p.path, leaves, size, old);
	if (old)
		assert_true(ledger_consistency_write(b->a, &proof, &p, e));
	return keeper_client_checkpoint(b->c, b->a, number, size, root, proof, out, e);
}

static void signs_one_log_only(void **state)
{
	uint8_t leaves[LEAVES * SM3_SIZE], others[LEAVES * SM3_SIZE];
	struct bench *b = *state;
	struct bytes out = {0};
	struct checkpoint c;
	struct keeper_status s;
	struct err e;

	leaves_make(leaves, 0);
	leaves_make(others, 1);
	if (!checkpoint_ask(b, leaves, 1, 0, 3, &out, &e))
		fail_msg("%s", e.text);
	assert_true(checkpoint_read(&c, b->a, out, &e));
	assert_bytes(c.platform, BYTES(KIT_PLATFORM));
	assert_int_equal(c.size, 3);
	assert_true(checkpoint_ask(b, leaves, 2, 3, 7, &out, &e));
	assert_true(checkpoint_ask(b, leaves, 3, 0, 7, &out, &e)); /* nothing new */
	/* A number again, a smaller one, another history of the same and of a larger
	 * size, none at all: also from a keeper that was killed between. */
	for (int i = 0; i < 2; i++) {
		assert_false(checkpoint_ask(b, leaves, 3, 7, 8, &out, &e));
		assert_int_equal(e.code, ERR_ROLLBACK);
		assert_false(checkpoint_ask(b, leaves, 4, 0, 5, &out, &e));
		assert_int_equal(e.code, ERR_ROLLBACK);
		assert_false(checkpoint_ask(b, others, 4, 0, 7, &out, &e));
		assert_int_equal(e.code, ERR_ROLLBACK);
		assert_false(checkpoint_ask(b, others, 4, 7, 9, &out, &e));
		assert_int_equal(e.code, ERR_ROLLBACK);
		assert_false(checkpoint_ask(b, leaves, 4, 0, 9, &out, &e));
		s = status_of(b);
		assert_true(s.process.pids[0] > 1);
		assert_int_equal(kill(s.process.pids[0], SIGKILL), 0);
		usleep(50000);
	}
	assert_true(checkpoint_ask(b, leaves, 4, 7, 9, &out, &e));
}

/* --- what it does not do */

static void wrong_passphrase_serves_nothing(void **state)
{
	struct bench *b = *state;
	struct order_login login = a_login();
	struct keeper_status s;
	struct bytes order;
	int64_t expiry;
	struct err e = {0};

	assert_true(file_write(b->pass, 0600, BYTES("wrong"), &e));
	assert_false(keeper_client_login_order(
		b->c, b->a, &login, NULL, 60, &order, &expiry, &e));
	assert_int_equal(e.code, ERR_BUSY);
	s = status_of(b);
	assert_int_equal(s.phase, CHANNEL_LOCKED);
	assert_non_null(strstr(s.why, "passphrase"));
	assert_int_equal(s.root.cert.n, 0);
	assert_false(keeper_client_rotate(b->c, KEYSTORE_FIELD, &e));
	assert_false(
		keeper_client_field_index(b->c, 1, BYTES("x"), (uint8_t[32]){0}, &e));
	/* Until the operator puts it right. */
	assert_true(file_write(b->pass, 0600, BYTES("correct horse"), &e));
	keeper_client_restart(b->c);
	assert_int_equal(status_of(b).phase, CHANNEL_SERVING);
	assert_int_equal(status_of(b).process.failures, 0);
}

static void a_passphrase_others_can_read_is_refused(void **state)
{
	struct bench *b = *state;

	assert_int_equal(chmod(b->pass, 0644), 0);
	assert_int_equal(status_of(b).phase, CHANNEL_LOCKED);
	assert_non_null(strstr(status_of(b).why, "chmod 600"));
}

static void a_passphrase_comes_by_descriptor(void **state)
{
	struct bench *b = *state;
	struct keeper_conf conf = conf_of(b);
	int fd = memfd_create("pass", MFD_CLOEXEC);
	struct keeper_client *c;
	struct keeper_status s;
	struct err e;

	assert_int_equal(write(fd, "correct horse", 13), 13);
	conf.passphrase_file = NULL;
	conf.passphrase_fd = fd;
	c = keeper_client_new(&conf);
	for (int i = 0; i < 2; i++) { /* also after a restart */
		assert_true(keeper_client_status(c, b->a, &s, &e));
		assert_int_equal(s.phase, CHANNEL_SERVING);
		assert_int_equal(kill(s.process.pids[0], SIGKILL), 0);
		usleep(50000);
	}
	keeper_client_free(c);
	(void)close(fd);
}

static void drains(void **state)
{
	struct bench *b = *state;
	struct err e = {0};

	assert_true(keeper_client_drain(b->c, &e));
	assert_int_equal(status_of(b).phase, CHANNEL_DRAINING);
	assert_false(
		keeper_client_field_index(b->c, 1, BYTES("x"), (uint8_t[32]){0}, &e));
	assert_int_equal(e.code, ERR_BUSY);
}

/* --- killed at any moment */

struct crowd {
	struct bench *b;
	unsigned good, busy, wrong, renewed, perhaps;
	bool stop;
};

static void *crowd_member(void *ctx)
{
	struct crowd *c = ctx;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		AUTO(arena) a = arena_new();
		struct order_login login = a_login();
		struct bytes order;
		int64_t expiry;
		struct err e = {0};

		if (keeper_client_login_order(
			    c->b->c, a, &login, NULL, 60, &order, &expiry, &e))
			__atomic_add_fetch(&c->good, 1, __ATOMIC_RELAXED);
		else if (e.code == ERR_BUSY)
			__atomic_add_fetch(&c->busy, 1, __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&c->wrong, 1, __ATOMIC_RELAXED);
		usleep(500);
	}
	return NULL;
}

static void *renewer(void *ctx)
{
	struct crowd *c = ctx;

	for (unsigned i = 0; !__atomic_load_n(&c->stop, __ATOMIC_RELAXED); i++) {
		struct err e = {0};

		if (keeper_client_rotate(
			    c->b->c, i % 2 ? KEYSTORE_FIELD : KEYSTORE_ORDER, &e))
			c->renewed++;
		else
			c->perhaps++;
		usleep(3000);
	}
	return NULL;
}

static struct keeper_status serving(struct bench *b)
{
	struct keeper_status s = {0};
	struct err e;

	for (int k = 0; k < 2000; k++) {
		if (keeper_client_status(b->c, b->a, &s, &e))
			break;
		usleep(10000);
	}
	assert_int_equal(s.phase, CHANNEL_SERVING);
	return s;
}

/* While it signs and while it writes its store: that is whole at every moment, and what
 * was answered is in it. */
static void killed_at_any_moment(void **state)
{
	const int kills = torture_is_full() ? 250 : 25;
	struct crowd c = {.b = *state};
	uint64_t seed = 1;
	pthread_t members[5];
	struct keeper_status s;
	uint32_t versions;

	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
			pthread_create(&members[i], NULL, i ? crowd_member : renewer, &c),
			0);
	for (int i = 0; i < kills; i++) {
		s = serving(c.b);
		usleep((useconds_t)(torture_random(&seed) % 12000));
		if (s.process.pids[0] > 1)
			(void)kill(s.process.pids[0], SIGKILL);
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < 5; i++)
		(void)pthread_join(members[i], NULL);
	s = serving(c.b);
	versions = s.order.version + s.field.version - 2;
	assert_int_equal(c.wrong, 0);
	assert_true(c.good > 0 && c.renewed > 0);
	assert_true(s.process.failures >= (uint64_t)kills / 2);
	assert_true(versions >= c.renewed && versions <= c.renewed + c.perhaps);
	print_message("# %d kills, %u orders, %u told to come again, %u renewals of %u\n",
		kills, c.good, c.busy, c.renewed, c.renewed + c.perhaps);
}

/* --- seen from outside */

static struct bytes slurp(struct arena *a, const char *path)
{
	uint8_t *p = arena_alloc(a, 65536);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, p, 65536);

	if (fd >= 0)
		(void)close(fd);
	return bytes_make(p, n < 0 ? 0 : (size_t)n);
}

static void no_secret_is_seen(void **state)
{
	static const char *const files[] = {"cmdline", "environ"};
	struct bench *b = *state;
	struct keeper_status s = status_of(b);

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct bytes text =
			slurp(b->a, arena_printf(b->a, "/proc/%d/%s",
					    (int)s.process.pids[0], files[i]));

		assert_int_equal(bytes_find(text, BYTES("correct horse")), SIZE_MAX);
	}
	/* Not dumpable: an ordinary user cannot even read its memory map. */
	if (geteuid() != 0)
		assert_int_equal(slurp(b->a, arena_printf(b->a, "/proc/%d/maps",
						     (int)s.process.pids[0]))
					 .n,
			0);
	if (!s.has_filter)
		return;
	assert_int_not_equal(bytes_find(slurp(b->a, arena_printf(b->a, "/proc/%d/status",
							    (int)s.process.pids[0])),
				     BYTES("Seccomp:\t2")),
		SIZE_MAX);
}

/* Neither a connection nor a program. In a build without lab there is no such message. */
static void it_reaches_nothing(void **state)
{
	struct bench *b = *state;
	struct reader fields;
	struct err e = {0};

	if (!keeper_is_lab) {
		assert_false(keeper_client_lab(b->c, b->a, &fields, &e));
		assert_int_equal(e.code, ERR_BUSY); /* it ended over it */
		return;
	}
	if (!sandbox_has_filter())
		SKIP("this build has no list of system calls");
	assert_true(keeper_client_lab(b->c, b->a, &fields, &e));
	assert_int_equal(wire_get_number(&fields), EPERM);
	assert_int_equal(wire_get_number(&fields), EPERM);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(agents_take_its_logins),
		WITH_BENCH(agents_take_its_papers),
		WITH_BENCH(refuses_what_is_no_order),
		WITH_BENCH(fields_open_for_their_record),
		WITH_BENCH(readers_are_limited),
		WITH_BENCH(keys_are_renewed_while_it_serves),
		WITH_BENCH(another_keeper_learns_of_it),
		WITH_BENCH(signs_one_log_only),
		WITH_BENCH(wrong_passphrase_serves_nothing),
		WITH_BENCH(a_passphrase_others_can_read_is_refused),
		WITH_BENCH(a_passphrase_comes_by_descriptor),
		WITH_BENCH(drains),
		WITH_BENCH(killed_at_any_moment),
		WITH_BENCH(no_secret_is_seen),
		WITH_BENCH(it_reaches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
