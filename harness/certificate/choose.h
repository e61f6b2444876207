/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which cells of a certificate are run again (touchstone-recheck(1)). A cell is ranked by the
 * SHA-256 of three lines: the seed, the SHA-256 of SHA256SUMS, IMAGE/PLATFORM; the lowest are
 * chosen. So every set of the same size is as likely, anybody can repeat it with sha256sum, and who
 * signed the certificate before the seed was drawn could not know which cells it would choose.
 */
#ifndef TS_CERTIFICATE_CHOOSE_H
#define TS_CERTIFICATE_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct error;
struct judged;

enum { CHOOSE_SEED_MAX = 200 };
#define CHOOSE_RULE "sha256-lowest-1"

VEC_TYPE(chosen_cells, size_t);

/* True for 1 to CHOOSE_SEED_MAX printable ASCII characters without spaces. */
bool choose_is_seed(const char *text);

/* 128 bits of the system's random numbers, in hexadecimal digits. Caller frees. */
int choose_new_seed(char **ret_seed, struct error **err);

/* The cells in which something was judged: what else a certificate has claims nothing. */
size_t choose_population(const struct judged *judged);

/* Adds up to `count` of them by rank, as places in judged->cells. */
void choose_cells(const struct judged *judged, const char *sums_sha256, const char *seed,
                  size_t count, struct chosen_cells *ret_chosen);

#endif
