/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the statements of certificate.json, and compares the rest with what the records give. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "certificate/content.h"
#include "certificate/folder.h"

#define WHAT CONTENT_FILE
enum { IMAGES_MAX = 10000, TEXT_MAX = 4096, DIFFERENCES_MAX = 20, SHOWN_MAX = 80 };

/* NULL in the document is NULL. */
static int read_text(const json_t *json, const char *key, char **ret_text, struct error **err)
{
    const json_t *value = json_object_get(json, key);

    if (json_is_null(value))
        return 0;
    if (!json_is_string(value) || json_string_length(value) > TEXT_MAX)
        return error_set(err, -EBADMSG, "'%s' is not a text", key);
    *ret_text = text_dup(json_string_value(value));
    return 0;
}

static int read_format(const json_t *json, struct error **err)
{
    const json_t *format = json_object_get(json, "format");
    const char *name = json_string_value(json_object_get(format, "name"));
    int64_t version = 0;

    if (!text_equal(name, CONTENT_FORMAT))
        return error_set(err, -EBADMSG, "it is not a certificate of touchstone");
    if (json_get_integer(format, WHAT, "version", 1, INT64_MAX, &version, err) < 0)
        return -EBADMSG;
    return version <= CONTENT_VERSION
               ? 0
               : error_set(err, -EBADMSG, "version %lld of the format is newer than this program",
                           (long long)version);
}

static int read_until(const json_t *json, struct certificate_statement *to, struct error **err)
{
    _cleanup_free_ char *until = NULL;
    int code = read_text(json, "valid_until", &until, err);

    if (code < 0 || until == NULL)
        return code;
    if (!waiver_is_date(until))
        return error_set(err, -EBADMSG, "'valid_until' is not a date: '%s'", until);
    memcpy(to->valid_until, until, sizeof(to->valid_until));
    return 0;
}

static int read_stated(const json_t *json, struct certificate_statement *to, struct error **err)
{
    json_t *stated = json_object_get(json, "stated"), *value;
    const char *key;

    json_object_foreach(stated, key, value)
    {
        int field;
        int code;

        if (!words_find(&programme_field_words, key, &field) || to->stated.stated[field] != NULL)
            return error_set(err, -EBADMSG, "'%s' cannot be stated", key);
        code = read_text(stated, key, &to->stated.stated[field], err);
        if (code < 0)
            return code;
    }
    return 0;
}

static int read_scope(const json_t *json, struct certificate_scope *to, struct error **err)
{
    const json_t *scope = json_object_get(json, "scope"), *run = json_object_get(json, "run");
    const char *state = NULL;
    json_t *images = NULL, *image;
    size_t i;
    int code = read_text(json, "suite", &to->suite, err);

    if (code == 0)
        code = json_get_array(scope, WHAT, "images", IMAGES_MAX, &images, err);
    if (code == 0)
        code = json_get_string(run, WHAT, "state", &state, err);
    if (code == 0)
        code = json_get_integer(run, WHAT, "ended_ms", 0, INT64_MAX, &to->ended_ms, err);
    if (code < 0)
        return code;
    if (!text_is_name(to->suite) || !run_state_parse(state, &to->state))
        return error_set(err, -EBADMSG, "the suite or the state of the run is not one");
    json_array_foreach(images, i, image)
    {
        const char *name = json_string_value(image);

        if (!text_is_name(name) || strv_has(&to->images, name))
            return error_set(err, -EBADMSG, "the images of the scope are not names, each once");
        strv_add(&to->images, name);
    }
    return 0;
}

int content_read(const json_t *json, struct certificate_statement *ret_statement,
                 struct error **err)
{
    _cleanup_(certificate_statement_done) struct certificate_statement to = {.version = NULL};
    const char *version = NULL;
    int64_t rules = 0;
    int code = read_format(json, err);

