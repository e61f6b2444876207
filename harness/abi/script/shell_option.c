/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: dash's options.c (0.5.12); bash(1), OPTIONS, and "set". */
#include "abi/script/shell_option.h"

#include <string.h>

#include "abi/script/one_of.h"
#include "base/text.h"

bool shell_option_is_dash(const char *name)
{
    static const char *const names[] = {
        "errexit", "noglob",     "ignoreeof", "interactive", "monitor", "noexec",
        "stdin",   "xtrace",     "verbose",   "vi",          "emacs",   "noclobber",
        "notify",  "privileged", "nounset",   "nolog",       "debug",   "allexport"};

    return IS_ONE_OF(name, names);
}

static bool is_bash(const char *name)
{
    static const char *const names[] = {"allexport",
                                        "braceexpand",
                                        "emacs",
                                        "errexit",
                                        "errtrace",
                                        "functrace",
                                        "hashall",
                                        "histexpand",
                                        "history",
                                        "ignoreeof",
                                        "interactive-comments",
                                        "keyword",
                                        "monitor",
                                        "noclobber",
                                        "noexec",
                                        "noglob",
                                        "nolog",
                                        "notify",
                                        "nounset",
                                        "onecmd",
                                        "physical",
                                        "pipefail",
                                        "posix",
                                        "privileged",
                                        "verbose",
                                        "vi",
                                        "xtrace"};

    return IS_ONE_OF(name, names);
}

/* Returns false for a long option that bash does not have; *at may advance to its value. */
static bool read_long(const char *const *words, size_t *at, struct shell_options *ret)
{
    static const char *const plain[] = {"debugger", "login",  "noediting", "noprofile",
                                        "norc",     "posix",  "protected", "restricted",
                                        "verbose",  "wordexp"};
    static const char *const ending[] = {"help", "version", "dump-strings", "dump-po-strings"};
    static const char *const valued[] = {"rcfile", "init-file"};
    const char *name = words[*at] + 2;

    ret->nothing = ret->nothing || IS_ONE_OF(name, ending);
    *at += IS_ONE_OF(name, valued);
    return IS_ONE_OF(name, plain) || IS_ONE_OF(name, ending) || IS_ONE_OF(name, valued);
}

char *shell_options_read(enum shell_program program, const char *const *words, size_t count,
                         struct shell_options *ret)
{
    static const char *const letters[] = {"aefnuvxbmIiVECcspl", "abefhklmnprtuvxBCDEHPTisc"};
    size_t at = 0;

    *ret = (struct shell_options){0};
    for (; at < count && (words[at][0] == '-' || words[at][0] == '+') && words[at][1] != '\0';
         at++) {
        const char *word = words[at];

        if (strcmp(word, "--") == 0) {
            at++;
            break;
        }
        if (word[0] == '-' && word[1] == '-') {
            if (program == SHELL_DASH || !read_long(words, &at, ret))
                return text_format("it has no option '%s'", word);
            continue;
        }
        for (const char *letter = word + 1; *letter != '\0'; letter++) {
            if (*letter == 'o' || (*letter == 'O' && program == SHELL_BASH)) {
                const char *name = at + 1 < count ? words[++at] : NULL;

                if (name != NULL && *letter == 'o' &&
                    !(program == SHELL_DASH ? shell_option_is_dash(name) : is_bash(name)))
                    return text_format("'%s' takes '%s' as the name of an option, which it does "
                                       "not have",
                                       word, name);
                continue;
            }
            if (strchr(letters[program], *letter) == NULL)
                return text_format("it has no option '%c', which is in '%s'", *letter, word);
            ret->code = ret->code || *letter == 'c';
            ret->nothing = ret->nothing || *letter == 'n' || *letter == 's' || *letter == 'D';
        }
    }
    at += at < count && strcmp(words[at], "-") == 0;
    ret->operand = at < count ? at : count;
    return NULL;
}
