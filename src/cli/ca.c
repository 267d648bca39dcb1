/* ca: the folder, its lock, its register; see ca.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ca.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/source.h"
#include "cli/cert_fields.h"

enum { INDEX_MAX = 256 << 20, INDEX_VERSION = 1, LOCK_TRIES = 200 };

static const char *const kinds[] = {
	[KEY_SM2] = "sm2", [KEY_RSA] = "rsa", [KEY_P256] = "p256"};

char *path_join(struct cli *c, const char *folder, const char *name)
{
	return arena_printf(c->arena, "%s/%s", folder, name);
}

bool folder_make(const char *path, unsigned mode, struct err *e)
{
	struct stat st;

	if (mkdir(path, mode) == 0 ||
		(errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return true;
	return err_system(e, ERR_WRITE, path);
}

char *ca_path(const struct ca *ca, const char *name)
{
	return path_join(ca->c, ca->folder, name);
}

static bool take_lock(struct ca *ca, struct err *e)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	const char *path = ca_path(ca, "lock");

	ca->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (ca->lock < 0)
		return err_system(e, ERR_WRITE, path);
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(ca->lock, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_system(e, ERR_IO, path);
		(void)nanosleep(&pause, NULL);
	}
	return err_set(e, ERR_BUSY, "%s", path);
}

bool ca_reload(struct ca *ca, struct err *e)
{
	const char *path = ca_path(ca, "ca.json");
	AUTO(arena) a = arena_new();
	json_error_t why;
	struct bytes file;
	json_t *index;

	if (!file_slurp(a, path, INDEX_MAX, &file, e))
		return false;
	index = json_loadb((const char *)file.p, file.n, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_array(json_object_get(index, "certs")) ||
		json_integer_value(json_object_get(index, "version")) != INDEX_VERSION) {
		json_decref(index);
		return err_set(e, ERR_MALFORMED, "%s", path);
	}
	json_decref(ca->index);
	ca->index = index;
	return true;
}

bool ca_open(struct ca *ca, struct cli *c, const char *folder, bool change, struct err *e)
{
	struct stat st;

	*ca = (struct ca){.c = c, .folder = folder, .lock = -1};
	if (stat(ca_path(ca, "ca.json"), &st) != 0)
		return err_set(
			e, ERR_NO_INPUT, "%s", cli_say(c, MSG_CA_NONE_HERE, folder));
	if ((change && !take_lock(ca, e)) || !ca_reload(ca, e) ||
		!cli_cert(c, ca_path(ca, "root.cer"), &ca->root, e) ||
		!cli_cert(c, ca_path(ca, "ca.cer"), &ca->sub, e)) {
		ca_close(ca);
		return false;
	}
	return true;
}

void ca_close(struct ca *ca)
{
	json_decref(ca->index);
	ca->index = NULL;
	if (ca->has_key)
		keyfile_fini(&ca->key);
	ca->has_key = false;
	if (ca->lock >= 0)
		(void)close(ca->lock);
	ca->lock = -1;
}

bool ca_create(struct ca *ca, struct cli *c, const char *folder, const char *name,
	enum key_kind kind, const char *crl_url, const char *ocsp_url, struct err *e)
{
	struct stat st;

	*ca = (struct ca){.c = c, .folder = folder, .lock = -1};
	if (!folder_make(folder, 0700, e) ||
		!folder_make(ca_path(ca, "certs"), 0755, e) || !take_lock(ca, e))
		return false;
	if (stat(ca_path(ca, "ca.json"), &st) == 0) {
		(void)err_set(
			e, ERR_DENIED, "%s", cli_say(c, MSG_CA_ALREADY_HERE, folder));
		ca_close(ca);
		return false;
	}
	ca->index = json_pack("{s:i,s:s,s:s,s:o,s:o}", "version", INDEX_VERSION, "name",
		name, "kind", kinds[kind], "crls", json_object(), "certs", json_array());
	if (crl_url)
		json_object_set_new(ca->index, "crl_url", json_string(crl_url));
	if (ocsp_url)
		json_object_set_new(ca->index, "ocsp_url", json_string(ocsp_url));
	return true;
}

bool ca_save(struct ca *ca, struct err *e)
{
	char *text = json_dumps(ca->index, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	bool good;

	if (!text)
		return err_set(e, ERR_IO, "ca.json");
	good = file_write(ca_path(ca, "ca.json"), 0600, bytes_str(text), e);
	free(text);
	return good;
}

const char *ca_text(const struct ca *ca, const char *member)
{
	return json_string_value(json_object_get(ca->index, member));
}

enum key_kind ca_kind(const struct ca *ca)
{
	const char *name = ca_text(ca, "kind");

	for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(name, kinds[i]) == 0)
			return (enum key_kind)i;
	return KEY_SM2;
}

bool ca_keyfile(struct ca *ca, const char *stem, struct keyfile *out, struct err *e)
{
	const char *path = ca_path(ca, arena_printf(ca->c->arena, "%s.key", stem));
	const char *file = cli_text(ca->c, "ca-password-file");
	AUTO(secret) password = NULL;

	if (file) {
		if (!password_of_file(&password, file, e))
			return false;
		return keyfile_open(ca->c, path, password, out, e);
	}
	if (keyfile_open(ca->c, path, NULL, out, e))
		return true;
	if (e->code != ERR_PASSWORD)
		return false;
	return password_elsewhere(ca->c, &password, path, e) &&
	       keyfile_open(ca->c, path, password, out, e);
}

bool ca_unlock(struct ca *ca, struct err *e)
{
	if (!ca->has_key)
		ca->has_key = ca_keyfile(ca, "ca", &ca->key, e);
	return ca->has_key;
}
