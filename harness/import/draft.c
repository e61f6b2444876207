/* SPDX-License-Identifier: Apache-2.0 */
#include "import/draft.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define ID_BYTES 60

static bool has_id(const struct draft *draft, const char *id)
{
    vec_foreach (row, &draft->cases)
        if (text_equal(row->id, id))
            return true;
    return false;
}

/* A name of a suite's case: [a-z0-9][a-z0-9._+-]*. */
static char *make_id(const struct draft *draft, const char *name)
{
    _cleanup_buffer_ struct buffer text = {0};
    char *id;

    for (; *name != '\0' && text.length < ID_BYTES; name++) {
        char letter = (char)tolower((unsigned char)*name);
        bool good = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                    strchr("._+-", letter) != NULL;

        if (text.length == 0 && (!good || !isalnum((unsigned char)letter)))
            continue;
        letter = good ? letter : '-';
        buffer_add(&text, &letter, 1);
    }
    if (text.length == 0)
        buffer_text(&text, "case");
    id = text_dup(text.data);
    for (unsigned count = 2; has_id(draft, id); count++) {
        free(id);
        id = text_format("%.*s-%u", ID_BYTES - 6, text.data, count);
    }
    return id;
}

bool draft_wants(const struct draft *draft, const char *name)
{
    return draft->only == NULL || draft->only->count == 0 || strv_has(draft->only, name);
}

struct draft_case *draft_add_case(struct draft *draft, const char *name)
{
    char *id = make_id(draft, name);
    struct draft_case *row = vec_add(&draft->cases);

    row->id = id;
    row->title = text_dup(*name != '\0' ? name : id);
    row->item = ITEM_FUNCTION;
    row->timeout_s = 60;
    row->needs_install = true;
    return row;
}

void draft_skip(struct draft_case *row, const char *format, ...)
{
    va_list args;

    if (row->skip_reason != NULL)
        return;
    va_start(args, format);
    row->skip_reason = text_vformat(format, args);
    va_end(args);
}

void draft_add_tree(struct draft *draft, const char *folder)
{
    draft->tree = text_dup(folder);
    strv_add(&draft->programs, "unpack-tree");
}

void draft_note(struct draft *draft, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    strv_take(&draft->notes, text_vformat(format, args));
    va_end(args);
}

/* As in suite.rng. */
static bool is_package(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length <= 128 && isalnum((unsigned char)name[0]) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") ==
               length;
}

void draft_add_package(struct draft *draft, const char *family, const enum arch *arch,
                       const char *name)
{
    struct draft_packages *found = NULL;

    if (!is_package(name)) {
        draft_note(draft, "'%s' cannot be the name of a package and is left out", name);
        return;
    }
    vec_foreach (set, &draft->packages)
        if (strcmp(set->family, family) == 0 && set->only_arch == (arch != NULL) &&
            (arch == NULL || set->arch == *arch))
            found = set;
    if (found == NULL) {
        found = vec_add(&draft->packages);
        found->family = family;
        found->only_arch = arch != NULL;
        found->arch = arch != NULL ? *arch : ARCH_X86_64;
    }
    if (!strv_has(&found->names, name))
        strv_add(&found->names, name);
}

/* The names for one family and architecture. Caller frees. */
static char *names_for(const struct draft *draft, const char *family, enum arch arch)
{
    _cleanup_strv_ struct strv names = {0};

    vec_foreach (set, &draft->packages)
        if (strcmp(set->family, family) == 0 && (!set->only_arch || set->arch == arch))
            strv_copy(&names, &set->names);
    return strv_join(&names, " ");
}

static char *install_script(const struct draft *draft)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, "case $TOUCHSTONE_ARCH in\n");
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        _cleanup_free_ char *deb = names_for(draft, "deb", arch),
                            *rpm = names_for(draft, "rpm", arch);

        buffer_format(&text, "%s) set -- '%s' '%s' ;;\n", arch_name(arch), deb, rpm);
    }
    buffer_text(&text, "esac\nexec \"$TOUCHSTONE_SUITE/lib/install-packages\" \"$@\"\n");
    return buffer_steal(&text);
}

void draft_finish(struct draft *draft)
{
    struct draft_case *row, first;

    if (draft->packages.count == 0) {
        vec_foreach (other, &draft->cases)
            other->needs_install = false;
        return;
    }
    row = draft_add_case(draft, "install");
    free(row->title);
    row->title = text_dup("The packages install without a network");
    row->item = ITEM_INSTALL;
    row->timeout_s = 300;
    row->needs_install = false;
    row->script = install_script(draft);
    strv_add(&draft->programs, "install-packages");
    /* Cases run in this order. */
    first = *row;
    memmove(draft->cases.items + 1, draft->cases.items,
            (draft->cases.count - 1) * sizeof(*draft->cases.items));
    draft->cases.items[0] = first;
}

char *draft_quote(const char *text)
{
    _cleanup_buffer_ struct buffer quoted = {0};

    buffer_text(&quoted, "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buffer_text(&quoted, "'\\''");
        else
            buffer_add(&quoted, text, 1);
    }
    buffer_text(&quoted, "'");
    return buffer_steal(&quoted);
}

void draft_done(struct draft *draft)
{
    vec_foreach (row, &draft->cases) {
        free(row->id);
        free(row->title);
        free(row->script);
        free(row->skip_reason);
    }
    vec_done(&draft->cases);
    vec_foreach (set, &draft->packages)
        strv_done(&set->names);
    vec_done(&draft->packages);
    strv_done(&draft->programs);
    strv_done(&draft->notes);
    free(draft->product);
    free(draft->vendor);
    free(draft->tree);
}
