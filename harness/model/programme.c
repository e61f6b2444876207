/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a programme, and ownership of its parts. */
#include "model/programme.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/said.h"

static const char *const probe_names[PROBE_COUNT] = {
    [PROBE_FOOTPRINT] = "footprint", [PROBE_DEPENDENCIES] = "dependencies",
    [PROBE_SERVICE] = "service",     [PROBE_FILES] = "files",
    [PROBE_KERNEL] = "kernel",       [PROBE_ADVISORIES] = "advisories",
    [PROBE_VIRUS] = "virus",
};
const struct words programme_probe_words = {probe_names, NULL, PROBE_COUNT};

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_VENDOR] = "vendor", [FIELD_BUSINESS] = "business", [FIELD_HARDWARE] = "hardware",
    [FIELD_OS] = "os",         [FIELD_VERSION] = "version",   [FIELD_CONTACT] = "contact",
    [FIELD_HOST] = "host",     [FIELD_TOOLS] = "tools",       [FIELD_TIME] = "time",
    [FIELD_TESTER] = "tester", [FIELD_REVIEWER] = "reviewer",
};
const struct words programme_field_words = {field_names, NULL, FIELD_COUNT};

static const char *const state_names[PROGRAMME_STATE_COUNT] = {
    [PROGRAMME_FAILED] = "failed",
    [PROGRAMME_NOT_MEASURED] = "not-measured",
    [PROGRAMME_NEEDS_HARDWARE] = "needs-real-hardware",
    [PROGRAMME_TRIAL] = "trial",
    [PROGRAMME_PASSED] = "passed",
};
const struct words programme_state_words = {state_names, NULL, PROGRAMME_STATE_COUNT};

const char *programme_state_name_zh(enum programme_state state)
{
    static const char *const names[PROGRAMME_STATE_COUNT] = {"不通过", "未测试", "需真实硬件",
                                                             "试运行", "通过"};

    return names[state];
}

int programme_state_rank(enum programme_state state)
{
    return state == PROGRAMME_PASSED ? 2 : state == PROGRAMME_TRIAL ? 1 : 0;
}

bool programme_has_platform(const struct programme *programme, const char *platform)
{
    for (size_t i = 0; i < programme->platforms.count; i++)
        if (fnmatch(programme->platforms.items[i], platform, FNM_NOESCAPE) == 0)
            return true;
    return programme->platforms.count == 0;
}

static void text_done(struct programme_text *text)
{
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        free(text->in[language]);
}

static void item_done(struct programme_item *item)
{
    free(item->id);
    text_done(&item->class);
    text_done(&item->title);
    text_done(&item->criterion);
    free(item->evidence);
    vec_foreach (criterion, &item->criteria) {
        strv_done(&criterion->patterns);
        free(criterion->key);
    }
    vec_done(&item->criteria);
}

void programme_free(struct programme *programme)
{
    if (programme == NULL)
        return;
    free(programme->name);
    text_done(&programme->title);
    free(programme->source);
    strv_done(&programme->systems);
    strv_done(&programme->platforms);
    vec_done(&programme->fields);
    vec_foreach (level, &programme->levels) {
        free(level->id);
        text_done(&level->title);
    }
    vec_done(&programme->levels);
    vec_foreach (item, &programme->items)
        item_done(item);
    vec_done(&programme->items);
    free(programme);
}

void programme_subject_done(struct programme_subject *subject)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        free(subject->stated[field]);
}

static const struct {
    const char *word, *text[LANGUAGE_COUNT];
} whys[WHY_COUNT] = {
#define WHY(name, word, en, zh) [WHY_##name] = {word, {en, zh}},
#include "model/programme_why.def"
#undef WHY
};

const char *programme_why_name(enum programme_why why)
{
    return whys[why].word;
}

void programme_notes_add(struct programme_notes *notes, enum programme_why why, const char *object,
                         const char *detail)
{
    *vec_add(notes) = (struct programme_note){why, text_dup(object), text_dup(detail)};
}

void programme_notes_done(struct programme_notes *notes)
{
    vec_foreach (note, notes) {
        free(note->object);
        free(note->detail);
    }
    vec_done(notes);
}

/* Others are about a name: of a case, an image, an observation. */
static bool is_about_words(enum programme_why why)
{
    return why == WHY_NO_EVIDENCE || why == WHY_NO_FOOTPRINT || why == WHY_NO_SERVICE ||
           why == WHY_NO_CHECK || why == WHY_NOT_LOOKED || why == WHY_OPEN || why == WHY_FOUND;
}

char *programme_note_text(const struct programme_note *note, enum language language)
{
    _cleanup_free_ char *object =
        is_about_words(note->why) ? said_in(note->object, language) : text_dup(note->object);
    _cleanup_free_ char *detail = said_in(note->detail, language);
    struct buffer text = {0};
    enum grade grade;

    if (note->why == WHY_GRADE && language == LANGUAGE_ZH && grade_parse(note->object, &grade))
        text_replace(&object, grade_name_zh(grade));
    buffer_format(&text, whys[note->why].text[language], object);
    if (detail != NULL)
        buffer_format(&text, language == LANGUAGE_ZH ? "：%s" : ": %s", detail);
    return buffer_steal(&text);
}

void programme_mark_done(struct programme_mark *mark)
{
    programme_notes_done(&mark->notes);
    programme_notes_done(&mark->basis);
    vec_foreach (proof, &mark->proofs) {
        free(proof->case_id);
        free(proof->name);
    }
    vec_done(&mark->proofs);
}
