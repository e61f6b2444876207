/* SPDX-License-Identifier: Apache-2.0 */
/* Options of useradd and of the two programs that are called adduser. Sources: useradd(8) of
 * shadow, adduser(8) of Debian. */
#include <string.h>

#include "abi/script/shell_account.h"
#include "base/path.h"

static bool is_one(const char *const *names, const char *word)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t length = strlen(names[i]);

        if (strncmp(word, names[i], length) == 0 && (word[length] == '\0' || word[length] == '='))
            return true;
    }
    return false;
}

static bool is_useradd(const char *program)
{
    return text_equal(path_base(program), "useradd");
}

bool shell_account_is_alone(const char *program, const char *option)
{
    static const char *const names[] = {"--gid", "--no-user-group", "--ingroup", NULL};

    return is_one(names, option) || (is_useradd(program) && option[0] == '-' && option[1] != '-' &&
                                     strpbrk(option, "gN") != NULL);
}

bool shell_account_names_group(const char *program, const char *option)
{
    static const char *const names[] = {"--gid", "--groups", "--ingroup", NULL};
    size_t length = strlen(option);

    if (strchr(option, '=') != NULL)
        return false;
    return is_one(names, option) || (is_useradd(program) && length > 1 && option[0] == '-' &&
                                     option[1] != '-' && strchr("gG", option[length - 1]) != NULL);
}

const char *shell_account_refused(const struct shell_words *words, size_t adduser, bool debian)
{
    static const char *const of_debian[] = {"--disabled-password",
                                            "--disabled-login",
                                            "--gecos",
                                            "--ingroup",
                                            "--quiet",
                                            "--group",
                                            "--firstuid",
                                            "--add_extra_groups",
                                            "--add-extra-groups",
                                            NULL};
    /* Neither names nor unique beginnings of Debian's options, which ignore the case. */
    static const char *const of_useradd[] = {"-r", "-s", "-d", "-g", "-G", "-M", "-m", "-p", NULL};

    for (size_t i = adduser + 1; i < words->count; i++) {
        const struct shell_word *word = &words->items[i];

        if (!word->dynamic && is_one(debian ? of_useradd : of_debian, word->text))
            return word->text;
    }
    return NULL;
}
