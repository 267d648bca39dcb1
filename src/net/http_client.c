/* http_client: see http_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/http_client.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "net/curl_lib.h"

enum { DEADLINE_DEFAULT_MS = 20000, REDIRECTS_MAX = 3, URL_MAX = 2000 };

struct http_client {
	struct http_client_conf conf;
	CURL *curl;
};

bool fetch_url_is_plausible(struct bytes url)
{
	struct bytes rest;

	if (bytes_starts(url, BYTES("http://")))
		rest = bytes_from(url, 7);
	else if (bytes_starts(url, BYTES("https://")))
		rest = bytes_from(url, 8);
	else
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] <= ' ' || rest.p[i] >= 0x7f)
			return false;
	return url.n <= URL_MAX && rest.n && rest.p[0] != '/' && rest.p[0] != '?' &&
	       rest.p[0] != '#' && rest.p[0] != ':';
}

bool http_client_new(
	struct http_client **out, const struct http_client_conf *conf, struct err *e)
{
	AUTO(http_client) c = NEW(struct http_client);

	c->conf = *conf;
	if (!c->conf.deadline_ms)
		c->conf.deadline_ms = DEADLINE_DEFAULT_MS;
	if (!curl_lib_start(e))
		return false;
	c->curl = curl_lib.init();
	if (!c->curl)
		return err_set(e, ERR_UNSUPPORTED, "HTTP: libcurl does not start");
	*out = http_client_move(&c);
	return true;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	if (c->curl)
		curl_lib.cleanup(c->curl);
	mem_free(c);
}

/* One request under way. */
struct call {
	struct buf body;
	struct err e; /* of the body: too large */
	char text[CURL_ERROR_SIZE];
};

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct call *call = ctx;

	/* Anything but what was offered stops the transfer. */
	return buf_put(&call->body, bytes_make(p, size * n), &call->e) ? size * n : 0;
}

