/* skf: what GM/T 0016-2012 calls things, as far as it is used here. Internal to token/
 * and
 * to the simulator. SPDX-License-Identifier: Apache-2.0
 *
 * On Linux vendors differ in the size of ULONG: 4 octets, or 8. Numbers passed by value
 * or pointer work with both when they are 64 bits wide and begin as zero (little endian);
 * only structures differ, and are laid out by hand (skf_blob.h).
 */
#ifndef QY_TOKEN_SKF_H
#define QY_TOKEN_SKF_H

#include <stdint.h>

enum skf_code {
	SAR_OK = 0,
	SAR_FAIL = 0x0A000001,
	SAR_NOTSUPPORTYETERR = 0x0A000003,
	SAR_INVALIDHANDLEERR = 0x0A000005,
	SAR_INVALIDPARAMERR = 0x0A000006,
	SAR_KEYUSAGEERR = 0x0A00000A,
	SAR_INDATALENERR = 0x0A000010,
	SAR_INDATAERR = 0x0A000011,
	SAR_DECRYPTPADERR = 0x0A00001E,
	SAR_CERTNOTFOUNTERR = 0x0A00001C,
	SAR_BUFFER_TOO_SMALL = 0x0A000020,
	SAR_DEVICE_REMOVED = 0x0A000023,
	SAR_PIN_INCORRECT = 0x0A000024,
	SAR_PIN_LOCKED = 0x0A000025,
	SAR_USER_NOT_LOGGED_IN = 0x0A00002D,
	SAR_APPLICATION_NOT_EXISTS = 0x0A00002E
};

enum { SGD_SM4_ECB = 0x401, SKF_USER = 1, SKF_ECC_FIELD = 64, SKF_CONTAINER_ECC = 2 };

typedef void *skf_handle;
typedef uint64_t skf_number; /* ULONG of either size: 64 bits, zero before a call */

#endif
