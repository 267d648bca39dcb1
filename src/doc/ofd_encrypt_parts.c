/* ofd_encrypt_parts: see ofd_encrypt_parts.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_encrypt_parts.h"

#include "base/text.h"
#include "doc/ofd_package.h"

#include <stdlib.h>

enum { WRAPPED_MAX = 512, CERT_TEXT_MAX = 512 * 1024 };

bool encrypt_zip_check(const struct zip *z, struct err *e)
{
	for (enum zip_finding_kind kind = 0; kind < ZIP_FINDING_COUNT; kind++)
		if (zip_finding_is_hostile(kind) && zip_findings_all(z, kind))
			return err_set(e, ERR_MALFORMED, "ambiguous package: %s",
				zip_finding_name(kind));
	return true;
}

bool encrypt_main_find(const struct zip *z, size_t *entry)
{
	bool loose;

	//= GM/T 0099-2020 Annex C: the entry of decryption is Encryptions.xml at the package's root
	return zip_find_loose(z, BYTES("Encryptions.xml"), entry, &loose);
}

bool encrypt_name_is_good(struct arena *a, struct bytes name)
{
	struct bytes again;
	struct err ignored;

	if (name.n > ZIP_NAME_MAX || !utf8_is_valid(name) ||
		(name.n > 1 && name.p[1] == ':'))
		return false;
	return ofd_resolve(a, BYTES(""), name, &again, &ignored) &&
	       bytes_equal(name, again);
}

/* The entry a location names. */
static bool entry_of(size_t *out, struct arena *a, const struct zip *z, struct bytes loc,
	struct err *e)
{
	struct bytes path;
	bool loose;

	if (!ofd_resolve(a, BYTES(""), loc, &path, e))
		return false;
	return zip_find_loose(z, path, out, &loose) ||
	       err_set(e, ERR_MALFORMED, "%s is named and not there",
		       text_printable(a, path, 100));
}

/* --- Encryptions.xml
 * -------------------------------------------------------------------- */

static bool leaf_once(struct xml_reader *r, struct arena *a, struct bytes *to,
	const char *name, struct err *e)
{
	if (to->n)
		return err_set(e, ERR_MALFORMED, "two %s", name);
	if (!xml_leaf(r, a, to, e))
		return err_in(e, "%s", name);
	return to->n || err_set(e, ERR_MALFORMED, "an empty %s", name);
}

static bool info_read(struct encrypt_seed *s, struct xml_reader *r, struct arena *a,
	const struct zip *z, struct err *e)
{
	struct bytes seed = {NULL, 0}, map = {NULL, 0};
	struct xml_event ev;
	bool found = true;

	while (found) {
		if (!xml_child(r, 2, &ev, &found, e))
			return false;
		if (found && xml_is(&ev, "DecryptSeedLoc") &&
			!leaf_once(r, a, &seed, "DecryptSeedLoc", e))
			return false;
		if (found && xml_is(&ev, "EntriesMapLoc") &&
			!leaf_once(r, a, &map, "EntriesMapLoc", e))
			return false;
	}
	if (!entry_of(&s->seed, a, z, seed, e) || !entry_of(&s->map, a, z, map, e))
		return err_in(e, "EncryptInfo");
	if (s->seed == s->map || s->seed == s->main || s->map == s->main)
		return err_set(
			e, ERR_MALFORMED, "EncryptInfo: one file for two purposes");
	return true;
}

//= GM/T 0099-2020 §C.3: each EncryptInfo names its key description and its map
static bool main_read(
	struct encrypt_seed *s, struct arena *a, struct zip *z, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes xml, id;
	size_t infos = 0;
	bool found = true;

	if (!zip_slurp(z, s->main, a, XML_PART_MAX, &xml, e) || !xml_open(&r, xml, e) ||
		!xml_root(r, &ev, e))
		return false;
	if (!xml_is(&ev, "Encryptions"))
		return err_set(e, ERR_MALFORMED, "the root element is not Encryptions");
	while (found) {
		if (!xml_child(r, 1, &ev, &found, e))
			return false;
		if (!found || !xml_is(&ev, "EncryptInfo"))
			continue;
		if (infos++)
			return err_set(e, ERR_UNSUPPORTED, "encrypted more than once");
		if (xml_has(&ev, "ID", &id))
			s->id = arena_dup(a, id);
		if (!info_read(s, r, a, z, e))
			return false;
	}
	if (!infos)
		return err_set(e, ERR_MALFORMED, "no EncryptInfo");
	return xml_next(r, &ev, e);
}

