/* init: see init.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/init.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "domain/registration.h"
#include "server/child_run.h"

enum { PASSPHRASE_OCTETS = 32, PASSWORD_OCTETS = 12 };

static bool make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	return err_system(e, ERR_WRITE, path);
}

/* Random octets in base64, a line feed behind: what nobody chose nobody guesses. */
static bool make_passphrase(struct host *h, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t octets[PASSPHRASE_OCTETS];
	char *text;
	size_t n;
	bool good;

	if (access(h->conf.passphrase_file, F_OK) == 0)
		return true;
	h->world->random(h->world, octets, sizeof octets);
	text = arena_printf(a, "%s\n", base64_encode(a, BYTES_OF(octets)));
	n = bytes_str(text).n;
	good = file_write(h->conf.passphrase_file, 0600, bytes_make(text, n), e);
	mem_wipe(octets, sizeof octets);
	mem_wipe(text, n);
	return good;
}

static bool make_keystore(struct host *h, bool *made, struct err *e)
{
	const char *keeper = server_program(h->arena, &h->conf, "qianyin-keeper");
	const char *const argv[] = {keeper, "init", "--store", h->conf.keystore,
		"--platform", h->conf.platform, "--origin", h->conf.origin, "--name",
		h->conf.platform, "--passphrase-file", h->conf.passphrase_file,
		"--export", h->conf.home,
		h->conf.demonstration ? "--demonstration" : NULL, NULL};

	*made = false;
	if (access(h->conf.keystore, F_OK) == 0)
		return true;
	if (!keeper)
		return err_set(e, ERR_NOT_FOUND, "qianyin-keeper is not installed");
	if (!child_run_to_end(argv, e))
		return false;
	*made = true;
	return true;
}

bool init_migrate(
	struct world *world, const char *conf_path, unsigned *applied, struct err *e)
{
	AUTO(host) h = NULL;

	return host_open(&h, world, conf_path, HOST_DB | HOST_OLD_SCHEMA, e) &&
	       db_migrate(h->db, applied, e);
}

bool init_platform(struct world *world, const char *conf_path, bool *made, struct err *e)
{
	AUTO(host) h = NULL;
	unsigned applied;

	return host_open(&h, world, conf_path, 0, e) && make_folder(h->conf.home, e) &&
	       make_folder(arena_printf(h->arena, "%s/evidence", h->conf.home), e) &&
	       make_passphrase(h, e) && make_keystore(h, made, e) &&
	       init_migrate(world, conf_path, &applied, e);
}

bool init_officer(struct host *h, const struct init_officer *who, enum lang lang,
	const char **password, struct err *e)
{
	uint8_t octets[PASSWORD_OCTETS];
	struct registered done;
	struct newcomer n = {.person = {who->name, who->id_number, who->phone, BYTES("")},
		.login = who->login,
		.lang = lang};

	h->world->random(h->world, octets, sizeof octets);
	*password = base64_encode(h->arena, BYTES_OF(octets));
	mem_wipe(octets, sizeof octets);
	n.password = bytes_str(*password);
	return operator_create(&h->app, &n, &done, e);
}
