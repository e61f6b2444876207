/* SPDX-License-Identifier: Apache-2.0 */
/* Frees structs without a member table, which are only read from XML. */
#include <stdlib.h>

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

void feature_table_free(struct feature_table *table)
{
    if (table == NULL)
        return;
    vec_foreach (row, &table->rows) {
        free(row->name);
        free(row->libvirt);
        free(row->qemu);
        free(row->probe);
    }
    vec_done(&table->rows);
    free(table);
}

void image_line_free(struct image_line *line)
{
    if (line == NULL)
        return;
    char *const owned[] = {line->name,       line->title, line->title_zh,      line->os_id,
                           line->os_version, line->where, line->url,           line->firmware,
                           line->console,    line->user,  line->kernel_series, line->package_family,
                           line->source};

    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        free(owned[i]);
    vec_foreach (file, &line->files)
        free(file->pattern);
    vec_done(&line->files);
    vec_done(&line->entry_methods);
    strv_done(&line->unconfirmed);
    free(line);
}

static void suite_case_done(struct suite_case *row)
{
    free(row->id);
    free(row->title);
    free(row->title_zh);
    free(row->run);
    vec_foreach (need, &row->needs)
        free(need->value);
    vec_done(&row->needs);
}

static void suite_probes_done(struct suite_probes *probes)
{
    free(probes->start);
    free(probes->stop);
    free(probes->load);
    free(probes->overload);
    free(probes->answer);
    strv_done(&probes->packages);
    vec_foreach (command, &probes->commands) {
        free(command->name);
        free(command->help);
        free(command->skip);
    }
    vec_done(&probes->commands);
    vec_foreach (service, &probes->services) {
        free(service->name);
        free(service->skip);
    }
    vec_done(&probes->services);
    vec_foreach (port, &probes->ports) {
        free(port->protocol);
        free(port->address);
        free(port->service);
    }
    vec_done(&probes->ports);
}

void suite_free(struct suite *suite)
{
    if (suite == NULL)
        return;
    free(suite->name);
    free(suite->title);
    free(suite->title_zh);
    free(suite->vendor);
    free(suite->product);
    free(suite->folder);
    vec_foreach (packages, &suite->packages) {
        free(packages->family);
        strv_done(&packages->names);
    }
    vec_done(&suite->packages);
    vec_foreach (row, &suite->leftovers) {
        free(row->pattern);
        free(row->reason);
    }
    vec_done(&suite->leftovers);
    suite_probes_done(&suite->probes);
    vec_foreach (row, &suite->differences) {
        free(row->key);
        free(row->why);
        free(row->why_zh);
    }
    vec_done(&suite->differences);
    vec_foreach (row, &suite->outputs) {
        free(row->case_id);
        vec_foreach (replace, &row->replaces) {
            free(replace->match);
            free(replace->with);
        }
        vec_done(&row->replaces);
    }
    vec_done(&suite->outputs);
    vec_foreach (row, &suite->cases)
        suite_case_done(row);
    vec_done(&suite->cases);
    free(suite);
}
