/* SPDX-License-Identifier: Apache-2.0 */
/* Downloads of images over HTTP and HTTPS, resumed after interruptions and verified by SHA-256. The
 * server is not trusted: it may stall, disconnect, restart or send wrong data. A file gets its
 * final name only when it is complete and correct. */
#ifndef TS_CATALOG_FETCH_H
#define TS_CATALOG_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct error;

struct fetch_request {
    const char *url;
    const char *folder; /* target folder: FOLDER/NAME.partial, then FOLDER/NAME, where NAME is the
                           last part of the URL */
    const char *sha256; /* expected digest; NULL: the one recorded at an earlier download, if any */
    unsigned stall_s;   /* seconds without data that count as a stall; 0: 30 */
    unsigned tries;     /* attempts in a row without new data before giving up; 0: 4 */
    void (*progress)(void *closure, uint64_t have,
                     uint64_t size); /* may be NULL; size is 0 if the server does not send it */
    void *closure;
};

struct fetched {
    char *path; /* owned */
    char sha256[DIGEST_TEXT_SIZE];
    bool was_there;   /* the file existed already, nothing was downloaded */
    bool first_use;   /* no SHA-256 was known: it is now recorded, which does not prove the file's
                         origin */
    unsigned resumed; /* number of times the download was resumed */
};
void fetched_done(struct fetched *fetched);

/* -EINVAL: invalid URL; -ENOSPC; -EBADMSG: the digest differs, the file is deleted; -ETIMEDOUT,
 * -EIO: error of the server, quoted: the partial file stays so that the download can be resumed. */
int fetch_image(const struct fetch_request *request, struct fetched *ret_fetched,
                struct error **err);

#endif
