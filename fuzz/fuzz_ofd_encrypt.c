/* fuzz_ofd_encrypt: encrypted OFD packages. P: a package; <: one XML text as each of the
 * three parts of a package that is right otherwise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/sm2_der.h"
#include "crypto/sm4.h"
#include "doc/ofd_encrypt.h"
#include "doc/padding.h"
#include "doc/zip_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { OUT_MAX = 8 << 20, PART_MAX = 65536 };

static const uint8_t scalar[SM2_SCALAR] = {1, 2, 3}, fek[SM4_KEY] = {4},
		     iv[SM4_BLOCK] = {5};

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* What comes out is a package that all readers read alike, and none that is encrypted. */
static void demand_clean(struct bytes out)
{
	AUTO(source) s = source_of_bytes(out);
	AUTO(zip) z = NULL;
	struct err e;

	demand(zip_open(&z, s, &e));
	for (enum zip_finding_kind kind = 0; kind < ZIP_FINDING_COUNT; kind++)
		demand(!zip_finding_is_hostile(kind) || !zip_findings_all(z, kind));
	demand(!ofd_is_encrypted(s));
}

static void try_package(struct bytes b, const struct ofd_opener *by)
{
	AUTO(source) s = source_of_bytes(b);
	AUTO_BUF out = buf_make(OUT_MAX);
	struct ofd_opened told;
	struct err e = {0};

	if (ofd_decrypt(sink_to_buf(&out), s, by, &told, &e)) {
		demand(told.decrypted > 0);
		demand_clean(buf_bytes(&out));
		return;
	}
	demand(e.code != ERR_NONE && e.text[0]);
	demand(e.code == ERR_TOO_LARGE || out.n == 0);
}

static void try_openers(struct bytes b)
{
	AUTO(secret) password = secret_of("12345678", 8);
	AUTO(key) key = NULL;
	struct err e;

	demand(key_of_sm2(&key, scalar, &e));
	try_package(b, &(struct ofd_opener){.key = key});
	try_package(b, &(struct ofd_opener){.password = password});
}

static struct bytes seed_of(struct arena *a)
{
	static const uint8_t k[SM2_SCALAR] = {7, 8, 9};
	uint8_t xy[SM2_POINT], c2[SM4_KEY], space[256];
	struct writer w = writer_over(space, sizeof space);
	struct sm2_cipher c;
	struct err e;

	demand(sm2_public_of(xy, scalar, &e) &&
		sm2_encrypt_with(&c, c2, xy, k, BYTES_OF(fek), &e));
	sm2_cipher_write(&w, &c);
	return bytes_str(arena_printf(a,
		"<DecyptSeed><UserInfo><EncryptedWK>%s</EncryptedWK>"
		"<IVValue>%s</IVValue></UserInfo></DecyptSeed>",
		base64_encode(a, writer_bytes(&w)), base64_encode(a, BYTES_OF(iv))));
}

static struct bytes sealed(struct arena *a, struct bytes text)
{
	uint8_t *p = arena_alloc(a, text.n + SM4_BLOCK);
	struct writer w = writer_over(p, text.n);
	struct bytes all = bytes_make(p, text.n + padding_size(text.n));
	struct err e;

	write_bytes(&w, text);
	padding_put(p, text.n);
	demand(sm4_cbc_encrypt(fek, iv, all, p, &e));
	return all;
}

/* The text in the place of part 0, 1 or 2. */
static void try_part(struct bytes part, int place)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(1 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct bytes parts[] = {
		BYTES("<Encryptions><EncryptInfo><DecryptSeedLoc>s.dat</DecryptSeedLoc>"
		      "<EntriesMapLoc>m.dat</EntriesMapLoc></EncryptInfo></Encryptions>"),
		seed_of(a),
		BYTES("<EncryptEntries><EncryptEntry Path=\"OFD.xml\" EPath=\"1.dat\"/>"
		      "</EncryptEntries>")};
	struct err e;

	parts[place] = part;
	if (zip_add(w, BYTES("Encryptions.xml"), parts[0], false, &e) &&
		zip_add(w, BYTES("s.dat"), parts[1], false, &e) &&
		zip_add(w, BYTES("m.dat"), sealed(a, parts[2]), false, &e) &&
		zip_add(w, BYTES("1.dat"), sealed(a, BYTES("<OFD/>")), false, &e) &&
		zip_add(w, BYTES("2.dat"), sealed(a, BYTES("")), false, &e) &&
		zip_add(w, BYTES("Doc_0/plain.xml"), BYTES("<a/>"), false, &e) &&
		zip_finish(w, &e))
		try_openers(buf_bytes(&b));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes b = bytes_make(p, n);

	if (n && p[0] == 'P') /* the first octet of a zip is its own */
		try_openers(b);
	else if (n <= PART_MAX)
		for (int place = 0; place < 3; place++)
			try_part(b, place);
	return 0;
}
