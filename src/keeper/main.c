/* qianyin-keeper: holds the platform's keys: makes the key store, and serves qianyind.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-keeper init|show|rotate|passphrase --store FILE … (the operator), and
 * qianyin-keeper serve … (qianyind, on descriptors 3, 4, …).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/sandbox.h"
#include "base/source.h"
#include "base/text.h"
#include "base/time.h"
#include "keeper/keeper.h"
#include "keeper/messages.h"
#include "keeper/passphrase.h"

enum { CALL_SECONDS = 60, EXIT_USAGE = 64, CERT_FILE_MAX = 64 * 1024 };

/* Options, all with a value but --demonstration. */
#define OPTIONS(OPTION)                               \
	OPTION(store, "--store")                      \
	OPTION(platform, "--platform")                \
	OPTION(origin, "--origin")                    \
	OPTION(name, "--name")                        \
	OPTION(export_to, "--export")                 \
	OPTION(cost, "--cost")                        \
	OPTION(passphrase_file, "--passphrase-file")  \
	OPTION(passphrase_fd, "--passphrase-fd")      \
	OPTION(new_file, "--new-passphrase-file")     \
	OPTION(machine, "--machine")                  \
	OPTION(machine_cert, "--machine-certificate") \
	OPTION(order_key, "--order-key")              \
	OPTION(token_host, "--token-host")            \
	OPTION(key, "--key")                          \
	OPTION(channels, "--channels")                \
	OPTION(limit_reader, "--limit-reader")        \
	OPTION(limit_total, "--limit-total")          \
	OPTION(limit_window, "--limit-window")

struct options {
#define OPTION(field, name) const char *field;
	OPTIONS(OPTION)
#undef OPTION
	bool demonstration;
};

struct program {
	struct arena *arena;
	enum lang lang;
	struct options o;
	struct keeper keeper;
	struct secret *passphrase;
};

static const char **option_place(struct options *o, const char *name)
{
#define OPTION(field, text)            \
	if (strcmp(name, (text)) == 0) \
		return &o->field;
	OPTIONS(OPTION)
#undef OPTION
	return NULL;
}

static bool options_read(struct options *o, char **args)
{
	for (; *args; args++) {
		const char **place = option_place(o, *args);

		if (strcmp(*args, "--demonstration") == 0) {
			o->demonstration = true;
			continue;
		}
		if (!place || !args[1])
			return false;
		*place = *++args;
	}
	return true;
}

static bool number(const char *text, uint32_t max, uint32_t *out, struct err *e)
{
	uint64_t n;

	if (!text || !decimal_u64(bytes_str(text), max, &n, e))
		return err_set(e, ERR_USAGE, "a number: %s", text ? text : "");
	*out = (uint32_t)n;
	return true;
}

/* --- opening */

static bool passphrase_get(struct program *p, bool twice, struct err *e)
{
	const struct options *o = &p->o;
	uint32_t fd;

	if (o->passphrase_file)
		return passphrase_of_file(&p->passphrase, o->passphrase_file, e);
	if (o->passphrase_fd)
		return number(o->passphrase_fd, 1023, &fd, e) &&
		       passphrase_of_fd(&p->passphrase, (int)fd, e);
	return passphrase_of_terminal(
		&p->passphrase, msg_text(p->lang, MSG_KEEPER_PASSPHRASE), twice, e);
}

static bool store_open(struct program *p, struct err *e)
{
	if (!passphrase_get(p, false, e))
		return false;
	p->keeper.unlock = (struct keystore_unlock){p->passphrase, p->o.token_host};
	return keeper_open(&p->keeper, e);
}

/* --- the operator's commands */

static bool export_certs(struct program *p, struct err *e)
{
	struct keystore *s = p->keeper.store;
	const char *folder = p->o.export_to;

	if (!folder)
		return true;
	(void)mkdir(folder, 0755);
	return file_write(arena_printf(p->arena, "%s/root.cer", folder), 0644,
		       keystore_current(s, KEYSTORE_ROOT)->cert, e) &&
	       file_write(arena_printf(p->arena, "%s/order.cer", folder), 0644,
		       keystore_current(s, KEYSTORE_ORDER)->cert, e);
}

