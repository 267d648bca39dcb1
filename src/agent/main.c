/* qianyin-agent: the only program that touches a user's keys: it listens on this machine,
 * shows what is to be signed, and asks for the PIN in a window of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <getopt.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "agent/order_file.h"
#include "base/source.h"
#include "base/text.h"
#include "http/server.h"
#include "version.h"

enum { JOBS_BODY_MAX = JOB_DOCUMENT_MAX };

struct options {
	const char *home, *opener, *post, *out;
	enum lang lang;
	unsigned port;
	bool demo; /* CAs that say they are demonstrations count */
};

/* --- what it says */

static int fail(const struct options *o, const struct err *e)
{
	AUTO(arena) a = arena_new();

	(void)fprintf(stderr, "%s\n", err_say(a, o->lang, e));
	return err_exit(e->code);
}

static int say_line(const struct options *o, enum msg msg, const char *value)
{
	AUTO(arena) a = arena_new();

	(void)printf("%s\n", say_(a, o->lang, msg, value, NULL));
	return fflush(stdout) == 0 ? 0 : 74;
}

/* --- commands that change what is kept */

static bool cert_of(struct arena *a, const char *path, struct cert *out, struct err *e)
{
	struct bytes file, der;

	return file_slurp(a, path, CERT_MAX, &file, e) && cert_decode(a, file, &der, e) &&
	       cert_parse(out, der, e);
}

static int run_pair(const struct options *o, struct home *h, char **args)
{
	AUTO(arena) a = arena_new();
	struct cert root;
	struct err e;

	if (!cert_of(a, args[2], &root, &e) ||
		!home_pair(h, args[1], args[0], o->post, root.der, &e) ||
		!home_save(h, &e))
		return fail(o, &e);
	(void)printf("SM3 %s\n", hex_encode(a, BYTES_OF(root.sm3)));
	return say_line(o, MSG_AGENT_PAIRED, args[0]);
}

static int run_ledger(const struct options *o, struct home *h, char **args)
{
	AUTO(arena) a = arena_new();
	struct bytes json;
	struct err e;

	if (!file_slurp(a, args[1], HOME_FILE_MAX, &json, &e) ||
		!home_ledger_set(h, args[0], json, &e) || !home_save(h, &e))
		return fail(o, &e);
	return say_line(o, MSG_AGENT_LEDGER_SET, args[0]);
}

static int run_unpair(const struct options *o, struct home *h, char **args)
{
	struct err e;

	if (!home_unpair(h, args[0], &e) || !home_save(h, &e))
		return fail(o, &e);
	return say_line(o, MSG_AGENT_UNPAIRED, args[0]);
}

static int run_key(const struct options *o, struct home *h, char **args)
{
	AUTO(arena) a = arena_new();
	struct bytes sign = {0}, enc = {0};
	struct cert c;
	struct err e;

	for (size_t i = 1; args[i]; i++) {
		if (!cert_of(a, args[i], &c, &e))
			return fail(o, &e);
		if (cert_may_sign(&c))
			sign = c.der;
		if (cert_may_encrypt(&c))
			enc = c.der;
	}
	if (!home_key_add(h, args[0], sign, enc, &e) || !home_save(h, &e))
		return fail(o, &e);
	return say_line(o, MSG_AGENT_KEY_ADDED, args[0]);
}

static int run_phrase(const struct options *o, struct home *h, char **args)
{
	struct err e;

	if (!home_phrase_set(h, args[0], &e) || !home_save(h, &e))
		return fail(o, &e);
	return say_line(o, MSG_AGENT_PHRASE_NOW, h->phrase);
}

static void print_line(void *to, struct bytes line)
{
	(void)to;
	(void)printf("%.*s\n", (int)line.n, (const char *)line.p);
}

static int run_journal(const struct options *o, struct home *h, char **args)
{
	AUTO(arena) a = arena_new();
	size_t broken;
	struct err e;

	(void)args;
	if (!journal_read(home_file(h, a, "journal"), print_line, NULL, &broken, &e))
		return fail(o, &e);
	if (!broken)
		return 0;
	(void)fprintf(stderr, "%s\n",
		say_(a, o->lang, MSG_AGENT_JOURNAL_BROKEN, arena_printf(a, "%zu", broken),
			NULL));
	return 1;
}

/* --- running */

/* Two listeners, one agent: requests of both come one at a time. */
struct served {
	struct agent agent; /* first: handlers and the door see it */
	pthread_mutex_t lock;
	struct http_site site;
};

