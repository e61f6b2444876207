/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that the loader executes securely. */
#ifndef TS_ABI_CHECK_PRIVILEGES_H
#define TS_ABI_CHECK_PRIVILEGES_H

#include "abi/check/check.h"
#include "abi/check/needs.h"

void check_privileges(struct check *check, struct needs *needs);

#endif
