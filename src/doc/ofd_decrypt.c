/* ofd_decrypt: an encrypted OFD opened; see ofd_encrypt.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "base/text.h"
#include "crypto/kdf.h"
#include "crypto/sm2_der.h"
#include "doc/ofd_encrypt_parts.h"
#include "doc/ofd_package.h"
#include "doc/padding.h"
#include "doc/zip_write.h"
#include "pki/cert.h"

#include <stdlib.h>

enum { TOKEN_BLOCKS = 64 * SM4_BLOCK }; /* octets key_unwrap_blocks takes at once */

/* What one opening holds. */
struct opening {
	struct arena *a;
	struct zip *z;
	struct encrypt_seed seed;
	struct key *key;
	/* The key of the files; or, where a token never gives it out, its envelope. */
	struct secret *fek;
	struct sm2_cipher envelope;
	uint8_t iv[SM4_BLOCK];
	struct encrypt_pair *pairs;
	size_t pairs_n;
	bool *gone;         /* entries that are not taken over */
	struct bytes *kept; /* names of those that are, by entry */
};

/* Has it to do with the package at all? Troubles of token, file and disk are told. */
static bool is_trouble(enum err_code code)
{
	return code == ERR_IO || code == ERR_WRITE || code == ERR_BUSY ||
	       code == ERR_DENIED || code == ERR_PASSWORD || code == ERR_CRYPTO ||
	       code == ERR_NO_INPUT;
}

//= protocols §6: opening has one error for every failure
static bool shut(struct err *e)
{
	return !is_trouble(e->code) &&
	       err_set(e, ERR_DECRYPT, "it does not open with this key");
}

/* --- the key of the files
 * --------------------------------------------------------------- */

static bool is_whole(struct bytes in)
{
	return in.n && in.n % SM4_BLOCK == 0;
}

//= GM/T 0099-2020 §C.2: for a password the key is encrypted under one derived by the KDF of GB/T 32918
static bool unwrap_password(struct opening *o, const struct encrypt_user *u,
	const struct secret *password, struct err *e)
{
	AUTO(secret) kek = secret_new(SM4_KEY);
	AUTO(secret) room = secret_new(2 * SM4_BLOCK);

	sm2_kdf(bytes_make(secret_view(password), secret_size(password)),
		secret_data(kek), SM4_KEY);
	if (u->wrapped.n != 2 * SM4_BLOCK ||
		!sm4_cbc_decrypt(
			secret_view(kek), u->iv, u->wrapped, secret_data(room), e) ||
		padding_strip(secret_view(room), 2 * SM4_BLOCK) != SM4_KEY)
		return err_set(e, ERR_DECRYPT, "not by this password");
	o->fek = secret_of(secret_view(room), SM4_KEY);
	return true;
}

static bool unwrap_key(struct opening *o, const struct encrypt_user *u, struct err *e)
{
	static const uint8_t probe[SM4_BLOCK];
	AUTO(secret) room = secret_new(SM4_BLOCK);
	struct sm2_cipher c;

	//= GM/T 0099-2020 §C.2: for a certificate it is an SM2Cipher of GB/T 35276
	if (!sm2_cipher_read(&c, u->wrapped, e))
		return false;
	if (c.c2.n != SM4_KEY)
		return err_set(e, ERR_DECRYPT, "no key of SM4");
	if (o->key->ops->unwrap_sm2) {
		if (!o->key->ops->unwrap_sm2(o->key, &c, secret_data(room), e))
			return false;
		o->fek = secret_move(&room);
		return true;
	}
	/* A token checks the envelope whatever there is to decrypt. */
	if (!key_unwrap_blocks(o->key, &c, BYTES_OF(probe), secret_data(room), e))
		return false;
	o->envelope = c;
	return true;
}

static bool is_for_key(const struct encrypt_user *u, const struct key *key)
{
	struct cert cert;
	struct err ignored;

	return u->cert.n && cert_parse(&cert, u->cert, &ignored) && cert.key_known &&
	       pubkey_equal(&cert.key, &key->pub);
}

/* One user that opens: those whose certificate it is first. */
static bool find_key(struct opening *o, const struct ofd_opener *by, struct err *e)
{
	for (int named = by->key ? 1 : 0; named >= 0; named--)
		for (size_t i = 0; i < o->seed.users_n; i++) {
			const struct encrypt_user *u = &o->seed.users[i];
			bool ok;

			if (by->key && is_for_key(u, by->key) != (named == 1))
				continue;
			ok = by->key ? unwrap_key(o, u, e)
				     : unwrap_password(o, u, by->password, e);
			if (ok) {
				struct writer w = writer_over(o->iv, sizeof o->iv);

				write_bytes(&w, BYTES_OF(u->iv));
				return true;
			}
			/* A wrong PIN is not tried for each user. */
			if (is_trouble(e->code))
				return false;
		}
	return err_set(e, ERR_DECRYPT, "nobody's key");
}

