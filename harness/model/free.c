/* SPDX-License-Identifier: Apache-2.0 */
/* How the model's structs end. */
#include <stdlib.h>

#include "model/image.h"
#include "model/plan.h"
#include "model/platform.h"
#include "model/result.h"
#include "model/suite.h"

void platform_free(struct platform *platform)
{
    if (platform == NULL)
        return;
    free(platform->name);
    free(platform->variant_of);
    free(platform->title);
    free(platform->title_zh);
    free(platform->part);
    free(platform->source);
    strv_done(&platform->has);
    strv_done(&platform->lacks);
    for (int i = 0; i < GRADE_COUNT; i++) {
        strv_done(&platform->identity[i].vendors);
        strv_done(&platform->identity[i].has);
        strv_done(&platform->identity[i].lacks);
    }
    for (int i = 0; i < ACCEL_COUNT; i++) {
        free(platform->profile[i].mode);
        free(platform->profile[i].model);
        strv_done(&platform->profile[i].enable);
        strv_done(&platform->profile[i].disable);
    }
    free(platform->machine);
    free(platform->firmware);
    free(platform->console);
    vec_done(&platform->page_sizes);
    free(platform);
}

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

void gaps_done(struct gaps *gaps)
{
    vec_foreach (gap, &gaps->rows)
        free(gap->feature);
    vec_done(&gaps->rows);
}

void image_free(struct image *image)
{
    if (image == NULL)
        return;
    free(image->name);
    free(image->title);
    free(image->os_id);
    free(image->os_version);
    free(image->kernel_release);
    free(image->disk.path);
    free(image->kernel.path);
    free(image->initrd.path);
    free(image->packages.path);
    free(image->cmdline);
    free(image->firmware);
    vec_done(&image->ways);
    free(image->login_user);
    free(image->login_file);
    free(image->package_family);
    strv_done(&image->repositories);
    free(image);
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
    vec_done(&line->ways);
    strv_done(&line->unconfirmed);
    free(line);
}

bool image_has_way(const struct image *image, enum way way)
{
    if (image->ways.count == 0)
        return way == WAY_AGENT;
    vec_foreach (each, &image->ways)
        if (*each == way)
            return true;
    return false;
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
    vec_foreach (row, &suite->cases)
        suite_case_done(row);
    vec_done(&suite->cases);
    free(suite);
}

void case_result_done(struct case_result *row)
{
    free(row->id);
    free(row->reason);
    vec_foreach (point, &row->points) {
        free(point->name);
        free(point->detail);
    }
    vec_done(&row->points);
}

void result_free(struct result *result)
{
    if (result == NULL)
        return;
    free(result->run_id);
    free(result->job_id);
    free(result->image);
    free(result->platform);
    free(result->suite);
    free(result->state_key);
    free(result->prepared_by);
    free(result->reason);
    vec_foreach (check, &result->identity) {
        free(check->key);
        free(check->expected);
        free(check->measured);
    }
    vec_done(&result->identity);
    gaps_done(&result->gaps);
    prediction_done(&result->prediction);
    vec_foreach (row, &result->cases)
        case_result_done(row);
    vec_done(&result->cases);
    vec_foreach (seen, &result->observations) {
        free(seen->case_id);
        free(seen->key);
        free(seen->value);
        free(seen->unit);
    }
    vec_done(&result->observations);
    vec_foreach (blob, &result->evidence) {
        free(blob->name);
        free(blob->case_id);
    }
    vec_done(&result->evidence);
    free(result);
}

void plan_done(struct plan *plan)
{
    strv_done(&plan->images);
    strv_done(&plan->platforms);
    strv_done(&plan->suites);
    strv_done(&plan->items);
    free(plan->connect);
    vec_foreach (row, &plan->folders) {
        free(row->suite);
        free(row->folder);
    }
    vec_done(&plan->folders);
    vec_foreach (cell, &plan->cells) {
        free(cell->image);
        free(cell->platform);
        free(cell->suite);
        free(cell->refused);
    }
    vec_done(&plan->cells);
    *plan = (struct plan){0};
}
