/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for users in their language, by gettext(3) from harness/po. English is what the record and
 * every format for programs have; only what a person reads at once, on a terminal, is translated.
 * error_set, log_line and cli_print translate their formats; other texts are marked with _(). */
#ifndef TS_BASE_TRANSLATE_H
#define TS_BASE_TRANSLATE_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text /* in a table: marked here, translated where it is printed */

/* To be called once, before any thread: sets the locale from the environment, and reads the
 * translations below folder, in LANGUAGE/LC_MESSAGES/touchstone.mo. A host whose locale of the
 * user's language was not generated, as in most containers, gets the language all the same. */
void translate_begin(const char *folder);

/* strerror(3), but always in English: for texts that are stored. */
const char *english_error(int number);

#endif
