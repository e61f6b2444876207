/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of platform, image and suite take: words, --json, --dry-run, --folder. */
#ifndef TS_CLI_CATALOG_OPTIONS_H
#define TS_CLI_CATALOG_OPTIONS_H

#include <stdbool.h>

#include "base/text.h"

enum catalog_option { OPTION_JSON = 1, OPTION_DRY_RUN = 2, OPTION_FOLDER = 4 };

struct catalog_options {
    struct strv words;
    bool json, dry_run;
    const char *folder; /* borrowed from argv */
};

/* usage: the words ("NAME"), doc: what the command does; allowed: which of the options it has;
 * min..max words. Ends the program with 64 when they are not met. */
void catalog_options_parse(int argc, char **argv, const char *usage, const char *doc,
                           unsigned allowed, size_t min, size_t max,
                           struct catalog_options *ret_options);
void catalog_options_done(struct catalog_options *options);

#endif
