/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The composite.xml of the Phoronix Test Suite (its result-file.xsd). A benchmark passes if it
 * produced its figure, which its point has as original status; whether the figure is good is not
 * judged. A file into which the results of several systems were merged is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "suite/protocols.h"
#include "suite/report.h"
#include "suite/xml_stream.h"

/* Depths of <Result>, of what is in it, of <Entry>, and of what is in that. */
enum { RESULT_DEPTH = 1, MEMBER_DEPTH, ENTRY_DEPTH, VALUE_DEPTH };

enum text { SYSTEM, ID, TITLE, VARIANT, SCALE, DISPLAY, OWNER, VALUE, JSON, TEXTS };
static const struct {
    const char *name;
    size_t depth;
    bool of_result; /* inside <Result>, not <System> */
} places[TEXTS] = {
    [SYSTEM] = {"Identifier", MEMBER_DEPTH, false},
    [ID] = {"Identifier", MEMBER_DEPTH, true},
    [TITLE] = {"Title", MEMBER_DEPTH, true},
    [VARIANT] = {"Description", MEMBER_DEPTH, true},
    [SCALE] = {"Scale", MEMBER_DEPTH, true},
    [DISPLAY] = {"DisplayFormat", MEMBER_DEPTH, true},
    [OWNER] = {"Identifier", VALUE_DEPTH, true},
    [VALUE] = {"Value", VALUE_DEPTH, true},
    [JSON] = {"JSON", VALUE_DEPTH, true},
};

struct phoronix {
    struct report *report;
    char *texts[TEXTS]; /* of the system and of the open <Result>; NULL: not there */
    size_t systems, entries;
    bool in_result;
};

static const char *text_at(const struct phoronix *file, enum text text)
{
    return file->texts[text] != NULL ? file->texts[text] : "";
}

static bool is_at(const struct stream_element *element, size_t depth, const char *name)
{
    return element->depth == depth && strcmp(element->name, name) == 0;
}

static void forget(struct phoronix *file, enum text first)
{
    for (size_t i = first; i < TEXTS; i++) {
        free(file->texts[i]);
        file->texts[i] = NULL;
    }
}

/* One word, or several separated by commas. */
static enum status judge_words(const char *value)
{
    enum status status = STATUS_PASS;
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, value, ",");
    for (size_t i = 0; i < words.count; i++) {
        if (strcmp(words.items[i], "FAIL") == 0)
            return STATUS_FAIL;
        if (strcmp(words.items[i], "PASS") != 0)
            status = STATUS_ERROR;
    }
    return words.count > 0 ? status : STATUS_ERROR;
}

/* One number, or several separated by commas. */
static bool are_numbers(const char *value)
{
    char *end;

    for (;; value = end + 1) {
        strtod(value, &end);
        if (end == value || (*end != ',' && *end != '\0'))
            return false;
        if (*end == '\0')
            return true;
    }
}

static bool is_judged_by_words(const char *display)
{
    return strcmp(display, "PASS_FAIL") == 0 || strcmp(display, "MULTI_PASS_FAIL") == 0;
}

static enum status judge(const char *display, const char *value)
{
    if (is_judged_by_words(display))
        return judge_words(value);
    if (strcmp(display, "IMAGE_COMPARISON") == 0)
        return *value != '\0' ? STATUS_DONE : STATUS_ERROR;
    return are_numbers(value) ? STATUS_PASS : STATUS_ERROR;
}

/* What the client says of a test without a value. Caller frees. */
static char *error_of(const char *text)
{
    _cleanup_json_ json_t *json = json_loads(text, 0, NULL);
    const char *error = json_string_value(json_object_get(json, "error"));

    return text_dup(error != NULL ? error : "it has no value");
}

static void add_result(struct phoronix *file)
{
    const char *display = text_at(file, DISPLAY), *value = text_at(file, VALUE);
    const char *name = text_at(file, file->texts[ID] != NULL && *file->texts[ID] ? ID : TITLE);
    const char *variant = text_at(file, VARIANT);
    _cleanup_free_ char *whole = text_format("%s%s%s", name, *variant ? ": " : "", variant);
    _cleanup_free_ char *detail = *value == '\0' ? error_of(text_at(file, JSON)) : NULL;
    _cleanup_free_ char *raw = is_judged_by_words(display)
                                   ? text_dup(value)
                                   : text_format("%s %s", value, text_at(file, SCALE));

    if (file->entries != 1 || strcmp(text_at(file, OWNER), text_at(file, SYSTEM)) != 0)
        report_break(file->report, "a result is not that of its system alone, but has %zu entries",
                     file->entries);
    report_add(file->report, judge(display, value), whole, detail,
               strcmp(display, "IMAGE_COMPARISON") == 0 ? display : raw);
}

static void on_open(void *data, const struct stream_element *element)
{
    struct phoronix *file = data;

    if (element->depth == 0 && strcmp(element->name, "PhoronixTestSuite") != 0)
        report_break(file->report, "its root is not <PhoronixTestSuite>");
    file->systems += is_at(element, RESULT_DEPTH, "System");
    file->entries += file->in_result && is_at(element, ENTRY_DEPTH, "Entry");
    if (!is_at(element, RESULT_DEPTH, "Result"))
        return;
    forget(file, ID);
    file->entries = 0;
    file->in_result = true;
}

static void on_close(void *data, const struct stream_element *element)
{
    struct phoronix *file = data;

    for (size_t i = 0; i < TEXTS; i++)
        if (is_at(element, places[i].depth, places[i].name) &&
            file->in_result == places[i].of_result)
            text_replace(&file->texts[i], element->text);
    if (!is_at(element, RESULT_DEPTH, "Result"))
        return;
    add_result(file);
    file->in_result = false;
}

static void read_phoronix(struct report *report, const char *text, size_t length)
{
    static const struct stream_events events = {.open = on_open, .close = on_close};
    struct phoronix file = {.report = report};
    _cleanup_free_ char *fault = xml_stream_read(text, length, &events, &file);

    if (fault != NULL)
        report_break(report, "%s", fault);
    else if (file.systems != 1)
        report_break(report, "it has the results of %zu systems instead of one", file.systems);
    forget(&file, SYSTEM);
}

void protocol_phoronix(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "Phoronix", REPORT_FILE, "composite.xml", read_phoronix);
}
