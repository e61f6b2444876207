/* SPDX-License-Identifier: Apache-2.0 */
/* The product's packages, when a reviewer hands them in instead of taking them from repositories.
 */
#ifndef TS_CLI_RECHECK_PRODUCT_H
#define TS_CLI_RECHECK_PRODUCT_H

#include "certificate/recheck.h"

struct error;

/* -EINVAL names the file of the folder that is not a package of the certificate, by its digest; or
 * the package that a chosen cell was run with, and that neither the folder nor the suite's files
 * have. suite_folder: NULL if it is not here; then only the files of the folder are compared. */
int recheck_check_product(const struct judged *judged, const struct recheck *recheck,
                          const char *suite_folder, const char *folder, struct error **err);

#endif
