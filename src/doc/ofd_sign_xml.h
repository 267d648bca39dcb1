/* ofd_sign_xml: the XML parts a signature adds to a package. For ofd_sign.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_SIGN_XML_H
#define QY_DOC_OFD_SIGN_XML_H

#include "asn1/oid.h"
#include "crypto/digest.h"
#include "doc/ofd_sign.h"
#include "doc/ofd_signature.h"

struct ofd_draft_file {
	struct bytes path; /* without leading slash */
	uint8_t sm3[SM3_SIZE];
};

/* A Signature.xml to be. */
struct ofd_signature_draft {
	int64_t time;
	enum oid method; /* of the signature */
	struct ofd_draft_file *files;
	size_t file_count;
	struct ofd_stamp *stamps;
	size_t stamp_count;
	struct bytes seal_path, value_path; /* seal_path empty: no seal */
};

/* Puts the stamps where the spec wants them, by the size of the seal's picture and of the
 * pages. ERR_USAGE for a page that is not there or a place outside it. */
MUST_USE bool ofd_draft_stamps(struct arena *a, struct ofd_signature_draft *d,
	const struct ofd_doc *doc, const struct ofd_sign_spec *spec, struct err *e);

MUST_USE bool ofd_signature_write(struct arena *a, struct bytes *xml,
	const struct ofd_signature_draft *d, struct err *e);

/* Signatures.xml with the entries there were and one more at the end. */
MUST_USE bool ofd_signatures_write(struct arena *a, struct bytes *xml,
	const struct ofd_signature_list *old, struct bytes id,
	struct bytes signature_path, bool is_sign, struct err *e);

/* Is the id one of an entry, or the MaxSignId? */
bool ofd_signature_id_taken(const struct ofd_signature_list *list, struct bytes id);

/* OFD.xml with <Signatures> inserted at the end of its first DocBody, under the same
 * prefix. */
MUST_USE bool ofd_main_enter_signatures(struct arena *a, struct bytes *out,
	struct bytes xml, struct bytes list_path, struct err *e);

#endif
