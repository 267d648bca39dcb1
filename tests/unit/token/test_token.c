/* Tokens through simulated libraries: what works, works; what a library does wrong is
 * told as what it is, costs that library alone, and never a PIN try.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/source.h"
#include "crypto/sm4.h"
#include "token/token.h"
#include "unit.h"
#include "unit/pki/issue_kit.h"

#define PIN "258369"

enum { SIMS = 4, PATHS = 256 };

struct sim {
	const char *library, *folder, *token;
	struct key *sign, *enc;
	struct cert sign_cert, enc_cert;
};

struct bench {
	struct kit *k;
	char folder[64];
	struct sim sims[SIMS];
	size_t count;
	struct token_ring *ring;
};

static void text_put(const char *folder, const char *name, const char *text)
{
	char path[2 * PATHS];
	struct err e;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!file_write(path, 0600, bytes_str(text), &e))
		fail_msg("%s", e.text);
}

static void octets_put(const char *folder, const char *name, struct bytes b)
{
	char path[2 * PATHS];
	struct err e;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!file_write(path, 0600, b, &e))
		fail_msg("%s", e.text);
}

static void key_put(const char *folder, const char *name, struct key *k)
{
	AUTO(secret) der = NULL;
	struct err e;

	assert_true(key_to_pkcs8(&der, k, &e));
	octets_put(folder, name, bytes_make(secret_view(der), secret_size(der)));
}

static void plug(struct sim *s, bool in)
{
	char path[2 * PATHS];

	(void)snprintf(path, sizeof path, "%s/plugged", s->token);
	if (in)
		text_put(s->token, "plugged", "");
	else
		(void)unlink(path);
}

/* How often a line stands in a token's log. */
static size_t logged(const struct sim *s, const char *line)
{
	AUTO(arena) a = arena_new();
	struct bytes all = {0};
	char path[2 * PATHS];
	size_t n = 0, at;
	struct err e;

	(void)snprintf(path, sizeof path, "%s/log", s->token);
	if (!file_slurp(a, path, 1 << 24, &all, &e))
		return 0;
	while ((at = bytes_find(all, bytes_str(line))) != SIZE_MAX) {
		n++;
		all = bytes_from(all, at + strlen(line));
	}
	return n;
}

static struct sim *sim_add(struct bench *b, const char *profile)
{
	struct sim *s = &b->sims[b->count];
	const char *library = getenv("QIANYIN_SKFSIM");
	char conf[PATHS + 8];
	struct err e;

	assert_non_null(library);
	s->library = arena_printf(b->k->a, "%s/lib%zu.so", b->folder, b->count);
	s->folder = arena_printf(b->k->a, "%s/sim%zu", b->folder, b->count);
	s->token = arena_printf(b->k->a, "%s/dev", s->folder);
	assert_int_equal(symlink(library, s->library), 0);
	assert_int_equal(mkdir(s->folder, 0700), 0);
	assert_int_equal(mkdir(s->token, 0700), 0);
	(void)snprintf(conf, sizeof conf, "lib%zu.so.conf", b->count);
	text_put(b->folder, conf, s->folder);
	text_put(s->folder, "profile", profile);
	text_put(s->token, "label", "投标人钥匙");
	text_put(s->token, "serial", arena_printf(b->k->a, "SN%zu", b->count));
	text_put(s->token, "maker", "sim");
	text_put(s->token, "pin", PIN);
	text_put(s->token, "tries", "6");
	text_put(s->token, "most", "6");
	s->sign = kit_key(b->k, KEY_SM2);
	s->enc = kit_key(b->k, KEY_SM2);
	s->sign_cert = kit_cert(b->k, ISSUE_SIGN, "投标人", s->sign);
	s->enc_cert = kit_cert(b->k, ISSUE_ENCRYPT, "投标人", s->enc);
	key_put(s->token, "sign.key", s->sign);
	key_put(s->token, "enc.key", s->enc);
	octets_put(s->token, "sign.cer", s->sign_cert.der);
	octets_put(s->token, "enc.cer", s->enc_cert.der);
	plug(s, true);
	assert_true(token_ring_add(
		b->ring, &(struct token_library){TOKEN_SKF, s->library}, &e));
	b->count++;
	return s;
}

