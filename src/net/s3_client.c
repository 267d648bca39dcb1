/* s3_client: see s3_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/s3_client.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/curl_lib.h"

enum { DEADLINE_DEFAULT_MS = 30000, TRIES_MAX = 3, IDLE_MAX = 8, CONNECT_MS = 5000 };

struct s3_client {
	struct s3_conf conf;
	char *sigv4, *login;
	pthread_mutex_t lock; /* of the handles below */
	CURL *idle[IDLE_MAX]; /* with their open connections */
	size_t idle_count;
};

/* --- handles ----------------------------------------------------------------------- */

static bool is_word(const char *s, const char *more)
{
	if (!s || !s[0])
		return false;
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') &&
			!(*s >= '0' && *s <= '9') && !strchr(more, *s))
			return false;
	return true;
}

bool s3_client_new(struct s3_client **out, const struct s3_conf *conf, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct s3_client *c;
	const char *region = conf->region ? conf->region : "us-east-1";

	if (!is_word(conf->host, ".-:[]") || !is_word(conf->bucket, ".-") ||
		!is_word(region, "-"))
		return err_set(e, ERR_USAGE, "S3: host, bucket or region is missing");
	if (!conf->access_key || !conf->secret_key)
		return err_set(e, ERR_USAGE, "S3: the access keys are missing");
	if (!curl_lib_start(e))
		return false;
	c = NEW(struct s3_client);
	c->conf = *conf;
	if (!c->conf.deadline_ms)
		c->conf.deadline_ms = DEADLINE_DEFAULT_MS;
	c->sigv4 = mem_str(arena_printf(a, "aws:amz:%s:s3", region));
	/* Not by the arena: what is secret is wiped. */
	c->login = mem_alloc(strlen(conf->access_key) + strlen(conf->secret_key) + 2);
	memcpy(c->login, conf->access_key, strlen(conf->access_key));
	c->login[strlen(conf->access_key)] = ':';
	memcpy(c->login + strlen(conf->access_key) + 1, conf->secret_key,
		strlen(conf->secret_key));
	(void)pthread_mutex_init(&c->lock, NULL);
	*out = c;
	return true;
}

void s3_client_free(struct s3_client *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->idle_count; i++)
		curl_lib.cleanup(c->idle[i]);
	(void)pthread_mutex_destroy(&c->lock);
	mem_wipe(c->login, strlen(c->login));
	mem_free(c->login);
	mem_free(c->sigv4);
	mem_free(c);
}

static CURL *take_handle(struct s3_client *c)
{
	CURL *h = NULL;

	(void)pthread_mutex_lock(&c->lock);
	if (c->idle_count)
		h = c->idle[--c->idle_count];
	(void)pthread_mutex_unlock(&c->lock);
	return h ? h : curl_lib.init();
}

static void give_handle(struct s3_client *c, CURL *h)
{
	/* Keeps connections, forgets everything else. */
	curl_lib.reset(h);
	(void)pthread_mutex_lock(&c->lock);
	if (c->idle_count < IDLE_MAX) {
		c->idle[c->idle_count++] = h;
		h = NULL;
	}
	(void)pthread_mutex_unlock(&c->lock);
	if (h)
		curl_lib.cleanup(h);
}

/* --- one request ------------------------------------------------------------------- */

struct call {
	const struct s3_request *r;
	CURL *h;
	struct buf body;
	struct err e; /* of take, or of a body too large */
	bool taken;   /* something was streamed: no second try */
	struct arena *arena;
	const char *etag;
	char text[CURL_ERROR_SIZE];
};

static long status_of(CURL *h)
{
	long status = 0;

	(void)curl_lib.getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct call *call = ctx;
	struct bytes run = bytes_make(p, size * n);

	if (call->r->take && status_of(call->h) == 200) {
		call->taken = true;
		return call->r->take(call->r->ctx, run, &call->e) ? run.n : 0;
	}
	return buf_put(&call->body, run, &call->e) ? run.n : 0;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct call *call = ctx;
	struct bytes line = bytes_make(p, size * n);

	if (line.n > 5 && ascii_equal_nocase(bytes_head(line, 5), BYTES("etag:")))
		call->etag = arena_str(call->arena, text_trim(bytes_from(line, 5)));
	return line.n;
}

static bool set_number(CURL *h, CURLoption option, long value)
{
	return curl_lib.setopt(h, option, value) == CURLE_OK;
}

static bool set_pointer(CURL *h, CURLoption option, const void *value)
{
	return curl_lib.setopt(h, option, value) == CURLE_OK;
}

static struct curl_slist *headers_of(
	const struct s3_client *c, struct arena *a, const struct s3_request *r)
{
	const char *sum = "UNSIGNED-PAYLOAD";
	struct curl_slist *list;
	uint8_t digest[32];

	if (c->conf.sha256) {
		c->conf.sha256(r->body, digest);
		sum = hex_encode(a, BYTES_OF(digest));
	}
	list = curl_lib.append(NULL, arena_printf(a, "x-amz-content-sha256: %s", sum));
	/* Not the form's type that libcurl takes for a POST. An "Expect:" to be left away
	 * must not stand here: libcurl would sign it and not send it. */
	return curl_lib.append(list, "Content-Type: application/octet-stream");
}

