/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a certificate, each with the file and the reason. */
#ifndef TS_CERTIFICATE_PROBLEMS_H
#define TS_CERTIFICATE_PROBLEMS_H

#include <stddef.h>

#include "base/vec.h"

enum problem_weight { PROBLEM_TAMPERED, PROBLEM_OPEN };

enum problem_kind {
#define PROBLEM(name, word, weight) PROBLEM_##name,
#include "certificate/problem.def"
#undef PROBLEM
    PROBLEM_COUNT
};
const char *problem_word(enum problem_kind kind);
enum problem_weight problem_weight_of(enum problem_kind kind);

struct problem {
    enum problem_kind kind;
    char *file; /* relative to the folder; NULL: the certificate as a whole */
    char *text;
};

/* At most PROBLEMS_MAX are listed; all are counted. Zero-initialise; free with problems_done. */
enum { PROBLEMS_MAX = 100 };
struct problems {
    VEC(struct problem) rows;
    size_t count[2]; /* by weight */
};
void problems_done(struct problems *problems);
void problems_add(struct problems *problems, enum problem_kind kind, const char *file,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
