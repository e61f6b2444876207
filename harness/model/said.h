/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences that the harness stores in English, in another language. */
#ifndef TS_MODEL_SAID_H
#define TS_MODEL_SAID_H

#include <stddef.h>

#include "model/words.h"

/* The text in that language if it is a sentence of said.def, else as it is: what a product or a
 * suite said is not translated. Caller frees. */
char *said_in(const char *text, enum language language);

/* The same in the language of the user's locale, for a terminal. Caller frees. */
char *said_here(const char *text);

/* The n-th row, for tests; false: there are fewer. */
bool said_row(size_t n, const char **ret_english, const char **ret_chinese);

#endif
