/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone doctor: what this host can do, and how to fix what it cannot. Boots no guest. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "guest/domain/hypervisor.h"
#include "home/home.h"

void doctor_note(struct doctor *doctor, const char *subject, const char *state, const char *fact,
                 const char *advice)
{
    json_t *row = json_object();

    json_object_set_new(row, "subject", json_from_text(subject));
    json_object_set_new(row, "state", json_from_text(state));
    json_object_set_new(row, "fact", json_from_text(fact));
    json_object_set_new(row, "advice", json_from_text(advice));
    json_array_append_new(doctor->checks, row);
}

void doctor_note_error(struct doctor *doctor, const char *subject, const char *state,
                       struct error *err)
{
    doctor_note(doctor, subject, state, error_message(err), NULL);
    error_free(err);
}

/* A line for each fact, and one below it with advice: both are sentences, too long for columns. */
static void print_checks(const json_t *checks)
{
    for (size_t i = 0; i < json_array_size(checks); i++) {
        const json_t *row = json_array_get(checks, i);
        const char *advice = json_string_value(json_object_get(row, "advice"));
        const char *fact = json_string_value(json_object_get(row, "fact"));
        _cleanup_buffer_ struct buffer shown = {0};

        buffer_printable(&shown, fact, strlen(fact), false);
        cli_print("%-8s %-28s %s\n", json_string_value(json_object_get(row, "state")),
                  json_string_value(json_object_get(row, "subject")), shown.data);
        if (advice != NULL)
            cli_print("%-8s %-28s -> %s\n", "", "", advice);
    }
}

static void check_libvirt(struct doctor *doctor)
{
    const struct hypervisor_options options = {.home = doctor->home, .job = "doctor"};
    _cleanup_(hypervisor_close_cleanup) struct hypervisor *hypervisor = NULL;
    _cleanup_free_ char *fact = NULL;
    const char *folder = NULL;
    struct error *err = NULL;

    if (home_runtime_folder(&folder, &err) < 0) {
        doctor->unusable = true;
        doctor_note_error(doctor, "runtime folder", "broken", err);
        return;
    }
    doctor_note(doctor, "runtime folder", "ok", folder, NULL);
    if (hypervisor_open(&options, &hypervisor, &err) < 0) {
        doctor->unusable = true;
        doctor_note_error(doctor, "libvirt", "broken", err);
        return;
    }
    fact = text_format("%s, its QEMU driver opens", hypervisor_libvirt_version(hypervisor));
    doctor_note(doctor, "libvirt", "ok", fact, NULL);
}

static void check_programs(struct doctor *doctor)
{
    const char *folder = NULL;
    struct error *err = NULL;

    if (home_programs_folder(&folder, &err) < 0) {
        doctor_note_error(doctor, "guest programs", "broken", err);
        doctor->unusable = true;
        return;
    }
    for (int arch = 0; arch < ARCH_COUNT; arch++) {
        const char *name = arch_name((enum arch)arch);
        _cleanup_free_ char *path = text_format("%s/guest/%s/touchstone-guest", folder, name);
        bool there = path_exists(path);

        doctor->unusable |= !there;
        doctor_note(doctor, "guest programs", there ? "ok" : "broken", path,
                    there ? NULL : "not built: install the cross compiler and build again");
    }
}

static int examine(struct doctor *doctor, struct error **err)
{
    int code = home_folder(&doctor->home, err);

    if (code == 0)
        code = doctor_platforms(doctor, err);
    if (code < 0)
        return code;
    check_libvirt(doctor);
    check_programs(doctor);
    doctor_host(doctor);
    doctor_store(doctor);
    return 0;
}

static void set_option(void *input, enum option_id option, char *value)
{
    struct doctor *doctor = input;

    doctor->json |= option == OPTION_JSON;
    doctor->full |= option == OPTION_FULL;
    doctor->reindex |= option == OPTION_REINDEX;
    if (option == OPTION_SALVAGE)
        doctor->salvage = value;
}

int cmd_doctor(int argc, char **argv)
{
    _cleanup_json_ json_t *object = json_object();
    struct doctor doctor = {.checks = json_array()};
    struct error *err = NULL;
    int code;

    home_reads_only();
    cli_parse(argc, argv, set_option, &doctor);
    if (doctor.salvage != NULL) {
        json_decref(doctor.checks);
        return doctor_salvage(doctor.salvage, doctor.json);
    }
    json_object_set_new(object, "checks", doctor.checks);
    if (doctor.reindex && (code = doctor_reindex(&err)) < 0)
        return cli_fail(err);
    code = examine(&doctor, &err);
    if (code < 0) {
        code = cli_fail(err);
    } else {
        json_object_set_new(object, "usable", json_boolean(!doctor.unusable));
        if (doctor.json)
            code = cli_print_json("touchstone-doctor", 1, object);
        else
            print_checks(doctor.checks);
        if (code == 0 && doctor.unusable)
            code = EXIT_IO;
    }
    return code;
}
