/* doctor: see doctor.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/doctor.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/time.h"
#include "domain/outbox.h"

/* Days before something ends at which it is worth a word. */
enum { ORDER_WARN_DAYS = 14, CLOCK_EARLIEST = 1767225600 /* 2026 */ };

#define DAYS(n) ((int64_t)(n)*TIME_DAY)

static void put(struct doctor_report *r, const char *id, enum doctor_state state,
	const char *text, enum msg cure)
{
	if (r->count == DOCTOR_FINDINGS_MAX)
		return;
	r->findings[r->count++] = (struct doctor_finding){
		id, state, text, state == DOCTOR_OK ? "" : msg_text(r->lang, cure)};
}

#define SAY(r, ...) say((r)->arena, (r)->lang, __VA_ARGS__)

static const char *number(struct doctor_report *r, int64_t n)
{
	return arena_printf(r->arena, "%lld", (long long)n);
}

/* --- database ---------------------------------------------------------------------- */

static void look_database(struct host *h, bool thorough, struct doctor_report *r)
{
	struct db_health d;
	struct err e;

	if (!h->db || !db_look(h->db, r->arena, thorough, &d, &e)) {
		put(r, "database.reachable", DOCTOR_BAD,
			SAY(r, MSG_DOCTOR_DATABASE_GONE,
				h->db ? arena_str(r->arena, bytes_str(e.text)) : ""),
			MSG_DOCTOR_DATABASE_GONE_CURE);
		return;
	}
	put(r, "database.reachable", DOCTOR_OK,
		SAY(r, MSG_DOCTOR_DATABASE, d.kind, d.version,
			number(r, d.octets / 1048576)),
		MSG_DOCTOR_DATABASE_GONE_CURE);
	put(r, "database.schema", DOCTOR_OK,
		SAY(r, MSG_DOCTOR_SCHEMA, number(r, d.migration)),
		MSG_DOCTOR_DATABASE_GONE_CURE);
	put(r, "database.writable", d.writable ? DOCTOR_OK : DOCTOR_BAD,
		msg_text(r->lang,
			d.writable ? MSG_DOCTOR_WRITABLE : MSG_DOCTOR_NOT_WRITABLE),
		MSG_DOCTOR_NOT_WRITABLE_CURE);
	if (thorough)
		put(r, "database.whole", d.problem ? DOCTOR_BAD : DOCTOR_OK,
			d.problem ? d.problem : msg_text(r->lang, MSG_DOCTOR_WHOLE),
			MSG_DOCTOR_WHOLE_CURE);
}

static void look_outbox(struct host *h, struct doctor_report *r)
{
	int64_t waiting, oldest, now = h->world->now(h->world);
	bool late;
	struct err e;

	if (!h->db || !outbox_look(&h->app, &waiting, &oldest, &e))
		return;
	late = oldest != TIME_NONE && now - oldest > TIME_HOUR;
	put(r, "outbox.waiting", late ? DOCTOR_WARN : DOCTOR_OK,
		SAY(r, MSG_DOCTOR_OUTBOX, number(r, waiting)), MSG_DOCTOR_OUTBOX_CURE);
}

/* --- blobs ------------------------------------------------------------------------- */

static void look_blobs(struct host *h, struct doctor_report *r)
{
	struct err e;
	bool good = h->blobs && blob_ping(h->blobs, &e);

	put(r, "blobs.reachable", good ? DOCTOR_OK : DOCTOR_BAD,
		good ? msg_text(r->lang, MSG_DOCTOR_BLOBS)
		     : SAY(r, MSG_DOCTOR_BLOBS_GONE,
			       h->blobs ? arena_str(r->arena, bytes_str(e.text)) : ""),
		MSG_DOCTOR_BLOBS_GONE_CURE);
}

/* --- keys -------------------------------------------------------------------------- */

static void look_order_key(
	struct host *h, const struct keeper_status *s, struct doctor_report *r)
{
	int64_t left = s->order_until == TIME_NONE
			       ? 0
			       : s->order_until - h->world->now(h->world);
	enum doctor_state state = left <= 0                      ? DOCTOR_BAD
				  : left < DAYS(ORDER_WARN_DAYS) ? DOCTOR_WARN
								 : DOCTOR_OK;

