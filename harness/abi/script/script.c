/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of checks.def, and "#!" lines of scripts. */
#include "abi/script/script.h"

#include <ctype.h>
#include <elf.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

enum where { SCRIPT, OTHER, PROGRAM, ARM };

static const struct hint {
    const char *id;
    enum where where;
    const char *text;
    size_t length;
    const char *unless;
    enum finding_kind kind;
    const char *wrong, *remedy;
} hints[] = {
#define HINT(id, where, text, unless, kind, wrong, remedy)                                         \
    {id, where, text, sizeof(text) - 1, unless, FINDING_##kind, wrong, remedy},
#include "abi/script/checks.def"
#undef HINT
};
#define HINTS (sizeof(hints) / sizeof(hints[0]))
_Static_assert(HINTS <= 64, "script_hint_texts returns a set of them");

/* True if one of the texts, which are separated by '|', occurs. */
static bool holds_one(const void *data, size_t size, const char *texts)
{
    while (*texts != '\0') {
        size_t length = strcspn(texts, "|");

        if (memmem(data, size, texts, length) != NULL)
            return true;
        texts += length + (texts[length] == '|');
    }
    return false;
}

static bool lacks(const void *data, size_t size, const char *unless)
{
    return unless == NULL || !holds_one(data, size, unless);
}

static bool holds(const void *data, size_t size, const struct hint *hint)
{
    return memmem(data, size, hint->text, hint->length) != NULL && lacks(data, size, hint->unless);
}

uint64_t script_hint_texts(const void *data, size_t size, uint16_t machine)
{
    uint64_t found = 0;

    for (size_t i = 0; i < HINTS; i++)
        if ((hints[i].where == PROGRAM || (hints[i].where == ARM && machine == EM_AARCH64)) &&
            bytes_find(data, size, hints[i].text, hints[i].length) != NULL)
            found |= UINT64_C(1) << i;
    return found;
}

void script_hints(const void *data, size_t size, uint64_t found, struct strv *ret_ids)
{
    for (size_t i = 0; i < HINTS; i++)
        if ((found >> i & 1) != 0 && lacks(data, size, hints[i].unless) &&
            !strv_has(ret_ids, hints[i].id))
            strv_add(ret_ids, hints[i].id);
}

/* Messages that only these shells have. */
void script_hint_shell(const void *data, size_t size, struct strv *ret_ids)
{
    if (memmem(data, size, "trap: %s: bad trap", 18) != NULL &&
        memmem(data, size, "Bad fd number", 13) != NULL)
        strv_add(ret_ids, SCRIPT_HINT_DASH);
    if (memmem(data, size, "BASH_VERSINFO", 13) != NULL &&
        memmem(data, size, "GNU bash, version", 17) != NULL)
        strv_add(ret_ids, SCRIPT_HINT_BASH);
}

static struct finding *add(struct findings *findings, const struct hint *hint, const char *file)
{
    struct finding *row = findings_add(findings, hint->kind, file, NULL, NULL, NULL);

    finding_set_found(row, "%s: %s", hint->id, hint->wrong);
    finding_set_remedy(row, "%s", hint->remedy);
    return row;
}

/* Line number, from 1, of the first of these texts outside comments; 0: none. */
static unsigned code_line(const char *text, const char *wanted)
{
    const char *at = text, *found;
    unsigned line = 1;

    while ((found = strstr(at, wanted)) != NULL) {
        const char *begin = found, *word;

        for (; at < found; at++)
            line += *at == '\n';
        while (begin > text && begin[-1] != '\n')
            begin--;
        word = begin + strspn(begin, " \t");
        begin = memmem(begin, (size_t)(found - begin), " #", 2);
        if (*word != '#' && begin == NULL)
            return line;
        at = found + strcspn(found, "\n");
    }
    return 0;
}

char *script_interpreter(const char *text, bool *ret_by_name)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *line = text_ndup(text, strcspn(text, "\r\n"));

    *ret_by_name = false;
    if (!text_starts(line, "#!"))
        return NULL;
    strv_split(&words, line + 2, " \t");
    /* "#![…]" is an attribute of Rust. */
    if (words.count == 0 || words.items[0][0] != '/')
        return NULL;
    if (!text_ends(words.items[0], "/env"))
        return text_dup(words.items[0]);
    for (size_t i = 1; i < words.count; i++)
        if (words.items[i][0] != '-' && strchr(words.items[i], '=') == NULL) {
            *ret_by_name = true;
            return text_dup(words.items[i]);
        }
    return NULL;
}

/* "#!bin/sh", "#!sh"; "#![…]" is an attribute of Rust. */
static bool is_relative(const char *name, size_t length)
{
    size_t at = 0;

    while (at < length && (isalnum((unsigned char)name[at]) || strchr("._-/", name[at]) != NULL) &&
           name[at] != '\0')
        at++;
    return at < length && at > 0 && strchr(" \t\n", name[at]) != NULL;
}

bool script_is_one(const char *path, const char *head, size_t length)
{
    size_t at = 2;

    if (length > 2 && head[0] == '#' && head[1] == '!') {
        while (at < length && (head[at] == ' ' || head[at] == '\t'))
            at++;
        return at < length && (head[at] == '/' || is_relative(head + at, length - at));
    }
    return text_ends(path, ".sh") || strstr(path, "/DEBIAN/p") != NULL ||
           script_is_playbook(path) || text_starts(path, "/etc/cron.d/") ||
           script_is_python_main(path);
}

bool script_is_python_main(const char *path)
{
    return text_ends(path, "/__main__.py");
}

bool script_is_source(const char *path)
{
    return text_ends(path, ".py") || text_ends(path, ".pl");
}

bool script_is_playbook(const char *path)
{
    return (text_ends(path, ".yml") || text_ends(path, ".yaml")) &&
           (strstr(path, "/tasks/") != NULL || strstr(path, "/handlers/") != NULL ||
            strstr(path, "/roles/") != NULL || strstr(path, "playbook") != NULL ||
            strstr(path, "ansible") != NULL || strstr(path, "site.y") != NULL);
}

void script_check_text(const char *path, const char *text, bool shell, struct findings *findings)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < HINTS; i++) {
        bool applies = hints[i].where == SCRIPT || (hints[i].where == OTHER && !shell);
        unsigned line;

        if (applies && holds(text, length, &hints[i]) &&
            (line = code_line(text, hints[i].text)) > 0)
            add(findings, &hints[i], path)->line = line;
    }
}

void script_check_hints(const char *path, const struct strv *ids, struct findings *findings)
{
    for (size_t h = 0; h < ids->count; h++)
        for (size_t i = 0; i < HINTS; i++)
            if (hints[i].where != SCRIPT && hints[i].where != OTHER &&
                text_equal(hints[i].id, ids->items[h])) {
                add(findings, &hints[i], path);
                break;
            }
}
