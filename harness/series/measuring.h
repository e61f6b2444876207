/* SPDX-License-Identifier: Apache-2.0 */
/* What measure.c and its parts share. */
#ifndef TS_SERIES_MEASURING_H
#define TS_SERIES_MEASURING_H

#include "series/measure.h"

/* A round, and the series it is in. */
struct chosen {
    const struct series *series;
    const struct series_round *round;
};
VEC_TYPE(chosen_rounds, struct chosen);

struct measuring {
    const struct series *const *all;
    size_t count;
    const char *busy; /* why the values are not judged; or NULL */
    struct series_values *to;
};

/* Takes key and value. */
void measuring_add(struct series_values *to, char *key, char *value, const char *unit);

/* Values that no limit is compared with: how long the rounds were,
 * availability, pressure and what the product used; and of the whole, rounds
 * that were cut short, and the cost of sampling. */
void state_rounds(struct measuring *in, const char *phase, const struct chosen_rounds *rounds);
void state_sampling(struct measuring *in);

#endif
