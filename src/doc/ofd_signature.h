/* ofd_signature: the signature parts of an OFD package (GB/T 33190-2016 §18), read.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_SIGNATURE_H
#define QY_DOC_OFD_SIGNATURE_H

#include "doc/ofd_package.h"

enum { OFD_SIGNATURES_MAX = 256, OFD_REFERENCES_MAX = 100000, OFD_STAMPS_MAX = 10000 };

/* One line of Signatures.xml. */
struct ofd_signature_entry {
	struct bytes id;
	bool is_sign;           /* Type="Sign"; the default is Seal */
	struct ofd_place place; /* of Signature.xml */
};

struct ofd_signature_list {
	struct ofd_signature_entry *entries;
	size_t count;
	struct bytes max_id; /* MaxSignId, may be empty */
};

/* Reads the Signatures.xml of a document (octets given, its path for resolving). */
MUST_USE bool ofd_signatures_read(struct ofd_signature_list *out, const struct ofd *o,
	struct arena *a, struct bytes path, struct bytes xml, struct err *e);

struct ofd_reference {
	struct ofd_place place;
	struct bytes value; /* CheckValue decoded */
};

struct ofd_stamp {
	struct bytes id, page;
	double x, y, w, h; /* mm */
	bool has_clip;
	double clip_x, clip_y, clip_w, clip_h;
};

/* Signature.xml. */
struct ofd_signature {
	struct bytes provider, provider_version, company;
	struct bytes method, date_time, check_method; /* as written, may be empty */
	struct ofd_reference *references;
	size_t reference_count;
	struct ofd_stamp *stamps;
	size_t stamp_count;
	bool has_seal, has_value;
	struct ofd_place seal, value; /* Seal.esl, SignedValue.dat */
};

/* Reads a Signature.xml (octets given, its path for resolving). */
MUST_USE bool ofd_signature_read(struct ofd_signature *out, const struct ofd *o,
	struct arena *a, struct bytes path, struct bytes xml, struct err *e);

/* "x y w h" in millimetres: four decimal numbers within ±1e6. */
MUST_USE bool ofd_box_read(double box[4], struct bytes text, struct err *e);

#endif
