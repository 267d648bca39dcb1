/* Files: what is read exactly, what appears whole or not at all, and what goes wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit.h"

struct folder {
	struct arena *a;
	char *path;
};

static int folder_make(void **state)
{
	struct arena *a = arena_new();
	struct folder *f = ARENA_NEW(a, struct folder);
	const char *tmp = getenv("TMPDIR");

	f->a = a;
	f->path = arena_printf(a, "%s/qianyin-source-XXXXXX", tmp ? tmp : "/tmp");
	*state = f;
	return mkdtemp(f->path) ? 0 : -1;
}

static char *in(struct folder *f, const char *name)
{
	return arena_printf(f->a, "%s/%s", f->path, name);
}

/* Files in the folder; the first one's name in *name. */
static size_t files(struct folder *f, const char **name)
{
	DIR *d = opendir(f->path);
	struct dirent *entry;
	size_t n = 0;

	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.' && n++ == 0 && name)
			*name = arena_str(f->a, bytes_str(entry->d_name));
	if (d)
		(void)closedir(d);
	return n;
}

static int folder_remove(void **state)
{
	struct folder *f = *state;
	const char *name;

	while (files(f, &name))
		if (remove(in(f, name)) != 0)
			return -1;
	(void)rmdir(f->path);
	arena_free(f->a);
	return 0;
}

static struct bytes slurp(struct folder *f, const char *path)
{
	struct bytes b;
	struct err e;

	assert_true(file_slurp(f->a, path, 1 << 20, &b, &e));
	return b;
}

