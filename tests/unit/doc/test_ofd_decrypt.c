/* test_ofd_decrypt: encrypted OFD packages of other writers, and hostile ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/kdf.h"
#include "encrypt_kit.h"
#include "torture.h"

/* Names beside the ciphertext, a map in the clear, no case, the other spellings. */
static void packages_of_other_writers_open(void **state)
{
	struct desk *d = *state;
	struct made m = made(d);
	struct bytes plain = plain_of(d, NULL), seed = m.seed;

	assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	m.seed = swap(d, seed, " EncryptCaseId=\"1.1.2\"", "");
	assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	m.seed = swap(d, swap(d, seed, "<ofd:DecyptSeed", "<ofd:DecryptSeed"),
		"</ofd:DecyptSeed", "</ofd:DecryptSeed");
	assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	m.seed = seed;
	//= GM/T 0099-2020 §7.3.4: the map is encrypted or written as it is
	m.plain_map = true;
	assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	m.map = swap(d, m.map, "EPath=\"/Doc_0/a.dat\"",
		"EPath=\"/Doc_0/a.dat\" DecryptSeedLoc=\"/decryptseed.dat\"");
	assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	m.map = swap(d, m.map, "Path=\"/Doc_0/A.xml\"", "Path=\"/Doc_0/a.dat\"");
	{
		struct package p;

		package_read(&p, d->a, plain);
		p.names[1] = BYTES("Doc_0/a.dat"); /* in its own place */
		assert_opens(d, put_together(d, &m), BY_KEY(d->k->key),
			package_write(d->a, &p));
	}
	assert_refused(d, put_together(d, &m), BY_KEY(d->other_key), ERR_DECRYPT);
}

//= GM/T 0099-2020 §C.1: what is decrypted takes the place of a plain file of its name
static void files_that_are_not_encrypted_stay_unless_they_are_replaced(void **state)
{
	struct desk *d = *state;
	struct made m = made(d);
	struct package more = {0};
	struct ofd_opened told;
	struct bytes out;
	struct err e;

	package_add(&more, BYTES("Doc_0/Plain.xml"), BYTES("plain"));
	package_add(&m.files, BYTES("Doc_0/Plain.xml"), BYTES("plain"));
	package_add(&m.files, BYTES("doc_0/a.XML"), BYTES("nothing to see"));
	assert_true(opened(d->a, put_together(d, &m),
		&(struct ofd_opener)BY_KEY(d->k->key), &out, &told, &e));
	assert_same_files(d->a, out, plain_of(d, &more));
	assert_int_equal(told.decrypted, 2);
	assert_int_equal(told.plain, 1);
}

//= GM/T 0099-2020 §C.2: for a password the key is encrypted under one derived from it
static void a_password_opens_what_was_encrypted_with_it(void **state)
{
	struct desk *d = *state;
	AUTO(secret) right = secret_of("12345678", 8);
	AUTO(secret) wrong = secret_of("12345679", 8);
	struct bytes plain = plain_of(d, NULL), wk, text;
	struct made m = made(d);
	uint8_t kek[SM4_KEY], room[2 * SM4_BLOCK] = "0123456789abcdef";
	struct err e;

	sm2_kdf(BYTES("12345678"), kek, sizeof kek);
	padding_put(room, SM4_KEY);
	assert_true(sm4_cbc_encrypt(kek, iv, BYTES_OF(room), room, &e));
	wk = BYTES_OF(room);
	text = bytes_str(arena_printf(d->a,
		"<DecyptSeed ID=\"1\" EncryptCaseId=\"1.1.1\"><UserInfo><EncryptedWK>%s"
		"</EncryptedWK><IVValue>%s</IVValue></UserInfo></DecyptSeed>",
		base64_encode(d->a, wk), base64_encode(d->a, BYTES_OF(iv))));
	m.seed = text;
	assert_opens(d, put_together(d, &m), {.password = right}, plain);
	assert_refused(d, put_together(d, &m), {.password = wrong}, ERR_DECRYPT);
	assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_USAGE);
	m.seed = swap(d, text, "1.1.1", "1.1.2");
	assert_refused(d, put_together(d, &m), {.password = right}, ERR_USAGE);
	m.seed = swap(d, text, " EncryptCaseId=\"1.1.1\"", "");
	assert_opens(d, put_together(d, &m), {.password = right}, plain);
	assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
}

/* --- hostile parts --- */

struct change {
	const char *from, *to;
	int code;
};