static void one_at_a_time(
	void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct served *s = ctx;
	struct http_request copy = *req;

	(void)pthread_mutex_lock(&s->lock);
	http_dispatch(&s->site, &copy, resp);
	(void)pthread_mutex_unlock(&s->lock);
}

static const struct http_route all_routes[] = {
	{HTTP_GET | HTTP_POST | HTTP_OPTIONS, "/…", one_at_a_time}};

/* A program of ours: beside this one as built, or where it is installed. */
static const char *program_find(struct arena *a, const char *built, const char *name)
{
	const char *const places[] = {"", built, "../libexec/qianyin/"};
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	while (n > 0 && path[n - 1] != '/')
		n--;
	for (size_t i = 0; n > 0 && i < sizeof places / sizeof *places; i++) {
		const char *full =
			arena_printf(a, "%.*s%s%s", (int)n, path, places[i], name);

		if (access(full, X_OK) == 0)
			return full;
	}
	return NULL;
}

static bool listen_both(struct http_server **four, struct http_server **six,
	struct served *s, const struct http_site *site, unsigned port, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct http_conf conf = {.listen = arena_printf(a, "127.0.0.1:%u", port),
		.body_max = JOBS_BODY_MAX,
		.total_s = 120,
		.admit = door_admit};
	struct err ignored;

	if (!http_serve(four, &conf, site, e))
		return false;
	s->agent.port = http_server_port(*four);
	conf.listen = arena_printf(a, "[::1]:%u", s->agent.port);
	/* Machines without IPv6 have one address. */
	if (!http_serve(six, &conf, site, &ignored))
		*six = NULL;
	return true;
}

static void wait_for_end(void)
{
	sigset_t ends;
	int which;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	while (sigwait(&ends, &which) != 0)
		;
}

static void block_ends(void)
{
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

/* A debugger or a core would hold PINs; windows that were opened are nobody's children.
 */
static void harden(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

static bool agent_fill(struct agent *a, const struct options *o, struct home *h,
	struct arena *arena, struct err *e)
{
	const char *host = program_find(arena, "../token/", "qianyin-token");

	a->world = world_system();
	a->lang = o->lang;
	a->home = h;
	a->opener = o->opener;
	if (h->trust)
		h->trust->allow_demonstration = o->demo;
	a->desk = program_find(arena, "../desk/", "qianyin-desk");
	a->post = program_find(arena, "", "qianyin-post");
	if (!host || !a->desk || !a->post)
		return err_set(
			e, ERR_NO_INPUT, "qianyin-token, qianyin-desk or qianyin-post");
	return journal_open(&a->journal, home_file(h, arena, "journal"), e) &&
	       nonces_open(&a->nonces, home_file(h, arena, "nonces"),
		       a->world->now(a->world), e) &&
	       keyring_new(&a->keyring, h, host, e) &&
	       jobs_new(&a->jobs, a->world, getenv("XDG_RUNTIME_DIR"), h->folder, e);
}

/* Waits for the user of a file's window; requests are answered meanwhile. */
static void wait_for_job(struct served *s, const struct job *job)
{
	struct timespec pause = {.tv_nsec = 100000000};
	enum job_state state = JOB_WAITING;

	while (state == JOB_WAITING) {
		(void)nanosleep(&pause, NULL);
		(void)pthread_mutex_lock(&s->lock);
		state = job->state;
		(void)pthread_mutex_unlock(&s->lock);
	}
}

/* A file is answered in a window, and its answer posted. */
//= Protocols §3: it counts only in the session that asked, after the user typed there the six-digit code
static bool answer_file(
	struct served *s, const char *path, const char *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes file, answer;
	struct job *job;
	bool opened;

	if (!file_slurp(a, path, ORDER_FILE_LIMIT, &file, e))
		return false;
	(void)pthread_mutex_lock(&s->lock);
	opened = order_file_open(&job, &s->agent, a, file, e);
	(void)pthread_mutex_unlock(&s->lock);
	if (!opened)
		return false;
	wait_for_job(s, job);
	if (job->state != JOB_DONE)
		return err_set(e, ERR_DENIED, "%s", job_state_name(job->state));
	if (!order_file_answer(&answer, a, job, e))
		return false;
	if (out)
		return file_write(out, 0600, answer, e);
	return order_file_post(s->agent.post, job->pairing->post, answer, e);
}

static int run_agent(const struct options *o, struct home *h, const char *order)
{
	AUTO(arena) a = arena_new();
	AUTO(http_server) four = NULL;
	AUTO(http_server) six = NULL;
	struct served *s = ARENA_NEW(a, struct served);
	struct http_site site = {.routes = all_routes, .count = 1, .ctx = s};
	struct err e;
	int code = 0;

	block_ends();
	harden();
	(void)pthread_mutex_init(&s->lock, NULL);
	s->site = (struct http_site){
		.routes = agent_routes, .count = agent_route_count, .ctx = &s->agent};
	if (!agent_fill(&s->agent, o, h, a, &e) ||
		!listen_both(&four, &six, s, &site, order ? 0 : o->port, &e)) {
		code = fail(o, &e);
	} else if (order) {
		code = answer_file(s, order, o->out, &e) ? 0 : fail(o, &e);
	} else {
		(void)printf("http://127.0.0.1:%u/\n", s->agent.port);
		(void)fflush(stdout);
		wait_for_end();
	}
	http_server_free(four);
	http_server_free(six);
	four = six = NULL;
	jobs_free(s->agent.jobs);
	keyring_free(s->agent.keyring);
	nonces_free(s->agent.nonces);
	journal_free(s->agent.journal);
	return code;
}

/* --- arguments */

static const struct {
	const char *name;
	int least, most;
	int (*run)(const struct options *o, struct home *h, char **args);
} commands[] = {
	{"pair", 3, 3, run_pair},
	{"unpair", 1, 1, run_unpair},
	{"ledger", 2, 2, run_ledger},
	{"key", 1, 3, run_key},
	{"phrase", 1, 1, run_phrase},
	{"journal", 0, 0, run_journal},
};

static enum lang language(void)
{
	static const char *const names[] = {"QIANYIN_LANG", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return lang_of(value);
	}
	return LANG_ZH;
}

static const char *default_home(struct arena *a)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config)
		return arena_printf(a, "%s/qianyin-agent", config);
	return arena_printf(a, "%s/.config/qianyin-agent", home ? home : "");
}

