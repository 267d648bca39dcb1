/* register: the installed trust store; see register.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/register.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/source.h"
#include "base/text.h"

enum { PIN_MAX = 128, EVIDENCE_FILE_MAX = 64 << 20 };

static bool make_folders(const char *path, struct err *e)
{
	AUTO_MEM char *at = mem_str(path);

	for (char *p = at + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		if (mkdir(at, 0700) != 0 && errno != EEXIST)
			return err_system(e, ERR_WRITE, at);
		*p = '/';
	}
	if (mkdir(at, 0700) != 0 && errno != EEXIST)
		return err_system(e, ERR_WRITE, at);
	return true;
}

bool register_folder(struct cli *c, bool create, const char **out, struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const char *folder;

	/* A relative XDG_STATE_HOME is to be ignored, says its specification. */
	if (state && state[0] == '/')
		folder = arena_printf(c->arena, "%s/qianyin", state);
	else if (home && home[0] == '/')
		folder = arena_printf(c->arena, "%s/.local/state/qianyin", home);
	else
		return err_set(e, ERR_USAGE, "HOME");
	if (create && !make_folders(folder, e))
		return false;
	*out = folder;
	return true;
}

static const char *store_path(struct cli *c, const char *folder)
{
	return arena_printf(c->arena, "%s/trust.store", folder);
}

static const char *pin_path(struct cli *c, const char *folder)
{
	return arena_printf(c->arena, "%s/trust.signer", folder);
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* The pin is the digest of the signer's key, so that its certificate may be renewed. */
static const char *signer_id(struct cli *c, const struct trust *t)
{
	uint8_t id[SM3_SIZE];

	sm3_of(t->signer.key.spki, id);
	return hex_encode(c->arena, BYTES_OF(id));
}

static bool check_pin(
	struct cli *c, const char *folder, const struct trust *t, struct err *e)
{
	const char *path = pin_path(c, folder);
	struct bytes pin;

	if (!exists(path))
		return true;
	if (!file_slurp(c->arena, path, PIN_MAX, &pin, e))
		return false;
	if (!bytes_equal(text_trim(pin), bytes_str(signer_id(c, t))))
		return err_set(e, ERR_DENIED, "%s",
			cli_say(c, MSG_TRUST_OTHER_SIGNER,
				name_title(c->arena, t->signer.subject)));
	return true;
}

static bool load_installed(struct cli *c, struct trust **out, struct err *e)
{
	struct trust *t = NULL;
	const char *folder, *path;
	struct bytes file;
	struct err ignored;

	*out = NULL;
	if (!register_folder(c, false, &folder, &ignored))
		return true;
	path = store_path(c, folder);
	if (!exists(path))
		return true;
	if (!file_slurp(c->arena, path, TRUST_MAX, &file, e) ||
		!trust_read(&t, c->arena, file, e) || !check_pin(c, folder, t, e))
		return err_in(e, "%s", path);
	/* A folder that cannot be written to is no reason to refuse; an older store is.
	 */
	if (!trust_remember(t, folder, e) && e->code == ERR_ROLLBACK)
		return err_in(e, "%s", path);
	*out = t;
	return true;
}

/* A store given by name is not remembered, but one older than the installed one by the
 * same signer is refused: it would bring back who was removed. */
static bool recall(struct cli *c, const struct trust *t, struct err *e)
{
	const char *folder;
	struct err ignored;

	return !register_folder(c, false, &folder, &ignored) ||
	       trust_recall(t, folder, e);
}

bool cli_trust(struct cli *c, struct trust **out, struct err *e)
{
	const char *path = cli_text(c, "trust");
	struct trust *t = NULL;
	struct bytes file;

	if (!path) {
		if (!load_installed(c, &t, e))
			return false;
	} else if (!cli_read(c, path, TRUST_MAX, &file, e)) {
		return false;
	} else if (!trust_read(&t, c->arena, file, e) || !recall(c, t, e)) {
		return err_in(e, "%s", path);
	}
	if (t)
		t->allow_demonstration = cli_flag(c, "demo");
	*out = t;
	return true;
}

bool cli_evidence(struct cli *c, struct evidence **out, struct err *e)
{
	static const char *const names[] = {"crl", "ocsp", "cert"};
	struct evidence *ev = evidence_new(c->arena);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path;
		struct bytes file;

		for (size_t at = 0; (path = cli_each(c, names[i], &at));) {
			if (!cli_read(c, path, EVIDENCE_FILE_MAX, &file, e))
				return false;
			if (!evidence_add_file(ev, file, e))
				return err_in(e, "%s", path);
		}
	}
	*out = ev;
	return true;
}

bool register_install(struct cli *c, struct bytes file, const struct trust *t,
	bool accept_signer, struct err *e)
{
	const char *folder, *pin;

	if (!register_folder(c, true, &folder, e))
		return false;
	if (!accept_signer && !check_pin(c, folder, t, e))
		return false;
	if (!trust_remember(t, folder, e))
		return false;
	pin = arena_printf(c->arena, "%s\n", signer_id(c, t));
	return file_write(pin_path(c, folder), 0600, bytes_str(pin), e) &&
	       file_write(store_path(c, folder), 0600, file, e);
}