static void show_key(struct program *p, const struct keystore_key *k)
{
	const char *until = "";
	struct cert cert;
	struct err e;

	if (k->cert.n && cert_parse(&cert, k->cert, &e))
		until = time_iso(p->arena, cert.not_after);
	printf("%-10s %4u  %s  %s%s%s\n", keystore_purpose_name(k->purpose), k->version,
		time_iso(p->arena, k->created), until, k->uri ? "  " : "",
		k->uri ? k->uri : "");
}

static bool show(struct program *p, struct err *e)
{
	struct keystore *s = p->keeper.store;
	uint8_t digest[SM3_SIZE];

	if (!export_certs(p, e))
		return false;
	sm3_of(keystore_current(s, KEYSTORE_ROOT)->cert, digest);
	printf("%s\n",
		say(p->arena, p->lang, MSG_KEEPER_STORE, arena_str(p->arena, s->platform),
			arena_str(p->arena, s->origin)));
	printf("%s\n", say(p->arena, p->lang, MSG_KEEPER_FINGERPRINT,
			       hex_encode(p->arena, BYTES_OF(digest))));
	for (size_t i = 0; i < s->count; i++)
		show_key(p, &s->keys[i]);
	return fflush(stdout) == 0 || err_system(e, ERR_WRITE, "output");
}

static bool protect(struct program *p, const struct secret *passphrase, struct err *e)
{
	const struct options *o = &p->o;
	const struct password_cost *cost = &password_cost_store;
	struct bytes file, cert;

	if (o->cost && strcmp(o->cost, "login") == 0)
		cost = &password_cost_login;
	else if (o->cost && strcmp(o->cost, "store") != 0)
		return err_set(e, ERR_USAGE, "--cost store|login");
	if (!o->machine)
		return keystore_protect(
			p->keeper.store, p->keeper.world, passphrase, cost, e);
	if (!o->machine_cert)
		return err_set(e, ERR_USAGE, "--machine-certificate");
	return file_slurp(p->arena, o->machine_cert, CERT_FILE_MAX, &file, e) &&
	       cert_decode(p->arena, file, &cert, e) &&
	       keystore_protect_machine(
		       p->keeper.store, p->keeper.world, o->machine, cert, e);
}

/* A key in a machine gets its certificate once the machine has told that it is there. */
static bool certify(struct program *p, struct err *e)
{
	struct keeper *k = &p->keeper;
	struct key *key;
	struct bytes cert;

	if (!p->o.order_key)
		return true;
	k->unlock = (struct keystore_unlock){p->passphrase, p->o.token_host};
	return keystore_key(&key, k->store, KEYSTORE_ORDER, &k->unlock, &cert, e) &&
	       keystore_certify_order(k->store, k->world, &key->pub, e);
}

static bool write_new(struct program *p, struct err *e)
{
	struct bytes file;

	return keystore_write(p->keeper.store, p->keeper.world, p->arena, &file, e) &&
	       file_write(p->o.store, 0600, file, e);
}

static bool do_init(struct program *p, struct err *e)
{
	const struct options *o = &p->o;
	struct keystore_spec spec = {
		o->platform, o->origin, o->name, o->order_key, o->demonstration};

	if (!o->platform || !o->origin || !o->name)
		return err_set(e, ERR_USAGE, "--platform, --origin, --name");
	if (access(o->store, F_OK) == 0)
		return err_set(e, ERR_DENIED, "%s: it exists; its keys are not replaced",
			o->store);
	return passphrase_get(p, true, e) &&
	       keystore_make(&p->keeper.store, p->keeper.world, &spec, e) &&
	       certify(p, e) && protect(p, p->passphrase, e) && write_new(p, e) &&
	       show(p, e);
}

static bool do_show(struct program *p, struct err *e)
{
	return store_open(p, e) && show(p, e);
}