static bool options_read(struct options *o, int argc, char **argv, bool *help)
{
	static const struct option rows[] = {{"home", required_argument, NULL, 'd'},
		{"port", required_argument, NULL, 'p'},
		{"opener", required_argument, NULL, 'o'},
		{"post", required_argument, NULL, 't'}, {"demo", no_argument, NULL, 'D'},
		{"out", required_argument, NULL, 'O'},
		{"lang", required_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	uint64_t port;
	struct err e;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "h", rows, NULL)) != -1) {
		if (c == 'd')
			o->home = optarg;
		else if (c == 'o')
			o->opener = strcmp(optarg, "none") == 0 ? NULL : optarg;
		else if (c == 't')
			o->post = optarg;
		else if (c == 'l')
			o->lang = lang_of(optarg);
		else if (c == 'O')
			o->out = optarg;
		else if (c == 'D')
			o->demo = true;
		else if (c == 'h' || c == 'V')
			*help = true;
		else if (c == 'p' && decimal_u64(bytes_str(optarg), 65535, &port, &e))
			o->port = (unsigned)port;
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct options o = {.home = default_home(a),
		.opener = access("/usr/bin/xdg-open", X_OK) == 0 ? "/usr/bin/xdg-open"
								 : NULL,
		.lang = language(),
		.port = AGENT_PORT};
	AUTO(home) h = NULL;
	bool help = false;
	struct err e;
	int left;

	if (!options_read(&o, argc, argv, &help)) {
		(void)fprintf(stderr, "%s\n", msg_text(o.lang, MSG_AGENT_USAGE));
		return 64;
	}
	if (help) {
		(void)printf("qianyin-agent " QIANYIN_VERSION "\n\n%s\n",
			msg_text(o.lang, MSG_AGENT_USAGE));
		return 0;
	}
	if (!home_open(&h, o.home, world_system(), &e))
		return fail(&o, &e);
	left = argc - optind;
	if (!left)
		return run_agent(&o, h, NULL);
	if (left == 2 && strcmp(argv[optind], "open") == 0)
		return run_agent(&o, h, argv[optind + 1]);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, argv[optind]) == 0 &&
			left - 1 >= commands[i].least && left - 1 <= commands[i].most)
			return commands[i].run(&o, h, argv + optind + 1);
	(void)fprintf(stderr, "%s\n", msg_text(o.lang, MSG_AGENT_USAGE));
	return 64;
}
