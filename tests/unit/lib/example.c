/* example: sealing a contract and judging the result, with libqianyin and nothing else.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     cc example.c $(pkg-config --cflags --libs libqianyin) -o example
 *     ./example TRUST CRL MAKER.p12 HOLDER.p12 SEAL.png IN.ofd OUT.ofd <password
 *
 * TRUST is a trust store, CRL what its CA last issued. MAKER is the key of a seal maker,
 * HOLDER that of who seals; both PKCS#12 with their certificate, under the password on
 * standard input. Prints the indication; exits with 0 when it is TOTAL-PASSED.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qianyin/qianyin.h>

enum { FILE_MAX = 16 << 20 };

/* Says what went wrong, in the context's language, and ends. */
static void die(qy_context *ctx, const char *what, const struct qy_error *error)
{
	(void)fprintf(stderr, "%s: %s\n", what, qy_error_message(ctx, error));
	exit(1);
}

/* The octets of a file. What the library is given is borrowed, so that they stay ours. */
static struct qy_bytes load(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *p = malloc(FILE_MAX);
	struct qy_bytes b = {p, 0};

	if (!f || !p) {
		perror(path);
		exit(1);
	}
	b.size = fread(p, 1, FILE_MAX, f);
	(void)fclose(f);
	return b;
}

static void unload(struct qy_bytes b)
{
	free((void *)(size_t)b.data);
}

static qy_key *open_key(qy_context *ctx, const char *path, struct qy_bytes password)
{
	struct qy_bytes file = load(path);
	struct qy_error error;
	qy_key *key = NULL;

	/* The certificate beside the key becomes its certificate. For key files without
	 * one there is qy_key_set_certificate. */
	if (!qy_key_open(&key, file, password, &error))
		die(ctx, path, &error);
	unload(file);
	return key;
}

/* A seal for the holder of one certificate, made by a seal maker. */
static struct qy_buffer make_seal(
	qy_context *ctx, qy_key *maker, qy_key *holder, const char *picture)
{
	struct qy_bytes certificate = qy_key_certificate(holder);
	struct qy_seal_make_options options = {0};
	struct qy_buffer seal = {0};
	struct qy_error error;

	options.size = sizeof options; /* always, so that old programs keep working */
	options.version = 4;           /* GB/T 38540-2020 */
	options.id = "44010000000001";
	options.name = "\xe6\x9f\x90\xe6\x9f\x90\xe5\x85\xac\xe5\x8f\xb8"; /* 某某公司 */
	options.picture = load(picture);
	options.width_mm = options.height_mm = 40;
	options.holders = &certificate;
	options.holder_count = 1;
	if (!qy_seal_make(ctx, maker, &options, &seal, &error))
		die(ctx, "making the seal", &error);
	free((void *)(size_t)options.picture.data);
	return seal;
}

/* The whole judgement: what was checked, what came of it, and why. */
static enum qy_indication judge(qy_context *ctx, const char *path)
{
	enum qy_indication indication;
	qy_report *report = NULL;
	struct qy_error error;

	/* A seal that does not hold is no error: that is what the report says. */
	if (!qy_verify_file(ctx, path, NULL, &report, &error))
		die(ctx, path, &error);
	indication = qy_report_indication(report);
	printf("indication %d %s\n", (int)indication, qy_report_subindication(report));
	printf("signatures %lu\n", (unsigned long)qy_report_count(report));
	printf("%s", qy_report_text(report));
	qy_report_free(report);
	return indication;
}

static struct qy_bytes read_password(char *line, int size)
{
	struct qy_bytes password = {line, 0};

	if (!fgets(line, size, stdin))
		line[0] = 0;
	line[strcspn(line, "\r\n")] = 0;
	password.size = strlen(line);
	return password;
}

int main(int argc, char **argv)
{
	qy_context *ctx = qy_context_new("en");
	struct qy_seal_options options = {0};
	enum qy_indication indication;
	struct qy_bytes password, store, crl;
	struct qy_buffer seal;
	struct qy_error error;
	qy_key *maker, *holder;
	char line[200];

	if (argc != 8) {
		(void)fprintf(stderr, "usage: see the first lines of example.c\n");
		return 64;
	}
	/* Whose judgement a verdict rests on. These CAs are for demonstration only: an
	 * ordinary program does not accept them. Who signed the store is for the caller
	 * to judge (qy_trust_signer). */
	store = load(argv[1]);
	crl = load(argv[2]);
	if (!qy_trust_load(ctx, store, QY_TRUST_DEMONSTRATION, &error) ||
		!qy_evidence_add(ctx, crl, &error))
		die(ctx, "trust", &error);
	unload(store); /* the library has copied what it keeps */
	unload(crl);
	password = read_password(line, (int)sizeof line);
	maker = open_key(ctx, argv[3], password);
	holder = open_key(ctx, argv[4], password);
	memset(line, 0, sizeof line);
	seal = make_seal(ctx, maker, holder, argv[5]);

	options.size = sizeof options;
	options.seal.data = seal.data;
	options.seal.size = seal.size;
	options.page = -1; /* the last */
	options.x_mm = 150;
	options.y_mm = 240;
	if (!qy_ofd_seal(ctx, holder, argv[6], argv[7], &options, &error))
		die(ctx, argv[6], &error);
	indication = judge(ctx, argv[7]);

	qy_buffer_free(&seal);
	qy_key_free(maker);
	qy_key_free(holder);
	qy_context_free(ctx);
	return indication == QY_TOTAL_PASSED ? 0 : 2;
}
