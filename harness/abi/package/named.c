/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/named.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define RUN_MAX 160    /* bytes behind the name of npm in which the command is looked for */
#define WORDS_MAX 4096 /* of all files; more are not told apart */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The next place of a word, if what is around it is known; NULL: none. */
static const char *next_word(const struct named_part *part, const char *from, const char *word)
{
    size_t length = strlen(word);
    const char *end = part->text + part->size, *at = from;

    while (at < end && (at = memmem(at, (size_t)(end - at), word, length)) != NULL) {
        bool begins = at > part->text ? !is_word(at[-1]) || !is_word(word[0]) : part->first;
        bool ends = at + length < end ? !is_word(at[length]) : part->last;

        if (begins && ends)
            return at;
        at++;
    }
    return NULL;
}

bool named_word(const struct named_part *part, const char *name)
{
    return next_word(part, part->text, name) != NULL;
}

/* What is before the place ends with something that is not a constant name: "${name}", "$name",
 * "%s", a quote. */
static bool is_computed(const struct named_part *part, const char *at)
{
    const char *word = at;

    while (word > part->text && is_word(word[-1]))
        word--;
    return word == at ? at > part->text || part->first
                      : word > part->text && (word[-1] == '$' || word[-1] == '%');
}

bool named_ending(const struct named_part *part, const char *ending)
{
    for (const char *at = part->text; (at = next_word(part, at, ending)) != NULL; at++)
        if (is_computed(part, at))
            return true;
    return false;
}

bool named_folder(const struct named_part *part, const char *folder, bool *ret_files)
{
    const char *end = part->text + part->size;
    bool found = false;

    for (const char *at = part->text; (at = next_word(part, at, folder)) != NULL; at++) {
        const char *behind = at + strlen(folder);
        bool below = behind < end && *behind == '/';

        if ((behind < end && *behind == '.') || (below && behind + 1 < end && is_word(behind[1])))
            continue;
        found = true;
        *ret_files |=
            below && behind + 1 < end &&
            (behind[1] == '$' || (behind[1] == '*' && (behind + 2 >= end || behind[2] != '/')));
    }
    return found;
}

bool named_lists(const struct named_part *part)
{
    static const char *const words[] = {
        "\"directories\"", "readdir", "readdirSync", "scandir",   "opendir",
        "opendirSync",     "listdir", "iterdir",     "walk",      "glob",
        "globSync",        "rglob",   "GLOB",        "run-parts", "-exec",
        "-execdir",        "xargs"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (named_word(part, words[i]))
            return true;
    return false;
}

static bool is_command_character(char c)
{
    return is_word(c) || c == ':' || c == '.' || c == '/' || c == '@';
}

static void add_sorted(struct strv *words, const char *at, size_t length)
{
    _cleanup_free_ char *word = text_ndup(at, length);

    if (strv_sorted_has(words, word))
        return;
    strv_take(words, steal_ptr(word));
    for (size_t i = words->count - 1; i > 0 && strcmp(words->items[i - 1], words->items[i]) > 0;
         i--) {
        char *swapped = words->items[i];

        words->items[i] = words->items[i - 1];
        words->items[i - 1] = swapped;
    }
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"' || c == '`';
}

/* "npm run $name", "npm run " + name, ['run', name]: what follows "run" is not constant. */
static bool is_run_computed(const char *at, const char *end)
{
    bool closed = at < end && is_quote(*at);

    at += closed;
    while (at < end && (isspace((unsigned char)*at) || (closed ? *at == ',' : is_quote(*at))))
        at++;
    return at < end && (*at == '$' || *at == '%' || *at == '+' ||
                        (closed && (isalpha((unsigned char)*at) || *at == '.')));
}

/* The words in the text behind "npm", up to the one that contains the limit. Returns the end of
 * what was read. */
static const char *read_runs(const char *at, const char *limit, const char *end, struct strv *words,
                             bool *ret_computed)
{
    while (at < limit) {
        const char *word = at;

        while (at < end && is_command_character(*at))
            at++;
        word += word < at && *word == ':'; /* "npm:setup" of concurrently */
        if (at > word)
            add_sorted(words, word, (size_t)(at - word));
        if ((at - word == 3 && strncmp(word, "run", 3) == 0) ||
            (at - word == 10 && strncmp(word, "run-script", 10) == 0))
            *ret_computed |= is_run_computed(at, end);
        at += at < end && !is_command_character(*at);
    }
    return at;
}

bool named_runs(const struct named_part *part, bool command, struct strv *words)
{
    static const char *const runners[] = {
        "npm",   "npm_execpath", "yarn",    "pnpm",  "bun",     "--run",        "run-s",
        "run-p", "npm-run-all",  "npm-cli", "'run'", "\"run\"", "'run-script'", "\"run-script\""};
    const char *end = part->text + part->size;
    bool computed = words->count > WORDS_MAX;

    if (command && !computed)
        read_runs(part->text, end, end, words, &computed);
    for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
        const char *read = part->text;

        for (const char *at = part->text; (at = next_word(part, at, runners[i])) != NULL; at++) {
            const char *from = at + strlen(runners[i]) - is_quote(*runners[i]);
            const char *limit = from + (end - from < RUN_MAX ? end - from : RUN_MAX);

            if (words->count > WORDS_MAX)
                return true;
            if (strstr(runners[i], "run") != NULL)
                computed |= is_run_computed(from, end);
            read = read_runs(from > read ? from : read, limit, end, words, &computed);
        }
    }
    return computed;
}
