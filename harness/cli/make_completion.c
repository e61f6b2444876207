/* SPDX-License-Identifier: Apache-2.0 */
/* make_completion bash|zsh FILE: run by the build; prints FILE (completion.bash, completion.zsh)
 * and the tables of options.h as shell functions that it uses. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/options.h"

/* Quotes for single quotes; zsh's _describe uses the text before the first colon as the word. */
static void print_quoted(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
}

static void print_item(const char *prefix, const char *name, const char *help, bool zsh)
{
    printf(" '%s%s", prefix, name);
    if (zsh) {
        putchar(':');
        print_quoted(help);
    }
    putchar('\'');
}

/* What may follow a group, or the program (name ''). */
static void print_commands(const char *group, bool zsh)
{
    size_t length = strlen(group);

    printf("    '%s') items=(", group);
    for (const struct verb *row = verbs; row->name != NULL; row++) {
        const char *name = row->name;

        if (length > 0) {
            if (strncmp(name, group, length) != 0 || name[length] != ' ')
                continue;
            name += length + 1;
        } else if (strchr(name, ' ') != NULL)
            continue;
        if (!row->hidden)
            print_item("", name, row->summary, zsh);
    }
    puts(" );;");
}

static void print_options(const char *verb, bool zsh)
{
    printf("    '%s') items=(", verb);
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++) {
        char letter[2] = {0, 0};

        if (use->id == OPTION_COUNT || !option_in_verb(use->verbs, verb))
            continue;
        letter[0] = option_letter(use->id);
        print_item("--", option_name(use->id), use->help, zsh);
        if (letter[0] != '\0')
            print_item("-", letter, use->help, zsh);
    }
    puts(" );;");
}

static void print_arguments(const char *verb)
{
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++) {
        if (use->id == OPTION_COUNT || use->argument == NULL || !option_in_verb(use->verbs, verb))
            continue;
        printf("    '%s --%s'", verb, option_name(use->id));
        if (option_letter(use->id) != '\0')
            printf("|'%s -%c'", verb, option_letter(use->id));
        printf(") kind='%s';;\n", use->argument);
    }
}

/* The arguments of the first form. */
static void print_words(const struct verb *verb)
{
    _cleanup_free_ char *form = text_ndup(verb->words, strcspn(verb->words, "\n"));
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, form, " []");
    printf("    '%s') kinds=(", verb->name);
    for (size_t i = 0; i < words.count; i++)
        printf(" '%s'", words.items[i]);
    puts(" );;");
}

int main(int argc, char **argv)
{
    bool zsh = argc > 1 && strcmp(argv[1], "zsh") == 0;
    _cleanup_buffer_ struct buffer text = {0};

    if (argc != 3 || path_read(argv[2], 1 << 20, &text, NULL) < 0)
        return 64;
    fputs(text.data, stdout);
    puts("\n_touchstone_commands() {\n    case $1 in");
    print_commands("", zsh);
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (row->group)
            print_commands(row->name, zsh);
    puts("    *) items=();;\n    esac\n}\n\n_touchstone_options() {\n    case $1 in");
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (!row->group && !row->hidden)
            print_options(row->name, zsh);
    puts("    *) items=();;\n    esac\n}\n\n_touchstone_argument() {\n    case $1 in");
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (!row->hidden)
            print_arguments(row->name);
    puts("    *) kind=;;\n    esac\n}\n\n_touchstone_words() {\n    case $1 in");
    for (const struct verb *row = verbs; row->name != NULL; row++)
        if (!row->group && !row->hidden)
            print_words(row);
    puts("    *) kinds=();;\n    esac\n}");
    puts(zsh ? "\n_touchstone \"$@\"" : "\ncomplete -F _touchstone touchstone");
    return 0;
}
