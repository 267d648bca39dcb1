/* Blobs: in and out, in a folder and in a bucket; altered, half-written and missing ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/blob.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "kit_blob.h"

enum { LARGE = (12 << 20) + 7 };

static struct bytes slurp(struct kit_blob *k, const uint8_t name[BLOB_NAME])
{
	struct bytes got;
	struct err e;

	if (!blob_slurp(k->blobs, k->a, name, LARGE, &got, &e))
		fail_msg("%s", e.text);
	return got;
}

static void store(struct kit_blob *k, struct bytes b, uint8_t name[BLOB_NAME])
{
	struct err e;

	if (!blob_store(k->blobs, b, name, &e))
		fail_msg("%s", e.text);
}

static char *path_of(struct kit_blob *k, const uint8_t name[BLOB_NAME])
{
	char *hex = hex_encode(k->a, bytes_make(name, BLOB_NAME));

	return arena_printf(k->a, "%s/%.2s/%.2s/%s", k->folder, hex, hex + 2, hex);
}

/* --- in and out --------------------------------------------------------------------- */

static void what_goes_in_comes_out_under_its_digest(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	const struct bytes octets[] = {BYTES(""), BYTES("x"), BYTES("\0\xff\n<a>")};
	uint8_t name[BLOB_NAME], want[BLOB_NAME];
	uint64_t size;
	struct err e;

	for (size_t i = 0; i < sizeof octets / sizeof *octets; i++) {
		store(k, octets[i], name);
		(void)EVP_Digest(octets[i].p, octets[i].n, want, NULL, EVP_sm3(), NULL);
		assert_memory_equal(name, want, BLOB_NAME);
		assert_bytes(slurp(k, name), octets[i]);
		assert_true(blob_size(k->blobs, name, &size, &e));
		assert_int_equal(size, octets[i].n);
	}
}

/* Not from one octet repeated: a part in another's place must be seen. */
static struct bytes large_of(struct kit_blob *k)
{
	uint8_t *p = arena_alloc(k->a, LARGE);

	for (size_t i = 0; i < LARGE; i++)
		p[i] = (uint8_t)(i * 2654435761u >> 13);
	return bytes_make(p, LARGE);
}

static void a_large_one_goes_in_by_pieces(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct bytes all = large_of(k), rest = all;
	AUTO(blob_writer) w = NULL;
	uint8_t name[BLOB_NAME];
	uint64_t size = 0;
	struct err e;

	assert_true(blob_begin(&w, k->blobs, &e));
	while (rest.n) {
		assert_true(blob_put(w, bytes_head(rest, 777777), &e));
		rest = bytes_from(rest, 777777);
	}
	if (!blob_end(w, name, &size, &e))
		fail_msg("%s", e.text);
	assert_int_equal(size, LARGE);
	assert_bytes(slurp(k, name), all);
	assert_true(blob_size(k->blobs, name, &size, &e));
	assert_int_equal(size, LARGE);
	assert_false(blob_put(w, BYTES("more"), &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(blob_end(w, name, NULL, &e));
}

static void putting_it_again_is_nothing(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t one[BLOB_NAME], two[BLOB_NAME];

	store(k, BYTES("the same"), one);
	store(k, BYTES("the same"), two);
	assert_memory_equal(one, two, BLOB_NAME);
	assert_bytes(slurp(k, one), BYTES("the same"));
}

struct seen {
	uint8_t names[8][BLOB_NAME];
	size_t count;
};

static bool see(void *ctx, const uint8_t name[BLOB_NAME], uint64_t size, struct err *e)
{
	struct seen *s = ctx;

	(void)size;
	if (s->count == 8)
		return err_set(e, ERR_TOO_LARGE, "more blobs than were put");
	memcpy(s->names[s->count++], name, BLOB_NAME);
	return true;
}

enum { THREADS = 6, TIMES = 8 };

/* s3rver writes over an object while others read it, as no real server does: there the
 * threads only put. */
static bool is_atomic(const struct kit_blob *k)
{
	return !k->conf.access_key || getenv("QIANYIN_TEST_S3_STRICT");
}

/* Null, or what went wrong. */
static void *put_often(void *arg)
{
	struct kit_blob *k = arg;
	uint8_t name[BLOB_NAME];
	struct err e;

	for (unsigned i = 0; i < TIMES; i++) {
		AUTO(arena) a = arena_new();
		struct bytes got;

		/* All threads the same ones, at about the same time. */
		if (!blob_store(k->blobs, bytes_str(arena_printf(a, "blob %u", i)), name,
			    &e) ||
			(is_atomic(k) && !blob_slurp(k->blobs, a, name, 100, &got, &e)))
			return mem_str(e.text);
	}
	return NULL;
}

static void many_may_put_the_same_at_once(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct seen seen = {.count = 0};
	pthread_t threads[THREADS];
	void *wrong[THREADS];
	struct err e;

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, put_often, k), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], &wrong[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		if (wrong[i])
			fail_msg("%s", (char *)wrong[i]);
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, TIMES);
	for (size_t i = 0; i < TIMES; i++)
		assert_int_equal(slurp(k, seen.names[i]).n, strlen("blob 0"));
}

