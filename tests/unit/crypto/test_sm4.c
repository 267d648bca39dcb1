/* SM4 in its modes against GB/T 32907, RFC 8998 and refusals of every altered octet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/sm4.h"
#include "hex.h"

#define KEY   "0123456789ABCDEFFEDCBA9876543210"
#define NONCE "00001234567800000000ABCD"
#define AAD   "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"
#define TEXT                                                               \
	"AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD" \
	"EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"

static void one_block_matches_the_standard(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes key = hex(a, KEY);
	uint8_t block[SM4_BLOCK];
	struct err e;

	(void)state;
	assert_true(sm4_ecb_encrypt(key.p, key, block, &e));
	assert_bytes(BYTES_OF(block), hex(a, "681EDF34D206965E86B3E94F536E4246"));
	assert_true(sm4_ecb_decrypt(key.p, BYTES_OF(block), block, &e));
	assert_bytes(BYTES_OF(block), key);
}

/* 1 000 000 times in a row. Opening the cipher each time would take a minute; CBC over
 * zeros is the same chain: block i is E(block i-1). */
static void a_million_encryptions_match_the_standard(void **state)
{
	enum { PIECE = 1000 * SM4_BLOCK };

	AUTO(arena) a = arena_new();
	struct bytes key = hex(a, KEY);
	static const uint8_t zeros[PIECE];
	static uint8_t out[PIECE];
	uint8_t iv[SM4_BLOCK];
	struct err e;

	(void)state;
	memcpy(iv, key.p, sizeof iv);
	for (int i = 0; i < 1000; i++) {
		assert_true(sm4_cbc_encrypt(key.p, iv, BYTES_OF(zeros), out, &e));
		memcpy(iv, out + PIECE - SM4_BLOCK, SM4_BLOCK);
	}
	assert_bytes(BYTES_OF(iv), hex(a, "595298C7C6FD271F0402F804C33D3F66"));
}

