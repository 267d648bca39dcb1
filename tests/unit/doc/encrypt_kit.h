/* encrypt_kit: encrypted OFD packages with chosen parts, right and wrong, and opening
 * them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_ENCRYPT_KIT_H
#define QY_TESTS_ENCRYPT_KIT_H

#include "base/text.h"
#include "crypto/sm2_der.h"
#include "crypto/sm4.h"
#include "doc/ofd_encrypt.h"
#include "doc/padding.h"
#include "package_kit.h"

enum { OUT_MAX = 1 << 20 };

#define REFUSED "it does not open with this key"

static inline struct cert enc_cert(struct desk *d, struct key *key)
{
	return kit_cert(d->k, ISSUE_ENCRYPT, "收件人 <甲>", key);
}

/* Opens into the arena; on failure nothing may have reached the sink. */
static inline bool opened(struct arena *a, struct bytes file, const struct ofd_opener *by,
	struct bytes *out, struct ofd_opened *told, struct err *e)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO_BUF b = buf_make(OUT_MAX);

	*e = (struct err){0};
	if (!ofd_decrypt(sink_to_buf(&b), s, by, told, e)) {
		assert_int_not_equal(e->code, ERR_NONE);
		assert_int_equal(b.n, 0);
		return false;
	}
	*out = arena_dup(a, buf_bytes(&b));
	return true;
}

static inline void assert_same_files(struct arena *a, struct bytes got, struct bytes want)
{
	struct package g, w;

	package_read(&g, a, got);
	package_read(&w, a, want);
	assert_int_equal(g.n, w.n);
	for (size_t i = 0; i < g.n; i++) {
		assert_bytes(g.names[i], w.names[i]);
		assert_bytes(g.data[i], w.data[i]);
	}
}

#define assert_opens(d, file, by, want)                                                \
	do {                                                                           \
		struct ofd_opened told_;                                               \
		struct bytes out_ = {NULL, 0};                                         \
		struct err e_;                                                         \
		if (!opened((d)->a, file, &(struct ofd_opener)by, &out_, &told_, &e_)) \
			fail_msg("%s", e_.text);                                       \
		assert_same_files((d)->a, out_, want);                                 \
	} while (0)

#define assert_refused(d, file, by, want)                                           \
	do {                                                                        \
		struct ofd_opened told_;                                            \
		struct bytes out_;                                                  \
		struct err e_;                                                      \
		assert_false(opened(                                                \
			(d)->a, file, &(struct ofd_opener)by, &out_, &told_, &e_)); \
		if (e_.code != (want))                                              \
			fail_msg("%d, not %d: %s", e_.code, want, e_.text);         \
		if ((want) == ERR_DECRYPT)                                          \
			assert_string_equal(e_.text, REFUSED);                      \
	} while (0)

#define BY_KEY(k)          \
	{                  \
		.key = (k) \
	}

/* --- what others write: a package with chosen parts --- */

#define NS "xmlns:ofd=\"http://www.ofdspec.org/2016\""

static const uint8_t fek[SM4_KEY] = "0123456789abcdef",
		     iv[SM4_BLOCK] = "fedcba9876543210";

struct made {
	struct bytes main, seed, map;
	struct package files; /* beside these three, as they stand in the package */
	bool plain_map;
};

static inline struct bytes sm4(struct desk *d, struct bytes text)
{
	uint8_t *p = arena_alloc(d->a, text.n + SM4_BLOCK);
	struct writer w = writer_over(p, text.n + SM4_BLOCK);
	struct bytes all;
	struct err e;

	write_bytes(&w, text);
	padding_put(p, text.n);
	all = bytes_make(p, text.n + padding_size(text.n));
	assert_true(sm4_cbc_encrypt(fek, iv, all, p, &e));
	return all;
}

static inline struct bytes wrapped(struct desk *d, const struct key *to, size_t n)
{
	struct writer w = writer_in(d->a, 512);
	uint8_t c2[64], long_key[SM4_KEY + 1] = "0123456789abcdef";
	struct sm2_cipher c;
	struct err e;

	assert_true(
		sm2_encrypt(&c, c2, d->w, to->pub.point.p, bytes_make(long_key, n), &e));
	sm2_cipher_write(&w, &c);
	return writer_bytes(&w);
}

