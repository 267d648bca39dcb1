/* ofd_list: what is in a package and what is odd about it, in words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_LIST_H
#define QY_DOC_OFD_LIST_H

#include "base/i18n.h"
#include "doc/ofd_package.h"

/* One finding as a sentence, names made printable; in the arena. */
char *zip_finding_say(struct arena *a, enum lang lang, const struct zip *z, size_t i);
char *ofd_finding_say(struct arena *a, enum lang lang, const struct ofd *o, size_t i);

/* A table for people: documents, entries with sizes, findings. */
MUST_USE bool ofd_list(
	const struct ofd *o, enum lang lang, struct sink to, struct err *e);

#endif