static void modes_with_whole_blocks_undo_themselves_in_place(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes key = hex(a, KEY), text = hex(a, TEXT);
	uint8_t buf[64], other[64];
	struct err e;

	(void)state;
	memcpy(buf, text.p, sizeof buf);
	assert_true(sm4_cbc_encrypt(key.p, key.p, BYTES_OF(buf), buf, &e));
	assert_true(sm4_cbc_encrypt(key.p, key.p, text, other, &e));
	assert_memory_equal(buf, other, sizeof buf);
	assert_true(sm4_cbc_decrypt(key.p, key.p, BYTES_OF(buf), buf, &e));
	assert_bytes(BYTES_OF(buf), text);
	assert_true(sm4_ctr(key.p, key.p, bytes_head(text, 37), buf, &e));
	assert_memory_not_equal(buf, text.p, 37);
	assert_true(sm4_ctr(key.p, key.p, bytes_make(buf, 37), buf, &e));
	assert_memory_equal(buf, text.p, 37);
	assert_false(sm4_cbc_encrypt(key.p, key.p, bytes_head(text, 17), buf, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(sm4_ecb_decrypt(key.p, bytes_head(text, 15), buf, &e));
	assert_true(sm4_ecb_encrypt(key.p, (struct bytes){NULL, 0}, buf, &e));
}

static void the_counter_carries_over_the_whole_block(void **state)
{
	uint8_t key[SM4_KEY] = {7}, counter[SM4_BLOCK], zeros[32] = {0}, got[32],
		want[32];
	struct err e;

	(void)state;
	memset(counter, 0xff, sizeof counter);
	assert_true(sm4_ctr(key, counter, BYTES_OF(zeros), got, &e));
	assert_true(sm4_ecb_encrypt(key, BYTES_OF(counter), want, &e));
	assert_true(sm4_ecb_encrypt(key, bytes_make(zeros, 16), want + 16, &e));
	assert_memory_equal(got, want, sizeof got);
}

typedef bool seal_fn(const uint8_t *, const uint8_t *, struct bytes, struct bytes,
	uint8_t *, uint8_t *, struct err *);
typedef bool open_fn(const uint8_t *, const uint8_t *, struct bytes, struct bytes,
	const uint8_t *, uint8_t *, struct err *);

static void check_aead(seal_fn *seal, open_fn *open, const char *cipher, const char *tag)
{
	AUTO(arena) a = arena_new();
	struct bytes key = hex(a, KEY), nonce = hex(a, NONCE), aad = hex(a, AAD);
	struct bytes text = hex(a, TEXT);
	uint8_t out[64], got[SM4_TAG], zeros[64] = {0};
	struct err e;

	assert_true(seal(key.p, nonce.p, aad, text, out, got, &e));
	assert_bytes(BYTES_OF(out), hex(a, cipher));
	assert_bytes(BYTES_OF(got), hex(a, tag));
	for (size_t bit = 0; bit < 8 * sizeof out; bit += 7) {
		uint8_t back[64];

		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(open(key.p, nonce.p, aad, BYTES_OF(out), got, back, &e));
		assert_int_equal(e.code, ERR_DECRYPT);
		assert_memory_equal(back, zeros, sizeof back);
		out[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof got; bit++) {
		uint8_t back[64];

		got[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(open(key.p, nonce.p, aad, BYTES_OF(out), got, back, &e));
		got[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(open(key.p, nonce.p, aad, BYTES_OF(out), got, out, &e));
	assert_bytes(BYTES_OF(out), text);
	assert_true(seal(key.p, nonce.p, aad, text, out, got, &e));
	assert_false(
		open(key.p, nonce.p, bytes_head(aad, 19), BYTES_OF(out), got, out, &e));
}

static void gcm_matches_rfc_8998_and_refuses_what_was_altered(void **state)
{
	(void)state;
	check_aead(sm4_gcm_seal, sm4_gcm_open,
		"17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
		"D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
		"83DE3541E4C2B58177E065A9BF7B62EC");
}

static void ccm_matches_rfc_8998_and_refuses_what_was_altered(void **state)
{
	(void)state;
	check_aead(sm4_ccm_seal, sm4_ccm_open,
		"48AF93501FA62ADBCD414CCE6034D895DDA1BF8F132F042098661572E7483094"
		"FD12E518CE062C98ACEE28D95DF4416BED31A2F04476C18BB40C84A74B97DC5B",
		"16842D4FA186F56AB33256971FA110F4");
}

static void gcm_of_nothing_and_of_one_zero_block(void **state)
{
	AUTO(arena) a = arena_new();
	const uint8_t key[SM4_KEY] = {0}, nonce[SM4_GCM_NONCE] = {0}, zeros[16] = {0};
	struct bytes none = {NULL, 0};
	uint8_t out[16], tag[SM4_TAG];
	struct err e;

	(void)state;
	assert_true(sm4_gcm_seal(key, nonce, none, none, NULL, tag, &e));
	assert_bytes(BYTES_OF(tag), hex(a, "232F0CFE308B49EA6FC88229B5DC858D"));
	assert_true(sm4_gcm_open(key, nonce, none, none, tag, NULL, &e));
	tag[0] ^= 1;
	assert_false(sm4_gcm_open(key, nonce, none, none, tag, NULL, &e));
	assert_true(sm4_gcm_seal(key, nonce, none, BYTES_OF(zeros), out, tag, &e));
	assert_bytes(BYTES_OF(out), hex(a, "7DE2AA7F1110188218063BE1BFEB6D89"));
	assert_bytes(BYTES_OF(tag), hex(a, "B851B5F39493752BE508F1BB4482C557"));
	assert_true(sm4_ccm_seal(key, nonce, none, none, NULL, tag, &e));
	assert_true(sm4_ccm_open(key, nonce, none, none, tag, NULL, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_block_matches_the_standard),
		cmocka_unit_test(a_million_encryptions_match_the_standard),
		cmocka_unit_test(modes_with_whole_blocks_undo_themselves_in_place),
		cmocka_unit_test(the_counter_carries_over_the_whole_block),
		cmocka_unit_test(gcm_matches_rfc_8998_and_refuses_what_was_altered),
		cmocka_unit_test(ccm_matches_rfc_8998_and_refuses_what_was_altered),
		cmocka_unit_test(gcm_of_nothing_and_of_one_zero_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