/* --- the key description
 * ---------------------------------------------------------------- */

/* A part written without an ID is taken for what leads to it. */
static bool id_fits(const struct encrypt_seed *s, const struct xml_event *root)
{
	struct bytes id;

	return !s->id.n || !xml_has(root, "ID", &id) || bytes_equal(id, s->id);
}

static bool how_read(struct encrypt_seed *s, const struct xml_event *root, struct err *e)
{
	struct bytes id;

	s->how = OFD_ENCRYPT_UNTOLD;
	if (!xml_has(root, "EncryptCaseId", &id))
		return true;
	//= GM/T 0099-2020 §A.1: 1.1.1 is encryption for a password, 1.1.2 for a certificate
	if (bytes_equal(id, BYTES("1.1.1")))
		s->how = OFD_ENCRYPT_PASSWORD;
	else if (bytes_equal(id, BYTES("1.1.2")))
		s->how = OFD_ENCRYPT_CERTIFICATE;
	else
		return err_set(
			e, ERR_UNSUPPORTED, "EncryptCaseId is neither 1.1.1 nor 1.1.2");
	return true;
}

static bool user_read(
	struct encrypt_user *u, struct xml_reader *r, struct arena *a, struct err *e)
{
	struct bytes cert = {NULL, 0}, wrapped = {NULL, 0}, text = {NULL, 0}, iv;
	struct xml_event ev;
	bool found = true;

	while (found) {
		if (!xml_child(r, 2, &ev, &found, e))
			return false;
		if (found &&
			((xml_is(&ev, "UserCert") &&
				 !leaf_once(r, a, &cert, "UserCert", e)) ||
				(xml_is(&ev, "EncryptedWK") &&
					!leaf_once(r, a, &wrapped, "EncryptedWK", e)) ||
				(xml_is(&ev, "IVValue") &&
					!leaf_once(r, a, &text, "IVValue", e))))
			return false;
	}
	if (cert.n > CERT_TEXT_MAX || wrapped.n > 2 * WRAPPED_MAX || text.n > WRAPPED_MAX)
		return err_set(e, ERR_TOO_LARGE, "UserInfo");
	if (!base64_decode(a, cert, &u->cert, e) ||
		!base64_decode(a, wrapped, &u->wrapped, e) ||
		!base64_decode(a, text, &iv, e))
		return err_in(e, "UserInfo");
	if (!u->wrapped.n || u->wrapped.n > WRAPPED_MAX)
		return err_set(
			e, ERR_MALFORMED, "EncryptedWK of %zu octets", u->wrapped.n);
	//= GM/T 0099-2020 §C.2: an IVValue that is left out is 16 zeros
	if (iv.n != 0 && iv.n != SM4_BLOCK)
		return err_set(e, ERR_MALFORMED, "IVValue of %zu octets", iv.n);
	for (size_t i = 0; i < iv.n; i++)
		u->iv[i] = iv.p[i];
	return true;
}

//= GM/T 0099-2020 §C.2: DecyptSeed, so spelt, has the users and their wrapped keys
static bool users_read(
	struct encrypt_seed *s, struct arena *a, struct zip *z, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;
	struct bytes xml;
	bool found = true;

	if (!zip_slurp(z, s->seed, a, XML_PART_MAX, &xml, e) || !xml_open(&r, xml, e) ||
		!xml_root(r, &ev, e))
		return false;
	if (!xml_is(&ev, "DecyptSeed") && !xml_is(&ev, "DecryptSeed"))
		return err_set(e, ERR_MALFORMED, "the root element is not DecyptSeed");
	if (!id_fits(s, &ev))
		return err_set(e, ERR_MALFORMED, "another encryption's key description");
	if (!how_read(s, &ev, e))
		return false;
	s->users = ARENA_ARRAY(a, OFD_ENCRYPT_USERS_MAX, struct encrypt_user);
	while (found) {
		if (!xml_child(r, 1, &ev, &found, e))
			return false;
		if (!found || !xml_is(&ev, "UserInfo"))
			continue;
		if (s->users_n == OFD_ENCRYPT_USERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d UserInfo",
				OFD_ENCRYPT_USERS_MAX);
		if (!user_read(&s->users[s->users_n++], r, a, e))
			return false;
	}
	if (!s->users_n)
		return err_set(e, ERR_MALFORMED, "no UserInfo");
	return xml_next(r, &ev, e);
}

