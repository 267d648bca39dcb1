/* ofd_encrypt: see ofd_encrypt.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_encrypt.h"

#include "base/text.h"
#include "crypto/sm2_der.h"
#include "doc/ofd_encrypt_parts.h"
#include "doc/ofd_package.h"
#include "doc/padding.h"
#include "doc/zip_write.h"
#include "pki/cert.h"

#define XML_HEAD  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define XML_SPACE "xmlns:ofd=\"" OFD_NAMESPACE "\""
#define SEED_PATH "decryptseed.dat"
#define MAP_PATH  "entriesmap.dat"
#define OPERATION "1" /* ID of the one encryption, the same in all three parts */

/* What one encryption holds. */
struct encryption {
	struct arena *a;
	struct world *w;
	struct zip *z;
	struct secret *key;
	uint8_t iv[SM4_BLOCK];
	struct zip_writer *to;
};

/* Text under construction; the first failure sticks. */
struct text {
	struct buf *b;
	struct err *e;
	bool ok;
};

static void put(struct text *t, const char *s)
{
	t->ok = t->ok && buf_put(t->b, bytes_str(s), t->e);
}

static void put_escaped(struct text *t, struct bytes s)
{
	t->ok = t->ok && xml_escape(t->b, s, t->e);
}

/* Encrypts text in place, which has room for the padding behind its n octets, and adds it
 * as an entry. */
static bool add_encrypted(struct encryption *c, struct bytes name, struct secret *text,
	size_t n, struct err *e)
{
	struct bytes all = bytes_make(secret_view(text), n + padding_size(n));

	//= GM/T 0099-2020 Annex C: SM4 in CBC mode, PKCS#7 padding, one IV for all files of a key
	padding_put(secret_data(text), n);
	return sm4_cbc_encrypt(secret_view(c->key), c->iv, all, secret_data(text), e) &&
	       zip_add(c->to, name, all, false, e);
}

/* --- the parts that tell how to open it
 * ------------------------------------------------- */

static bool add_main(struct encryption *c, struct err *e)
{
	//= GM/T 0099-2020 §C.3: Provider, EncryptScope, DecryptSeedLoc and EntriesMapLoc are required
	static const char xml[] = XML_HEAD
		"<ofd:Encryptions " XML_SPACE ">\n  <ofd:EncryptInfo ID=\"" OPERATION
		"\">\n    <ofd:Provider Name=\"qianyin\" Version=\"1.0\" "
		"Company=\"Qianyin\"/>\n    <ofd:EncryptScope>All</ofd:EncryptScope>\n"
		"    <ofd:DecryptSeedLoc>/" SEED_PATH "</ofd:DecryptSeedLoc>\n"
		"    <ofd:EntriesMapLoc>/" MAP_PATH "</ofd:EntriesMapLoc>\n"
		"  </ofd:EncryptInfo>\n</ofd:Encryptions>\n";

	return zip_add(c->to, BYTES("Encryptions.xml"), bytes_str(xml), true, e);
}

//= GM/T 0099-2020 §7.3.4: the key of the files is encrypted with the public key of each user
static bool put_user(
	struct text *t, struct encryption *c, struct bytes der, struct err *e)
{
	uint8_t c2[SM4_KEY], space[256];
	struct writer wrapped = writer_over(space, sizeof space);
	struct sm2_cipher cipher;
	struct cert cert;

	if (!cert_parse(&cert, der, e))
		return err_in(e, "recipient");
	if (!cert.key_known || cert.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "recipient: only SM2 certificates");
	if (!cert_may_encrypt(&cert))
		return err_set(e, ERR_SIGNER,
			"recipient: its key usage does not allow encryption");
	if (!sm2_encrypt(&cipher, c2, c->w, cert.key.point.p,
		    bytes_make(secret_view(c->key), SM4_KEY), e))
		return false;
	sm2_cipher_write(&wrapped, &cipher);
	put(t, "  <ofd:UserInfo UserName=\"");
	put_escaped(t, bytes_str(name_title(c->a, cert.subject)));
	put(t, "\">\n    <ofd:UserCert>");
	put(t, base64_encode(c->a, der));
	put(t, "</ofd:UserCert>\n    <ofd:EncryptedWK>");
	put(t, base64_encode(c->a, writer_bytes(&wrapped)));
	put(t, "</ofd:EncryptedWK>\n    <ofd:IVValue>");
	put(t, base64_encode(c->a, BYTES_OF(c->iv)));
	put(t, "</ofd:IVValue>\n  </ofd:UserInfo>\n");
	return t->ok;
}

static bool add_seed(
	struct encryption *c, const struct bytes *recipients, size_t count, struct err *e)
{
	AUTO_BUF b = buf_make(XML_PART_MAX);
	struct text t = {&b, e, true};

	//= GM/T 0099-2020 §A.1: 1.1.2 is encryption for certificates
	put(&t, XML_HEAD "<ofd:DecyptSeed " XML_SPACE " ID=\"" OPERATION
			 "\" EncryptCaseId=\"1.1.2\">\n");
	for (size_t i = 0; i < count; i++)
		if (!put_user(&t, c, recipients[i], e))
			return false;
	put(&t, "  <ofd:ExtendParams/>\n</ofd:DecyptSeed>\n");
	return t.ok && zip_add(c->to, BYTES(SEED_PATH), buf_bytes(&b), true, e);
}