	put(r, "keys.order", state,
		SAY(r, MSG_DOCTOR_ORDER_KEY, number(r, left / TIME_DAY)),
		MSG_DOCTOR_ORDER_KEY_CURE);
}

static void look_keeper(struct host *h, struct doctor_report *r)
{
	struct keeper_status s;
	struct err e;
	bool good = h->keeper && keeper_client_status(h->keeper, r->arena, &s, &e);

	if (!good || s.phase != CHANNEL_SERVING) {
		put(r, "processes.keeper", DOCTOR_BAD,
			SAY(r, MSG_DOCTOR_KEEPER_DOWN,
				good        ? s.why
				: h->keeper ? arena_str(r->arena, bytes_str(e.text))
					    : ""),
			MSG_DOCTOR_KEEPER_DOWN_CURE);
		return;
	}
	put(r, "processes.keeper", DOCTOR_OK,
		SAY(r, MSG_DOCTOR_KEEPER, number(r, (int64_t)s.process.starts),
			number(r, (int64_t)s.process.failures)),
		MSG_DOCTOR_KEEPER_DOWN_CURE);
	if (!bytes_equal(s.platform, bytes_str(h->conf.platform)) ||
		!bytes_equal(s.origin, bytes_str(h->conf.origin)))
		put(r, "keys.origin", DOCTOR_BAD,
			msg_text(r->lang, MSG_DOCTOR_KEYS_ORIGIN),
			MSG_DOCTOR_KEYS_ORIGIN_CURE);
	look_order_key(h, &s, r);
}

static void look_pool(struct doctor_report *r, const char *id, const char *name,
	const struct supervise_state *s)
{
	put(r, id, s->running ? DOCTOR_OK : DOCTOR_WARN,
		SAY(r, MSG_DOCTOR_POOL, name, number(r, s->running), number(r, s->wanted),
			number(r, (int64_t)s->failures)),
		MSG_DOCTOR_POOL_CURE);
}

static void look_pools(struct host *h, struct doctor_report *r)
{
	struct supervise_state s;

	if (h->workers) {
		worker_client_look(h->workers, &s);
		look_pool(r, "processes.worker", "worker", &s);
	}
	if (h->couriers) {
		courier_client_look(h->couriers, &s);
		look_pool(r, "processes.courier", "courier", &s);
	}
}

/* --- certificates ------------------------------------------------------------------ */

static void look_register(struct host *h, struct doctor_report *r)
{
	struct register_state s;
	bool old;

	if (!h->trust)
		return;
	register_look(h->trust, &s);
	if (!s.loaded || s.problem[0]) {
		put(r, "trust.store", s.loaded ? DOCTOR_WARN : DOCTOR_BAD,
			SAY(r, MSG_DOCTOR_TRUST_NONE,
				arena_str(r->arena, bytes_str(s.problem))),
			MSG_DOCTOR_TRUST_NONE_CURE);
		if (!s.loaded)
			return;
	}
	put(r, "trust.anchors", s.anchors ? DOCTOR_OK : DOCTOR_BAD,
		SAY(r, MSG_DOCTOR_TRUST, number(r, (int64_t)s.serial),
			number(r, (int64_t)s.anchors)),
		MSG_DOCTOR_TRUST_NONE_CURE);
	old = !s.lists ||
	      (s.oldest_next != TIME_NONE && s.oldest_next < h->world->now(h->world));
	put(r, "trust.lists", old ? DOCTOR_WARN : DOCTOR_OK,
		SAY(r, MSG_DOCTOR_LISTS, number(r, (int64_t)s.lists)),
		MSG_DOCTOR_LISTS_CURE);
}

/* --- the machine ------------------------------------------------------------------- */

static void look_clock(struct host *h, struct doctor_report *r)
{
	bool good = h->world->now(h->world) / TIME_SECOND > CLOCK_EARLIEST;

	put(r, "machine.clock", good ? DOCTOR_OK : DOCTOR_BAD,
		SAY(r, MSG_DOCTOR_CLOCK, time_beijing(r->arena, h->world->now(h->world))),
		MSG_DOCTOR_CLOCK_CURE);
}

