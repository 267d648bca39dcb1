/* bench_pdf: signing and verifying a PDF of 1 MB beside pdfsig and PDFBox, in the library
 * and as processes, and verifying a long contract with many signatures.
 * usage: bench_pdf FOLDER QIANYIN
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys and files are the same for all. PDFBox signs and verifies through
 * bench/peers/PdfBoxSign.java: once warmed up in one JVM that goes on running, once as a
 * process of its own, which is what a script sees. Our signing opens and verifies its
 * result before it takes its place; the peers' does not.
 */
#include <stdbool.h>

#include "bench.h"
#include "qianyin/qianyin.h"

enum { SIGNERS = 20, WARM_UP = 200, FILE_OCTETS_MAX = 4 << 20 };

static struct {
	qy_context *context;
	struct qy_bytes seal, picture;
	const char *qianyin;
	char classpath[1000]; /* of PDFBox; empty: it is not there */
	bool nss;             /* there is a store of keys for pdfsig */
} with;

/* One kind of key, its signer, and the file that was signed with it. */
struct kind {
	const char *name, *folder, *root, *crl, *signed_path, *many_path;
	bool seal;       /* GB/T 38540 in PDF instead of PAdES */
	bool is_foreign; /* the peers know it */
	qy_key *key;
};

static struct kind kinds[] = {
	{"P-256", "p256", "ca-p256/root.cer", "p256.crl", "p256.pdf", "many-p256.pdf",
		false, true, NULL},
	{"RSA-3072", "rsa", "ca-rsa/root.cer", "rsa.crl", "rsa.pdf", NULL, false, true,
		NULL},
	{"SM2", "party", "ca/root.cer", "bench.crl", "sm2.pdf", NULL, false, false, NULL},
	{"SM2 seal", "party", "ca/root.cer", "bench.crl", "seal.pdf", "many-seal.pdf",
		true, false, NULL},
};

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_pdf: %s: %s\n", what, why);
	exit(1);
}

static struct qy_bytes file_of(const char *folder, const char *name)
{
	char path[100];
	void *p = calloc(1, FILE_OCTETS_MAX);
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "rb");
	must(f && p, path, "cannot be read");
	n = fread(p, 1, FILE_OCTETS_MAX, f);
	(void)fclose(f);
	return (struct qy_bytes){p, n};
}

/* --- ours, in the library --------------------------------------------------------- */

static void sign_ours(void *ctx, size_t times)
{
	const struct kind *k = ctx;
	struct qy_pdf_options o = {.size = sizeof o};
	struct qy_error e = {0};

	if (k->seal)
		o.seal = with.seal;
	while (times--)
		must(qy_pdf_sign(
			     with.context, k->key, "plain.pdf", k->signed_path, &o, &e),
			"qy_pdf_sign", e.text);
}

static void verify_ours(void *path, size_t times)
{
	while (times--) {
		qy_report *report = NULL;
		struct qy_error e = {0};

		must(qy_verify_file(with.context, path, NULL, &report, &e),
			"qy_verify_file", e.text);
		must(qy_report_indication(report) == QY_TOTAL_PASSED, path,
			qy_report_text(report));
		qy_report_free(report);
	}
}

/* Signs a thousand pages twenty times, each signature shown on a page of its own. */
static void many_ours(const struct kind *k)
{
	struct qy_error e = {0};

	for (int i = 0; i < SIGNERS; i++) {
		struct qy_pdf_place place = {
			.page = 1 + 50 * i, .x_mm = 100, .y_mm = 240};
		struct qy_pdf_options o = {
			.size = sizeof o, .places = &place, .place_count = 1};

		if (k->seal) {
			o.seal = with.seal;
		} else {
			o.picture = with.picture;
			o.width_mm = o.height_mm = 40;
		}
		must(qy_pdf_sign(with.context, k->key,
			     i == 0 ? "long-1000.pdf" : k->many_path, k->many_path, &o,
			     &e),
			"signing once more", e.text);
	}
}

/* --- PDFBox in a JVM that goes on running ------------------------------------------ */

struct helper {
	FILE *ask, *answer;
};

/* What it is asked: times, then file names. */
struct question {
	struct helper *helper;
	const char *verb, *words;
};

