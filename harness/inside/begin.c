/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `begin`: unpacks the payload from its disk and prints the guest's identity. A shell with
 * mkdir and tar would take four times as long for the first half under emulation. */
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inside/inside.h"
#include "inside/unpack.h"

int verb_begin(int argc, char **argv)
{
    enum { PAYLOAD, BASE, WITHOUT, NEEDS, CLOCK };
    static const struct option options[] = {
        {"payload", 1, NULL, PAYLOAD},    {"base", 1, NULL, BASE},
        {"without", 1, NULL, WITHOUT},    {"needs-kib", 1, NULL, NEEDS},
        {"set-clock-ms", 1, NULL, CLOCK}, {NULL, 0, NULL, 0},
    };
    struct unpack unpack = {.base = DEFAULT_BASE};
    const char *clock = NULL, *needs = NULL;
    const char **texts[] = {&unpack.payload, &unpack.base, &unpack.without, &needs, &clock};
    int option, code;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (option == '?')
            return EXIT_USAGE;
        *texts[option] = optarg;
    }
    if (unpack.payload == NULL || optind != argc)
        return complain(EXIT_USAGE, "begin requires --payload DEV and accepts only options");
    if (needs != NULL && !parse_number(needs, UINT64_MAX >> 10, &unpack.needs_kib))
        return complain(EXIT_USAGE, "--needs-kib '%s' is not a number", needs);
    /* First: files that were unpacked by a late clock would seem older than the product. */
    code = clock != NULL ? identity_set_clock(clock) : 0;
    if (code == 0)
        code = unpack_all(&unpack);
    /* In a guest only; elsewhere no process must be left running. */
    return code != 0 ? code
                     : identity_print(strcmp(unpack.base, DEFAULT_BASE) == 0 ? keeper_start() : 0);
}
