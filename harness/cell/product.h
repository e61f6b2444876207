/* SPDX-License-Identifier: Apache-2.0 */
/* The product's files as known on the host, matched with what was observed in the guest: which
 * party a file in the guest belongs to, and which file of a finding was executed. */
#ifndef TS_CELL_PRODUCT_H
#define TS_CELL_PRODUCT_H

#include <stdint.h>

#include "abi/package/package.h"
#include "base/cleanup.h"
#include "model/finding.h"
#include "model/prediction.h"
#include "suite/responsible.h"

struct product;

/* since_ms: wall clock time before which all files of the guest belonged to the image. */
struct product *product_new(int64_t since_ms);
void product_free(struct product *product);
DEFINE_CLEANUP(struct product *, product_free)
int64_t product_since_ms(const struct product *product);

/* Adds what was read from the inputs (in the order of package_read_all), and which of these files
 * load which. */
void product_take(struct product *product, const struct package *package, const struct strv *inputs,
                  const struct findings *findings);

/* True if a package of the product contains a file at this path of the guest. */
bool product_ships(const struct product *product, const char *path);

/* Implements owner_of; context is the product. */
enum owner product_owner(void *context, const struct witnessed_file *file, const char **ret_of);

/* True if the product has a program or file of that name in any folder. Has the type that an
 * inquiry needs. */
bool product_names(void *context, const char *name);

/* Records what a case executed. */
void product_witness(struct product *product, const struct witness *witness);

/* Sets for each finding whether its file was executed. whole: all cases were observed
 * completely. */
void product_finish(struct product *product, bool whole, struct prediction *prediction);

#endif
