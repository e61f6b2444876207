/* SPDX-License-Identifier: Apache-2.0 */
/* Prints results of `abi check` as text and as JSON, documented in touchstone-abi(1). */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/cmd_abi_check.h"

void check_run_done(struct check_run *run)
{
    vec_foreach (target, &run->targets) {
        free(target->name);
        surface_close(target->surface);
    }
    vec_foreach (platform, &run->platforms)
        platform_free(*platform);
    vec_foreach (cell, &run->cells) {
        free(cell->file);
        free(cell->surface);
        free(cell->platform);
        findings_done(&cell->findings);
    }
    surface_close(run->repositories);
    vec_done(&run->targets);
    vec_done(&run->platforms);
    vec_done(&run->cpus);
    vec_done(&run->cells);
    json_decref(run->packages);
}

/* What the package consists of, and how much of it was examined. */
static json_t *census_json(const struct census *census)
{
    json_t *json = json_object(), *kinds = json_object(), *opaque = json_array();

    json_object_set_new(json, "files", json_integer((json_int_t)census->files));
    json_object_set_new(json, "examined", json_integer((json_int_t)census->examined));
    json_object_set_new(json, "opaque", json_integer((json_int_t)census->opaque));
    json_object_set_new(json, "archives", json_integer((json_int_t)census->archives));
    json_object_set_new(json, "bytes", json_integer((json_int_t)census->bytes));
    json_object_set_new(json, "opaque_bytes", json_integer((json_int_t)census->opaque_bytes));
    vec_foreach (kind, &census->kinds)
        json_object_set_new(kinds, kind->name, json_integer((json_int_t)kind->files));
    json_object_set_new(json, "kinds", kinds);
    for (size_t i = 0; i < census->opaque_files.count; i++)
        json_array_append_new(opaque, json_from_text(census->opaque_files.items[i]));
    json_object_set_new(json, "opaque_files", opaque);
    return json;
}

static void set_words(json_t *row, const char *key, const struct strv *words)
{
    _cleanup_free_ char *text = strv_join(words, " ");

    json_object_set_new(row, key, json_from_text(words->count > 0 ? text : NULL));
}

static json_t *images_json(const struct package *package)
{
    json_t *json = json_array();

    vec_foreach (image, &package->images) {
        const struct image_config *config = &image->config;
        json_t *row = json_object();

        json_object_set_new(row, "path", json_from_text(image->path));
        json_object_set_new(row, "tag", json_from_text(image->tag));
        json_object_set_new(row, "architecture", json_from_text(config->architecture));
        json_object_set_new(row, "os", json_from_text(config->os));
        json_object_set_new(row, "user", json_from_text(config->user));
        set_words(row, "entrypoint", &config->entrypoint);
        set_words(row, "command", &config->command);
        set_words(row, "healthcheck", &config->health);
        json_object_set_new(row, "working_directory", json_from_text(config->folder));
        json_array_append_new(json, row);
    }
    return json;
}

void check_run_note_package(struct check_run *run, const char *file, const struct package *package)
{
    size_t debug = 0;
    json_t *row;

    vec_foreach (elf, &package->elves)
        debug += elf->debug_info;
    if (run->packages == NULL)
        run->packages = json_array();
    row = json_object();
    json_object_set_new(row, "path", json_from_text(file));
    json_object_set_new(row, "programs", json_integer((json_int_t)package->elves.count));
    json_object_set_new(row, "modules", json_integer((json_int_t)package->modules.count));
    json_object_set_new(row, "scripts", json_integer((json_int_t)package->scripts.count));
    /* What the result is based on: symbols only, or debug information too. */
    json_object_set_new(row, "evidence",
                        json_string(debug == 0 ? "binary"
                                    : debug == package->elves.count
                                        ? "binary and debug information"
                                        : "binary, some debug information"));
    json_object_set_new(row, "census", census_json(&package->census));
    json_object_set_new(row, "images", images_json(package));
    json_array_append_new(run->packages, row);
}

void check_run_print_json(const struct check_run *run)
{
    _cleanup_json_ json_t *json = json_object();
    json_t *findings = json_array(), *verdicts = json_array();

    vec_foreach (cell, &run->cells) {
        json_t *row = json_object();

        json_object_set_new(row, "package", json_from_text(cell->file));
        json_object_set_new(row, "surface", json_from_text(cell->surface));
        json_object_set_new(row, "platform", json_from_text(cell->platform));
        json_object_set_new(row, "verdict", json_string(verdict_name(cell->verdict)));
        json_object_set_new(row, "cut", json_boolean(cell->findings.cut));
        json_array_append_new(verdicts, row);
        vec_foreach (finding, &cell->findings.rows) {
            json_t *one = finding_json(finding);

            json_object_set_new(one, "package", json_from_text(cell->file));
            json_array_append_new(findings, one);
        }
    }
    json_object_set(json, "packages", run->packages);
    json_object_set_new(json, "verdicts", verdicts);
    json_object_set_new(json, "findings", findings);
    cli_print_json("touchstone-abi-check", 2, json);
}

