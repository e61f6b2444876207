/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the matrix of a run, for `matrix`, `run` and `resume`. */
#include "cli/conclude.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "judge/matrix.h"
#include "reports/matrix_view.h"
#include "store/store.h"

int conclude_print(const struct matrix *matrix, bool json, bool all, struct exit_policy policy)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (json) {
        _cleanup_(json_writer_done) struct json_writer to = {.sink = output_write_json};

        matrix_view_write_json(matrix, policy, &to);
        return matrix_exit_code(matrix, policy);
    }
    if (!all && matrix_view_is_large(matrix) && (isatty(STDOUT_FILENO) || pager_is_active()))
        matrix_view_brief(matrix, cli_colour(STDOUT_FILENO), &text);
    else
        matrix_view_text(matrix, cli_colour(STDOUT_FILENO), &text);
    output_write(text.data, text.length);
    return matrix_exit_code(matrix, policy);
}

int conclude_run(struct store *store, const char *run_id, bool json, struct exit_policy policy,
                 struct error **err)
{
    _cleanup_(matrix_done) struct matrix matrix = {0};
    int code = matrix_load(store, run_id, &matrix, err);

    return code < 0 ? code : conclude_print(&matrix, json, false, policy);
}
