/* job: see job.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/job.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/secret.h"

#define FOLDER_HEAD "qianyin-agent-"

const char *job_state_name(enum job_state state)
{
	static const char *const names[] = {
		"free", "needs-documents", "waiting", "done", "refused", "failed"};

	return names[state];
}

/* --- folders */

static void folder_remove(const char *path)
{
	AUTO(arena) a = arena_new();
	DIR *d = opendir(path);

	for (struct dirent *entry; d && (entry = readdir(d));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlink(arena_printf(a, "%s/%s", path, entry->d_name));
	if (d)
		(void)closedir(d);
	(void)rmdir(path);
}

/* What a run that was killed left behind. Folders name the process they are of. */
static void sweep(const char *place)
{
	AUTO(arena) a = arena_new();
	DIR *d = opendir(place);

	for (struct dirent *entry; d && (entry = readdir(d));) {
		struct bytes name = bytes_str(entry->d_name), pid;
		const char *path = arena_printf(a, "%s/%s", place, entry->d_name);
		struct stat st;
		struct err e;
		uint64_t n;

		if (!bytes_starts(name, BYTES(FOLDER_HEAD)))
			continue;
		pid = bytes_from(name, sizeof FOLDER_HEAD - 1);
		pid = bytes_head(pid, bytes_find(pid, BYTES("-")));
		if (!decimal_u64(pid, INT32_MAX, &n, &e) || lstat(path, &st) != 0 ||
			st.st_uid != geteuid() || !S_ISDIR(st.st_mode))
			continue;
		if (access(arena_printf(a, "/proc/%d", (int)n), F_OK) != 0)
			folder_remove(path);
	}
	if (d)
		(void)closedir(d);
}

bool jobs_new(struct jobs **out, struct world *w, const char *runtime,
	const char *otherwise, struct err *e)
{
	const char *const places[] = {runtime, "/dev/shm", otherwise};
	struct arena *a = arena_new();
	struct jobs *j = ARENA_NEW(a, struct jobs);

	j->arena = a;
	j->world = w;
	for (size_t i = 0; i < sizeof places / sizeof *places && !j->place; i++)
		if (places[i] && *places[i] && access(places[i], W_OK | X_OK) == 0)
			j->place = arena_str(a, bytes_str(places[i]));
	if (!j->place) {
		arena_free(a);
		return err_set(e, ERR_WRITE, "no folder for documents");
	}
	sweep(j->place);
	*out = j;
	return true;
}

void jobs_free(struct jobs *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < JOBS_MAX; i++)
		job_end(&j->all[i]);
	arena_free(j->arena);
}

/* --- their lives */

void job_end(struct job *job)
{
	if (job->state == JOB_FREE)
		return;
	desk_free(job->desk);
	if (job->folder)
		folder_remove(job->folder);
	mem_wipe(job->secret, sizeof job->secret);
	arena_free(job->arena);
	*job = (struct job){0};
}

static size_t waiting_of(const struct jobs *j, const struct pairing *pairing)
{
	size_t n = 0;

	for (size_t i = 0; i < JOBS_MAX; i++)
		n += j->all[i].state == JOB_WAITING && j->all[i].pairing == pairing;
	return n;
}

/* May this one make room for a new request of that origin? What waits for its user may
 * not, nor what another origin has begun. */
static bool may_go(const struct job *job, const struct pairing *pairing)
{
	return job->state >= JOB_DONE ||
	       (job->state == JOB_NEEDS && job->pairing == pairing);
}

/* The place of a new job: a free one, one that is too old, or the oldest that may go. */
static struct job *place_for(struct jobs *j, const struct pairing *pairing, int64_t now)
{
	struct job *oldest = NULL;

	for (size_t i = 0; i < JOBS_MAX; i++) {
		struct job *job = &j->all[i];

		if (job->state != JOB_FREE && now - job->made > JOB_LIFE)
			job_end(job);
	}
	if (waiting_of(j, pairing) >= JOBS_WAITING_MAX)
		return NULL;
	for (size_t i = 0; i < JOBS_MAX; i++) {
		struct job *job = &j->all[i];

		if (job->state == JOB_FREE)
			return job;
		if (may_go(job, pairing) && (!oldest || job->made < oldest->made))
			oldest = job;
	}
	if (oldest)
		job_end(oldest);
	return oldest;
}

static void random_hex(struct world *w, struct arena *a, char *out, size_t digits)
{
	uint8_t octets[JOB_SECRET / 2];

	w->random(w, octets, digits / 2);
	memcpy(out, hex_encode(a, bytes_make(octets, digits / 2)), digits + 1);
}