static void what_anyone_can_see_to_be_wrong_is_told(void **state)
{
	static const struct change of_main[] = {
		{"<ofd:EncryptInfo", "<ofd:Other/><ofd:EncryptInfo", ERR_NONE},
		{"</ofd:Encryptions>",
			"<ofd:EncryptInfo ID=\"2\"></ofd:EncryptInfo></ofd:Encryptions>",
			ERR_UNSUPPORTED},
		{"/decryptseed.dat", "/nowhere.dat", ERR_MALFORMED},
		{"/decryptseed.dat", "/../decryptseed.dat", ERR_MALFORMED},
		{"/decryptseed.dat", "/entriesmap.dat", ERR_MALFORMED},
		{"/entriesmap.dat", "/Encryptions.xml", ERR_MALFORMED},
		{"<ofd:EntriesMapLoc>/entriesmap.dat</ofd:EntriesMapLoc>", "",
			ERR_MALFORMED},
		{"<ofd:EntriesMapLoc>",
			"<ofd:EntriesMapLoc>/x</ofd:EntriesMapLoc><ofd:EntriesMapLoc>",
			ERR_MALFORMED},
		{" ID=\"1\"", " ID=\"2\"", ERR_MALFORMED},
		{"</ofd:Encryptions>", "</ofd:Encryptions><x/>", ERR_MALFORMED},
		{"<ofd:Encryptions", "<!DOCTYPE x [<!ENTITY a \"b\">]><ofd:Encryptions",
			ERR_MALFORMED},
	};
	static const struct change of_seed[] = {
		{"1.1.2", "1.1.3", ERR_UNSUPPORTED},
		{"<ofd:EncryptedWK>", "<ofd:EncryptedWK>!", ERR_MALFORMED},
		{"<ofd:IVValue>", "<ofd:IVValue>AAAA", ERR_MALFORMED},
		{"<ofd:IVValue>", "<ofd:IVValue></ofd:IVValue><ofd:IVValue>",
			ERR_MALFORMED},
		{"</ofd:UserInfo>",
			"<ofd:EncryptedWK>AAAA</ofd:EncryptedWK></ofd:UserInfo>",
			ERR_MALFORMED},
		{"<ofd:UserCert>", "<ofd:UserCert>AAAA",
			ERR_NONE}, /* tried all the same */
	};
	struct desk *d = *state;
	struct bytes plain = plain_of(d, NULL);

	for (size_t i = 0; i < sizeof of_main / sizeof *of_main; i++) {
		struct made m = made(d);

		m.main = swap(d, m.main, of_main[i].from, of_main[i].to);
		if (of_main[i].code)
			assert_refused(d, put_together(d, &m), BY_KEY(d->k->key),
				(enum err_code)of_main[i].code);
		else
			assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	}
	for (size_t i = 0; i < sizeof of_seed / sizeof *of_seed; i++) {
		struct made m = made(d);

		m.seed = swap(d, m.seed, of_seed[i].from, of_seed[i].to);
		if (of_seed[i].code)
			assert_refused(d, put_together(d, &m), BY_KEY(d->k->key),
				(enum err_code)of_seed[i].code);
		else
			assert_opens(d, put_together(d, &m), BY_KEY(d->k->key), plain);
	}
}

static void a_package_without_its_parts_is_none(void **state)
{
	struct desk *d = *state;
	struct made m = made(d);
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct bytes file = put_together(d, &m), users = {NULL, 0};
	struct cert one = enc_cert(d, d->k->key);
	struct writer w = writer_in(d->a, 1 << 20);

	assert_refused(d, file, BY_KEY(p256), ERR_UNSUPPORTED);
	assert_refused(d, file, {0}, ERR_USAGE);
	m.main.n = 0;
	assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_MALFORMED);
	m = made(d);
	m.seed = BYTES("<ofd:DecyptSeed " NS " ID=\"1\" EncryptCaseId=\"1.1.2\"/>");
	assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_MALFORMED);
	write_str(&w, "<DecyptSeed ID=\"1\">");
	users = user(d, &one, wrapped(d, d->k->key, SM4_KEY));
	for (int i = 0; i <= OFD_ENCRYPT_USERS_MAX; i++)
		write_bytes(
			&w, swap(d, swap(d, users, "<ofd:UserInfo", "<ofd:UserInfo " NS),
				    "777", "x"));
	write_str(&w, "</DecyptSeed>");
	m.seed = writer_bytes(&w);
	assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_TOO_LARGE);
	assert_refused(d, package_plain(d->a, "x"), BY_KEY(d->k->key), ERR_MALFORMED);
	assert_refused(d, BYTES("PK"), BY_KEY(d->k->key), ERR_MALFORMED);
}

