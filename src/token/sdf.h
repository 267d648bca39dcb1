/* sdf: what GM/T 0018-2012 calls things, as far as it is used here. Internal to token/
 * and
 * to the simulator. SPDX-License-Identifier: Apache-2.0
 *
 * Integers are 32 bits. Points and numbers stand right aligned in fields of 64 octets;
 * machines of before 2012 have fields of 32. Structures are laid out by hand.
 */
#ifndef QY_TOKEN_SDF_H
#define QY_TOKEN_SDF_H

#include <stdint.h>

enum sdf_code {
	SDR_OK = 0,
	SDR_UNKNOWERR = 0x01000001,
	SDR_NOTSUPPORT = 0x01000002,
	SDR_PARDENY = 0x01000007,
	SDR_KEYNOTEXIST = 0x01000008,
	SDR_SKOPERR = 0x0100000C,
	SDR_ENCDATAERR = 0x01000016,
	SDR_INARGERR = 0x0100001D
};

enum {
	SDF_SM4_ECB = 0x401,
	SDF_SM2_3 = 0x20800, /* encryption */
	SDF_FIELD = 64,
	SDF_FIELD_OLD = 32,
	SDF_INFO = 100, /* DEVICEINFO: IssuerName[40] DeviceName[16] DeviceSerial[16] … */
	SDF_KEYS_MAX = 32 /* indices looked at: 1 … */
};

typedef void *sdf_handle;

#endif
