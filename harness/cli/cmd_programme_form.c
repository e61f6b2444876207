/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone programme form: writes the form of a programme from a run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/path.h"
#include "catalog/programme.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/programme_load.h"
#include "home/home.h"
#include "reports/form.h"

struct options {
    struct programme_request request;
    const char *format, *output, *language, *subject;
};

static void set_option(void *input, enum option_id option, char *value)
{
    struct options *options = input;

    programme_request_option(&options->request, option, value);
    if (option == OPTION_FORMAT)
        options->format = value;
    if (option == OPTION_OUTPUT)
        options->output = value;
    if (option == OPTION_LANG)
        options->language = value;
    if (option == OPTION_SUBJECT)
        options->subject = value;
}

/* By --format, else by the ending of the file, else html. */
static const char *format_of(const struct options *options)
{
    static const char *const formats[] = {"docx", "json"};

    if (options->format != NULL)
        return options->format;
    for (size_t i = 0; options->output != NULL && i < 2; i++) {
        _cleanup_free_ char *ending = text_format(".%s", formats[i]);

        if (text_ends(options->output, ending))
            return formats[i];
    }
    return "html";
}

static int write_form(const struct form_subject *subject, const char *format, FILE *out,
                      struct error **err)
{
    _cleanup_(form_done) struct form form = {.title = NULL};

    if (strcmp(format, "json") == 0) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = NULL};

        form_write_json(subject, &to);
        fwrite(to.text.data, 1, to.text.length, out);
        return 0;
    }
    form_make(subject, &form);
    if (strcmp(format, "docx") == 0)
        return form_write_docx(&form, subject->report->matrix.run.created_ms, out, err);
    form_write_html(&form, out);
    return 0;
}

static int deliver(const struct options *options, const char *text, size_t length,
                   struct error **err)
{
    int code;

    if (options->output == NULL || strcmp(options->output, "-") == 0) {
        errno = 0;
        return fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0
                   ? 0
                   : error_set_errno(err, errno > 0 ? -errno : -EIO,
                                     "cannot write the form to standard output");
    }
    code = path_write_atomic(options->output, text, length, err);
    if (code < 0)
        error_prefix(err, "cannot write the form to '%s'", options->output);
    return code;
}

static int make(const struct options *options, struct programme_loaded *loaded, struct error **err)
{
    _cleanup_(programme_subject_done) struct programme_subject stated = {{NULL}};
    struct form_subject subject = {.report = &loaded->report, .stated = &stated};
    _cleanup_free_ char *text = NULL;
    size_t length = 0;
    FILE *out;
    int code = 0;

    if (options->subject != NULL)
        code = catalog_load_subject(options->subject, &stated, err);
    if (code == 0)
        code = programme_load(&options->request, loaded, err);
    if (code == 0)
        code = programme_choose(loaded, "a form", &subject.status, err);
    if (code < 0)
        return code;
    subject.programme_path = loaded->paths.items[0];
    if (options->language != NULL)
        language_parse(options->language, &loaded->report.language);
    out = open_memstream(&text, &length);
    if (out == NULL)
        text_out_of_memory();
    code = write_form(&subject, format_of(options), out, err);
    if (fclose(out) != 0)
        text_out_of_memory();
    return code == 0 ? deliver(options, text, length, err) : code;
}

int cmd_programme_form(int argc, char **argv)
{
    struct options options = {.request = {.run = "latest"}};
    _cleanup_(programme_loaded_done) struct programme_loaded loaded = {.store = NULL};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &options);
    if (options.request.programmes.count != 1)
        cli_refuse("a form is of one programme: name it by --programme");
    code = make(&options, &loaded, &err);
    if (code == 0 && options.output != NULL && strcmp(options.output, "-") != 0)
        log_info("form '%s' of run '%s': %s", options.request.programmes.items[0],
                 loaded.report.matrix.run.id, options.output);
    programme_request_done(&options.request);
    return code < 0 ? cli_fail(err) : EXIT_COMPATIBLE;
}