/* Where the n-th file goes: the names of the files are nobody's business. */
static struct bytes cipher_path(struct encryption *c, size_t n)
{
	return bytes_str(arena_printf(c->a, "enc/%zu.dat", n));
}

static bool add_map(struct encryption *c, struct err *e)
{
	AUTO_BUF b = buf_make(XML_PART_MAX);
	struct text t = {&b, e, true};
	AUTO(secret) text = NULL;
	struct writer w;
	size_t n = 0;

	put(&t, XML_HEAD "<ofd:EncryptEntries " XML_SPACE " ID=\"" OPERATION "\">\n");
	for (size_t i = 0; i < zip_count(c->z); i++) {
		const struct zip_entry *entry = zip_entry(c->z, i);

		if (entry->is_folder)
			continue;
		put(&t, "  <ofd:EncryptEntry Path=\"/");
		put_escaped(&t, entry->name);
		put(&t, "\" EPath=\"/");
		put_escaped(&t, cipher_path(c, ++n));
		put(&t, "\"/>\n");
	}
	put(&t, "</ofd:EncryptEntries>\n");
	if (!t.ok)
		return false;
	text = secret_new(b.n + SM4_BLOCK);
	w = writer_over(secret_data(text), b.n);
	write_bytes(&w, buf_bytes(&b));
	return add_encrypted(c, BYTES(MAP_PATH), text, b.n, e);
}

/* --- the files
 * -------------------------------------------------------------------------- */

static bool put_piece(void *to, struct bytes chunk, struct err *e)
{
	struct writer *w = to;

	write_bytes(w, chunk);
	return !w->full || err_set(e, ERR_MALFORMED, "an entry longer than it says");
}

static bool add_file(struct encryption *c, size_t i, struct bytes path, struct err *e)
{
	size_t n = (size_t)zip_entry(c->z, i)->size;
	AUTO(secret) text = secret_new(n + SM4_BLOCK);
	struct writer w = writer_over(secret_data(text), n);

	return zip_stream(c->z, i, (struct sink){put_piece, &w}, e) &&
	       add_encrypted(c, path, text, n, e);
}

/* What could not be opened again is not encrypted. */
static bool files_check(struct arena *a, const struct zip *z, struct err *e)
{
	uint64_t all = 0;

	if (!encrypt_zip_check(z, e))
		return false;
	/* Three parts more, and each file up to a block longer, must fit what is read. */
	if (zip_count(z) > OFD_ENCRYPT_FILES_MAX - 3)
		return err_set(e, ERR_TOO_LARGE, "more than %d files",
			OFD_ENCRYPT_FILES_MAX - 3);
	for (size_t i = 0; i < zip_count(z); i++) {
		const struct zip_entry *entry = zip_entry(z, i);

		all += entry->size + SM4_BLOCK;
		if (entry->size > OFD_ENCRYPT_FILE_MAX ||
			all > OFD_ENCRYPT_TOTAL_MAX - 3 * (uint64_t)XML_PART_MAX)
			return err_set(e, ERR_TOO_LARGE,
				"at most %u octets a file and %u MB in all",
				OFD_ENCRYPT_FILE_MAX,
				(unsigned)(OFD_ENCRYPT_TOTAL_MAX >> 20));
		if (!entry->is_folder && !encrypt_name_is_good(a, entry->name))
			return err_set(e, ERR_UNSUPPORTED, "the name of a file: %s",
				text_printable(a, entry->name, 100));
	}
	return true;
}

static bool add_all(
	struct encryption *c, const struct bytes *recipients, size_t count, struct err *e)
{
	size_t n = 0;

	if (!add_main(c, e) || !add_seed(c, recipients, count, e) || !add_map(c, e))
		return false;
	for (size_t i = 0; i < zip_count(c->z); i++)
		if (!zip_entry(c->z, i)->is_folder &&
			!add_file(c, i, cipher_path(c, ++n), e))
			return false;
	return zip_finish(c->to, e);
}

bool ofd_encrypt(struct sink to, struct source *plain, struct world *w,
	const struct bytes *recipients, size_t count, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) key = secret_new(SM4_KEY);
	AUTO(zip_writer) writer = zip_writer_new(to);
	AUTO(ofd) o = NULL;
	struct encryption c = {.a = a, .w = w, .key = key, .to = writer};

	if (count == 0 || count > OFD_ENCRYPT_USERS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d recipients", OFD_ENCRYPT_USERS_MAX);
	if (ofd_is_encrypted(plain))
		return err_set(e, ERR_UNSUPPORTED, "it is encrypted already");
	if (!ofd_open(&o, plain, e))
		return false;
	c.z = ofd_zip(o);
	if (!files_check(a, c.z, e))
		return false;
	w->random(w, secret_data(key), SM4_KEY);
	w->random(w, c.iv, sizeof c.iv);
	return add_all(&c, recipients, count, e);
}