static void a_missing_one_is_not_found(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t name[BLOB_NAME] = {7};
	struct bytes got;
	uint64_t size;
	struct err e;

	assert_false(blob_slurp(k->blobs, k->a, name, 100, &got, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_false(blob_size(k->blobs, name, &size, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_false(blob_remove(k->blobs, name, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	store(k, BYTES("soon gone"), name);
	assert_true(blob_remove(k->blobs, name, &e));
	assert_false(blob_size(k->blobs, name, &size, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void one_larger_than_allowed_is_refused(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t name[BLOB_NAME];
	struct bytes got;
	struct err e;

	store(k, BYTES("12345"), name);
	assert_true(blob_slurp(k->blobs, k->a, name, 5, &got, &e));
	assert_false(blob_slurp(k->blobs, k->a, name, 4, &got, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void all_are_named_in_rising_order(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct seen seen = {.count = 0};
	uint8_t name[BLOB_NAME];
	struct err e;

	for (uint8_t i = 0; i < 6; i++)
		store(k, bytes_make(&i, 1), name);
	if (!blob_each(k->blobs, see, &seen, &e))
		fail_msg("%s", e.text);
	assert_int_equal(seen.count, 6);
	for (size_t i = 1; i < seen.count; i++)
		assert_true(memcmp(seen.names[i - 1], seen.names[i], BLOB_NAME) < 0);
}

/* --- what is given up --------------------------------------------------------------- */

static void one_given_up_leaves_nothing(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct seen seen = {.count = 0};
	struct blob_writer *w;
	unsigned removed;
	struct err e;

	assert_true(blob_begin(&w, k->blobs, &e));
	assert_true(blob_put(w, large_of(k), &e));
	blob_writer_free(w);
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, 0);
	assert_true(blob_tidy(k->blobs, &removed, &e));
	assert_int_equal(removed, 0);
}

static void what_a_dead_process_left_is_removed(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct seen seen = {.count = 0};
	AUTO(blob_writer) alive = NULL;
	uint8_t name[BLOB_NAME];
	unsigned removed = 9;
	struct err e;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct blob_writer *w;

		_exit(!blob_begin(&w, k->blobs, &e) || !blob_put(w, BYTES("half"), &e));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(blob_begin(&alive, k->blobs, &e));
	assert_true(blob_put(alive, BYTES("whole"), &e));
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, 0);
	assert_true(blob_tidy(k->blobs, &removed, &e));
	assert_int_equal(removed, 1);
	/* The one of the living is still there. */
	assert_true(blob_end(alive, name, NULL, &e));
	assert_bytes(slurp(k, name), BYTES("whole"));
}

/* Notes of uploads, once they are written. */
static unsigned notes_in(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;
	struct stat st;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		count += strncmp(entry->d_name, "upload-", 7) == 0 &&
			 fstatat(dirfd(d), entry->d_name, &st, 0) == 0 && st.st_size > 0;
	(void)closedir(d);
	return count;
}

/* Killed once its upload has begun, while the parts are under way. */
static void an_upload_of_a_dead_process_is_aborted(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct bytes all = large_of(k);
	struct seen seen = {.count = 0};
	unsigned removed = 0;
	struct err e;
	pid_t pid = fork();

	if (pid == 0) {
		AUTO(blobs) b = NULL; /* with connections of its own */
		uint8_t name[BLOB_NAME];

		_exit(!blobs_open(&b, &k->conf, &e) || !blob_store(b, all, name, &e));
	}
	for (unsigned i = 0; i < 20000 && !notes_in(k->folder); i++)
		(void)usleep(500);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(notes_in(k->folder), 1);
	if (!blob_tidy(k->blobs, &removed, &e))
		fail_msg("%s", e.text);
	assert_int_equal(removed, 1);
	assert_int_equal(notes_in(k->folder), 0);
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, 0);
}

/* --- what has gone wrong -------------------------------------------------------------
 */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void an_altered_one_is_told_and_healed(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	static const char *const instead[] = {"", "goo", "gooD", "good and more"};
	uint8_t name[BLOB_NAME];
	struct bytes got;
	struct err e;

	store(k, BYTES("good"), name);
	for (size_t i = 0; i < sizeof instead / sizeof *instead; i++) {
		write_file(path_of(k, name), instead[i]);
		assert_false(blob_slurp(k->blobs, k->a, name, 100, &got, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		store(k, BYTES("good"), name);
		assert_bytes(slurp(k, name), BYTES("good"));
	}
}

static void a_link_in_its_place_is_not_followed(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t name[BLOB_NAME];
	struct bytes got;
	struct err e;

	store(k, BYTES("good"), name);
	assert_int_equal(
		rename(path_of(k, name), arena_printf(k->a, "%s/x", k->folder)), 0);
	assert_int_equal(
		symlink(arena_printf(k->a, "%s/x", k->folder), path_of(k, name)), 0);
	assert_false(blob_slurp(k->blobs, k->a, name, 100, &got, &e));
	assert_int_equal(e.code, ERR_IO);
}

/* A limit on the size of files stands for a disk that is full: the same path, EFBIG. */
static void a_full_disk_is_told_and_nothing_stays(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct bytes all = large_of(k);
	struct rlimit before, small;
	struct seen seen = {.count = 0};
	uint8_t name[BLOB_NAME];
	struct err e;
	bool stored;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){1 << 20, before.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	stored = blob_store(k->blobs, all, name, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(stored);
	assert_int_equal(e.code, ERR_WRITE);
	assert_true(e.say != 0);
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, 0);
	store(k, all, name);
}

static void an_unreachable_server_is_busy(void **state)
{
	struct kit_blob *k = *state;
	struct blob_conf conf = k->conf;
	AUTO(blobs) b = NULL;
	uint8_t name[BLOB_NAME];
	struct err e;

	conf.url = "s3://127.0.0.1:1/bucket?tls=no";
	conf.access_key = conf.secret_key = "x";
	assert_true(blobs_open(&b, &conf, &e));
	assert_false(blob_store(b, BYTES("x"), name, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(blob_ping(b, &e));
}

static void a_wrong_key_is_denied(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct blob_conf conf = k->conf;
	AUTO(blobs) b = NULL;
	uint8_t name[BLOB_NAME];
	struct err e;

	/* s3rver knows its keys by name and checks no signature; p001 asks one that does.
	 */
	if (getenv("QIANYIN_TEST_S3_STRICT"))
		conf.secret_key = "another";
	else
		conf.access_key = "another";
	assert_true(blobs_open(&b, &conf, &e));
	assert_false(blob_store(b, BYTES("x"), name, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_null(strstr(e.text, "another"));
}

/* --- care ----------------------------------------------------------------------------
 */

static bool keeps_one(void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e)
{
	(void)e;
	*used = bytes_equal(bytes_make(ctx, BLOB_NAME), bytes_make(name, BLOB_NAME));
	return true;
}

static void a_sweep_takes_what_is_old_and_of_no_use(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t used[BLOB_NAME], unused[BLOB_NAME], again[BLOB_NAME];
	unsigned removed;
	uint64_t size;
	struct err e;

	store(k, BYTES("used"), used);
	store(k, BYTES("unused"), unused);
	store(k, BYTES("again"), again);
	assert_true(blob_sweep(k->blobs, TIME_HOUR, keeps_one, used, &removed, &e));
	assert_int_equal(removed, 0);
	k->now = world_system()->now(world_system()) + 2 * TIME_HOUR;
	/* Somebody puts it again and has not written its row yet. */
	store(k, BYTES("again"), again);
	assert_true(blob_sweep(k->blobs, TIME_HOUR, keeps_one, used, &removed, &e));
	assert_int_equal(removed, 1);
	assert_false(blob_size(k->blobs, unused, &size, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_bytes(slurp(k, used), BYTES("used"));
	assert_bytes(slurp(k, again), BYTES("again"));
}

/* Ages in a bucket are the server's: only what is older than nothing is old here. */
static void a_sweep_of_a_bucket_keeps_what_is_used(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	uint8_t used[BLOB_NAME], unused[BLOB_NAME];
	unsigned removed;
	uint64_t size;
	struct err e;

	store(k, BYTES("used"), used);
	store(k, BYTES("unused"), unused);
	assert_true(blob_sweep(k->blobs, TIME_HOUR, keeps_one, used, &removed, &e));
	assert_int_equal(removed, 0);
	assert_true(blob_sweep(k->blobs, -TIME_HOUR, keeps_one, used, &removed, &e));
	assert_int_equal(removed, 1);
	assert_false(blob_size(k->blobs, unused, &size, &e));
	assert_bytes(slurp(k, used), BYTES("used"));
}

static void a_ping_leaves_nothing(void **state)
{
	struct kit_blob *k = kit_blob_of(state);
	struct seen seen = {.count = 0};
	struct err e;

	if (!blob_ping(k->blobs, &e))
		fail_msg("%s", e.text);
	assert_true(blob_each(k->blobs, see, &seen, &e));
	assert_int_equal(seen.count, 0);
}

static void other_places_are_refused(void **state)
{
	struct kit_blob *k = *state;
	static const struct {
		const char *url;
		enum err_code code;
	} wrong[] = {{"ftp://x", ERR_UNSUPPORTED}, {"dir:", ERR_USAGE},
		{"s3://host", ERR_USAGE}, {"s3://host/b?tls=maybe", ERR_USAGE},
		{"s3://host/b/<p>", ERR_USAGE}, {"s3:///b", ERR_USAGE},
		{"s3://ho st/b", ERR_USAGE}, {"s3://host/", ERR_USAGE},
		{"dir:/proc/none", ERR_WRITE}};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct blob_conf conf = k->conf;
		struct blobs *b;
		struct err e;

		conf.url = wrong[i].url;
		conf.access_key = conf.secret_key = "x";
		if (blobs_open(&b, &conf, &e))
			fail_msg("%s", wrong[i].url);
		assert_int_equal(e.code, wrong[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_BLOBS(what_goes_in_comes_out_under_its_digest),
		ON_BOTH_BLOBS(a_large_one_goes_in_by_pieces),
		ON_BOTH_BLOBS(putting_it_again_is_nothing),
		ON_BOTH_BLOBS(many_may_put_the_same_at_once),
		ON_BOTH_BLOBS(a_missing_one_is_not_found),
		ON_BOTH_BLOBS(one_larger_than_allowed_is_refused),
		ON_BOTH_BLOBS(all_are_named_in_rising_order),
		ON_BOTH_BLOBS(one_given_up_leaves_nothing),
		ON_BLOB_DIR(what_a_dead_process_left_is_removed),
		ON_BLOB_S3(an_upload_of_a_dead_process_is_aborted),
		ON_BLOB_DIR(an_altered_one_is_told_and_healed),
		ON_BLOB_DIR(a_link_in_its_place_is_not_followed),
		ON_BOTH_BLOBS(a_full_disk_is_told_and_nothing_stays),
		ON_BLOB_DIR(an_unreachable_server_is_busy),
		ON_BLOB_S3(a_wrong_key_is_denied),
		ON_BLOB_DIR(a_sweep_takes_what_is_old_and_of_no_use),
		ON_BLOB_S3(a_sweep_of_a_bucket_keeps_what_is_used),
		ON_BOTH_BLOBS(a_ping_leaves_nothing),
		ON_BLOB_DIR(other_places_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
