/* qianyind: the platform.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyind COMMAND [--config FILE] [--lang zh|en] …; commands.tbl is the list.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "server/backup.h"
#include "server/doctor.h"
#include "server/init.h"
#include "server/jobs.h"
#include "server/lab.h"
#include "server/serve.h"
#include "version.h"

enum { EXIT_SOUND = 0, EXIT_SICK = 1, LINE_OCTETS = 1000 };

struct invocation {
	enum lang lang;
	const char *conf, *clock, *argument;
	bool json, thorough;
	struct world *world;
	struct arena *arena;
	char **argv;
	int code; /* when the command worked */
};

static void say_line(struct invocation *v, enum msg msg, const char *a, const char *b)
{
	(void)printf("%s\n", say(v->arena, v->lang, msg, a, b));
}

/* --- commands ---------------------------------------------------------------------- */

static bool cmd_serve(struct invocation *v, struct err *e)
{
	return serve(v->world, v->conf, v->argv, e);
}

static bool cmd_init(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;
	bool made;

	if (!init_platform(v->world, v->conf, &made, e) ||
		!host_open(&h, v->world, v->conf, 0, e))
		return false;
	say_line(v, made ? MSG_SERVER_INIT_DONE : MSG_SERVER_INIT_AGAIN, h->conf.home,
		h->conf.origin);
	return true;
}

/* One line of standard input, without its end. */
static bool ask_line(struct invocation *v, enum msg msg, struct bytes *out, struct err *e)
{
	char line[LINE_OCTETS];

	if (isatty(STDIN_FILENO))
		(void)fprintf(stderr, "%s ", msg_text(v->lang, msg));
	if (!fgets(line, sizeof line, stdin))
		return err_set(e, ERR_NO_INPUT, "%s", "standard input ended");
	*out = arena_dup(v->arena, text_trim(bytes_str(line)));
	return true;
}

static bool cmd_officer(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;
	struct init_officer who;
	const char *password;

	if (!ask_line(v, MSG_SERVER_ASK_NAME, &who.name, e) ||
		!ask_line(v, MSG_SERVER_ASK_ID_NUMBER, &who.id_number, e) ||
		!ask_line(v, MSG_SERVER_ASK_PHONE, &who.phone, e) ||
		!ask_line(v, MSG_SERVER_ASK_LOGIN, &who.login, e) ||
		!host_open(&h, v->world, v->conf, HOST_ALL, e) ||
		!init_officer(h, &who, v->lang, &password, e))
		return false;
	say_line(v, MSG_SERVER_OFFICER_DONE, arena_str(v->arena, who.login), password);
	return true;
}

static bool cmd_migrate(struct invocation *v, struct err *e)
{
	unsigned applied;

	if (!init_migrate(v->world, v->conf, &applied, e))
		return false;
	say_line(v, MSG_SERVER_MIGRATED, arena_printf(v->arena, "%u", applied), NULL);
	return true;
}

static bool cmd_doctor(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;
	struct doctor_report r = {.arena = v->arena, .lang = v->lang};

	if (!host_open(&h, v->world, v->conf, HOST_ALL, e))
		return false;
	host_tend(h);
	doctor_look(h, v->thorough, &r);
	if (v->json) {
		(void)puts(doctor_json(&r));
	} else {
		for (size_t i = 0; i < r.count; i++)
			(void)printf("%-4s %-24s %s\n%s%s%s",
				doctor_state_name(r.findings[i].state), r.findings[i].id,
				r.findings[i].text,
				r.findings[i].cure[0] ? "     → " : "",
				r.findings[i].cure, r.findings[i].cure[0] ? "\n" : "");
	}
	v->code = doctor_verdict(&r) == DOCTOR_BAD ? EXIT_SICK : EXIT_SOUND;
	return true;
}

static bool cmd_backup(struct invocation *v, struct err *e)
{
	if (!v->argument)
		return err_set(e, ERR_USAGE, "qianyind backup FOLDER");
	if (!backup_make(v->world, v->conf, v->argument, e))
		return false;
	say_line(v, MSG_SERVER_BACKUP_DONE, v->argument, NULL);
	return true;
}

static bool cmd_restore(struct invocation *v, struct err *e)
{
	if (!v->argument)
		return err_set(e, ERR_USAGE, "qianyind restore FOLDER");
	if (!backup_restore(v->world, v->conf, v->argument, e))
		return false;
	say_line(v, MSG_SERVER_RESTORED, v->argument, NULL);
	return true;
}

