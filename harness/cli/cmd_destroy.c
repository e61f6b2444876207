/* SPDX-License-Identifier: Apache-2.0 */
/* worker destroy URI UUID: started by the cleanup after a process that died. */
#include "base/error.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "guest/domain/domain.h"

struct input {
    const char *words[2];
    unsigned count;
};

static void set_option(void *closure, enum option_id option, char *value)
{
    struct input *input = closure;

    if (option == OPTION_WORD && input->count < 2)
        input->words[input->count++] = value;
}

int cmd_destroy(int argc, char **argv)
{
    struct input input = {0};
    struct error *err = NULL;

    cli_parse(argc, argv, set_option, &input);
    return domain_end(input.words[0], input.words[1], &err) < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
