/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the scripts of the probes, and the settings that they read, into a copy of a suite. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "probes/probes.h"

#define SETTINGS PROBES_PREFIX "settings"

#define PROBE(name, ...) extern const char probes_##name##_sh[];
#define CLIENT_PROBE PROBE
#define MEASURE PROBE
#include "probes/probes.def"
#undef PROBE
extern const char probes_lib_sh[], probes_services_sh[], probes_measure_sh[], probes_nmap_sh[];

static const struct {
    const char *file, *text;
} files[] = {
    {PROBES_PREFIX "lib.sh", probes_lib_sh},
    {PROBES_PREFIX "services.sh", probes_services_sh},
    {PROBES_PREFIX "measure.sh", probes_measure_sh},
    {PROBES_PREFIX "nmap.sh", probes_nmap_sh},
#define PROBE(name, ...) {PROBES_PREFIX #name, probes_##name##_sh},
#include "probes/probes.def"
#undef PROBE
#undef MEASURE
};
#define FILES (sizeof(files) / sizeof(files[0]))

bool probes_is_file(const char *name)
{
    for (size_t i = 0; i < FILES; i++)
        if (strcmp(files[i].file, name) == 0)
            return true;
    return strcmp(name, SETTINGS) == 0;
}

/* A line of words that are separated by tabs; texts of suite.xml contain neither tabs nor line
 * ends. */
static void add_line(struct buffer *to, const char *key, const char *first, const char *second)
{
    if (first != NULL)
        buffer_format(to, "%s\t%s%s%s\n", key, first, second != NULL ? "\t" : "",
                      second != NULL ? second : "");
}

static void add_packages(const struct suite *suite, struct buffer *to)
{
    const struct strv *chosen = &suite->probes.packages;

    vec_foreach (set, &suite->packages)
        for (size_t i = 0; i < set->names.count; i++)
            if (chosen->count == 0 || strv_has(chosen, set->names.items[i])) {
                _cleanup_free_ char *of =
                    text_format("%s %s", set->family, set->any_arch ? "any" : arch_name(set->arch));

                add_line(to, "package", of, set->names.items[i]);
            }
}

static void make_settings(const struct suite *suite, struct buffer *to)
{
    const struct suite_probes *probes = &suite->probes;

    add_packages(suite, to);
    add_line(to, "start", probes->start, NULL);
    add_line(to, "stop", probes->stop, NULL);
    add_line(to, "load", probes->load, NULL);
    add_line(to, "overload", probes->overload, NULL);
    add_line(to, "answer", probes->answer, NULL);
    add_line(to, "services", probes->no_services ? "no" : NULL, NULL);
    add_line(to, "commands", probes->no_commands ? "no" : NULL, NULL);
    vec_foreach (command, &probes->commands)
        add_line(to, command->skip != NULL ? "skip-command" : "command", command->name,
                 command->skip != NULL ? command->skip : command->help);
    add_line(to, "ports", probes->no_ports ? "no" : NULL, NULL);
    vec_foreach (port, &probes->ports) {
        _cleanup_free_ char *place =
            text_format("%s %llu", port->protocol, (unsigned long long)port->number);
        _cleanup_free_ char *where =
            text_format("%s%s%s", port->address != NULL ? port->address : "*",
                        port->service != NULL ? " " : "",
                        port->service != NULL ? port->service : "");

        add_line(to, "port", place, where);
    }
    vec_foreach (service, &probes->services)
        add_line(to, "skip-service", service->name, service->skip);
}

static int write_file(const char *folder, const char *name, const void *text, size_t length,
                      mode_t mode, struct error **err)
{
    _cleanup_free_ char *path = text_format("%s/cases/%s", folder, name);
    int code = path_write_atomic(path, text, length, err);

    if (code == 0 && chmod(path, mode) < 0)
        code = error_set_errno(err, -errno, "cannot set the mode of '%s'", path);
    return code;
}

int probes_write(const struct suite *suite, const char *folder, struct error **err)
{
    _cleanup_free_ char *cases = path_join(folder, "cases");
    _cleanup_buffer_ struct buffer settings = {0};
    int code = path_make_folders(cases, false, err);

    for (size_t i = 0; code == 0 && i < FILES; i++)
        code = write_file(folder, files[i].file, files[i].text, strlen(files[i].text), 0755, err);
    make_settings(suite, &settings);
    return code == 0 ? write_file(folder, SETTINGS, settings.data != NULL ? settings.data : "",
                                  settings.length, 0644, err)
                     : code;
}