static void look_disk(struct host *h, struct doctor_report *r)
{
	struct statvfs v;
	int64_t octets;

	if (statvfs(h->conf.home, &v) != 0) {
		put(r, "machine.disk", DOCTOR_BAD,
			SAY(r, MSG_DOCTOR_HOME_GONE, h->conf.home),
			MSG_DOCTOR_HOME_GONE_CURE);
		return;
	}
	octets = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
	put(r, "machine.disk",
		octets < h->conf.disk_least || (v.f_files && v.f_favail < 1000)
			? DOCTOR_WARN
			: DOCTOR_OK,
		SAY(r, MSG_DOCTOR_DISK, number(r, octets / 1048576)),
		MSG_DOCTOR_DISK_CURE);
}

/* Files that only the platform's user may read. */
static void look_permissions(struct host *h, struct doctor_report *r)
{
	const char *const secret[] = {
		h->conf.keystore, h->conf.passphrase_file, h->conf.blob_keys};
	const char *open = NULL;
	struct stat st;

	for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
		if (secret[i][0] && stat(secret[i], &st) == 0 && (st.st_mode & 077))
			open = secret[i];
	put(r, "machine.permissions", open ? DOCTOR_BAD : DOCTOR_OK,
		open ? SAY(r, MSG_DOCTOR_FILE_OPEN, open)
		     : msg_text(r->lang, MSG_DOCTOR_PERMISSIONS),
		MSG_DOCTOR_FILE_OPEN_CURE);
}

static void look_conf(struct host *h, struct doctor_report *r)
{
	bool https = bytes_starts(bytes_str(h->conf.origin), BYTES("https://"));
	bool loopback =
		bytes_starts(bytes_str(h->conf.origin), BYTES("http://127.0.0.1")) ||
		bytes_starts(bytes_str(h->conf.origin), BYTES("http://localhost"));

	put(r, "configuration.origin",
		https      ? DOCTOR_OK
		: loopback ? DOCTOR_WARN
			   : DOCTOR_BAD,
		SAY(r, MSG_DOCTOR_ORIGIN, h->conf.origin), MSG_DOCTOR_ORIGIN_CURE);
	if (h->conf.demonstration)
		put(r, "configuration.demonstration", DOCTOR_WARN,
			msg_text(r->lang, MSG_DOCTOR_DEMONSTRATION),
			MSG_DOCTOR_DEMONSTRATION_CURE);
}

void doctor_look(struct host *h, bool thorough, struct doctor_report *out)
{
	out->count = 0;
	look_database(h, thorough, out);
	look_outbox(h, out);
	look_blobs(h, out);
	look_keeper(h, out);
	look_pools(h, out);
	look_register(h, out);
	look_clock(h, out);
	look_disk(h, out);
	look_permissions(h, out);
	look_conf(h, out);
}

enum doctor_state doctor_verdict(const struct doctor_report *r)
{
	enum doctor_state worst = DOCTOR_OK;

	for (size_t i = 0; i < r->count; i++)
		if (r->findings[i].state > worst)
			worst = r->findings[i].state;
	return worst;
}

const char *doctor_state_name(enum doctor_state s)
{
	static const char *const names[] = {"ok", "warn", "bad"};

	return names[s];
}

const char *doctor_json(const struct doctor_report *r)
{
	json_t *rows = json_array(), *o;
	const char *out;
	char *text;

	for (size_t i = 0; i < r->count; i++)
		(void)json_array_append_new(rows,
			json_pack("{s:s, s:s, s:s, s:s}", "id", r->findings[i].id,
				"state", doctor_state_name(r->findings[i].state), "text",
				r->findings[i].text, "cure", r->findings[i].cure));
	o = json_pack("{s:s, s:o}", "state", doctor_state_name(doctor_verdict(r)),
		"findings", rows);
	text = json_dumps(o, JSON_INDENT(2));
	out = text ? arena_str(r->arena, bytes_str(text)) : "{}";
	json_decref(o);
	free(text);
	return out;
}
