/* cert: X.509 certificates of the Chinese profile (GM/T 0015, GB/T 20518) and others,
 * read without allocating. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_CERT_H
#define QY_PKI_CERT_H

#include "asn1/der.h"
#include "crypto/pubkey.h"

enum { CERT_MAX = 256 * 1024 };

enum key_usage {
	KU_DIGITAL_SIGNATURE = 1 << 0,
	KU_NON_REPUDIATION = 1 << 1,
	KU_KEY_ENCIPHERMENT = 1 << 2,
	KU_DATA_ENCIPHERMENT = 1 << 3,
	KU_KEY_AGREEMENT = 1 << 4,
	KU_KEY_CERT_SIGN = 1 << 5,
	KU_CRL_SIGN = 1 << 6,
};

enum ext_key_usage {
	EKU_ANY = 1 << 0,
	EKU_CLIENT_AUTH = 1 << 1,
	EKU_TIME_STAMPING = 1 << 2,
	EKU_OCSP_SIGNING = 1 << 3,
	EKU_SEAL_MAKER = 1 << 4, /* ours */
	EKU_EVENT = 1 << 5,      /* ours */
	EKU_ORDER = 1 << 7,      /* ours */
	EKU_OTHER = 1 << 6,      /* at least one that we do not know */
};

struct cert {
	struct bytes der, tbs;        /* as received */
	struct bytes serial;          /* content octets of the INTEGER */
	struct bytes issuer, subject; /* whole Name, DER */
	struct bytes extensions; /* content of the SEQUENCE OF Extension, may be empty */
	struct bytes signature;  /* content of the BIT STRING */
	enum sig_alg sig_alg;
	bool sig_alg_known; /* else sig_alg means nothing and nothing verifies */
	struct pubkey key;
	bool key_known; /* else an algorithm we do not know */
	int64_t not_before, not_after;
	struct bytes ski, aki; /* key identifiers, empty when absent */
	bool has_key_usage, has_eku, eku_critical;
	uint32_t key_usage, eku;
	bool has_basic, is_ca, has_path_len;
	uint32_t path_len;
	bool demonstration;    /* carries our critical extension: no licensed CA stands
				  behind it */
	bool unknown_critical; /* a critical extension that we do not process */
	uint8_t sm3[SM3_SIZE]; /* digest of der: how a certificate is named here
				  (protocols §5) */
};

/* Reads one certificate of at most CERT_MAX octets. der must outlive out. Version 3 and,
 * for roots of the past, 1; inner and outer algorithm must match byte for byte; duplicate
 * extensions, an empty issuer and octets behind are ERR_MALFORMED. */
MUST_USE bool cert_parse(struct cert *out, struct bytes der, struct err *e);

/* PEM or DER or base64 text of a file (the first certificate), decoded into the arena. */
MUST_USE bool cert_decode(
	struct arena *a, struct bytes file, struct bytes *der, struct err *e);

/* Was it signed with this key? For SM2 with Z of the key and the default id. */
bool cert_verify(const struct cert *c, const struct pubkey *issuer_key);

/* Issuer equals subject and it verifies with its own key. */
bool cert_is_self_signed(const struct cert *c);

/* The value of an extension (content of its OCTET STRING); false when absent. */
bool cert_extension(
	const struct cert *c, enum oid oid, struct bytes *value, bool *critical);

/* Same certificate: same octets. */
bool cert_equal(const struct cert *a, const struct cert *b);

/* Do issuer Name (whole) and serial content name this certificate? */
bool cert_is_named(const struct cert *c, struct bytes issuer, struct bytes serial);

/* May it sign documents (digitalSignature or nonRepudiation, or no key usage at all)? Be
 * used to encrypt to (keyEncipherment, dataEncipherment or keyAgreement)? */
bool cert_may_sign(const struct cert *c);
bool cert_may_encrypt(const struct cert *c);

/* Which field of a certificate holds the 统一社会信用代码; the register says it per CA.
 */
enum credit_code_field {
	CREDIT_NONE,
	CREDIT_GM_ORGANIZATION_CODE,  /* 1.2.156.10260.4.1.4 */
	CREDIT_OLD_ORGANIZATION_CODE, /* 1.2.86.11.7.4 */
	CREDIT_IC_REGISTRATION,       /* 1.2.156.10260.4.1.3 */
	CREDIT_TAXATION_NUMBER,       /* 1.2.156.10260.4.1.5 */
	CREDIT_SUBJECT_O,
	CREDIT_SUBJECT_OU,
	CREDIT_SUBJECT_SERIAL,
	CREDIT_SUBJECT_ORGANIZATION_ID,
	CREDIT_FIELD_COUNT
};
const char *credit_code_field_name(enum credit_code_field f);

/* The credit code in exactly that field, whole value, GB 32100 check digit right; false
 * when there is none. It is never searched for elsewhere (protocols §5). */
bool cert_credit_code(const struct cert *c, enum credit_code_field f, char out[19]);
/* 18 characters of the permitted alphabet with the right check digit? //= GB 32100-2015
 * §5 */
bool credit_code_is_valid(struct bytes text);

/* --- names
 * ------------------------------------------------------------------------------ */

/* "CN=…, O=…, C=CN": the attributes as they stand, printable, in the arena. */
char *name_format(struct arena *a, struct bytes name);
/* The last value of an attribute, as UTF-8; false when absent or unreadable. */
bool name_attribute(
	struct arena *a, struct bytes name, enum oid oid, struct bytes *value);
/* The best short title of a subject: CN, else O, else the whole. */
char *name_title(struct arena *a, struct bytes name);

#endif
