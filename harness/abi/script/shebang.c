/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/shebang.h"

#include <stdlib.h>
#include <string.h>

#include "abi/script/shell_option.h"
#include "base/path.h"
#include "base/text.h"

void shebang_read(const char *text, struct shebang *ret)
{
    size_t line = strcspn(text, "\n"), at = 2, end;

    *ret = (struct shebang){0};
    if (!text_starts(text, "#!"))
        return;
    at += strspn(text + at, " \t");
    end = at + strcspn(text + at, " \t\n");
    if (at >= line || end == at)
        return;
    ret->program = text_ndup(text + at, end - at);
    ret->end = end;
    at = end + strspn(text + end, " \t");
    for (end = line; end > at && (text[end - 1] == ' ' || text[end - 1] == '\t');)
        end--;
    if (end > at)
        ret->argument = text_ndup(text + at, end - at);
}

void shebang_done(struct shebang *shebang)
{
    free(shebang->program);
    free(shebang->argument);
}

bool shebang_sets(const char *text, char letter)
{
    _cleanup_shebang_ struct shebang shebang;

    shebang_read(text, &shebang);
    return shebang.argument != NULL && shebang.argument[0] == '-' && shebang.argument[1] != '-' &&
           strchr(shebang.argument, letter) != NULL &&
           !text_equal(path_base(shebang.program), "env");
}

/* Options before "S" take no value, but "-u" and "-C" do. */
static bool splits(const char *argument)
{
    return text_starts(argument, "--split-string=") ||
           (argument[0] == '-' && argument[1 + strspn(argument + 1, "iv0")] == 'S');
}

static char *env_fault(const char *argument)
{
    size_t blank = strcspn(argument, " \t");

    if (splits(argument))
        return NULL;
    if (argument[0] == '-')
        return text_format("env gets '%s' as one option, and no program", argument);
    if (argument[blank] == '\0')
        return strchr(argument, '=') != NULL ? text_dup("env sets a variable, and runs nothing")
                                             : NULL;
    return text_format("env looks for a program whose name is '%s'; write 'env -S %s'", argument,
                       argument);
}

static char *shell_fault(enum shell_program program, const char *argument, const char *script)
{
    const char *const words[] = {argument, script};
    struct shell_options options;
    char *fault = shell_options_read(program, words, 2, &options);

    if (fault != NULL)
        return fault;
    if (options.code)
        return text_format("'%s' makes it execute the script's path as a command, which starts the "
                           "script again",
                           argument);
    if (options.nothing)
        return text_format("with '%s' it does not execute the script", argument);
    return options.operand == 0
               ? text_format("it reads the file '%s' instead of the script", argument)
               : NULL;
}

/* Letters up to one that takes the rest as its value. */
static char *letters_fault(const char *argument, const char *valued)
{
    const char *at = argument;

    if (argument[0] == '-' && argument[1] != '-')
        at += strcspn(argument, valued);
    return at[strcspn(at, " \t")] != '\0' && strchr(valued, *at) == NULL
               ? text_format("the kernel passes '%s' as one word, and it has no such option",
                             argument)
               : NULL;
}

char *shebang_fault(const struct shebang *shebang, const char *program, const char *script)
{
    const char *argument = shebang->argument;

    if (argument == NULL || strchr(argument, '\r') != NULL)
        return NULL;
    if (text_equal(path_base(shebang->program), "env"))
        return env_fault(argument);
    if (text_equal(program, "dash"))
        return shell_fault(SHELL_DASH, argument, script);
    if (text_equal(program, "bash"))
        return shell_fault(SHELL_BASH, argument, script);
    if (text_starts(program, "python"))
        return letters_fault(argument, "WXcm");
    return text_starts(program, "node") ? letters_fault(argument, "") : NULL;
}