static bool opener_check(
	const struct encrypt_seed *s, const struct ofd_opener *by, struct err *e)
{
	if (!by->key == !by->password)
		return err_set(e, ERR_USAGE, "a key or a password");
	if (s->how == OFD_ENCRYPT_PASSWORD && !by->password)
		return err_set(e, ERR_USAGE, "a password opens it, not a key");
	if (s->how == OFD_ENCRYPT_CERTIFICATE && !by->key)
		return err_set(e, ERR_USAGE, "a key opens it, not a password");
	if (by->key &&
		(by->key->pub.kind != KEY_SM2 ||
			(!by->key->ops->unwrap_sm2 && !by->key->ops->unwrap_blocks)))
		return err_set(e, ERR_UNSUPPORTED, "this key opens no SM2 envelopes");
	return true;
}

/* --- decrypting
 * ------------------------------------------------------------------------- */

/* CBC by a token that decrypts single blocks only. */
static bool token_cbc(struct opening *o, const uint8_t iv[SM4_BLOCK], struct bytes in,
	uint8_t *out, struct err *e)
{
	for (size_t at = 0; at < in.n; at += TOKEN_BLOCKS)
		if (!key_unwrap_blocks(o->key, &o->envelope,
			    bytes_head(bytes_from(in, at), TOKEN_BLOCKS), out + at, e))
			return false;
	for (size_t i = 0; i < in.n; i++)
		out[i] ^= i < SM4_BLOCK ? iv[i] : in.p[i - SM4_BLOCK];
	return true;
}

static bool cbc(struct opening *o, const uint8_t iv[SM4_BLOCK], struct bytes in,
	uint8_t *out, struct err *e)
{
	return o->fek ? sm4_cbc_decrypt(secret_view(o->fek), iv, in, out, e)
		      : token_cbc(o, iv, in, out, e);
}

/* The content of whole blocks; *n its length without padding. */
static bool decrypt(
	struct secret **out, size_t *n, struct opening *o, struct bytes in, struct err *e)
{
	AUTO(secret) text = secret_new(in.n ? in.n : 1);

	if (!is_whole(in))
		return err_set(e, ERR_DECRYPT, "no whole blocks");
	if (!cbc(o, o->iv, in, secret_data(text), e))
		return false;
	*n = padding_strip(secret_view(text), in.n);
	if (*n == SIZE_MAX)
		return err_set(e, ERR_DECRYPT, "padding");
	*out = secret_move(&text);
	return true;
}

/* Is the last block padded? Tells without decrypting the rest. */
static bool is_padded(struct opening *o, struct bytes in, struct err *e)
{
	AUTO(secret) last = secret_new(SM4_BLOCK);
	const uint8_t *before = o->iv;

	if (!is_whole(in))
		return err_set(e, ERR_DECRYPT, "no whole blocks");
	if (in.n > SM4_BLOCK)
		before = in.p + in.n - 2 * SM4_BLOCK;
	if (!cbc(o, before, bytes_from(in, in.n - SM4_BLOCK), secret_data(last), e))
		return false;
	return padding_strip(secret_view(last), SM4_BLOCK) != SIZE_MAX ||
	       err_set(e, ERR_DECRYPT, "padding");
}

static bool read_map(struct opening *o, struct err *e)
{
	AUTO(secret) text = NULL;
	struct bytes in;
	size_t n;

	if (!zip_slurp(o->z, o->seed.map, o->a, XML_PART_MAX, &in, e))
		return false;
	if (!decrypt(&text, &n, o, in, e)) {
		if (e->code != ERR_DECRYPT)
			return false;
	} else if (encrypt_map_read(&o->pairs, &o->pairs_n, o->a, o->z, &o->seed,
			   bytes_make(secret_view(text), n), e)) {
		return true;
	}
	//= GM/T 0099-2020 §7.3.4: the map is encrypted or written as it is
	return encrypt_map_read(&o->pairs, &o->pairs_n, o->a, o->z, &o->seed, in, e);
}

