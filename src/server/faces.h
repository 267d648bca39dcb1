/* faces: keeper and workers as the domain sees them (domain/app.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_FACES_H
#define QY_SERVER_FACES_H

#include "domain/app.h"
#include "keeper/keeper_client.h"
#include "worker/worker_client.h"

struct keeper_face face_of_keeper(struct keeper_client *c);
struct worker_face face_of_worker(struct worker_client *c);

#endif