static int bench_begin(void **state)
{
	struct bench *b = NEW(struct bench);
	void *kit;

	kit_begin(&kit);
	b->k = kit;
	(void)snprintf(b->folder, sizeof b->folder, "%.40s/token.XXXXXX",
		getenv("TEST_TMP") ? getenv("TEST_TMP") : "/tmp");
	assert_non_null(mkdtemp(b->folder));
	assert_non_null(getenv("QIANYIN_TOKEN"));
	b->ring = token_ring_new(getenv("QIANYIN_TOKEN"), 0);
	*state = b;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *b = *state;
	char command[128];
	void *kit = b->k;

	token_ring_free(b->ring);
	for (size_t i = 0; i < b->count; i++) {
		key_free(b->sims[i].sign);
		key_free(b->sims[i].enc);
	}
	(void)snprintf(command, sizeof command, "rm -rf '%s'", b->folder);
	(void)!system(command);
	kit_end(&kit);
	mem_free(b);
	return 0;
}

static struct token_info list_one(struct bench *b)
{
	struct token_list list;

	token_list(&list, b->ring, b->k->a);
	assert_int_equal(list.count, 1);
	return list.tokens[0];
}

static bool login(struct bench *b, const char *id, const char *pin,
	struct token_pin *state, struct err *e)
{
	AUTO(secret) p = secret_of(pin, strlen(pin));

	return token_login(b->ring, id, "CAAPP/main", p, state, e);
}

/* Signs a message with the token; false with why. */
static bool signs(
	struct bench *b, const struct token_info *t, const struct sim *s, struct err *e)
{
	AUTO(key) k = NULL;
	uint8_t value[SIG_VALUE_MAX];
	struct writer w = writer_over(value, sizeof value);

	if (!token_key(
		    &k, b->ring, t->id, "CAAPP/main", TOKEN_SIGN, s->sign_cert.der, e) ||
		!key_sign_message(k, b->k->w, SIG_SM2_SM3, BYTES("to be signed"), &w, e))
		return false;
	assert_true(pubkey_verify_message(
		&s->sign->pub, SIG_SM2_SM3, BYTES("to be signed"), writer_bytes(&w)));
	return true;
}

static bool unwraps(
	struct bench *b, const struct token_info *t, const struct sim *s, struct err *e)
{
	static const uint8_t sm4[SM4_KEY] = {1, 2, 3},
			     plain[32] = "thirty-two octets of a dealing.";
	uint8_t c2[SM4_KEY], sealed[32], out[32];
	struct sm2_cipher c;
	AUTO(key) k = NULL;

	assert_true(sm2_encrypt(&c, c2, b->k->w, s->enc->pub.point.p, BYTES_OF(sm4), e));
	assert_true(sm4_ecb_encrypt(sm4, BYTES_OF(plain), sealed, e));
	if (!token_key(
		    &k, b->ring, t->id, "CAAPP/main", TOKEN_UNWRAP, s->enc_cert.der, e) ||
		!key_unwrap_blocks(k, &c, BYTES_OF(sealed), out, e))
		return false;
	assert_memory_equal(out, plain, sizeof plain);
	return true;
}

struct profile {
	const char *words;
	bool list, sign, unwrap;
	enum err_code code; /* of what does not work */
};

static void a_library_works_whatever_its_habits_or_is_told_as_what_it_is(void **state)
{
	static const struct profile rows[] = {
		{"", true, true, true, 0},
		{"wide", true, true, true, 0},
		{"raw", true, true, true, 0},
		{"der", true, true, true, 0},
		{"wide der", true, true, true, 0},
		{"hashes", true, true, true, 0},
		{"hashes raw wide", true, true, true, 0},
		{"exact", true, true, true, 0},
		{"slow", true, true, true, 0},
		{"vendor1", true, true, true, 0},
		{"vendor2 wide", true, true, true, 0},
		{"vendor3", true, true, true, 0},
		{"no_pin_info", true, true, true, 0},
		{"needs_lock", true, true, true, 0},
		{"chatty", true, true, true, 0},
		{"garbage", true, true, true, 0},
		{"no_decrypt", true, true, false, ERR_UNSUPPORTED},
		{"wrong_key", true, false, true, ERR_CRYPTO},
		{"hang_sign", true, false, false, ERR_BUSY},
		{"crash_sign", true, false, false, ERR_IO},
		{"hang_unwrap", true, true, false, ERR_BUSY},
		{"crash_unwrap", true, true, false, ERR_IO},
		{"hang", false, false, false, 0},
		{"crash_list", false, false, false, 0},
	};

	(void)state;
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		void *of;
		struct bench *b;
		struct sim *s;
		struct token_info t;
		struct token_pin pin;
		struct err e;

		bench_begin(&of);
		b = of;
		if (strstr(rows[k].words, "slow")) {
			token_ring_free(b->ring);
			b->ring = token_ring_new(getenv("QIANYIN_TOKEN"), 8000);
		}
		s = sim_add(b, rows[k].words);
		t = list_one(b);
		if (t.state != (rows[k].list ? TOKEN_READY : TOKEN_FAULTY))
			fail_msg("%s: %s", rows[k].words, t.text);
		if (rows[k].list) {
			assert_int_equal(t.key_count, 1);
			assert_string_equal(t.keys[0].id, "CAAPP/main");
			assert_int_equal(t.tries_left,
				strcmp(rows[k].words, "no_pin_info") == 0 ? -1 : 6);
			if (!login(b, t.id, PIN, &pin, &e))
				fail_msg("%s: %s", rows[k].words, e.text);
			assert_int_equal(signs(b, &t, s, &e), rows[k].sign);
			if (!rows[k].sign)
				assert_int_equal(e.code, rows[k].code);
			/* What killed the library has forgotten the PIN. */
			if (rows[k].sign || rows[k].unwrap) {
				assert_int_equal(unwraps(b, &t, s, &e), rows[k].unwrap);
				if (!rows[k].unwrap)
					assert_int_equal(e.code, rows[k].code);
			}
			assert_int_equal(logged(s, "PIN"), 1);
		}
		bench_end(&of);
	}
}

