/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Downloads of images: over HTTP and HTTPS only, taken up again where they broke off, held against
 * a sha256. A server may stall, break off, begin anew or lie; what is not whole and as it should be
 * never gets the file's name.
 */
#ifndef TS_CATALOG_FETCH_H
#define TS_CATALOG_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct error;

struct fetch_order {
    const char *url;
    const char *folder; /* FOLDER/NAME.partial grows there, NAME is the URL's last part */
    const char *sha256; /* that the file must have; NULL: the one recorded before, if any */
    unsigned stall_s;   /* nothing for so long is a stall; 0: 30 */
    unsigned tries;     /* in a row that bring nothing; 0: 4 */
    void (*progress)(void *closure, uint64_t have, uint64_t size); /* size 0: not told; or NULL */
    void *closure;
};

struct fetched {
    char *path; /* owned */
    char sha256[DIGEST_TEXT_SIZE];
    bool was_there; /* nothing was downloaded */
    bool first_use; /* no sha256 was known: it is recorded now, and proves nothing of the origin */
    unsigned resumed; /* how often it was taken up again */
};
void fetched_done(struct fetched *fetched);

/* -EINVAL: not such a URL; -ENOSPC; -EBADMSG: another sha256 than it should have, nothing is kept;
 * -ETIMEDOUT, -EIO: the server, in its own words: what came is kept to be taken up again. */
int fetch_image(const struct fetch_order *order, struct fetched *ret_fetched, struct error **err);

#endif
