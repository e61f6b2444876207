/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The product's files as the host knows them, and what the guest was seen to do with them: whose a
 * file in the guest is, and which file of a finding was executed.
 */
#ifndef TS_CELL_PRODUCT_H
#define TS_CELL_PRODUCT_H

#include <stdint.h>

#include "abi/package/package.h"
#include "base/cleanup.h"
#include "model/finding.h"
#include "model/prediction.h"
#include "suite/responsible.h"

struct product;

/* since_ms: wall clock before which every file of the guest was the image's. */
struct product *product_new(int64_t since_ms);
void product_free(struct product *product);
DEFINE_CLEANUP(struct product *, product_free)
int64_t product_since_ms(const struct product *product);

/* Takes in what was read of the inputs (in the order of package_read_all), and which files of it
 * load which. */
void product_take(struct product *product, const struct package *package, const struct strv *inputs,
                  const struct findings *findings);

/* Whether a package of the product has a file at this path of the guest. */
bool product_ships(const struct product *product, const char *path);

/* An owner_of; context is the product. */
enum owner product_owner(void *context, const struct witnessed_file *file, const char **ret_of);

/* Whether the product has a program or file of that name, wherever; of the type in an inquiry. */
bool product_names(void *context, const char *name);

/* Remembers what a case executed. */
void product_witness(struct product *product, const struct witness *witness);

/* Says of each finding whether its file was executed. whole: every case was seen to its end. */
void product_settle(struct product *product, bool whole, struct prediction *prediction);

#endif
