/* tsa_state: the memory of a time stamping authority: which serial numbers it has given,
 * and until when. SPDX-License-Identifier: Apache-2.0
 *
 * A folder holds `state`, a few lines of text replaced as a whole, and `lock`. Numbers
 * are taken in blocks: the end of a block is on the disk before its first number is used,
 * so that no number comes twice whatever happens to the process; the rest of a block is
 * lost with it. A number is 8 random octets, drawn when the folder was new, and 8 counted
 * ones: a folder that was lost and begun anew does not repeat either.
 */
#ifndef QY_CLI_TSA_STATE_H
#define QY_CLI_TSA_STATE_H

#include "base/err.h"
#include "base/mem.h"
#include "base/world.h"

enum { TSA_SERIAL_SIZE = 16, TSA_BLOCK = 1000 };

struct tsa_state;

/* Opens the folder, which is made when it is not there (0700). ERR_BUSY when another
 * server has it; ERR_MALFORMED for a state that cannot be read: it is not begun anew;
 * ERR_WRITE. */
MUST_USE bool tsa_state_open(
	struct tsa_state **out, const char *folder, struct world *w, struct err *e);
void tsa_state_free(struct tsa_state *s);
AUTO_DEFINE(tsa_state);

/* The next number, for a stamp with this time. ERR_BUSY when that is earlier than a time
 * given out before: then the clock was set back. ERR_WRITE when no block can be taken. */
MUST_USE bool tsa_state_next(
	struct tsa_state *s, int64_t now, uint8_t out[TSA_SERIAL_SIZE], struct err *e);

#endif