static void every_failure_behind_the_key_is_told_in_the_same_words(void **state)
{
	static const struct change wrong[] = {
		{"/Doc_0/A.xml", "/../A.xml", 0},
		{"/Doc_0/A.xml", "/..", 0},
		{"/Doc_0/A.xml", "C:/A.xml", 0},
		{"/Doc_0/A.xml", "/", 0},
		{"/Doc_0/A.xml", "", 0},
		{"/Doc_0/A.xml", "/ofd.XML", 0},
		{"/Doc_0/A.xml", "/Encryptions.xml", 0},
		{"/Doc_0/A.xml", "/encryptions.XML", 0},
		{"/Doc_0/a.dat", "/Encryptions.xml", 0},
		{"/Doc_0/a.dat", "/decryptseed.dat", 0},
		{"/Doc_0/a.dat", "/entriesmap.dat", 0},
		{"/Doc_0/a.dat", "/ofd.dat", 0},
		{"/Doc_0/a.dat", "/Doc_0/b.dat", 0},
		{"/Doc_0/a.dat", "/../Doc_0/a.dat", 0},
		{" EPath=\"/Doc_0/a.dat\"", "", 0},
		{" Path=\"/Doc_0/A.xml\"", "", 0},
		{"Path=\"/OFD.xml\"", "Path=\"/Other.xml\"", 0},
		{"EPath=\"/Doc_0/a.dat\"",
			"EPath=\"/Doc_0/a.dat\" DecryptSeedLoc=\"/ofd.dat\"", 0},
		{" ID=\"1\"", " ID=\"2\"", 0},
		{"</ofd:EncryptEntries>", "</ofd:EncryptEntries>x", 0},
		{"</ofd:EncryptEntries>", "", 0},
		{"<ofd:EncryptEntries", "<!DOCTYPE a><ofd:EncryptEntries", 0},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		for (int plain = 0; plain < 2; plain++) {
			struct made m = made(d);

			m.plain_map = plain;
			m.map = swap(d, m.map, wrong[i].from, wrong[i].to);
			assert_refused(
				d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
		}
	{
		struct made m = made(d);

		m.map = BYTES("<ofd:EncryptEntries " NS " ID=\"1\"/>");
		assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
		m.map = BYTES("<a/>");
		assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
	}
}

static void files_that_do_not_decrypt_are_refused(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct bytes odd[] = {BYTES(""), BYTES("x"), BYTES("0123456789abcde"),
		BYTES("0123456789abcdef"), BYTES("0123456789abcdef0123456789abcdef")};
	struct made m;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		for (size_t k = 0; k < 2; k++) {
			m = made(d);
			m.files.data[k] = odd[i];
			assert_refused(
				d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
		}
	/* A key of another length. */
	for (size_t n = SM4_KEY - 1; n <= SM4_KEY + 1; n += 2) {
		struct bytes u = user(d, &one, wrapped(d, d->k->key, n));

		m = made(d);
		m.seed = bytes_str(arena_printf(d->a,
			"<ofd:DecyptSeed " NS " ID=\"1\" EncryptCaseId=\"1.1.2\">%s"
			"</ofd:DecyptSeed>",
			(const char *)u.p));
		assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
	}
}

static void a_file_or_a_package_that_is_too_large_is_refused(void **state)
{
	struct desk *d = *state;
	struct made m = made(d);
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(OFD_ENCRYPT_FILE_MAX + (8u << 20));
	size_t n = OFD_ENCRYPT_FILE_MAX + SM4_BLOCK + 1;

	for (int over = 0; over < 2; over++) {
		AUTO(zip_writer) w = NULL;
		struct err e;

		b.n = 0;
		w = zip_writer_new(sink_to_buf(&b));
		assert_true(zip_add(w, BYTES("Encryptions.xml"), m.main, true, &e) &&
			    zip_add(w, BYTES("decryptseed.dat"), m.seed, true, &e));
		for (int i = 0; over && i < OFD_ENCRYPT_FILES_MAX; i++)
			assert_true(zip_add(w, bytes_str(arena_printf(a, "f%d", i)),
				BYTES("x"), false, &e));
		if (!over)
			assert_true(zip_add(w, BYTES("entriesmap.dat"),
				bytes_make(arena_alloc(a, n), n), false, &e));
		assert_true(zip_finish(w, &e));
		m.main =
			swap(d, m.main, "entriesmap.dat", over ? "f1" : "entriesmap.dat");
		assert_refused(d, buf_bytes(&b), BY_KEY(d->k->key), ERR_TOO_LARGE);
	}
}

static void padding_that_is_none_is_refused(void **state)
{
	struct bytes wrong[] = {BYTES("0123456789abcde\x00"),
		BYTES("0123456789abcde\x11"), BYTES("0123456789abc\x02\x03\x03"),
		BYTES("0123456789abcde\xff")};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct made m = made(d);
		uint8_t *p = arena_alloc(d->a, SM4_BLOCK);
		struct err e;

		assert_true(sm4_cbc_encrypt(fek, iv, wrong[i], p, &e));
		m.files.data[1] = bytes_make(p, SM4_BLOCK);
		assert_refused(d, put_together(d, &m), BY_KEY(d->k->key), ERR_DECRYPT);
	}
}

static void an_ambiguous_zip_is_refused(void **state)
{
	struct desk *d = *state;
	static const char *const names[] = {
		"Encryptions.xml", "encryptions.xml", "a/../b", "/a", "OFD.DAT"};
	struct made m = made(d);
	struct package whole, p;

	package_read(&whole, d->a, put_together(d, &m));
	assert_opens(d, package_craft(d->a, &whole, (struct craft_end){0}),
		BY_KEY(d->k->key), plain_of(d, NULL));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		p = whole;
		package_add(&p, bytes_str(names[i]), BYTES("x"));
		assert_refused(d, package_craft(d->a, &p, (struct craft_end){0}),
			BY_KEY(d->k->key), ERR_MALFORMED);
	}
}

/* --- every cut and flip --- */

struct shaken {
	struct desk *d;
	struct bytes plain;
	struct made m;
	int part; /* 0 the whole file; 1 … of made */
	size_t opened;
};

static void open_altered(struct bytes b, const struct alteration *what, void *ctx)
{
	struct shaken *t = ctx;
	AUTO(arena) a = arena_new();
	struct arena *before = t->d->a;
	struct ofd_opener by = BY_KEY(t->d->k->key);
	struct made m = t->m;
	struct ofd_opened told;
	struct bytes out;
	struct err e;

	(void)what;
	t->d->a = a;
	if (t->part == 1)
		m.main = b;
	if (t->part == 2)
		m.seed = b;
	if (t->part == 3)
		m.map = b;
	if (t->part == 4)
		m.files.data[1] = b;
	if (!opened(a, t->part ? put_together(t->d, &m) : b, &by, &out, &told, &e)) {
		if (e.code == ERR_DECRYPT)
			assert_string_equal(e.text, REFUSED);
	} else {
		t->opened++;
		/* The zip's own checksums tell of accidents. */
		if (!t->part)
			assert_same_files(a, out, t->plain);
	}
	t->d->a = before;
}

static void survives_every_cut_and_flip(void **state)
{
	struct desk *d = *state;
	struct shaken t = {.d = d, .m = made(d), .plain = plain_of(d, NULL)};
	struct bytes parts[] = {
		put_together(d, &t.m), t.m.main, t.m.seed, t.m.map, t.m.files.data[1]};

	for (t.part = 0; t.part < 5; t.part++) {
		t.opened = 0;
		assert_true(torture_each(parts[t.part], TORTURE_ALL | TORTURE_HEAVY,
				    open_altered, &t) > 100 ||
			    t.part == 4);
		/* Nothing is authenticated: of the files themselves some flips open. */
		if (t.part == 4)
			assert_true(t.opened > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_of_other_writers_open),
		cmocka_unit_test(
			files_that_are_not_encrypted_stay_unless_they_are_replaced),
		cmocka_unit_test(a_password_opens_what_was_encrypted_with_it),
		cmocka_unit_test(what_anyone_can_see_to_be_wrong_is_told),
		cmocka_unit_test(a_package_without_its_parts_is_none),
		cmocka_unit_test(every_failure_behind_the_key_is_told_in_the_same_words),
		cmocka_unit_test(files_that_do_not_decrypt_are_refused),
		cmocka_unit_test(an_ambiguous_zip_is_refused),
		cmocka_unit_test(survives_every_cut_and_flip),
		cmocka_unit_test(a_file_or_a_package_that_is_too_large_is_refused),
		cmocka_unit_test(padding_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}