static bool cmd_conf(struct invocation *v, struct err *e)
{
	struct server_conf c;

	if (!v->conf) {
		(void)fputs(server_conf_print(v->arena, v->lang, NULL), stdout);
		return true;
	}
	if (!server_conf_read(&c, v->arena, v->conf, e))
		return false;
	(void)fputs(server_conf_print(v->arena, v->lang, &c), stdout);
	return true;
}

static bool cmd_rotate(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;
	bool field = v->argument && strcmp(v->argument, "field") == 0;

	if (!field && (!v->argument || strcmp(v->argument, "order") != 0))
		return err_set(e, ERR_USAGE, "qianyind rotate order|field");
	if (!host_open(&h, v->world, v->conf, HOST_ALL, e) ||
		!keeper_client_rotate(
			h->keeper, field ? KEYSTORE_FIELD : KEYSTORE_ORDER, e))
		return false;
	say_line(v, field ? MSG_SERVER_ROTATED_FIELD : MSG_SERVER_ROTATED_ORDER, NULL,
		NULL);
	return true;
}

static bool cmd_reencrypt(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;
	uint64_t renewed;

	if (!host_open(&h, v->world, v->conf, HOST_ALL, e) || !reencrypt(h, &renewed, e))
		return false;
	say_line(v, MSG_SERVER_REENCRYPTED,
		arena_printf(v->arena, "%llu", (unsigned long long)renewed), NULL);
	return true;
}

static bool cmd_jobs(struct invocation *v, struct err *e)
{
	AUTO(host) h = NULL;

	return host_open(&h, v->world, v->conf, HOST_ALL, e) && jobs_round(h, e);
}

static bool cmd_version(struct invocation *v, struct err *e)
{
	(void)v;
	(void)e;
	(void)puts("qianyind " QIANYIN_VERSION);
	return true;
}

static bool cmd_help(struct invocation *v, struct err *e);

static const struct {
	const char *name;
	enum msg help;
	bool (*run)(struct invocation *v, struct err *e);
} commands[] = {
#define COMMAND(id, name) {#name, MSG_QIANYIND_##id, cmd_##name},
#include "server/commands.tbl"
#undef COMMAND
};

static bool cmd_help(struct invocation *v, struct err *e)
{
	(void)e;
	(void)printf("%s\n\n", msg_text(v->lang, MSG_SERVER_USAGE));
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		(void)printf("  %-10s %s\n", commands[i].name,
			msg_text(v->lang, commands[i].help));
	return true;
}

/* --- start ------------------------------------------------------------------------- */

static enum lang lang_of_environment(void)
{
	static const char *const names[] = {
		"QIANYIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return lang_of(value);
	}
	return LANG_ZH;
}

static bool options(struct invocation *v, char **args, struct err *e)
{
	for (; *args; args++) {
		if (strcmp(*args, "--config") == 0 && args[1])
			v->conf = *++args;
		else if (strcmp(*args, "--lang") == 0 && args[1])
			v->lang = lang_of(*++args);
		else if (strcmp(*args, "--test-clock") == 0 && args[1] && lab_has_clock)
			v->clock = *++args;
		else if (strcmp(*args, "--json") == 0)
			v->json = true;
		else if (strcmp(*args, "--thorough") == 0)
			v->thorough = true;
		else if ((*args)[0] != '-' && !v->argument)
			v->argument = *args;
		else
			return err_set(e, ERR_USAGE, "there is no option %.80s", *args);
	}
	v->world = lab_world(v->clock);
	return true;
}

static bool run(struct invocation *v, const char *name, char **args, struct err *e)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return options(v, args, e) && commands[i].run(v, e);
	return err_set(e, ERR_USAGE, "there is no command %.80s: qianyind help", name);
}

/* Other processes of this user do not read our memory, and a crash leaves none of it. */
static void harden(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)umask(077);
	(void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

int main(int argc, char **argv)
{
	struct invocation v = {.lang = lang_of_environment(), .argv = argv};
	struct err e;
	int code;

	harden();
	v.arena = arena_new();
	if (run(&v, argc > 1 ? argv[1] : "help", argv + (argc > 1 ? 2 : argc), &e)) {
		code = fflush(stdout) == 0 ? v.code : err_exit(ERR_WRITE);
	} else {
		(void)fprintf(stderr, "qianyind: %s\n", err_say(v.arena, v.lang, &e));
		code = err_exit(e.code);
	}
	arena_free(v.arena);
	return code;
}
