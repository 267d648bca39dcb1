/* Files of other makers: each gets the verdict the table says, and none is left out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unit.h"

#include <dirent.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/verify.h"

#define SEAL_UNKNOWN \
	"seal.maker seal.owner seal.filing cert.chain cert.revocation ca.licence"
#define DATA_UNKNOWN "seal.maker seal.filing"
#define CERT_UNKNOWN "cert.chain cert.revocation ca.licence"
#define SAME_SEAL    " seal.matches_file"
#define SEAL_RIGHT \
	"digest.document digest.files signature.value seal.value seal.lists_signer"
#define ALL_RIGHT SEAL_RIGHT SAME_SEAL

enum row_kind { ROW_FILE, ROW_REFUSED, ROW_SIG, ROW_ALTERED, ROW_UNCOVERED };

struct row {
	enum row_kind row;
	const char *text; /* a path; a signature's format */
	const char *format;
	enum indication indication;
	enum sub sub;
	enum err_code error;
	enum report_kind kind;
	enum national national;
	size_t covered, of;
	const char *right, *failed, *unknown;
};

static const struct row rows[] = {
#define SAMPLE(path, what, i, s)              \
	{.row = ROW_FILE,                     \
		.text = path,                 \
		.format = what,               \
		.indication = INDICATION_##i, \
		.sub = SUB_##s},
#define SIG(k, what, i, s, n, covers, all, good, bad, open) \
	{.row = ROW_SIG,                                    \
		.kind = REPORT_##k,                         \
		.text = what,                               \
		.indication = INDICATION_##i,               \
		.sub = SUB_##s,                             \
		.national = NATIONAL_##n,                   \
		.covered = covers,                          \
		.of = all,                                  \
		.right = good,                              \
		.failed = bad,                              \
		.unknown = open},
#define ALTERED(path)       {.row = ROW_ALTERED, .text = path},
#define UNCOVERED(path)     {.row = ROW_UNCOVERED, .text = path},
#define REFUSED(path, code) {.row = ROW_REFUSED, .text = path, .error = code},
#include "samples.tbl"
#undef SAMPLE
#undef SIG
#undef ALTERED
#undef UNCOVERED
#undef REFUSED
};

enum { ROWS = sizeof rows / sizeof *rows };

static const char *const folders[] = {"ofd", "ses", "pkcs7", "certs", "pdf"};

/* Passed checks that count as mathematics; the others depend on dates and registers. */
static bool is_of_mathematics(enum check_id id)
{
	return id == CHECK_DIGEST_DOCUMENT || id == CHECK_DIGEST_FILES ||
	       id == CHECK_SIGNATURE_VALUE || id == CHECK_SEAL_VALUE ||
	       id == CHECK_SEAL_LISTS_SIGNER || id == CHECK_SEAL_MATCHES_FILE;
}

static const char *names(
	struct arena *a, const struct verdict *v, enum check_result result)
{
	const char *list = "";

	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		if (!v->checks[id].present || v->checks[id].result != result ||
			(result == CHECK_PASSED && !is_of_mathematics(id)))
			continue;
		list = arena_printf(a, "%s%s%s", list, *list ? " " : "", check_name(id));
	}
	return list;
}

struct folder {
	struct arena *a;
	struct evidence *evidence;
	const char *path;
};

static void learn_certificates(struct folder *f, const char *name)
{
	const char *path = arena_printf(f->a, "%s/%s", f->path, name);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	struct bytes file;
	struct err e;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (!bytes_ends(bytes_str(entry->d_name), BYTES(".cer")))
			continue;
		assert_true(
			file_slurp(f->a, arena_printf(f->a, "%s/%s", path, entry->d_name),
				1 << 20, &file, &e));
		assert_true(evidence_add_file(f->evidence, file, &e));
	}
	closedir(dir);
}

static struct folder open_samples(struct arena *a)
{
	struct folder f = {a, evidence_new(a), sample_path(a, ".")};

	learn_certificates(&f, "certs");
	learn_certificates(&f, "pkcs7");
	return f;
}

static bool judge(struct report **r, const struct folder *f, const char *name,
	struct source *content, struct err *e)
{
	struct judge j = {.arena = f->a,
		.lang = LANG_EN,
		.evidence = f->evidence,
		.content = content};
	AUTO(source) file = NULL;