static void any_part_of_file_and_memory_is_read_alike(void **state)
{
	struct folder *f = *state;
	AUTO(source) file = NULL;
	AUTO(source) memory = source_of_bytes(BYTES("0123456789"));
	struct source *both[2];
	struct err e;

	assert_true(file_write(in(f, "x"), 0644, BYTES("0123456789"), &e));
	assert_true(source_open(&file, in(f, "x"), &e));
	both[0] = file, both[1] = memory;
	for (size_t i = 0; i < 2; i++) {
		struct source *s = both[i];
		char got[10];

		assert_int_equal(source_size(s), 10);
		assert_true(source_read(s, 0, got, 10, &e));
		assert_memory_equal(got, "0123456789", 10);
		assert_true(source_read(s, 7, got, 3, &e));
		assert_memory_equal(got, "789", 3);
		assert_true(source_read(s, 10, got, 0, &e));
		assert_false(source_read(s, 10, got, 1, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		assert_false(source_read(s, 5, got, 6, &e));
		assert_false(source_read(s, UINT64_MAX, got, 2, &e));
		assert_false(source_read(s, 1, got, SIZE_MAX, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

static void what_is_no_regular_file_is_no_input(void **state)
{
	struct folder *f = *state;
	const char *wrong[] = {in(f, "absent"), f->path, "/dev/null", "/dev/zero",
		in(f, "pipe"), "", in(f, "absent/deeper")};
	struct source *s = NULL;
	struct err e;

	assert_int_equal(mkfifo(in(f, "pipe"), 0600), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(source_open(&s, wrong[i], &e));
		assert_int_equal(e.code, ERR_NO_INPUT);
		assert_null(s);
	}
}

static void a_maximum_is_kept(void **state)
{
	struct folder *f = *state;
	struct bytes b = BYTES("untouched");
	struct err e;

	assert_true(file_write(in(f, "x"), 0644, BYTES("1234"), &e));
	assert_true(file_slurp(f->a, in(f, "x"), 4, &b, &e));
	assert_bytes(b, BYTES("1234"));
	assert_int_equal(b.p[4], 0);
	b = BYTES("untouched");
	assert_false(file_slurp(f->a, in(f, "x"), 3, &b, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_non_null(strstr(e.text, "/x: "));
	assert_bytes(b, BYTES("untouched"));
}

static void a_file_cut_short_while_it_is_read_is_an_error(void **state)
{
	struct folder *f = *state;
	AUTO(source) s = NULL;
	char got[4];
	struct err e;

	assert_true(file_write(in(f, "x"), 0644, BYTES("1234"), &e));
	assert_true(source_open(&s, in(f, "x"), &e));
	assert_int_equal(truncate(in(f, "x"), 2), 0);
	assert_false(source_read(s, 0, got, 4, &e));
	assert_int_equal(e.code, ERR_IO);
}

static void a_file_appears_only_when_it_is_whole(void **state)
{
	struct folder *f = *state;
	AUTO(outfile) out = NULL;
	struct stat st;
	struct err e;

	assert_true(outfile_open(&out, in(f, "x"), 0600, &e));
	assert_true(outfile_put(out, BYTES("ab"), &e));
	assert_true(outfile_put(out, BYTES(""), &e));
	assert_true(outfile_put(out, BYTES("cd"), &e));
	assert_int_equal(outfile_size(out), 4);
	assert_int_equal(access(in(f, "x"), F_OK), -1);
	assert_true(outfile_commit(out, &e));
	assert_bytes(slurp(f, in(f, "x")), BYTES("abcd"));
	assert_int_equal(stat(in(f, "x"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(files(f, NULL), 1);
}

static void what_is_given_up_leaves_the_old_file_and_nothing_else(void **state)
{
	struct folder *f = *state;
	struct outfile *out;
	struct err e;

	assert_true(file_write(in(f, "x"), 0644, BYTES("old"), &e));
	assert_true(outfile_open(&out, in(f, "x"), 0644, &e));
	assert_true(outfile_put(out, BYTES("new"), &e));
	outfile_free(out);
	assert_bytes(slurp(f, in(f, "x")), BYTES("old"));
	assert_int_equal(files(f, NULL), 1);
}

static void a_full_disk_is_told_and_leaves_the_old_file(void **state)
{
	/* As a full disk does, a limit on file size takes the first part and refuses the
	 * rest. */
	static uint8_t data[3 * 4096];
	struct folder *f = *state;
	struct rlimit before, small;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	struct err e = {0};
	bool done;

	assert_true(file_write(in(f, "x"), 0644, BYTES("old"), &e));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(sigaction(SIGXFSZ, &ignore, &old), 0);
	small = before;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	done = file_write(in(f, "x"), 0644, BYTES_OF(data), &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(sigaction(SIGXFSZ, &old, NULL), 0);
	assert_false(done);
	assert_int_equal(e.code, ERR_WRITE);
	assert_bytes(slurp(f, in(f, "x")), BYTES("old"));
	assert_int_equal(files(f, NULL), 1);
}

static bool has_nameless(struct folder *f)
{
	int fd = open(f->path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 && close(fd) == 0;
}

static void a_writer_killed_half_way_leaves_the_old_file_and_nothing_else(void **state)
{
	struct folder *f = *state;
	struct outfile *out;
	struct err e;
	pid_t child;
	int status;

	assert_true(file_write(in(f, "x"), 0644, BYTES("old"), &e));
	child = fork();
	if (child == 0) {
		if (outfile_open(&out, in(f, "x"), 0644, &e) &&
			outfile_put(out, BYTES("half of the n"), &e))
			(void)raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_bytes(slurp(f, in(f, "x")), BYTES("old"));
	/* Nothing of the dead one's stays, where the file system has nameless files. */
	if (has_nameless(f))
		assert_int_equal(files(f, NULL), 1);
	assert_true(file_write(in(f, "x"), 0644, BYTES("new"), &e));
	assert_bytes(slurp(f, in(f, "x")), BYTES("new"));
}

static void what_cannot_be_written_is_told(void **state)
{
	struct folder *f = *state;
	struct err e;

	assert_int_equal(mkdir(in(f, "folder"), 0755), 0);
	assert_false(file_write(in(f, "absent/x"), 0644, BYTES("x"), &e));
	assert_int_equal(e.code, ERR_WRITE);
	assert_false(file_write(in(f, "folder"), 0644, BYTES("x"), &e));
	assert_int_equal(e.code, ERR_WRITE);
	assert_int_equal(files(f, NULL), 1);
}

static void a_device_is_never_replaced_by_a_file(void **state)
{
	struct folder *f = *state;
	struct stat st;
	struct err e;

	assert_int_equal(mkfifo(in(f, "pipe"), 0600), 0);
	assert_false(file_write(in(f, "pipe"), 0644, BYTES("x"), &e));
	assert_int_equal(e.code, ERR_WRITE);
	assert_int_equal(stat(in(f, "pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(files(f, NULL), 1);
}

#define test_in_folder(name) \
	cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

static void ranges_are_read_as_one_and_never_beyond_the_end(void **state)
{
	static const struct source_range around[] = {{0, 3}, {3, 0}, {6, 4}};
	static const struct source_range beyond[] = {{0, 3}, {6, 5}};
	static const struct source_range wrapping[] = {{UINT64_MAX, 2}};
	AUTO(source) all = source_of_bytes(BYTES("0123456789"));
	AUTO(source) part = NULL;
	struct bytes b;
	char one;
	struct err e;

	(void)state;
	assert_true(source_of_ranges(&part, all, around, 3, &e));
	assert_int_equal(source_size(part), 7);
	for (size_t at = 0; at < 7; at++) {
		assert_true(source_read(part, at, &one, 1, &e));
		assert_int_equal(one, "0126789"[at]);
	}
	assert_false(source_read(part, 6, &one, 2, &e));
	{
		AUTO(arena) a = arena_new();

		assert_true(source_slurp(part, a, 7, &b, &e));
		assert_bytes(b, BYTES("0126789"));
	}
	source_free(part);
	part = NULL;
	assert_false(source_of_ranges(&part, all, beyond, 2, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(source_of_ranges(&part, all, wrapping, 1, &e));
}

static void a_patch_changes_what_was_put_and_nothing_else(void **state)
{
	struct folder *f = *state;
	char *path = in(f, "patched");
	AUTO(outfile) out = NULL;
	struct err e;

	assert_true(outfile_open(&out, path, 0644, &e));
	assert_true(outfile_put(out, BYTES("0123456789"), &e));
	assert_true(outfile_patch(out, 3, BYTES("abc"), &e));
	assert_true(outfile_patch(out, 10, BYTES(""), &e));
	assert_false(outfile_patch(out, 8, BYTES("xyz"), &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(outfile_patch(out, UINT64_MAX, BYTES("x"), &e));
	assert_true(outfile_put(out, BYTES("!"), &e));
	assert_true(outfile_commit(out, &e));
	assert_bytes(slurp(f, path), BYTES("012abc6789!"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_folder(any_part_of_file_and_memory_is_read_alike),
		test_in_folder(what_is_no_regular_file_is_no_input),
		test_in_folder(a_maximum_is_kept),
		test_in_folder(a_file_cut_short_while_it_is_read_is_an_error),
		test_in_folder(a_file_appears_only_when_it_is_whole),
		test_in_folder(what_is_given_up_leaves_the_old_file_and_nothing_else),
		test_in_folder(a_full_disk_is_told_and_leaves_the_old_file),
		test_in_folder(
			a_writer_killed_half_way_leaves_the_old_file_and_nothing_else),
		test_in_folder(what_cannot_be_written_is_told),
		test_in_folder(a_device_is_never_replaced_by_a_file),
		cmocka_unit_test(ranges_are_read_as_one_and_never_beyond_the_end),
		test_in_folder(a_patch_changes_what_was_put_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
