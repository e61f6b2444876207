/* SPDX-License-Identifier: Apache-2.0 */
/* What a Perl script requires when it is compiled: modules and a version. */
#ifndef TS_ABI_SCRIPT_PERL_H
#define TS_ABI_SCRIPT_PERL_H

#include "base/vec.h"

struct perl_need {
    char *module;     /* "Foo::Bar", or NULL */
    unsigned version; /* of Perl 5: 40 for v5.40; 0: a module */
    unsigned line;
};
VEC_TYPE(perl_needs, struct perl_need);

/* "use" at the beginning of a line, outside of documentation and here-documents. */
void perl_read(const char *text, struct perl_needs *ret);
void perl_done(struct perl_needs *needs);
#define _cleanup_perl_ _cleanup_(perl_done)

#endif