static void helper_work(void *ctx, size_t times)
{
	const struct question *q = ctx;
	char line[64] = "";

	must(fprintf(q->helper->ask, "%s %zu %s\n", q->verb, times, q->words) > 0 &&
			fflush(q->helper->ask) == 0 &&
			fgets(line, sizeof line, q->helper->answer) &&
			strcmp(line, "done\n") == 0,
		"PdfBoxSign", "did not do it");
}

static void helper_start(struct helper *h, const struct kind *k)
{
	extern char **environ;
	char p12[40], chain[40];
	char *words[] = {(char[]){"java"}, (char[]){"-cp"}, with.classpath,
		(char[]){"PdfBoxSign"}, (char[]){"serve"}, p12, (char[]){"bench"},
		strdup(k->root), chain, strdup(k->crl), NULL};
	posix_spawn_file_actions_t actions;
	int to[2], from[2];

	(void)snprintf(p12, sizeof p12, "%s.p12", k->folder);
	(void)snprintf(chain, sizeof chain, "%s/chain.pem", k->folder);
	must(pipe(to) == 0 && pipe(from) == 0, "pipe", "");
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_addclose(&actions, to[1]);
	(void)posix_spawn_file_actions_addclose(&actions, from[0]);
	must(posix_spawnp(&bench_helper, "java", &actions, NULL, words, environ) == 0,
		"java", "does not start");
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(to[0]);
	(void)close(from[1]);
	h->ask = fdopen(to[1], "w");
	h->answer = fdopen(from[0], "r");
	free(words[7]);
	free(words[9]);
}

static void helper_stop(struct helper *h)
{
	(void)fclose(h->ask);
	(void)waitpid(bench_helper, NULL, 0);
	(void)fclose(h->answer);
	bench_helper = 0;
}

/* --- the rows --------------------------------------------------------------------- */

static const struct side nobody = {"", NULL, NULL};

static const char *row_name(const char *what, const char *kind, const char *how)
{
	static char name[80];

	(void)snprintf(name, sizeof name, "%s, %s%s", what, kind, how);
	return name;
}

static void rows_library(struct kind *k)
{
	struct side sign = {"qianyin", sign_ours, k};
	struct side verify = {"qianyin", verify_ours, strdup(k->signed_path)};
	char signs[80], verifies[80];
	struct helper h;
	struct question asked[2] = {
		{&h, "sign", signs},
		{&h, "verify", verifies},
	};
	bool warm = with.classpath[0] && k->is_foreign;

	(void)snprintf(signs, sizeof signs, "plain.pdf box-%s", k->signed_path);
	(void)snprintf(verifies, sizeof verifies, "1 %s", k->signed_path);
	sign_ours(k, 1);
	if (warm) {
		helper_start(&h, k);
		helper_work(&asked[0], WARM_UP);
		helper_work(&asked[1], WARM_UP);
	}
	(void)bench_row(row_name("sign a PDF of 1 MB", k->name, ", library"), 0, sign,
		warm ? (struct side){"PDFBox, warm", helper_work, &asked[0]} : nobody);
	(void)bench_row(row_name("verify a PDF of 1 MB", k->name, ", library"), 0, verify,
		warm ? (struct side){"PDFBox, warm", helper_work, &asked[1]} : nobody);
	if (warm)
		helper_stop(&h);
	free(verify.ctx);
}

/* Verifying twenty signatures below a thousand pages: by the processor and by the wall.
 */
static void rows_many(const struct kind *k)
{
	struct side ours = {"qianyin", verify_ours, strdup(k->many_path)};
	const char *pdfsig[] = {"pdfsig", "-nocert", k->many_path, NULL};
	char verifies[80];
	struct helper h;
	struct question asked = {&h, "verify", verifies};

	many_ours(k);
	(void)bench_row(row_name("verify 1000 pages, 20 signatures", k->name, ""), 0,
		ours,
		k->is_foreign ? (struct side){"pdfsig", bench_process, pdfsig} : nobody);
	if (k->is_foreign && with.classpath[0]) {
		(void)snprintf(verifies, sizeof verifies, "%d %s", SIGNERS, k->many_path);
		helper_start(&h, k);
		helper_work(&asked, SIGNERS);
		(void)bench_row(row_name("verify 1000 pages, 20 signatures", k->name, ""),
			0, ours, (struct side){"PDFBox, warm", helper_work, &asked});
		helper_stop(&h);
	}
	bench_wall(row_name("verify 1000 pages, 20 signatures", k->name, ", wall"), ours,
		1.0);
	free(ours.ctx);
}