static inline struct bytes user(struct desk *d, const struct cert *cert, struct bytes wk)
{
	return bytes_str(arena_printf(d->a,
		"<ofd:UserInfo UserName=\"777\" "
		"UserType=\"User\"><ofd:IVValue>%s</ofd:IVValue>"
		"<ofd:EncryptedWK>%s</ofd:EncryptedWK><ofd:UserCert>%s</ofd:UserCert>"
		"</ofd:UserInfo>",
		base64_encode(d->a, BYTES_OF(iv)), base64_encode(d->a, wk),
		base64_encode(d->a, cert->der)));
}

static inline struct made made(struct desk *d)
{
	struct cert one = enc_cert(d, d->k->key);
	struct made m = {
		.main = BYTES("<ofd:Encryptions " NS "><ofd:EncryptInfo ID=\"1\">"
			      "<ofd:EncryptScope>All</ofd:EncryptScope>"
			      "<ofd:DecryptSeedLoc>/decryptseed.dat</ofd:DecryptSeedLoc>"
			      "<ofd:EntriesMapLoc>/entriesmap.dat</ofd:EntriesMapLoc>"
			      "</ofd:EncryptInfo></ofd:Encryptions>"),
		.map = BYTES(
			"<ofd:EncryptEntries " NS " ID=\"1\">"
			"<ofd:EncryptEntry Path=\"/OFD.xml\" EPath=\"//ofd.dat\"/>"
			"<ofd:EncryptEntry Path=\"/Doc_0/A.xml\" EPath=\"/Doc_0/a.dat\"/>"
			"</ofd:EncryptEntries>")};
	struct bytes u = user(d, &one, wrapped(d, d->k->key, SM4_KEY));

	m.seed = bytes_str(arena_printf(d->a,
		"<ofd:DecyptSeed " NS
		" ID=\"1\" EncryptCaseId=\"1.1.2\"><ofd:ExtendParams/>"
		"%s</ofd:DecyptSeed>",
		(const char *)u.p));
	package_add(&m.files, BYTES("ofd.dat"), sm4(d, BYTES("<OFD/>")));
	package_add(&m.files, BYTES("Doc_0/a.dat"), sm4(d, BYTES("0123456789abcdef!")));
	return m;
}

static inline struct bytes put_together(struct desk *d, const struct made *m)
{
	struct package p = {0};

	if (m->main.n)
		package_add(&p, BYTES("Encryptions.xml"), m->main);
	if (m->seed.n)
		package_add(&p, BYTES("decryptseed.dat"), m->seed);
	if (m->map.n)
		package_add(&p, BYTES("entriesmap.dat"),
			m->plain_map ? m->map : sm4(d, m->map));
	for (size_t i = 0; i < m->files.n; i++)
		package_add(&p, m->files.names[i], m->files.data[i]);
	return package_write(d->a, &p);
}

static inline struct bytes swap(
	struct desk *d, struct bytes in, const char *from, const char *to)
{
	size_t at = bytes_find(in, bytes_str(from));
	struct writer w = writer_in(d->a, in.n + strlen(to) + 1);

	if (at == SIZE_MAX)
		fail_msg("no %s", from);
	write_bytes(&w, bytes_head(in, at));
	write_str(&w, to);
	write_bytes(&w, bytes_from(in, at + strlen(from)));
	return writer_bytes(&w);
}

static inline struct bytes plain_of(struct desk *d, const struct package *more)
{
	struct package p = {0};

	package_add(&p, BYTES("OFD.xml"), BYTES("<OFD/>"));
	package_add(&p, BYTES("Doc_0/A.xml"), BYTES("0123456789abcdef!"));
	for (size_t i = 0; more && i < more->n; i++)
		package_add(&p, more->names[i], more->data[i]);
	return package_write(d->a, &p);
}

#endif