bool job_new(struct job **out, struct jobs *j, enum job_kind kind,
	const struct pairing *pairing, const char *page_origin, struct err *e)
{
	struct job *job = place_for(j, pairing, j->world->now(j->world));
	uint8_t digits[4];

	if (!job)
		return err_set(
			e, ERR_BUSY, "%d requests wait for their user", JOBS_WAITING_MAX);
	*job = (struct job){.state = JOB_NEEDS,
		.kind = kind,
		.arena = arena_new(),
		.made = j->world->now(j->world),
		.pairing = pairing};
	job->page_origin = arena_str(job->arena, bytes_str(page_origin));
	random_hex(j->world, job->arena, job->id, JOB_ID);
	random_hex(j->world, job->arena, job->secret, JOB_SECRET);
	j->world->random(j->world, digits, sizeof digits);
	memcpy(job->code,
		arena_printf(job->arena, "%06u",
			((unsigned)digits[0] << 24 | (unsigned)digits[1] << 16 |
				(unsigned)digits[2] << 8 | digits[3]) %
				1000000),
		7);
	job->folder = arena_printf(
		job->arena, "%s/" FOLDER_HEAD "%d-%s", j->place, (int)getpid(), job->id);
	if (mkdir(job->folder, 0700) != 0) {
		err_system(e, ERR_WRITE, job->folder);
		job_end(job);
		return false;
	}
	*out = job;
	return true;
}

struct job *job_find(struct jobs *j, struct bytes id, struct bytes origin)
{
	for (size_t i = 0; i < JOBS_MAX; i++) {
		struct job *job = &j->all[i];

		if (job->state != JOB_FREE && bytes_equal(bytes_str(job->id), id) &&
			bytes_equal(bytes_str(job->page_origin), origin))
			return job;
	}
	return NULL;
}

struct job *job_by_secret(struct jobs *j, struct bytes secret)
{
	struct job *found = NULL;

	for (size_t i = 0; i < JOBS_MAX && secret.n == JOB_SECRET; i++)
		if (j->all[i].state != JOB_FREE &&
			secret_equal(j->all[i].secret, secret.p, JOB_SECRET))
			found = &j->all[i];
	return found;
}

const char *job_file(const struct job *job, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", job->folder, name);
}

void job_answer(struct job *job, size_t row, struct bytes octets)
{
	job->answers[row] = arena_dup(job->arena, octets);
}

bool job_answer_read(const struct job *job, size_t row, struct arena *a,
	struct bytes *out, struct err *e)
{
	if (job->state != JOB_DONE || row >= job->row_count)
		return err_set(e, ERR_NOT_FOUND, "no such answer");
	if (job->answers[row].n) {
		*out = arena_dup(a, job->answers[row]);
		return true;
	}
	return file_slurp(a, job_file(job, a, arena_printf(a, "answer%zu", row)),
		JOB_ANSWER_MAX, out, e);
}

/* --- what is in them */

static size_t documents_of(const struct order *o)
{
	if (o->act == ORDER_SIGN)
		return o->paper.document_count;
	/* A bid comes with what proves that the tender has closed. */
	return o->act == ORDER_LOGIN ? 0 : 1 + (o->act != ORDER_REHEARSE);
}

const struct order *job_order_of(const struct job *job, size_t i, size_t *row)
{
	for (*row = 0; *row < job->row_count; ++*row) {
		const struct order *o = &job->rows[*row].order.order;

		if (i < documents_of(o))
			return o;
		i -= documents_of(o);
	}
	return NULL;
}

/* Findings that no document can mend. */
static bool hopeless(const struct finding *checks, enum order_check_id *which)
{
	for (enum order_check_id id = 0; id < ORDER_CHECK_COUNT; id++) {
		const struct finding *f = &checks[id];
		bool later = id == ORDER_CHECK_DIGEST || id == ORDER_CHECK_FIELDS ||
			     id == ORDER_CHECK_CERTIFICATE;

		*which = id;
		if (f->present && (f->result == FINDING_FAILED ||
					  (f->result != FINDING_PASSED && !later)))
			return true;
	}
	return false;
}

static bool objected(const struct finding *checks, enum lang lang, struct err *e)
{
	enum order_check_id id;

	if (!hopeless(checks, &id))
		return false;
	err_set(e, ERR_DENIED, "%s: %s", order_check_title(lang, id), checks[id].detail);
	return true;
}

