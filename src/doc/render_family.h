/* render_family: which fonts stand in for the families that Chinese documents name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_RENDER_FAMILY_H
#define QY_DOC_RENDER_FAMILY_H

#include <stdbool.h>

/* Family names to try in this order behind the ones asked for; null ends the list. Either
 * name may be null or empty. */
const char *const *family_stand_ins(const char *name, const char *family, bool serif);

#endif
