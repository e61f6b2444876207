/* SPDX-License-Identifier: Apache-2.0 */
/* What a Python script needs of its interpreter: the modules that it imports whenever it is
 * executed, and the syntax that it uses. */
#ifndef TS_ABI_SCRIPT_PYTHON_IMPORT_H
#define TS_ABI_SCRIPT_PYTHON_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct python_import {
    char *module; /* "a.b" */
    char *name;   /* of "from a.b import NAME"; NULL: none */
    unsigned line;
};
VEC_TYPE(python_imports, struct python_import);

/* Imports outside functions, conditions, "try" and "with", before the script ends. Relative ones
 * are left out. */
void python_imports_read(const char *text, size_t size, struct python_imports *ret);
void python_imports_done(struct python_imports *imports);
#define _cleanup_python_imports_ _cleanup_(python_imports_done)

enum python_library {
    PYTHON_FOREIGN, /* not of the standard library of any version */
    PYTHON_HAS,
    PYTHON_PACKAGED, /* it has it, perhaps in a package of its own */
    PYTHON_LACKS,
};

/* Whether Python 3.MINOR's standard library has the module; ret_since, ret_until: the first and
 * last minor versions that have it (0: since 3.6 or earlier; until the newest known). */
enum python_library python_library_has(const char *module, int minor, int *ret_since,
                                       int *ret_until);

/* True if the module of the standard library had the name, and 3.MINOR lacks it. */
bool python_library_lost(const char *module, const char *name, int minor);

/* Line of the first statement that Python 3.MINOR does not accept and newer or older versions do;
 * 0: none. ret_what: a description, not owned. ret_minor: the version that introduced it, or the
 * last one that accepts it if it is not newer than MINOR. */
unsigned python_other_syntax(const char *text, size_t size, int minor, const char **ret_what,
                             int *ret_minor);

#endif
