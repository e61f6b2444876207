/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of verbs and options: consistent, and documented in the man pages. */
#include <ctype.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/options.h"
#include "cunit_run.h"

static void test_letters(void)
{
    for (enum option_id a = 0; a < OPTION_COUNT; a++) {
        size_t uses = 0;

        for (enum option_id b = 0; b < a; b++) {
            CU_ASSERT(option_letter(a) == 0 || option_letter(a) != option_letter(b));
            CU_ASSERT(strcmp(option_name(a), option_name(b)) != 0);
        }
        for (const struct option_use *use = option_uses; use->verbs != NULL; use++)
            uses += use->id == a;
        if (uses == 0)
            printf("\n--%s is in no verb", option_name(a));
        CU_ASSERT(uses > 0);
    }
}

/* Lists of verbs contain existing verbs, and a verb has an option only once. */
static void test_verbs(void)
{
    for (const struct option_use *use = option_uses; use->verbs != NULL; use++) {
        _cleanup_strv_ struct strv names = {0};

        strv_split(&names, use->verbs, ",");
        for (size_t i = 0; i < names.count; i++) {
            if (strcmp(names.items[i], "*") == 0)
                continue;
            if (verb_find(names.items[i]) == NULL)
                printf("\n--%s: there is no verb '%s'", option_name(use->id), names.items[i]);
            CU_ASSERT(verb_find(names.items[i]) != NULL);
            for (const struct option_use *other = option_uses; other < use; other++)
                CU_ASSERT(other->id != use->id || use->id == OPTION_COUNT ||
                          !option_in_verb(other->verbs, names.items[i]));
        }
    }
    for (const struct option_former *row = option_formers; row->verbs != NULL; row++) {
        _cleanup_strv_ struct strv names = {0};

        CU_ASSERT(row->letter != option_letter(row->id));
        strv_split(&names, row->verbs, ",");
        for (size_t i = 0; i < names.count; i++)
            CU_ASSERT(verb_find(names.items[i]) != NULL);
    }
    for (size_t i = 0; i < OPTION_FORMER_NAMES; i++) {
        const struct option_former_name *row = &option_former_names[i];

        CU_ASSERT(row->name != NULL && verb_find(row->verbs) != NULL);
        for (enum option_id id = 0; id < OPTION_COUNT; id++)
            CU_ASSERT(!text_equal(row->name, option_name(id)));
    }
}

static void test_words(void)
{
    static const struct {
        const char *verb;
        size_t min, max;
    } rows[] = {
        {"run", 0, 0},       {"matrix", 0, 1},   {"show", 1, 1}, {"shell", 0, 1},
        {"image add", 1, 2}, {"abi diff", 2, 2}, {"help", 0, 2}, {"abi check", 1, SIZE_MAX},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t min, max;

        verb_count_words(verb_find(rows[i].verb), &min, &max);
        CHECK_INT(min, rows[i].min);
        CHECK_INT(max, rows[i].max);
    }
}

/* A page without markup: "-i, --image IMAGE". */
static char *read_page(const char *verb)
{
    _cleanup_free_ char *group = text_ndup(verb, strcspn(verb, " "));
    bool of_program = strcmp(verb, "help") == 0;
    _cleanup_free_ char *path = text_format("%s/harness/man/touchstone%s%s.1.scd", TS_SOURCE_DIR,
                                            of_program ? "" : "-", of_program ? "" : group);
    _cleanup_buffer_ struct buffer text = {0};
    struct buffer plain = {0};

    if (path_read(path, 1 << 20, &text, NULL) < 0) {
        printf("\n%s has no page '%s'", verb, path);
        return NULL;
    }
    for (const char *at = text.data; *at != '\0'; at++) {
        bool inside =
            at > text.data && isalnum((unsigned char)at[-1]) && isalnum((unsigned char)at[1]);

        if (strchr("*\\", *at) == NULL && (*at != '_' || inside) && strncmp(at, "++\n", 3) != 0 &&
            !(at > text.data && strncmp(at - 1, "++\n", 3) == 0))
            buffer_add(&plain, at, 1);
    }
    return buffer_steal(&plain);
}

static const char *section(const char *page, const char *name)
{
    _cleanup_free_ char *heading = text_format("\n# %s\n", name);

    return strstr(page, heading);
}

/* Each option is at the beginning of a line, as in --help. */
static bool tells(const char *page, const struct option_use *use)
{
    char letter = option_letter(use->id);
    _cleanup_free_ char *line =
        letter != 0
            ? text_format("\n-%c, --%s%s%s\n", letter, option_name(use->id),
                          use->argument != NULL ? " " : "",
                          use->argument != NULL ? use->argument : "")
            : text_format("\n--%s%s%s\n", option_name(use->id), use->argument != NULL ? " " : "",
                          use->argument != NULL ? use->argument : "");

    if (strstr(page, line) != NULL)
        return true;
    printf("\nthe page lacks the line '%.*s'", (int)strlen(line) - 2, line + 1);
    return false;
}

static bool is_option(const char *name, size_t length)
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (strlen(option_name(id)) == length && strncmp(option_name(id), name, length) == 0)
            return true;
    return strncmp(name, "version", length) == 0;
}

static void test_pages(void)
{
    for (const struct verb *verb = verbs; verb->name != NULL; verb++) {
        _cleanup_free_ char *page = NULL, *options = NULL, *synopsis = NULL;

        if (verb->hidden && strncmp(verb->name, "abi ", 4) != 0)
            continue;
        page = read_page(verb->name);
        CU_ASSERT_FATAL(page != NULL);
        /* The page of plan refers to that of run. */
        options = read_page(strcmp(verb->name, "plan") == 0 ? "run" : verb->name);
        synopsis = text_format("\ntouchstone %s", verb->name);
        if (strstr(section(page, "SYNOPSIS"), synopsis) == NULL)
            printf("\nthe page of '%s' does not have it in its synopsis", verb->name);
        CU_ASSERT(strstr(section(page, "SYNOPSIS"), synopsis) != NULL);
        for (const struct option_use *use = option_uses; use->verbs != NULL; use++)
            if (use->id != OPTION_COUNT && use->id != OPTION_HELP &&
                option_in_verb(use->verbs, verb->name) && !tells(options, use)) {
                printf(" (%s)", verb->name);
                CU_FAIL("an option is not told");
            }
        for (const char *at = page; at = strstr(at, "--"), at != NULL;) {
            size_t length = strspn(at += 2, "abcdefghijklmnopqrstuvwxyz0123456789-");

            if (length > 0 && !is_option(at, length)) {
                printf("\nthe page of '%s' has '--%.*s', which is no option", verb->name,
                       (int)length, at);
                CU_FAIL("an option that is not");
            }
        }
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"letters", test_letters},
                           {"verbs", test_verbs},
                           {"words", test_words},
                           {"pages", test_pages},
                           CU_TEST_INFO_NULL};

    return cunit_run("options", tests);
}
