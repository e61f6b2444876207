/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments of the commands of platform, image and suite: words, --json, --dry-run, --folder. */
#ifndef TS_CLI_CATALOG_OPTIONS_H
#define TS_CLI_CATALOG_OPTIONS_H

#include <stdbool.h>

#include "base/text.h"

struct error;

struct catalog_options {
    struct strv words;
    bool json, dry_run;
    const char *folder; /* borrowed from argv */
};

void catalog_options_parse(int argc, char **argv, struct catalog_options *ret_options);
void catalog_options_done(struct catalog_options *options);

/* What one verb does; returns an exit code or a negative errno. */
typedef int catalog_verb(const struct catalog_options *options, struct error **err);

/* Parses the words, runs the verb and prints its error: the whole of a command. */
int catalog_command(int argc, char **argv, catalog_verb *verb);

#endif
