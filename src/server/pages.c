/* pages: see pages.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/pages.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/time.h"
#include "server/doctor.h"
#include "web/web.h"

struct pages {
	struct host *host;
	struct web *web;
	struct web_system system;
	_Atomic(struct jobs *) jobs;
	_Atomic(struct http_server *) server;
};

static void findings(void *ctx, struct arena *a, enum lang lang,
	const struct web_finding **out, size_t *count)
{
	struct pages *p = ctx;
	struct doctor_report *r = ARENA_NEW(a, struct doctor_report);
	struct web_finding *rows;

	r->arena = a;
	r->lang = lang;
	doctor_look(p->host, false, r);
	rows = ARENA_ARRAY(a, r->count + 1, struct web_finding);
	for (size_t i = 0; i < r->count; i++)
		rows[i] = (struct web_finding){r->findings[i].id,
			doctor_state_name(r->findings[i].state), r->findings[i].text,
			r->findings[i].cure};
	*out = rows;
	*count = r->count;
}

static bool ready(void *ctx)
{
	struct pages *p = ctx;
	AUTO(arena) a = arena_new();
	struct keeper_status s;
	struct err none;

	return keeper_client_status(p->host->keeper, a, &s, &none) &&
	       s.phase == CHANNEL_SERVING;
}

static const char *count(
	struct arena *a, const char *before, const char *name, uint64_t n)
{
	return arena_printf(
		a, "%sqianyin_%s %llu\n", before, name, (unsigned long long)n);
}

static const char *http_metrics(struct arena *a, const char *out, struct http_server *s)
{
	const struct http_stats st = http_server_stats(s);
	uint64_t sum = 0;

	for (size_t i = 1; i < 6; i++)
		out = count(a, out,
			arena_printf(a, "http_answers_total{class=\"%zuxx\"}", i),
			st.answers[i]);
	out = count(a, out, "http_refused_shape_total", st.refused_shape);
	out = count(a, out, "http_refused_busy_total", st.refused_busy);
	out = count(a, out, "http_connections", st.connections);
	out = count(a, out, "http_in_flight", st.in_flight);
	out = count(a, out, "http_queued", st.queued);
	for (size_t i = 0; i < HTTP_LATENCIES; i++) {
		sum += st.latency[i];
		out = count(a, out,
			arena_printf(a, "http_latency_us_bucket{le=\"%lld\"}",
				(long long)http_latency_bounds[i]),
			sum);
	}
	sum += st.latency[HTTP_LATENCIES];
	out = count(a, out, "http_latency_us_bucket{le=\"+Inf\"}", sum);
	out = count(a, out, "http_latency_us_sum", st.latency_sum_us);
	return count(a, out, "http_latency_us_count", sum);
}

static const char *metrics(void *ctx, struct arena *a)
{
	struct pages *p = ctx;
	struct http_server *server = atomic_load(&p->server);
	struct jobs *jobs = atomic_load(&p->jobs);
	struct supervise_state w;
	struct jobs_state j;
	const char *out = server ? http_metrics(a, "", server) : "";

	worker_client_look(p->host->workers, &w);
	out = count(a, out, "worker_starts_total", w.starts);
	out = count(a, out, "worker_failures_total", w.failures);
	if (!jobs)
		return out;
	jobs_look(jobs, &j);
	out = count(a, out, "job_rounds_total", j.rounds);
	return count(a, out, "job_failures_total", j.failures);
}

bool pages_new(struct pages **out, struct host *h, struct err *e)
{
	struct pages *p = NEW(struct pages);
	struct web_conf conf = {.app = &h->app,
		.secure = bytes_starts(bytes_str(h->conf.origin), BYTES("https://")),
		.rate_burst = (unsigned)h->conf.try_burst,
		.rate_every_us = h->conf.try_every * TIME_SECOND,
		.system = &p->system};

	p->host = h;
	p->system = (struct web_system){
		.ctx = p, .findings = findings, .ready = ready, .metrics = metrics};
	if (!web_new(&p->web, &conf, e)) {
		mem_free(p);
		return false;
	}
	*out = p;
	return true;
}

void pages_free(struct pages *p)
{
	if (!p)
		return;
	web_free(p->web);
	mem_free(p);
}

const struct http_site *pages_site(struct pages *p)
{
	return web_site(p->web);
}

bool pages_serve_jobs(struct pages *p, struct jobs *jobs)
{
	atomic_store(&p->jobs, jobs);
	return true;
}

void pages_serve_stats(struct pages *p, struct http_server *server)
{
	atomic_store(&p->server, server);
}
