/* SPDX-License-Identifier: Apache-2.0 */
/* A report of a sample store, with titles as in the files of a plan, and its text. */
#ifndef TS_TESTS_SAMPLE_REPORT_H
#define TS_TESTS_SAMPLE_REPORT_H

#include "reports/format.h"
#include "reports/report.h"
#include "sample_matrix.h"

static inline void sample_titles(struct report *report)
{
    struct platform *platform = text_calloc(1, sizeof(*platform));
    struct image *image = text_calloc(1, sizeof(*image));
    struct suite *suite = text_calloc(1, sizeof(*suite));
    struct run_input *input;

    platform->name = text_dup("kunpeng");
    platform->title = text_dup("Kunpeng 920");
    platform->title_zh = text_dup("鲲鹏 920");
    platform->part = text_dup("HiSilicon Kunpeng 920, TaiShan v110");
    *vec_add(&report->platforms) = platform;
    image->name = text_dup(SAMPLE_IMAGE);
    image->title = text_dup("Debian 12 stand-in, aarch64");
    image->arch = ARCH_AARCH64;
    image->stand_in = true;
    image->os_id = text_dup("debian");
    image->os_version = text_dup("12");
    image->disk.path = text_dup("/images/disk.img");
    digest_of_memory("disk", 4, image->disk.sha256);
    *vec_add(&report->images) = image;
    suite->name = text_dup("redis");
    suite->title = text_dup("Redis key-value store");
    suite->title_zh = text_dup("Redis 键值数据库");
    suite->product = text_dup("Redis");
    *vec_add(&report->suites) = suite;
    input = vec_add(&report->matrix.run.inputs);
    input->kind = text_dup("image");
    input->name = text_dup(SAMPLE_IMAGE);
    input->path = text_dup("/nowhere");
    digest_of_memory("image", 5, input->sha256);
}

static inline void sample_report(struct store *store, const char *home, enum language language,
                                 struct report *ret_report)
{
    struct error *err = NULL;

    if (report_load(store, home, SAMPLE_RUN, NULL, ret_report, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
    ret_report->language = language;
    sample_titles(ret_report);
}

__attribute__((unused)) static void sample_add_folder(const char *folder, struct buffer *all)
{
    _cleanup_strv_ struct strv names = {0};

    CHECK_INT(path_list(folder, &names, NULL), 0);
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);
        _cleanup_buffer_ struct buffer text = {0};

        if (path_is_folder(path)) {
            sample_add_folder(path, all);
            continue;
        }
        CHECK_INT(path_read(path, 8 << 20, &text, NULL), 0);
        buffer_format(all, "== %s\n%s", names.items[i], text.data);
    }
}

/* The files of a report that is a folder, one after the other. Caller frees. */
__attribute__((noinline, unused)) static char *
sample_written_folder(const struct report *report, const struct report_format *format)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    struct buffer all = {0};
    struct error *err = NULL;

    if (format->write_folder(report, folder, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
    sample_add_folder(folder, &all);
    return buffer_steal(&all);
}

/* Caller frees. Not inline: GCC 12 then takes pointers into the text for pointers to the variable.
 */
__attribute__((noinline, unused)) static char *sample_written(const struct report *report,
                                                              const char *name)
{
    const struct report_format *format = report_format_find(name);
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    CU_ASSERT_FATAL(format != NULL);
    if (format->write == NULL)
        return sample_written_folder(report, format);
    out = open_memstream(&text, &size);
    format->write(report, out);
    CHECK_INT(fclose(out), 0);
    if (strcmp(name, "xlsx") != 0) /* the only one that is not text */
        CHECK_INT(strlen(text), size);
    return text;
}

#endif