/* --- what stays
 * ------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

//= GM/T 0099-2020 §C.1: what is decrypted takes the place of a file of its name
static bool plan_kept(struct opening *o, struct err *e)
{
	struct bytes *paths = ARENA_ARRAY(o->a, o->pairs_n, struct bytes);
	struct bytes main = BYTES("ofd.xml");
	bool has_main = false;

	o->gone = ARENA_ARRAY(o->a, zip_count(o->z), bool);
	o->kept = ARENA_ARRAY(o->a, zip_count(o->z), struct bytes);
	o->gone[o->seed.main] = o->gone[o->seed.seed] = o->gone[o->seed.map] = true;
	for (size_t i = 0; i < o->pairs_n; i++) {
		o->gone[o->pairs[i].entry] = true;
		paths[i] = bytes_str(ascii_lower(o->a, o->pairs[i].path));
		has_main = has_main || bytes_equal(paths[i], main);
	}
	qsort(paths, o->pairs_n, sizeof *paths, by_text);
	for (size_t i = 0; i < zip_count(o->z); i++) {
		const struct zip_entry *entry = zip_entry(o->z, i);
		struct bytes lower;

		o->gone[i] = o->gone[i] || entry->is_folder;
		if (o->gone[i])
			continue;
		if (!ofd_resolve(o->a, BYTES(""), entry->name, &o->kept[i], e) ||
			!encrypt_name_is_good(o->a, o->kept[i]))
			return err_set(e, ERR_MALFORMED, "a name");
		lower = bytes_str(ascii_lower(o->a, o->kept[i]));
		o->gone[i] = bsearch(&lower, paths, o->pairs_n, sizeof *paths, by_text);
		has_main = has_main || bytes_equal(lower, main);
	}
	return has_main || err_set(e, ERR_MALFORMED, "no OFD.xml in it");
}

/* Everything that could fail for what the package holds. */
static bool check_files(struct opening *o, struct err *e)
{
	for (size_t i = 0; i < o->pairs_n; i++) {
		AUTO(arena) room = arena_new();
		struct bytes in;

		if (!zip_slurp(o->z, o->pairs[i].entry, room,
			    OFD_ENCRYPT_FILE_MAX + SM4_BLOCK, &in, e) ||
			!is_padded(o, in, e))
			return false;
	}
	for (size_t i = 0; i < zip_count(o->z); i++) {
		AUTO(arena) room = arena_new();
		struct bytes in;

		if (!o->gone[i] &&
			!zip_slurp(o->z, i, room, OFD_ENCRYPT_FILE_MAX, &in, e))
			return false;
	}
	return true;
}

static bool write_files(
	struct opening *o, struct sink to, struct ofd_opened *told, struct err *e)
{
	AUTO(zip_writer) w = zip_writer_new(to);
	struct ofd_opened count = {0};

	for (size_t i = 0; i < o->pairs_n; i++) {
		AUTO(arena) room = arena_new();
		AUTO(secret) text = NULL;
		struct bytes in;
		size_t n;

		if (!zip_slurp(o->z, o->pairs[i].entry, room,
			    OFD_ENCRYPT_FILE_MAX + SM4_BLOCK, &in, e) ||
			!decrypt(&text, &n, o, in, e) ||
			!zip_add(w, o->pairs[i].path, bytes_make(secret_view(text), n),
				true, e))
			return false;
		count.decrypted++;
	}
	for (size_t i = 0; i < zip_count(o->z); i++) {
		AUTO(arena) room = arena_new();
		struct bytes in;

		if (o->gone[i])
			continue;
		if (!zip_slurp(o->z, i, room, OFD_ENCRYPT_FILE_MAX, &in, e) ||
			!zip_add(w, o->kept[i], in, true, e))
			return false;
		count.plain++;
	}
	*told = count;
	return zip_finish(w, e);
}

/* --- the whole
 * -------------------------------------------------------------------------- */

bool ofd_is_encrypted(struct source *s)
{
	AUTO(zip) z = NULL;
	struct err ignored;
	size_t entry;

	return zip_open(&z, s, &ignored) && encrypt_main_find(z, &entry);
}

bool ofd_encrypted_how(enum ofd_encrypt_case *out, struct source *s, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(zip) z = NULL;
	struct encrypt_seed seed;

	if (!zip_open(&z, s, e) || !encrypt_seed_read(&seed, a, z, e))
		return false;
	*out = seed.how;
	return true;
}

static bool open_all(struct opening *o, const struct ofd_opener *by, struct sink to,
	struct ofd_opened *told, struct err *e)
{
	if (!encrypt_seed_read(&o->seed, o->a, o->z, e) || !opener_check(&o->seed, by, e))
		return false;
	o->key = by->key;
	if (!find_key(o, by, e) || !read_map(o, e) || !plan_kept(o, e) ||
		!check_files(o, e))
		return shut(e);
	if (write_files(o, to, told, e))
		return true;
	return e->code == ERR_DECRYPT ? shut(e) : false;
}

bool ofd_decrypt(struct sink to, struct source *package, const struct ofd_opener *by,
	struct ofd_opened *told, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(zip) z = NULL;
	struct opening o = {.a = a};
	bool ok;

	if (!zip_open(&z, package, e))
		return false;
	o.z = z;
	ok = open_all(&o, by, to, told, e);
	secret_free(o.fek);
	return ok;
}