static bool set_method(CURL *h, const struct s3_request *r)
{
	if (strcmp(r->method, "HEAD") == 0)
		return set_number(h, CURLOPT_NOBODY, 1);
	if (strcmp(r->method, "PUT") == 0 || strcmp(r->method, "POST") == 0)
		return set_number(h, CURLOPT_POST, 1) &&
		       curl_lib.setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
			       (curl_off_t)r->body.n) == CURLE_OK &&
		       set_pointer(h, CURLOPT_POSTFIELDS,
			       r->body.n ? (const void *)r->body.p : "") &&
		       set_pointer(h, CURLOPT_CUSTOMREQUEST, r->method);
	return set_pointer(h, CURLOPT_CUSTOMREQUEST, r->method);
}

static bool set_way(const struct s3_client *c, CURL *h)
{
	return set_pointer(h, CURLOPT_PROTOCOLS_STR, c->conf.tls ? "https" : "http") &&
	       set_number(h, CURLOPT_NOSIGNAL, 1) &&
	       set_number(h, CURLOPT_SSL_VERIFYPEER, 1) &&
	       set_number(h, CURLOPT_SSL_VERIFYHOST, 2) &&
	       set_number(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
	       set_number(h, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) &&
	       /* Not a time for the whole: a gigabyte may take long, silence not. */
	       set_number(h, CURLOPT_LOW_SPEED_LIMIT, 1) &&
	       set_number(h, CURLOPT_LOW_SPEED_TIME,
		       (long)(c->conf.deadline_ms + 999) / 1000) &&
	       set_pointer(h, CURLOPT_PROXY, "") &&
	       set_pointer(h, CURLOPT_USERAGENT, "qianyin") &&
	       set_pointer(h, CURLOPT_AWS_SIGV4, c->sigv4) &&
	       set_pointer(h, CURLOPT_USERPWD, c->login) &&
	       (!c->conf.ca_file || set_pointer(h, CURLOPT_CAINFO, c->conf.ca_file));
}

static bool set_answer(CURL *h, struct call *call)
{
	return curl_lib.setopt(h, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       set_pointer(h, CURLOPT_WRITEDATA, call) &&
	       curl_lib.setopt(h, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       set_pointer(h, CURLOPT_HEADERDATA, call) &&
	       set_pointer(h, CURLOPT_ERRORBUFFER, call->text);
}

static const char *url_of(
	const struct s3_client *c, struct arena *a, const struct s3_request *r)
{
	return arena_printf(a, "%s://%s/%s%s%s%s%s", c->conf.tls ? "https" : "http",
		c->conf.host, c->conf.bucket, r->key[0] ? "/" : "", r->key,
		r->query[0] ? "?" : "", r->query);
}

static bool failed(
	const struct s3_client *c, const struct call *call, CURLcode code, struct err *e)
{
	if (call->e.code) {
		*e = call->e;
		return false;
	}
	return err_set(e, code == CURLE_PEER_FAILED_VERIFICATION ? ERR_DENIED : ERR_BUSY,
		"S3 %s %.60s: %.120s", call->r->method, c->conf.host,
		call->text[0] ? call->text : curl_lib.strerror(code));
}

/* One try; *again: it may be asked once more. */
static bool ask_once(const struct s3_client *c, struct call *call, struct s3_answer *out,
	bool *again, struct err *e)
{
	struct curl_slist *headers = headers_of(c, call->arena, call->r);
	curl_off_t length = -1;
	CURLcode code = CURLE_FAILED_INIT;

	if (set_way(c, call->h) && set_method(call->h, call->r) &&
		set_answer(call->h, call) &&
		set_pointer(call->h, CURLOPT_HTTPHEADER, headers) &&
		set_pointer(call->h, CURLOPT_URL, url_of(c, call->arena, call->r)))
		code = curl_lib.perform(call->h);
	curl_lib.free_all(headers);
	*again = !call->taken && !call->e.code && code != CURLE_PEER_FAILED_VERIFICATION;
	if (code != CURLE_OK)
		return failed(c, call, code, e);
	out->status = (unsigned)status_of(call->h);
	if (out->status == 500 || (out->status >= 502 && out->status <= 504))
		return err_set(e, ERR_BUSY, "S3 %s %.60s: status %u", call->r->method,
			c->conf.host, out->status);
	(void)curl_lib.getinfo(call->h, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	out->length = length;
	out->etag = call->etag ? call->etag : "";
	out->body = arena_dup(call->arena, buf_bytes(&call->body));
	return true;
}

static void pause_before(unsigned try)
{
	struct timespec t = {0, (long)try * 100 * 1000000};

	(void)nanosleep(&t, NULL);
}

bool s3_ask(struct s3_client *c, struct arena *a, const struct s3_request *r,
	struct s3_answer *out, struct err *e)
{
	bool good = false, again = true;

	for (unsigned i = 0; i < TRIES_MAX && again && !good; i++) {
		struct call call = {
			.r = r, .h = take_handle(c), .body = buf_make(r->answer_max)};

		if (i)
			pause_before(i);
		if (!call.h)
			return err_set(e, ERR_UNSUPPORTED, "S3: libcurl does not start");
		call.arena = a;
		good = ask_once(c, &call, out, &again, e);
		buf_fini(&call.body);
		give_handle(c, call.h);
	}
	return good;
}
