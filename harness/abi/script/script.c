/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of checks.def, and first lines of scripts. */
#include "abi/script/script.h"

#include <elf.h>
#include <string.h>

#include "base/cleanup.h"

enum where { SCRIPT, PROGRAM, ARM };

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

static bool holds(const void *data, size_t size, const struct hint *hint)
{
    return memmem(data, size, hint->text, hint->length) != NULL &&
           (hint->unless == NULL || memmem(data, size, hint->unless, strlen(hint->unless)) == NULL);
}

void script_hints(const void *data, size_t size, uint16_t machine, struct strv *ret_ids)
{
    for (size_t i = 0; i < HINTS; i++)
        if ((hints[i].where == PROGRAM || (hints[i].where == ARM && machine == EM_AARCH64)) &&
            holds(data, size, &hints[i]) && !strv_has(ret_ids, hints[i].id))
            strv_add(ret_ids, hints[i].id);
}

static void add(struct findings *findings, const struct hint *hint, const char *file)
{
    struct finding *row = findings_add(findings, hint->kind, file, NULL, NULL, NULL);

    finding_set_found(row, "%s: %s", hint->id, hint->wrong);
    finding_set_remedy(row, "%s", hint->remedy);
}

char *script_interpreter(const char *text, bool *ret_by_name)
{
    _cleanup_strv_ struct strv words = {0};
    _cleanup_free_ char *line = text_ndup(text, strcspn(text, "\r\n"));

    *ret_by_name = false;
    if (!text_starts(line, "#!"))
        return NULL;
    strv_split(&words, line + 2, " \t");
    if (words.count == 0)
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

void script_check_text(const char *path, const char *text, struct findings *findings)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < HINTS; i++)
        if (hints[i].where == SCRIPT && holds(text, length, &hints[i]))
            add(findings, &hints[i], path);
}

void script_check_hints(const char *path, const struct strv *ids, struct findings *findings)
{
    for (size_t h = 0; h < ids->count; h++)
        for (size_t i = 0; i < HINTS; i++)
            if (hints[i].where != SCRIPT && text_equal(hints[i].id, ids->items[h])) {
                add(findings, &hints[i], path);
                break;
            }
}
