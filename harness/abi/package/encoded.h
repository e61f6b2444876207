/* SPDX-License-Identifier: Apache-2.0 */
/* Binary data that a text carries as base64, hexadecimal digits or uuencoded lines. Sources: RFC
 * 4648; POSIX uuencode. */
#ifndef TS_ABI_PACKAGE_ENCODED_H
#define TS_ABI_PACKAGE_ENCODED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct blob;
struct error;
struct spool;

enum encoding {
    ENCODING_BASE64,
    ENCODING_HEX,
    ENCODING_UU,
};

/* Offsets of the encoded text. */
struct encoded {
    enum encoding encoding;
    uint64_t start, end;
};

struct encoded_list {
    VEC(struct encoded) runs;
    bool cut;       /* there are more than ENCODED_MAX */
    uint64_t dense; /* bytes in blocks of long lines without a blank, whatever their encoding */
};

#define ENCODED_MAX 64    /* runs that are found in one text */
#define ENCODED_SMALL 400 /* bytes of encoded text that are too few to be of interest */

/* Finds encoded data in a text. */
void encoded_find(const struct blob *blob, struct encoded_list *ret_list);

/* Decodes one; `may_add` is asked before bytes are added. Ends quietly at the first character that
 * does not belong. */
int encoded_decode(const struct blob *blob, const struct encoded *encoded,
                   bool (*may_add)(void *context, uint64_t more), void *context,
                   struct spool *spool, struct error **err);

#endif
