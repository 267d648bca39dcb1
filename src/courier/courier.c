/* courier: its table; see courier.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "courier/courier.h"

#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "courier/messages.h"
#include "net/http_client.h"
#include "net/mail_client.h"

void courier_init(struct courier *c)
{
	*c = (struct courier){.arena = arena_new()};
	c->places.arena = c->arena;
	c->password = mem_alloc(COURIER_PASSWORD_MAX + 2);
}

void courier_fini(struct courier *c)
{
	mem_wipe(c->password, COURIER_PASSWORD_MAX + 2);
	mem_free(c->password);
	arena_free(c->arena);
}

bool courier_warm(struct err *e)
{
	static const struct http_client_conf none;
	struct addrinfo *found = NULL;
	AUTO(http_client) c = NULL;

	/* Opens the libraries that nsswitch.conf names: later nothing becomes code. */
	if (getaddrinfo("localhost", "80", NULL, &found) == 0)
		freeaddrinfo(found);
	return http_client_new(&c, &none, e);
}

static struct courier *courier_of(const struct channel_call *c)
{
	return c->ctx;
}

static bool fields_missing(const struct channel_call *c, struct err *e)
{
	return c->in.short_read || c->in.rest.n
		       ? !err_set(e, ERR_MALFORMED, "fields of a request")
		       : false;
}

/* A text field; null when it is empty. */
static const char *text_get(struct arena *a, struct reader *in)
{
	struct bytes b = wire_get(in);

	return b.n ? arena_str(a, b) : NULL;
}

/* --- the list, once */

static bool password_read(struct courier *c, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return err_system(e, ERR_NO_INPUT, path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & 077))
		n = read(fd, c->password, COURIER_PASSWORD_MAX + 1);
	(void)close(fd);
	if (n <= 0 || n > COURIER_PASSWORD_MAX)
		return err_set(e, ERR_DENIED, "%s: no password only we can read", path);
	if (c->password[n - 1] == '\n')
		n--;
	c->password[n] = 0;
	c->has_password = true;
	return true;
}

static bool places(struct channel_call *call, struct err *e)
{
	struct courier *c = courier_of(call);
	uint32_t count = wire_get_number(&call->in);
	const char *password;

	for (uint32_t i = 0; i < count && !call->in.short_read; i++)
		if (!places_add(&c->places, wire_get(&call->in), e))
			return false;
	c->mail_url = text_get(c->arena, &call->in);
	c->mail_from = text_get(c->arena, &call->in);
	c->mail_user = text_get(c->arena, &call->in);
	password = text_get(c->arena, &call->in);
	c->ca_file = text_get(c->arena, &call->in);
	if (fields_missing(call, e) || (password && !password_read(c, password, e)))
		return false;
	/* From now on no list is taken: whoever has the channel cannot add to it. */
	c->server->phase = CHANNEL_SERVING;
	c->server->why = "it has its list";
	return true;
}

/* --- fetching */

static bool may_go(void *ctx, const char *url)
{
	const struct courier *c = ctx;
	struct err e;

	return places_allow(&c->places, bytes_str(url), &e);
}

static bool fetch(
	struct channel_call *call, struct fetch_request *r, uint32_t ms, struct err *e)
{
	struct courier *c = courier_of(call);
	struct http_client_conf conf = {
		.deadline_ms = ms, .ca_file = c->ca_file, .may_go = may_go, .ctx = c};
	AUTO(http_client) client = NULL;
	struct fetch_answer answer;
	struct fetch f;

	if (r->answer_max == 0 || r->answer_max > COURIER_BODY_MAX || ms == 0 ||
		ms > COURIER_MS_MAX)
		return err_set(e, ERR_USAGE, "limits of a fetch");
	if (!places_allow(&c->places, bytes_str(r->url), e) ||
		!http_client_new(&client, &conf, e))
		return false;
	f = http_client_fetch(client);
	if (!f.run(f.ctx, call->arena, r, &answer, e))
		return false;
	wire_put_number(call->out, answer.status);
	wire_put(call->out, bytes_head(bytes_str(answer.content_type), 200));
	wire_put(call->out, answer.body);
	return true;
}

static const char *string_get(struct channel_call *call)
{
	struct bytes b = wire_get(&call->in);

	/* A NUL inside would hide what follows it. */
	if (b.n && memchr(b.p, 0, b.n))
		call->in.short_read = true;
	return arena_str(call->arena, b);
}

static bool get(struct channel_call *call, struct err *e)
{
	struct fetch_request r = {.url = string_get(call)};
	uint32_t ms;

	r.answer_max = wire_get_number(&call->in);
	ms = wire_get_number(&call->in);
	return !fields_missing(call, e) && fetch(call, &r, ms, e);
}

static bool type_is_plain(const char *type)
{
	for (const char *p = type; *p; p++)
		if (*p < ' ' || *p >= 0x7f)
			return false;
	return *type && strlen(type) <= 200;
}

static bool post(struct channel_call *call, struct err *e)
{
	struct fetch_request r = {.url = string_get(call)};
	uint32_t ms;

	r.answer_max = wire_get_number(&call->in);
	ms = wire_get_number(&call->in);
	r.content_type = string_get(call);
	r.body = wire_get(&call->in);
	if (fields_missing(call, e))
		return false;
	if (!type_is_plain(r.content_type))
		return err_set(e, ERR_USAGE, "a media type");
	return fetch(call, &r, ms, e);
}

static bool mail(struct channel_call *call, struct err *e)
{
	struct courier *c = courier_of(call);
	struct mail_server server = {.url = c->mail_url,
		.from = c->mail_from,
		.user = c->mail_user,
		.password = c->has_password ? (const char *)c->password : NULL,
		.ca_file = c->ca_file,
		.deadline_ms = wire_get_number(&call->in)};
	uint32_t count = wire_get_number(&call->in);
	const char *to[MAIL_RECIPIENTS_MAX];
	struct bytes message;

	if (!c->mail_url || !c->mail_from)
		return err_set(e, ERR_UNSUPPORTED, "no mail server is entered");
	if (count > MAIL_RECIPIENTS_MAX || !server.deadline_ms ||
		server.deadline_ms > COURIER_MS_MAX)
		return err_set(e, ERR_USAGE, "limits of a mail");
	for (uint32_t i = 0; i < count; i++)
		to[i] = string_get(call);
	message = wire_get(&call->in);
	return !fields_missing(call, e) && mail_send(&server, to, count, message, e);
}

const struct channel_message courier_messages[] = {
	{"places", COURIER_PLACES, COURIER_PLACES_MAX, CHANNEL_LOCKED, places},
	{"get", COURIER_GET, COURIER_SMALL_MAX, CHANNEL_SERVING, get},
	{"post", COURIER_POST, COURIER_ROOM, CHANNEL_SERVING, post},
	{"mail", COURIER_MAIL, COURIER_MAIL_ROOM, CHANNEL_SERVING, mail},
	{"try", COURIER_LAB, COURIER_SMALL_MAX, CHANNEL_ALWAYS, courier_lab},
};

size_t courier_message_count(void)
{
	/* The last row is for lab builds. */
	return sizeof courier_messages / sizeof *courier_messages - !courier_is_lab;
}