static void rows_process(const struct kind *k)
{
	char key[40], cert[40], chain[40], p12[40];
	const char *sign[] = {with.qianyin, "sign", "--key", key, "--certificate", cert,
		"-o", "again.pdf", "plain.pdf", NULL};
	const char *verify[] = {with.qianyin, "verify", "--trust", "bench.trust",
		"--demo", "--crl", k->crl, "--cert", chain, k->signed_path, NULL};
	const char *nss_sign[] = {"pdfsig", "-add-signature", "-nssdir", "nss", "-nick",
		k->folder, "plain.pdf", "nss.pdf", NULL};
	const char *nss_verify[] = {"pdfsig", "-nocert", k->signed_path, NULL};
	const char *box_sign[] = {"java", "-cp", with.classpath, "PdfBoxSign", "sign",
		p12, "bench", "plain.pdf", "box.pdf", NULL};
	const char *box_verify[] = {"java", "-cp", with.classpath, "PdfBoxSign", "verify",
		k->root, chain, k->crl, "1", k->signed_path, NULL};
	struct side ours = {"qianyin", bench_process, sign}, none = {"", NULL, NULL};

	(void)snprintf(key, sizeof key, "%s/sign.key", k->folder);
	(void)snprintf(cert, sizeof cert, "%s/sign.cer", k->folder);
	(void)snprintf(chain, sizeof chain, "%s/chain.pem", k->folder);
	(void)snprintf(p12, sizeof p12, "%s.p12", k->folder);
	(void)bench_row(row_name("sign a PDF of 1 MB", k->name, ", process"), 0, ours,
		k->is_foreign && with.nss
			? (struct side){"pdfsig", bench_process, nss_sign}
			: none);
	if (k->is_foreign && with.classpath[0])
		(void)bench_row(row_name("sign a PDF of 1 MB", k->name, ", process"), 0,
			ours, (struct side){"PDFBox", bench_process, box_sign});
	ours.ctx = verify;
	(void)bench_row(row_name("verify a PDF of 1 MB", k->name, ", process"), 0, ours,
		k->is_foreign ? (struct side){"pdfsig", bench_process, nss_verify}
			      : none);
	if (k->is_foreign && with.classpath[0])
		(void)bench_row(row_name("verify a PDF of 1 MB", k->name, ", process"), 0,
			ours, (struct side){"PDFBox", bench_process, box_verify});
}

/* --- what is needed --------------------------------------------------------------- */

static void peers_prepare(void)
{
	FILE *f = fopen("peers/classpath", "r");

	if (!f || !fgets(with.classpath, sizeof with.classpath, f)) {
		with.classpath[0] = 0;
		bench_skip("PDFBox, all rows", "not here: make setup-peers");
	}
	if (f)
		(void)fclose(f);
	with.classpath[strcspn(with.classpath, "\n")] = 0;
	with.nss = access("nss/cert9.db", R_OK) == 0;
	if (!with.nss)
		bench_skip("signing by pdfsig", "no certutil: make setup-peers");
}

static void library_prepare(void)
{
	struct qy_error e = {0};

	with.context = qy_context_new("zh");
	must(qy_trust_load(with.context, file_of(".", "bench.trust"),
		     QY_TRUST_DEMONSTRATION, &e) == 1,
		"bench.trust", e.text);
	with.seal = file_of("party", "seal.esl");
	with.picture = file_of(".", "seal.png");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct kind *k = &kinds[i];

		must(qy_evidence_add(with.context, file_of(".", k->crl), &e) &&
				qy_evidence_add(with.context,
					file_of(k->folder, "chain.pem"), &e) &&
				qy_key_open(&k->key, file_of(k->folder, "sign.key"),
					(struct qy_bytes){0}, &e) &&
				qy_key_set_certificate(
					k->key, file_of(k->folder, "sign.cer"), &e),
			k->name, e.text);
	}
}

int main(int argc, char **argv)
{
	must(argc == 3 && chdir(argv[1]) == 0, "usage", "bench_pdf FOLDER QIANYIN");
	with.qianyin = argv[2];
	peers_prepare();
	library_prepare();
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		rows_library(&kinds[i]);
	rows_process(&kinds[0]);
	rows_process(&kinds[2]);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].many_path)
			rows_many(&kinds[i]);
	return 0;
}