/* What holds for each request. */
static const struct {
	CURLoption option;
	long value;
} always[] = {
	{CURLOPT_MAXREDIRS, REDIRECTS_MAX},
	{CURLOPT_NOSIGNAL, 1},
	{CURLOPT_SSL_VERIFYPEER, 1},
	{CURLOPT_SSL_VERIFYHOST, 2},
	{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
};

static bool set_number(CURL *h, CURLoption option, long value)
{
	return curl_lib.setopt(h, option, value) == CURLE_OK;
}

/* A pointer to what lives until the request is done. */
static bool set_pointer(CURL *h, CURLoption option, const void *value)
{
	return curl_lib.setopt(h, option, value) == CURLE_OK;
}

/* Whom we ask, by what way, and how long. */
static bool set_way(const struct http_client *c, const struct fetch_request *r)
{
	bool secure = bytes_starts(bytes_str(r->url), BYTES("https:"));
	long ms = (long)c->conf.deadline_ms;
	CURL *h = c->curl;

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (!set_number(h, always[i].option, always[i].value))
			return false;
	return set_pointer(h, CURLOPT_URL, r->url) &&
	       set_pointer(h, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       set_pointer(h, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http") &&
	       set_number(h, CURLOPT_TIMEOUT_MS, ms) &&
	       set_number(h, CURLOPT_CONNECTTIMEOUT_MS, ms) &&
	       set_pointer(h, CURLOPT_PROXY, c->conf.proxy ? c->conf.proxy : "") &&
	       (!c->conf.ca_file || set_pointer(h, CURLOPT_CAINFO, c->conf.ca_file));
}

static bool set_what(const struct http_client *c, const struct fetch_request *r,
	const struct curl_slist *headers, struct call *call)
{
	CURL *h = c->curl;

	if (curl_lib.setopt(h, CURLOPT_WRITEFUNCTION, on_body) != CURLE_OK ||
		!set_pointer(h, CURLOPT_WRITEDATA, call) ||
		!set_pointer(h, CURLOPT_ERRORBUFFER, call->text) ||
		!set_pointer(h, CURLOPT_USERAGENT, "qianyin") ||
		!set_pointer(h, CURLOPT_HTTPHEADER, headers))
		return false;
	if (!r->content_type)
		return set_number(h, CURLOPT_FOLLOWLOCATION, !c->conf.may_go);
	return set_number(h, CURLOPT_POST, 1) &&
	       curl_lib.setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n) ==
		       CURLE_OK &&
	       set_pointer(
		       h, CURLOPT_POSTFIELDS, r->body.n ? (const void *)r->body.p : "");
}

/* libcurl has a hundred codes; those not named here mean that the network failed. */
static enum err_code code_of(CURL *curl, CURLcode code)
{
	long redirects = 0;

	if (code == CURLE_URL_MALFORMAT || code == CURLE_SSL_CACERT_BADFILE)
		return ERR_USAGE;
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_TOO_MANY_REDIRECTS)
		return ERR_DENIED;
	if (code == CURLE_WEIRD_SERVER_REPLY)
		return ERR_MALFORMED;
	if (code != CURLE_UNSUPPORTED_PROTOCOL)
		return ERR_BUSY;
	/* Ours was looked at before: it was sent elsewhere, or talks no HTTP/1. */
	(void)curl_lib.getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
	return redirects ? ERR_DENIED : ERR_MALFORMED;
}

static bool failed(const struct http_client *c, const struct call *call,
	const struct fetch_request *r, CURLcode code, struct err *e)
{
	if (call->e.code) {
		*e = call->e;
		return err_in(e, "%.80s", r->url);
	}
	return err_set(e, code_of(c->curl, code), "%.80s: %.120s", r->url,
		call->text[0] ? call->text : curl_lib.strerror(code));
}

/* "Application/Timestamp-Reply; charset=x": the media type alone, in lower case. */
static const char *media_type(struct arena *a, const char *text)
{
	struct bytes b = bytes_str(text);
	char *out;

	b = text_trim(bytes_head(b, bytes_find(b, BYTES(";"))));
	out = arena_str(a, b);
	for (char *p = out; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return out;
}

static bool perform(struct http_client *c, struct arena *a, const struct fetch_request *r,
	struct call *call, struct fetch_answer *out, struct err *e)
{
	struct curl_slist *headers = NULL;
	const char *type = NULL;
	CURLcode code;
	long status = 0;

	if (r->content_type)
		headers = curl_lib.append(
			NULL, arena_printf(a, "Content-Type: %s", r->content_type));
	curl_lib.reset(c->curl);
	if (!set_way(c, r) || !set_what(c, r, headers, call)) {
		curl_lib.free_all(headers);
		return err_set(e, ERR_IO, "the HTTP client does not take %.80s", r->url);
	}
	code = curl_lib.perform(c->curl);
	curl_lib.free_all(headers);
	if (code != CURLE_OK)
		return failed(c, call, r, code, e);
	(void)curl_lib.getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_lib.getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
	out->status = (unsigned)status;
	out->content_type = media_type(a, type ? type : "");
	out->body = arena_dup(a, buf_bytes(&call->body));
	return true;
}

/* Where an answer sends us on to: null, nowhere. */
static const char *next_url(const struct http_client *c, struct arena *a,
	const struct fetch_request *r, const struct fetch_answer *out)
{
	const char *url = NULL;

	if (!c->conf.may_go || r->content_type || out->status < 300 || out->status > 399)
		return NULL;
	(void)curl_lib.getinfo(c->curl, CURLINFO_REDIRECT_URL, &url);
	return url ? arena_str(a, bytes_str(url)) : NULL;
}

static bool may_go(const struct http_client *c, const struct fetch_request *r,
	const char *to, unsigned hops)
{
	bool secure = bytes_starts(bytes_str(r->url), BYTES("https:"));

	return hops < REDIRECTS_MAX && fetch_url_is_plausible(bytes_str(to)) &&
	       (!secure || bytes_starts(bytes_str(to), BYTES("https:"))) &&
	       c->conf.may_go(c->conf.ctx, to);
}

static bool run(void *ctx, struct arena *a, const struct fetch_request *request,
	struct fetch_answer *out, struct err *e)
{
	struct http_client *c = ctx;
	struct fetch_request r = *request;

	if (!fetch_url_is_plausible(bytes_str(r.url)))
		return err_set(e, ERR_USAGE, "%.80s: not a URL of http or https", r.url);
	for (unsigned hops = 0;; hops++) {
		struct call call = {.body = buf_make(r.answer_max)};
		bool ok = perform(c, a, &r, &call, out, e);
		const char *next;

		buf_fini(&call.body);
		if (!ok)
			return false;
		next = next_url(c, a, &r, out);
		if (!next)
			return true;
		if (!may_go(c, &r, next, hops))
			return err_set(
				e, ERR_DENIED, "%.80s sends us to %.80s", r.url, next);
		r.url = next;
	}
}

struct fetch http_client_fetch(struct http_client *c)
{
	return (struct fetch){.ctx = c, .run = run};
}