static bool sizes_check(const struct zip *z, struct err *e)
{
	uint64_t all = 0;

	if (zip_count(z) > OFD_ENCRYPT_FILES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d files", OFD_ENCRYPT_FILES_MAX);
	for (size_t i = 0; i < zip_count(z); i++) {
		uint64_t n = zip_entry(z, i)->size;

		all += n;
		if (n > OFD_ENCRYPT_FILE_MAX + SM4_BLOCK || all > OFD_ENCRYPT_TOTAL_MAX)
			return err_set(e, ERR_TOO_LARGE,
				"at most %u octets a file and %u MB in all",
				OFD_ENCRYPT_FILE_MAX,
				(unsigned)(OFD_ENCRYPT_TOTAL_MAX >> 20));
	}
	return true;
}

bool encrypt_seed_read(
	struct encrypt_seed *out, struct arena *a, struct zip *z, struct err *e)
{
	struct encrypt_seed s = {0};

	if (!encrypt_zip_check(z, e))
		return false;
	if (!encrypt_main_find(z, &s.main))
		return err_set(e, ERR_MALFORMED, "no Encryptions.xml");
	if (!sizes_check(z, e))
		return false;
	if (!main_read(&s, a, z, e))
		return err_in(e, "Encryptions.xml");
	if (!users_read(&s, a, z, e))
		return err_in(e, "key description");
	*out = s;
	return true;
}

/* --- the map
 * ---------------------------------------------------------------------------- */

static bool not_a_map(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "not a map of encrypted files");
}

static bool pair_read(struct encrypt_pair *out, struct arena *a, const struct zip *z,
	const struct encrypt_seed *s, const struct xml_event *ev, struct err *e)
{
	struct bytes path, from, seed;
	size_t own;

	if (!xml_has(ev, "Path", &path) || !xml_has(ev, "EPath", &from) ||
		!ofd_resolve(a, BYTES(""), path, &out->path, e) ||
		!encrypt_name_is_good(a, out->path) ||
		ascii_equal_nocase(out->path, BYTES("Encryptions.xml")) ||
		!entry_of(&out->entry, a, z, from, e))
		return not_a_map(e);
	/* A file with a key description of its own is not read. */
	if (xml_has(ev, "DecryptSeedLoc", &seed) &&
		(!entry_of(&own, a, z, seed, e) || own != s->seed))
		return not_a_map(e);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* No entry twice, none that is not a file of the document, no path twice. */
static bool pairs_check(struct arena *a, const struct zip *z,
	const struct encrypt_seed *s, const struct encrypt_pair *pairs, size_t n,
	struct err *e)
{
	bool *used = ARENA_ARRAY(a, zip_count(z), bool);
	struct bytes *paths = ARENA_ARRAY(a, n, struct bytes);

	used[s->main] = used[s->seed] = used[s->map] = true;
	for (size_t i = 0; i < n; i++) {
		if (used[pairs[i].entry] || zip_entry(z, pairs[i].entry)->is_folder)
			return not_a_map(e);
		used[pairs[i].entry] = true;
		paths[i] = bytes_str(ascii_lower(a, pairs[i].path));
	}
	qsort(paths, n, sizeof *paths, by_text);
	for (size_t i = 1; i < n; i++)
		if (bytes_equal(paths[i - 1], paths[i]))
			return not_a_map(e);
	return true;
}

//= GM/T 0099-2020 §C.1: the map says which ciphertext takes the place of which file
bool encrypt_map_read(struct encrypt_pair **out, size_t *count, struct arena *a,
	const struct zip *z, const struct encrypt_seed *seed, struct bytes xml,
	struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct encrypt_pair *pairs;
	struct xml_event ev;
	bool found = true;
	size_t n = 0;

	if (!xml_open(&r, xml, e) || !xml_root(r, &ev, e))
		return false;
	if ((!xml_is(&ev, "EncryptEntries") && !xml_is(&ev, "EncryptedEntries")) ||
		!id_fits(seed, &ev))
		return not_a_map(e);
	pairs = ARENA_ARRAY(a, zip_count(z), struct encrypt_pair);
	while (found) {
		if (!xml_child(r, 1, &ev, &found, e))
			return false;
		if (!found || !xml_is(&ev, "EncryptEntry"))
			continue;
		if (n == zip_count(z) || !pair_read(&pairs[n++], a, z, seed, &ev, e))
			return not_a_map(e);
	}
	if (!n || !xml_next(r, &ev, e) || !pairs_check(a, z, seed, pairs, n, e))
		return not_a_map(e);
	*out = pairs;
	*count = n;
	return true;
}