static bool look_at(struct job *job, struct bytes der, const struct order_conditions *c,
	enum lang lang, struct err *e)
{
	if (job->kind == JOB_BATCH) {
		job->batch = ARENA_NEW(job->arena, struct batch_finding);
		batch_check(job->batch, der, NULL, c);
		job->rows = job->batch->rows;
		job->row_count = job->batch->row_count;
		if (objected(job->batch->checks, lang, e))
			return false;
	} else {
		job->rows = ARENA_NEW(job->arena, struct order_finding);
		job->row_count = 1;
		order_check(job->rows, der, c);
	}
	for (size_t i = 0; i < job->row_count; i++)
		if (objected(job->rows[i].checks, lang, e))
			return false;
	return true;
}

bool job_take(struct job *job, struct bytes der, enum lang lang, int64_t now,
	const struct order_nonces *nonces, struct err *e)
{
	struct order_conditions c = {.arena = job->arena,
		.lang = lang,
		.now = now,
		.platform = bytes_str(job->pairing->platform),
		.origin = bytes_str(job->pairing->origin),
		.root = &job->pairing->root,
		.page_origin = bytes_str(job->page_origin),
		.nonces = nonces};

	job->der = arena_dup(job->arena, der);
	if (!look_at(job, job->der, &c, lang, e) ||
		!file_write(job_file(job, job->arena, "order"), 0600, job->der, e))
		return false;
	for (size_t i = 0; i < job->row_count; i++)
		job->document_count += documents_of(&job->rows[i].order.order);
	job->documents =
		ARENA_ARRAY(job->arena, job->document_count, struct job_document);
	job->answers = ARENA_ARRAY(job->arena, job->row_count, struct bytes);
	return true;
}

static const struct order_document *named(const struct job *job, size_t i)
{
	for (size_t row = 0; row < job->row_count; row++) {
		const struct order_paper *p = &job->rows[row].order.order.paper;

		if (i < p->document_count)
			return &p->documents[i];
		i -= p->document_count;
	}
	return NULL;
}

bool job_document(struct job *job, size_t i, struct bytes octets, struct err *e)
{
	size_t row;
	const struct order *o = job_order_of(job, i, &row);
	struct job_document *d = &job->documents[i];
	uint8_t sha256[SHA256_SIZE];

	if (!o || d->given)
		return err_set(e, ERR_USAGE, "no such document, or given already");
	if (job->octets + octets.n > JOB_OCTETS_MAX)
		return err_set(e, ERR_TOO_LARGE, "documents of one request");
	sm3_of(octets, d->sm3);
	if (o->act == ORDER_SIGN) {
		const struct order_document *want = named(job, i);

		digest_of(DIGEST_SHA256, octets, sha256);
		//= Protocols §3: the digest is recomputed from the document itself
		if (want->size != octets.n ||
			!bytes_equal(BYTES_OF(want->sm3), BYTES_OF(d->sm3)) ||
			!bytes_equal(BYTES_OF(want->sha256), BYTES_OF(sha256)))
			return err_set(e, ERR_DENIED,
				"this is not the document that the order names");
		d->matches = true;
	}
	if (!file_write(job_file(job, job->arena, arena_printf(job->arena, "%zu", i)),
		    0600, octets, e))
		return false;
	d->given = true;
	d->size = octets.n;
	job->octets += octets.n;
	return true;
}

bool job_is_unchanged(const struct job *job, size_t row, struct err *e)
{
	size_t of;

	for (size_t i = 0; job_order_of(job, i, &of); i++) {
		AUTO(arena) a = arena_new();
		struct bytes octets;
		uint8_t sm3[SM3_SIZE];

		if (of != row)
			continue;
		if (!file_slurp(a, job_file(job, a, arena_printf(a, "%zu", i)),
			    JOB_DOCUMENT_MAX, &octets, e))
			return false;
		sm3_of(octets, sm3);
		if (!bytes_equal(BYTES_OF(sm3), BYTES_OF(job->documents[i].sm3)))
			return err_set(e, ERR_DENIED,
				"the document is no longer the one that was shown");
	}
	return true;
}

bool job_is_complete(const struct job *job)
{
	for (size_t i = 0; i < job->document_count; i++)
		if (!job->documents[i].given)
			return false;
	return true;
}

void job_page_shown(struct job *job, size_t document, uint32_t page)
{
	struct job_document *d;

	if (document >= job->document_count)
		return;
	d = &job->documents[document];
	if (!page || page > d->pages || d->shown[page - 1])
		return;
	d->shown[page - 1] = 1;
	d->shown_count++;
}

//= Protocols §3: what is shown is rendered from the document whose digest is signed
bool job_is_shown(const struct job *job)
{
	for (size_t i = 0; job->kind == JOB_ORDER && job->desk && i < job->document_count;
		i++)
		if (job->documents[i].shown_count != job->documents[i].pages)
			return false;
	return true;
}
