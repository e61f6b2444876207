/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/perl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* "v5.40", "5.40.1", "5.040", "5.010_001": 40, 40, 40, 10. 0: it is no version of Perl 5. */
static unsigned version_of(const char *text)
{
    bool vector = *text == 'v';
    const char *minor;
    size_t length;
    char digits[4] = "";

    text += vector;
    if (text[0] != '5' || text[1] != '.')
        return 0;
    minor = text + 2;
    length = strspn(minor, "0123456789");
    vector = vector || minor[length] == '.';
    memcpy(digits, minor, length < 3 ? length : 3);
    if (vector || length >= 3)
        return (unsigned)strtoul(digits, NULL, 10);
    /* 5.6 is 5.600. */
    return 0;
}

static void read_use(const char *line, unsigned number, struct perl_needs *ret)
{
    const char *at = line + strspn(line, " \t");
    size_t length = 0;
    unsigned version;

    if (!text_starts(at, "use") || (at[3] != ' ' && at[3] != '\t'))
        return;
    at += 3 + strspn(at + 3, " \t");
    version = version_of(at);
    if (version > 0) {
        *vec_add(ret) = (struct perl_need){.version = version, .line = number};
        return;
    }
    while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == ':')
        length++;
    if (length == 0 || isdigit((unsigned char)*at) || at[length - 1] == ':' ||
        (at[length] != '\0' && strchr(" \t;", at[length]) == NULL))
        return;
    *vec_add(ret) = (struct perl_need){.module = text_ndup(at, length), .line = number};
    if (text_equal((*ret).items[ret->count - 1].module, "if"))
        free(ret->items[--ret->count].module);
}

/* The word that ends a here-document which begins on this line, or NULL. Caller frees. */
static char *here_end(const char *line)
{
    const char *at = strstr(line, "<<");
    size_t length = 0;
    char quote;

    if (at == NULL)
        return NULL;
    at += 2;
    at += *at == '~';
    quote = *at == '"' || *at == '\'' ? *at++ : '\0';
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    if (length == 0 || isdigit((unsigned char)*at) || (quote != '\0' && at[length] != quote))
        return NULL;
    return text_ndup(at, length);
}

void perl_read(const char *text, struct perl_needs *ret)
{
    _cleanup_free_ char *end = NULL;
    bool pod = false;
    unsigned number = 1;

    *ret = (struct perl_needs){0};
    for (const char *at = text; *at != '\0'; number++) {
        size_t length = strcspn(at, "\n");
        _cleanup_free_ char *line = text_ndup(at, length);
        const char *word = line + strspn(line, " \t");

        at += length + (at[length] == '\n');
        if (end != NULL) {
            if (strcmp(word, end) == 0) {
                free(end);
                end = NULL;
            }
            continue;
        }
        if (line[0] == '=' && isalpha((unsigned char)line[1]))
            pod = !text_starts(line, "=cut");
        else if (text_starts(line, "__END__") || text_starts(line, "__DATA__"))
            return;
        if (pod || word[0] == '#' || line[0] == '=')
            continue;
        read_use(line, number, ret);
        end = here_end(line);
    }
}

void perl_done(struct perl_needs *needs)
{
    vec_foreach (need, needs)
        free(need->module);
    vec_done(needs);
}
