/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix and the state of its evidence; titles from the files of the plan. */
#include "reports/report.h"
#include "reports/again.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "reports/cell_view.h"
#include "store/evidence.h"
#include "store/store.h"

const char *const report_print_words[REPORT_PRINT_COUNT] = {"failing", "all", "none"};

void report_done(struct report *report)
{
    if (report->source != NULL)
        error_free(report->source->err);
    free(report->source);
    matrix_done(&report->matrix);
    strv_done(&report->names);
    text_map_done(&report->places);
    vec_foreach (platform, &report->platforms)
        platform_free(*platform);
    vec_done(&report->platforms);
    vec_foreach (image, &report->images)
        image_free(*image);
    vec_done(&report->images);
    vec_foreach (suite, &report->suites)
        suite_free(*suite);
    vec_done(&report->suites);
}

struct error *report_error(const struct report *report)
{
    return steal_ptr(report->source->err);
}

#define FIND(report, list, wanted)                                                                 \
    do {                                                                                           \
        vec_foreach (one, &(report)->list)                                                         \
            if (strcmp((*one)->name, wanted) == 0)                                                 \
                return *one;                                                                       \
        return NULL;                                                                               \
    } while (0)

const struct platform *report_platform(const struct report *report, const char *name)
{
    FIND(report, platforms, name);
}

const struct image *report_image(const struct report *report, const char *name)
{
    FIND(report, images, name);
}

const struct suite *report_suite(const struct report *report, const char *name)
{
    FIND(report, suites, name);
}

static const char *choose(const struct report *report, const char *title, const char *title_zh,
                          const char *otherwise)
{
    if (report->language == LANGUAGE_ZH && title_zh != NULL)
        return title_zh;
    return title != NULL ? title : otherwise;
}

const char *report_platform_title(const struct report *report, const char *name)
{
    const struct platform *platform = report_platform(report, name);

    return platform != NULL ? choose(report, platform->title, platform->title_zh, name) : name;
}

const char *report_image_title(const struct report *report, const char *name)
{
    const struct image *image = report_image(report, name);

    return image != NULL && image->title != NULL ? image->title : name;
}

const char *report_suite_title(const struct report *report, const char *name)
{
    const struct suite *suite = report_suite(report, name);

    return suite != NULL ? choose(report, suite->title, suite->title_zh, name) : name;
}

const char *report_case_title(const struct report *report, const char *suite_name,
                              const char *case_id)
{
    const struct suite *suite = report_suite(report, suite_name);
    const struct suite_case *row = suite != NULL ? suite_find_case(suite, case_id) : NULL;

    return row != NULL ? choose(report, row->title, row->title_zh, NULL) : NULL;
}

char *report_show_command(const struct report *report, const struct matrix_cell *cell,
                          const char *case_id)
{
    struct buffer out = {0};

    again_program(&out);
    buffer_format(&out, " show %s/%s/%s --run %s%s%s", cell->cell.image, cell->cell.platform,
                  cell->cell.suite, report->matrix.run.id, case_id != NULL ? " --case " : "",
                  case_id != NULL ? case_id : "");
    return buffer_steal(&out);
}

char *report_open_command(const struct report *report, const struct matrix_cell *cell)
{
    _cleanup_free_ char *again = again_command(&report->matrix.run, &cell->cell, true);
    struct buffer out = {0};

    if (cell->judgement.verdict != VERDICT_INCOMPATIBLE)
        return NULL;
    buffer_format(&out, "%s; ", again);
    again_program(&out);
    buffer_format(&out, " shell %s/%s/%s", cell->cell.image, cell->cell.platform, cell->cell.suite);
    return buffer_steal(&out);
}

int report_output(const struct report *report, const struct evidence *blob, size_t limit,
                  size_t *budget, struct buffer *ret_text, uint64_t *ret_skipped,
                  struct error **err)
{
    _cleanup_buffer_ struct buffer raw = {0};
    size_t bytes = limit < *budget ? limit : *budget, start = 0;
    uint64_t skipped = 0;
    struct error *why = NULL;
    int code =
        evidence_read_tail(report->home, blob->sha256, blob->size, bytes, &raw, &skipped, &why);

    if (code < 0) {
        log_warning("evidence '%s' cannot be shown: %s", blob->name, error_message(why));
        *err = why;
        return code;
    }
    *budget -= raw.length;
    /* The first byte may be inside a UTF-8 character. */
    while (skipped > 0 && start < raw.length && start < 3 &&
           ((unsigned char)raw.data[start] & 0xc0) == 0x80)
        start++;
    if (raw.length > start)
        buffer_printable(ret_text, raw.data + start, raw.length - start, true);
    *ret_skipped = skipped + start;
    return 0;
}

bool report_is_stream(const struct evidence *blob)
{
    return strcmp(blob->name, "stdout") == 0 || strcmp(blob->name, "stderr") == 0;
}