static bool do_rotate(struct program *p, struct err *e)
{
	const char *key = p->o.key ? p->o.key : "";
	enum keystore_purpose purpose = strcmp(key, "order") == 0   ? KEYSTORE_ORDER
					: strcmp(key, "field") == 0 ? KEYSTORE_FIELD
								    : 0;

	if (!purpose)
		return err_set(e, ERR_USAGE, "--key order|field");
	return store_open(p, e) && keeper_rotate(&p->keeper, purpose, e) && show(p, e);
}

static bool do_passphrase(struct program *p, struct err *e)
{
	AUTO(secret) fresh = NULL;

	if (!store_open(p, e))
		return false;
	if (p->o.new_file
			? !passphrase_of_file(&fresh, p->o.new_file, e)
			: !passphrase_of_terminal(&fresh,
				  msg_text(p->lang, MSG_KEEPER_PASSPHRASE_NEW), true, e))
		return false;
	p->keeper.store->serial++;
	return protect(p, fresh, e) && write_new(p, e);
}

/* --- serving */

static bool limit_start(struct program *p, struct err *e)
{
	const struct options *o = &p->o;
	struct limit_rule rule;

	return number(o->limit_reader, UINT32_MAX, &rule.per_reader, e) &&
	       number(o->limit_total, UINT32_MAX, &rule.total, e) &&
	       number(o->limit_window, 86400 * 366, &rule.window_s, e) &&
	       limit_open(&p->keeper.limit, arena_printf(p->arena, "%s.counts", o->store),
		       &rule, e);
}

/* A keeper whose store does not open goes on, locked, and says why to who asks. */
static bool do_serve(struct program *p, struct err *e)
{
	const struct sandbox sandbox = {
		.writes_files = true, .file_max = KEYSTORE_FILE_MAX};
	AUTO(secret) in = secret_new(KEEPER_ROOM);
	AUTO(secret) out = secret_new(KEEPER_ROOM);
	struct channel_server server = {.messages = keeper_messages,
		.count = keeper_message_count(),
		.ctx = &p->keeper,
		.phase = CHANNEL_SERVING,
		.call_s = CALL_SECONDS,
		.in = secret_data(in),
		.out = secret_data(out),
		.in_size = KEEPER_ROOM,
		.out_size = KEEPER_ROOM};
	struct err why;

	if (!number(p->o.channels, CHILD_CHANNELS_MAX, &server.channels, e) ||
		!limit_start(p, e))
		return false;
	p->keeper.server = &server;
	if (!store_open(p, &why)) {
		server.phase = CHANNEL_LOCKED;
		server.why = why.text;
		fprintf(stderr, "qianyin-keeper: %s\n", why.text);
	}
	return sandbox_enter(&sandbox, e) && channel_serve(&server, e);
}

static const struct {
	const char *name;
	bool (*run)(struct program *p, struct err *e);
} commands[] = {{"init", do_init}, {"show", do_show}, {"rotate", do_rotate},
	{"passphrase", do_passphrase}, {"serve", do_serve}};

static bool run(struct program *p, const char *command, struct err *e)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(command, commands[i].name) == 0)
			return commands[i].run(p, e);
	return err_set(e, ERR_USAGE, "%s", command);
}

int main(int argc, char **argv)
{
	struct program p = {.lang = lang_of(getenv("QIANYIN_LANG")),
		.keeper = {.world = world_system()}};
	int code = 0;
	struct err e = {0};

	if (argc < 2 || !options_read(&p.o, argv + 2) || !p.o.store) {
		fprintf(stderr, "%s\n", msg_text(p.lang, MSG_KEEPER_USAGE));
		return EXIT_USAGE;
	}
	p.arena = arena_new();
	p.keeper.path = p.o.store;
	if (!run(&p, argv[1], &e)) {
		fprintf(stderr, "qianyin-keeper: %s\n", err_say(p.arena, p.lang, &e));
		code = err_exit(e.code);
	}
	keeper_close(&p.keeper);
	limit_free(p.keeper.limit);
	secret_free(p.passphrase);
	arena_free(p.arena);
	return code;
}