static void a_hung_library_is_isolated_within_two_seconds(void **state)
{
	struct bench *b = *state;
	struct sim *good = sim_add(b, ""), *hung = sim_add(b, "hang");
	struct timespec from, to;
	struct token_list list;
	struct token_pin pin;
	double took;
	struct err e;

	(void)hung;
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	token_list(&list, b->ring, b->k->a);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	took = (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	assert_true(took < 3.0); /* 2 s for the hung one, on a busy machine */
	assert_int_equal(list.count, 2);
	assert_int_equal(list.tokens[0].state, TOKEN_READY);
	assert_int_equal(list.tokens[1].state, TOKEN_FAULTY);
	assert_true(login(b, list.tokens[0].id, PIN, &pin, &e));
	assert_true(signs(b, &list.tokens[0], good, &e));
}

static void a_wrong_pin_counts_once_and_a_locked_token_says_so(void **state)
{
	struct bench *b = *state;
	struct sim *s = sim_add(b, "");
	struct token_info t = list_one(b);
	struct token_pin pin;
	struct err e;

	for (int left = 5; left > 0; left--) {
		assert_false(login(b, t.id, "000000", &pin, &e));
		assert_int_equal(e.code, ERR_PASSWORD);
		assert_int_equal(pin.tries_left, left);
		assert_false(pin.locked);
		assert_int_equal(list_one(b).tries_left, left);
	}
	assert_false(login(b, t.id, "000000", &pin, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_true(pin.locked);
	assert_int_equal(list_one(b).state, TOKEN_LOCKED);
	assert_false(login(b, t.id, PIN, &pin, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(logged(s, "PIN wrong"), 6);
	assert_int_equal(logged(s, "PIN right"), 0);
	assert_false(signs(b, &t, s, &e));
}

static void nothing_is_signed_without_the_pin_or_after_it_was_forgotten(void **state)
{
	struct bench *b = *state;
	struct sim *s = sim_add(b, "");
	struct token_info t = list_one(b);
	struct token_pin pin;
	struct err e;

	assert_false(signs(b, &t, s, &e));
	assert_true(login(b, t.id, PIN, &pin, &e));
	assert_true(signs(b, &t, s, &e));
	token_logout(b->ring, t.id);
	assert_false(signs(b, &t, s, &e));
	assert_true(login(b, t.id, PIN, &pin, &e));
	plug(s, false);
	assert_false(signs(b, &t, s, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	plug(s, true);
	assert_false(signs(b, &t, s, &e));
	assert_int_equal(logged(s, "SIGN"), 1);
}

static void two_tokens_with_one_label_are_two_tokens(void **state)
{
	struct bench *b = *state;
	struct sim *one = sim_add(b, ""), *two = sim_add(b, "");
	struct token_list list;
	struct token_pin pin;
	struct err e;

	token_list(&list, b->ring, b->k->a);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.tokens[0].label, list.tokens[1].label);
	assert_string_not_equal(list.tokens[0].id, list.tokens[1].id);
	assert_true(login(b, list.tokens[1].id, PIN, &pin, &e));
	assert_true(signs(b, &list.tokens[1], two, &e));
	/* The one key is not taken for the other's certificate. */
	assert_false(signs(b, &list.tokens[1], one, &e));
	assert_int_equal(e.code, ERR_CRYPTO);
	assert_int_equal(logged(one, "SIGN"), 0);
}

/* Steps that users and USB ports take, in any order. */
static void thousands_of_random_steps_harm_nothing(void **state)
{
	static const char *const profiles[SIMS] = {
		"", "wide raw", "hashes", "vendor1 exact der"};
	struct bench *b = *state;
	size_t wrong[SIMS] = {0}, right[SIMS] = {0};
	bool in[SIMS], pin_ok[SIMS] = {false};
	struct token_info t[SIMS];
	struct token_list list;
	unsigned seed = 20261123, steps = 5000;
	struct token_pin pin;
	struct err e;

	for (size_t i = 0; i < SIMS; i++) {
		(void)sim_add(b, profiles[i]);
		in[i] = true;
	}
	token_list(&list, b->ring, b->k->a);
	assert_int_equal(list.count, SIMS);
	memcpy(t, list.tokens, sizeof t);
	for (unsigned step = 0; step < steps; step++) {
		size_t i = (seed = seed * 1103515245u + 12345u) >> 16 & 3;
		struct sim *s = &b->sims[i];
		bool ok;

		switch ((seed = seed * 1103515245u + 12345u) >> 16 & 15) {
		case 0:
			plug(s, in[i] = !in[i]);
			break;
		case 1:
			plug(s, in[i] = true);
			break;
		case 2:
			if (step % 10 == 0) {
				AUTO(arena) a = arena_new();
				token_list(&list, b->ring, a);
				for (size_t n = 0; n < list.count; n++)
					assert_int_equal(
						list.tokens[n].state, TOKEN_READY);
				for (size_t n = 0; n < SIMS; n++)
					if (!in[n])
						pin_ok[n] = false;
			}
			break;
		case 3:
			token_logout(b->ring, t[i].id);
			pin_ok[i] = false;
			break;
		case 4:
		case 5:
		case 6:
			/* The right PIN resets the count before it is locked. */
			if ((wrong[i] + right[i]) % 3 == 2) {
				ok = login(b, t[i].id, "111111", &pin, &e);
				assert_false(ok);
				wrong[i] += in[i];
				pin_ok[i] = false;
			} else {
				ok = login(b, t[i].id, PIN, &pin, &e);
				assert_int_equal(ok, in[i]);
				right[i] += in[i];
				pin_ok[i] = ok;
			}
			break;
		case 7:
		case 8:
		case 9:
			ok = unwraps(b, &t[i], s, &e);
			assert_true(!ok || (in[i] && pin_ok[i]));
			if (!in[i])
				pin_ok[i] = false;
			break;
		default:
			ok = signs(b, &t[i], s, &e);
			assert_true(!ok || (in[i] && pin_ok[i]));
			if (!in[i])
				pin_ok[i] = false;
			break;
		}
	}
	for (size_t i = 0; i < SIMS; i++) {
		assert_int_equal(logged(&b->sims[i], "PIN wrong"), wrong[i]);
		assert_int_equal(logged(&b->sims[i], "PIN right"), right[i]);
		assert_true(right[i] > 0 && logged(&b->sims[i], "SIGN") > 0);
	}
}

static void what_is_no_library_is_one_faulty_row(void **state)
{
	struct bench *b = *state;
	struct token_list list;
	struct err e;

	(void)sim_add(b, "");
	assert_true(token_ring_add(
		b->ring, &(struct token_library){TOKEN_SKF, "/nonexistent/lib.so"}, &e));
	assert_true(token_ring_add(
		b->ring, &(struct token_library){TOKEN_SKF, "/dev/null"}, &e));
	token_list(&list, b->ring, b->k->a);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.tokens[0].state, TOKEN_READY);
	assert_int_equal(list.tokens[1].state, TOKEN_FAULTY);
	assert_int_equal(list.tokens[2].state, TOKEN_FAULTY);
	assert_true(strlen(list.tokens[1].text) > 0);
}

int main(void)
{
#define at_bench(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_library_works_whatever_its_habits_or_is_told_as_what_it_is),
		at_bench(a_hung_library_is_isolated_within_two_seconds),
		at_bench(a_wrong_pin_counts_once_and_a_locked_token_says_so),
		at_bench(nothing_is_signed_without_the_pin_or_after_it_was_forgotten),
		at_bench(two_tokens_with_one_label_are_two_tokens),
		at_bench(thousands_of_random_steps_harm_nothing),
		at_bench(what_is_no_library_is_one_faulty_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