	assert_true(time_parse_iso(BYTES("2026-11-22T00:00:00Z"), &j.now, e));
	assert_true(source_open(&file, arena_printf(f->a, "%s/%s", f->path, name), e));
	return verify_file(r, &j, name, file, NULL, NULL, e);
}

static size_t differs(
	const char *file, const char *what, const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return 0;
	print_message("# %s: %s is [%s], the table says [%s]\n", file, what, got, want);
	return 1;
}

static size_t compare_signature(struct arena *a, const char *file,
	const struct report_signature *s, const struct row *want)
{
	static const char *const nationals[] = {"valid", "invalid", "undetermined"};
	size_t wrong = 0;

	wrong += differs(file, "kind", arena_printf(a, "%d", s->kind),
		arena_printf(a, "%d", want->kind));
	wrong += differs(file, "format of the signature", s->format, want->text);
	wrong += differs(file, "indication of the signature",
		indication_name(s->indication), indication_name(want->indication));
	wrong += differs(file, "sub-indication of the signature", sub_name(s->sub),
		sub_name(want->sub));
	wrong += differs(file, "national reading", nationals[s->national],
		nationals[want->national]);
	wrong += differs(file, "right", names(a, &s->verdict, CHECK_PASSED), want->right);
	wrong += differs(
		file, "failed", names(a, &s->verdict, CHECK_FAILED), want->failed);
	wrong += differs(file, "not checked", names(a, &s->verdict, CHECK_NOT_CHECKED),
		want->unknown);
	wrong += differs(file, "coverage",
		arena_printf(a, "%zu of %zu", s->covers.files, s->covers.of),
		arena_printf(a, "%zu of %zu", want->covered, want->of));
	return wrong;
}

/* The rows behind a signature's; returns how many. */
static size_t compare_named(struct arena *a, const char *file,
	const struct report_signature *s, const struct row *row, size_t *wrong)
{
	const char *altered = "", *uncovered = "", *got = "";
	size_t n = 0;

	for (; row + n < rows + ROWS; n++) {
		const char **list = row[n].row == ROW_ALTERED     ? &altered
				    : row[n].row == ROW_UNCOVERED ? &uncovered
								  : NULL;

		if (!list)
			break;
		*list = arena_printf(a, "%s%s ", *list, row[n].text);
	}
	for (size_t i = 0; i < s->covers.uncovered_count; i++)
		got = arena_printf(a, "%s%s ", got, s->covers.uncovered[i]);
	*wrong += differs(file, "uncovered", got, uncovered);
	if (s->verdict.checks[CHECK_DIGEST_FILES].result == CHECK_FAILED)
		altered = say(a, LANG_EN, MSG_OFD_FILE_CHANGED,
			arena_str(a, text_trim(bytes_str(altered))));
	if (*altered)
		*wrong += differs(file, "altered",
			s->verdict.checks[CHECK_DIGEST_FILES].detail, altered);
	return n;
}

/* One file with its signatures; returns how many rows those are. */
static size_t compare_file(const struct folder *f, const struct row *row, size_t *wrong)
{
	struct report *r;
	size_t n = 1, count = 0;
	struct err e;

	if (!judge(&r, f, row->text, NULL, &e)) {
		*wrong += differs(row->text, "error", arena_printf(f->a, "%d", e.code),
			arena_printf(f->a, "%d",
				row->row == ROW_REFUSED ? (int)row->error : -1));
		return 1;
	}
	if (row->row == ROW_REFUSED) {
		*wrong += differs(row->text, "result", "a report", "refused");
		return 1;
	}
	*wrong += differs(row->text, "format", r->format, row->format);
	*wrong += differs(row->text, "indication", indication_name(r->indication),
		indication_name(row->indication));
	*wrong += differs(
		row->text, "sub-indication", sub_name(r->sub), sub_name(row->sub));
	while (row + n < rows + ROWS && row[n].row == ROW_SIG) {
		if (count == r->count) {
			*wrong += differs(row->text, "signatures", "fewer", "more");
			return n + 1;
		}
		*wrong += compare_signature(
			f->a, row->text, &r->signatures[count], &row[n]);
		n++;
		n += compare_named(
			f->a, row->text, &r->signatures[count], &row[n], wrong);
		count++;
	}
	if (count != r->count)
		*wrong += differs(row->text, "signatures", "more", "fewer");
	return n;
}