    if (code == 0)
        code = json_get_string(json, WHAT, "version", &version, err);
    if (code == 0)
        code = json_get_integer(json, WHAT, "rules", 1, UINT32_MAX, &rules, err);
    if (code == 0)
        code = json_get_integer(json, WHAT, "created_ms", 0, INT64_C(1) << 50, &to.created_ms, err);
    if (code == 0)
        code = read_text(json, "identity", &to.identity, err);
    if (code == 0)
        code = read_until(json, &to, err);
    if (code == 0)
        code = read_stated(json, &to, err);
    if (code == 0)
        code = read_scope(json, &to.scope, err);
    if (code < 0)
        return code;
    to.attested = json_is_true(json_object_get(json, "attested"));
    to.version = text_dup(version);
    to.rules = (unsigned)rules;
    *ret_statement = to;
    memset(&to, 0, sizeof(to));
    return 0;
}

/* --- comparing ---------------------------------------------------------------------------- */

struct comparing {
    bool exact;
    enum problem_kind kind;
    struct problems *problems;
    size_t count;
};

/* Texts for people, which another version may word otherwise. */
static bool is_prose(const char *key)
{
    static const char *const keys[] = {"title",  "title_zh", "level_title", "level_title_zh",
                                       "text",   "text_zh",  "reason",      "detail",
                                       "class",  "class_zh", "criterion",   "criterion_zh",
                                       "limits", "created",  "ended",       "file"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* A value in a message, not too long. Caller frees. */
static char *show(const json_t *value)
{
    _cleanup_free_ char *text =
        value == NULL ? text_dup("nothing") : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    return text != NULL && strlen(text) > SHOWN_MAX ? text_format("%.*s…", SHOWN_MAX, text)
                                                    : text_dup(text);
}

static void add_difference(struct comparing *in, const char *where, const json_t *should,
                           const json_t *is)
{
    _cleanup_free_ char *expected = show(should), *found = show(is);

    if (in->count++ < DIFFERENCES_MAX)
        problems_add(in->problems, in->kind, CONTENT_FILE, "%s is %s, but the records give %s",
                     where, found, expected);
}

static void compare(struct comparing *in, const char *where, const json_t *should,
                    const json_t *is);

static void compare_objects(struct comparing *in, const char *where, json_t *should, json_t *is)
{
    const char *key;
    json_t *value;

    json_object_foreach(should, key, value)
    {
        _cleanup_free_ char *below = text_format("%s%s%s", where, where[0] ? "/" : "", key);

        if (in->exact || !is_prose(key))
            compare(in, below, value, json_object_get(is, key));
    }
    if (!in->exact)
        return;
    json_object_foreach(is, key, value)
    {
        _cleanup_free_ char *below = text_format("%s%s%s", where, where[0] ? "/" : "", key);

        if (json_object_get(should, key) == NULL)
            add_difference(in, below, NULL, value);
    }
}

/* An entry is named by what identifies it. */
static char *entry_name(const char *where, const json_t *entry, size_t place)
{
    const char *id = json_string_value(json_object_get(entry, "id"));
    const char *platform = json_string_value(json_object_get(entry, "platform"));
    const char *name = id != NULL ? id : platform;

    return name != NULL ? text_format("%s/%s", where, name) : text_format("%s/%zu", where, place);
}

static void compare_arrays(struct comparing *in, const char *where, const json_t *should,
                           const json_t *is)
{
    size_t count = json_array_size(should), found = json_array_size(is);

    for (size_t i = 0; i < count || i < found; i++) {
        const json_t *expected = json_array_get(should, i);
        _cleanup_free_ char *below =
            entry_name(where, expected != NULL ? expected : json_array_get(is, i), i);

        compare(in, below, expected, json_array_get(is, i));
    }
}

/* As deep as what this program writes: `should` decides. */
static void compare(struct comparing *in, const char *where, const json_t *should, const json_t *is)
{
    if (in->count >= DIFFERENCES_MAX)
        return;
    if (should == NULL || is == NULL || json_typeof(should) != json_typeof(is))
        add_difference(in, where, should, is);
    else if (json_is_object(should))
        compare_objects(in, where, (json_t *)should, (json_t *)is);
    else if (json_is_array(should))
        compare_arrays(in, where, should, is);
    else if (!json_equal(should, is))
        add_difference(in, where, should, is);
}

void content_compare(const json_t *should, const json_t *is, bool exact, enum problem_kind kind,
                     struct problems *problems)
{
    struct comparing in = {.exact = exact, .kind = kind, .problems = problems};

    compare(&in, "", should, is);
}