static void print_text(const char *label, const char *text)
{
    _cleanup_buffer_ struct buffer safe = {0};

    if (text == NULL)
        return;
    buffer_printable(&safe, text, strlen(text), false);
    printf("%s%s", label, safe.data != NULL ? safe.data : "");
}

/* next: the row below it, or NULL. Rows of the same kind with the same remedy share its lines. */
static void print_finding(const struct finding *row, const struct finding *next)
{
    _cleanup_free_ char *place = finding_place(row);

    printf("  %-7s %-22s", finding_severity_name(row->severity), finding_kind_name(row->kind));
    print_text(" ", place);
    print_text(": ", row->symbol);
    print_text(" version ", row->version);
    print_text(" from ", row->provider);
    print_text("; found: ", row->found);
    putchar('\n');
    if (next != NULL && next->kind == row->kind && text_equal(next->remedy, row->remedy))
        return;
    printf("          (%s)\n", finding_kind_meaning(row->kind, LANGUAGE_EN));
    print_text("          -> ", row->remedy);
    putchar('\n');
}

static void print_images(const json_t *package)
{
    static const struct {
        const char *key, *label;
    } rows[] = {{"entrypoint", "  Entrypoint: "},
                {"command", "  Cmd: "},
                {"user", "  User: "},
                {"healthcheck", "  Healthcheck: "}};
    const json_t *image;
    size_t i;

    json_array_foreach(json_object_get(package, "images"), i, image)
    {
        print_text("container image ", json_string_value(json_object_get(image, "path")));
        print_text(" ", json_string_value(json_object_get(image, "tag")));
        print_text(" for ", json_string_value(json_object_get(image, "os")));
        print_text("/", json_string_value(json_object_get(image, "architecture")));
        putchar('\n');
        for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
            const char *text = json_string_value(json_object_get(image, rows[r].key));

            print_text(rows[r].label, text);
            if (text != NULL)
                putchar('\n');
        }
    }
}

static void print_census(const json_t *package)
{
    const json_t *census = json_object_get(package, "census"), *files;
    const char *kind;

    print_text("", json_string_value(json_object_get(package, "path")));
    printf(": %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
           " files examined, %" JSON_INTEGER_FORMAT " opaque",
           json_integer_value(json_object_get(census, "examined")),
           json_integer_value(json_object_get(census, "files")),
           json_integer_value(json_object_get(census, "opaque")));
    json_object_foreach(json_object_get(census, "kinds"), kind, files)
        printf(", %s %" JSON_INTEGER_FORMAT, kind, json_integer_value(files));
    putchar('\n');
}

void check_run_print(const struct check_run *run)
{
    const json_t *package;
    size_t i;

    json_array_foreach(run->packages, i, package)
    {
        print_census(package);
        print_images(package);
    }
    vec_foreach (cell, &run->cells) {
        print_text("", cell->file);
        print_text(" on ", cell->surface);
        print_text(", ", cell->platform);
        printf(": %s (%zu BLOCK, %zu UNKNOWN, %zu HIGH, %zu WARN)\n", verdict_name(cell->verdict),
               findings_count(&cell->findings, SEVERITY_BLOCK),
               findings_count(&cell->findings, SEVERITY_UNKNOWN),
               findings_count(&cell->findings, SEVERITY_HIGH),
               findings_count(&cell->findings, SEVERITY_WARN));
        for (size_t f = 0; f < cell->findings.rows.count; f++) {
            const struct finding *row = &cell->findings.rows.items[f];

            print_finding(row, f + 1 < cell->findings.rows.count ? row + 1 : NULL);
        }
    }
}

int check_run_exit_code(const struct check_run *run, bool strict)
{
    bool unknown = false, conditional = false;

    vec_foreach (cell, &run->cells) {
        if (cell->verdict == VERDICT_INCOMPATIBLE)
            return EXIT_INCOMPATIBLE;
        unknown |= cell->verdict == VERDICT_NOT_ASSESSED;
        conditional |= cell->verdict == VERDICT_CONDITIONAL;
    }
    return unknown                 ? EXIT_NOT_ASSESSED
           : conditional && strict ? EXIT_INCOMPATIBLE
                                   : EXIT_COMPATIBLE;
}