static void every_sample_gets_the_verdict_of_the_table(void **state)
{
	AUTO(arena) a = arena_new();
	struct folder f = open_samples(a);
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ROWS;) {
		if (rows[i].row == ROW_FILE || rows[i].row == ROW_REFUSED)
			i += compare_file(&f, &rows[i], &wrong);
		else
			i++;
	}
	assert_int_equal(wrong, 0);
}

/* Else the loop above would be content with whatever it found. */
static void the_table_has_signatures_that_fail_and_such_that_hold(void **state)
{
	size_t held = 0, failed = 0;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		held += rows[i].row == ROW_SIG && strcmp(rows[i].right, ALL_RIGHT) == 0;
		failed +=
			rows[i].row == ROW_SIG && strstr(rows[i].failed, "digest.files");
	}
	assert_true(held >= 10);
	assert_int_equal(failed, 2);
}

static bool is_in_table(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if ((rows[i].row == ROW_FILE || rows[i].row == ROW_REFUSED) &&
			strcmp(rows[i].text, name) == 0)
			return true;
	return false;
}

static void no_sample_is_missing_from_the_table_and_none_from_the_folder(void **state)
{
	AUTO(arena) a = arena_new();
	const char *path = sample_path(a, ".");
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		DIR *dir = opendir(arena_printf(a, "%s/%s", path, folders[i]));
		const struct dirent *entry;

		assert_non_null(dir);
		while ((entry = readdir(dir))) {
			const char *name =
				arena_printf(a, "%s/%s", folders[i], entry->d_name);

			if (entry->d_name[0] == '.' || is_in_table(name))
				continue;
			print_message("# %s is not in tests/samples.tbl\n", name);
			wrong++;
		}
		closedir(dir);
	}
	for (size_t i = 0; i < ROWS; i++)
		if ((rows[i].row == ROW_FILE || rows[i].row == ROW_REFUSED) &&
			access(arena_printf(a, "%s/%s", path, rows[i].text), R_OK) != 0) {
			print_message("# %s is not in the folder\n", rows[i].text);
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

/* The seal signatures in ses/ were taken from the files in ofd/: beside the Signature.xml
 * they were made over they are whole, beside any other they are not. */
static void a_seal_signature_by_itself_holds_over_its_own_document_only(void **state)
{
	AUTO(arena) a = arena_new();
	struct folder f = open_samples(a);
	AUTO(source) file = NULL;
	AUTO(source) content = NULL;
	AUTO(source) other = NULL;
	AUTO(ofd) o = NULL;
	struct report *r;
	struct bytes xml;
	struct err e;

	(void)state;
	assert_true(
		source_open(&file, sample_path(a, "ofd/einvoice_zhejiang_1.ofd"), &e));
	assert_true(ofd_open(&o, file, &e));
	for (size_t i = 0; i < zip_count(ofd_zip(o)); i++)
		if (bytes_equal(zip_entry(ofd_zip(o), i)->name,
			    BYTES("Doc_0/Signs/Sign_0/Signature.xml")))
			assert_true(zip_slurp(ofd_zip(o), i, a, 1 << 20, &xml, &e));
	content = source_of_bytes(xml);
	assert_true(judge(
		&r, &f, "ses/einvoice_zhejiang_1_Sign_0_SignedValue.dat", content, &e));
	assert_int_equal(r->signatures[0].verdict.checks[CHECK_DIGEST_DOCUMENT].result,
		CHECK_PASSED);
	assert_int_equal(r->indication, INDICATION_INDETERMINATE);
	other = source_of_bytes(bytes_head(xml, xml.n - 1));
	assert_true(judge(
		&r, &f, "ses/einvoice_zhejiang_1_Sign_0_SignedValue.dat", other, &e));
	assert_int_equal(r->signatures[0].verdict.checks[CHECK_DIGEST_DOCUMENT].result,
		CHECK_FAILED);
	assert_int_equal(r->indication, INDICATION_FAILED);
	assert_int_equal(r->sub, SUB_HASH_FAILURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_gets_the_verdict_of_the_table),
		cmocka_unit_test(the_table_has_signatures_that_fail_and_such_that_hold),
		cmocka_unit_test(
			no_sample_is_missing_from_the_table_and_none_from_the_folder),
		cmocka_unit_test(
			a_seal_signature_by_itself_holds_over_its_own_document_only),
	};

	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
