/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lint_print.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/translate.h"
#include "cli/cli.h"

int lint_print(const char *what, const char *name, const struct lint *lint, bool json)
{
    _cleanup_json_ json_t *object = NULL;
    int code = lint->errors > 0 ? EXIT_USAGE : EXIT_COMPATIBLE;

    if (json) {
        _cleanup_free_ char *format = text_format("touchstone-%s-lint", what);
        json_t *notes = json_array();

        vec_foreach (note, &lint->notes)
            json_array_append_new(notes, json_pack("{s:s, s:o}", "level",
                                                   note->is_error ? "error" : "warning", "text",
                                                   json_from_text(note->text)));
        object = json_pack("{s:s, s:i, s:i, s:o}", what, name, "errors", lint->errors, "warnings",
                           lint->warnings, "notes", notes);
        return cli_print_json(format, 1, object) == EXIT_COMPATIBLE ? code : EXIT_IO;
    }
    vec_foreach (note, &lint->notes)
        cli_print("%s: %s\n", note->is_error ? "error" : "warning", note->text);
    log_info("%s: %u %s, %u %s", name, lint->errors, ngettext("error", "errors", lint->errors),
             lint->warnings, ngettext("warning", "warnings", lint->warnings));
    return code;
}
