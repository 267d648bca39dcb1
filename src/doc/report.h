/* report: what verification found, for people, programs and courts (design §5).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_REPORT_H
#define QY_DOC_REPORT_H

#include "doc/judge.h"

enum report_kind {
	REPORT_SEAL,        /* an electronic seal signature on a document */
	REPORT_SIGNATURE,   /* a person's or device's signature */
	REPORT_SEAL_DATA,   /* a seal by itself, as its maker issued it */
	REPORT_CERTIFICATE, /* a certificate by itself */
	REPORT_CRL,
	REPORT_TIMESTAMP, /* a time stamp by itself, or over a whole document */
	REPORT_EVIDENCE,  /* a container of evidence as a whole */
	REPORT_RECORD,    /* an evidence record in it */
};

/* The reading of the national standard at the claimed time, beside the ETSI one. */
enum national { NATIONAL_VALID, NATIONAL_INVALID, NATIONAL_UNDETERMINED };

struct report_seal {
	const char *id, *name; /* null: no seal */
	const char *maker;
	int64_t valid_from, valid_to;
	struct bytes picture; /* as in the seal, with its type in lower case */
	const char *picture_type;
	double width_mm, height_mm;
};

struct report_stamp {      /* where it is to be drawn */
	struct bytes page; /* page id */
	double x, y, w, h; /* mm */
	bool has_clip;
	double clip_x, clip_y, clip_w, clip_h;
};

struct report_covers {
	bool applies; /* the format has files to cover */
	bool whole_document;
	size_t files, of;       /* covered, and to be covered */
	const char **uncovered; /* paths */
	size_t uncovered_count;
	bool entry_not_covered; /* OFD.xml is not covered, which alone is no fault (design
				   §5) */
};

struct report_signature {
	enum report_kind kind;
	const char *format; /* "ses-4", "gbt35275", "cms", "raw-sm2" … */
	const char *where;  /* in the file: "Doc_0/Signs/Sign_0/Signature.xml" */
	bool has_signer;
	struct cert signer;
	const char *signer_subject, *signer_issuer, *signer_title;
	char credit_code[19]; /* empty when the register names no field, or it is empty */
	struct report_seal seal;
	int64_t claimed;         /* TIME_NONE when it claims none */
	const char *time_source; /* "claimed", "timestamp-own", "timestamp-independent" */
	int64_t stamped;         /* time of that stamp; TIME_NONE without */
	const char *provider;    /* the software that made it, as it says */
	struct report_covers covers;
	struct report_stamp *stamps;
	size_t stamp_count;
	struct verdict verdict;
	enum indication indication;
	enum sub sub;
	enum national national;
	const char *national_note;
	/* Shown by itself; what it means for the file stands elsewhere in the report. */
	bool apart;
};

struct report {
	struct arena *arena;
	enum lang lang;
	const char *file;   /* its name, as given */
	const char *format; /* "ofd", "ses-signature", "seal", "cms", "certificate",
			       "crl", "timestamp" */
	enum indication indication;
	enum sub sub;
	struct report_signature *signatures;
	size_t count;
	const char **notes; /* what is odd about the file, in words */
	size_t note_count;
	int64_t verified_at;
	int64_t proven_at; /* the file is proven to exist since; TIME_NONE: not proven */
	bool has_trust;
	uint64_t trust_serial;
	uint8_t trust_sm3[SM3_SIZE];
};

enum { REPORT_SIGNATURES_MAX = 1024, REPORT_NOTES_MAX = 200 };

/* An empty report for a file of a format. */
struct report *report_new(const struct judge *j, const char *file, const char *format);

/* A further signature, zeroed but for its verdict; null beyond REPORT_SIGNATURES_MAX. */
struct report_signature *report_add(
	struct report *r, enum report_kind kind, const char *format);

/* A further note; beyond REPORT_NOTES_MAX they are dropped. */
void report_note(struct report *r, const char *text);

/* Fills the signer fields from a certificate; anchor may be null. */
void report_set_signer(struct report *r, struct report_signature *s, const struct cert *c,
	const struct trust_anchor *anchor);

/* A claimed time that lies ahead of the moment of verification (by more than clocks
 * differ) cannot be true: enters cert.validity, INDETERMINATE. */
void report_check_claim(struct report_signature *s, const struct judge *j);

/* Sets the national reading from the checks and the certificate's opinion (null: there is
 * none). */
void report_set_national(
	struct report_signature *s, const struct judge *j, const struct opinion *o);

/* Sets the indications of each signature and of the file: the worst; NO-SIGNATURE when
 * there is none, or nothing but time stamps and evidence that are not broken (a file that
 * is a time stamp keeps its own verdict). */
void report_conclude(struct report *r);

/* JSON of design §5, UTF-8, one object, ends with a line feed. Texts are in the report's
 * language, names and results are not translated. */
char *report_json(struct report *r);

/* The same for people: a few lines a signature, the failed checks first. */
char *report_text(struct report *r);

/* Exit code of `verify` for an indication: 0 passed, 1 failed, 2 indeterminate, 3 none.
 */
int report_exit(enum indication i);

#endif
