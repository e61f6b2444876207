/* SPDX-License-Identifier: Apache-2.0 */
/* Reads <probes> of suite.xml. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "catalog/load.h"

static bool says_no(const xmlNode *node, const char *attribute)
{
    _cleanup_free_ char *value = xml_attribute(node, attribute);

    return text_equal(value, "no");
}

static int read_command(const struct xml_file *file, const xmlNode *node,
                        struct suite_probes *probes, struct error **err)
{
    _cleanup_free_ char *name = xml_attribute(node, "name");
    struct suite_probe_command *row;

    vec_foreach (known, &probes->commands)
        if (strcmp(known->name, name) == 0)
            return xml_error(file, node, err, "command '%s' is listed twice: remove one", name);
    row = vec_add(&probes->commands);
    row->name = steal_ptr(name);
    row->help = xml_attribute(node, "help");
    row->skip = xml_attribute(node, "skip");
    return 0;
}

static int read_port(const struct xml_file *file, const xmlNode *node, struct suite_probes *probes,
                     struct error **err)
{
    _cleanup_free_ char *number = xml_attribute(node, "number");
    struct suite_probe_port *row;

    if (probes->no_ports)
        return xml_error(file, node, err,
                         "<port> although ports=\"no\" says that the product listens nowhere: "
                         "remove one of them");
    row = vec_add(&probes->ports);
    row->protocol = xml_attribute(node, "protocol");
    row->address = xml_attribute(node, "address");
    row->service = xml_attribute(node, "service");
    return text_parse_u64(number, "port", 0, 65535, &row->number, err);
}

static int check_packages(const struct xml_file *file, const xmlNode *node,
                          const struct suite *suite, struct error **err)
{
    for (size_t i = 0; i < suite->probes.packages.count; i++) {
        const char *name = suite->probes.packages.items[i];
        bool known = false;

        vec_foreach (set, &suite->packages)
            known |= strv_has(&set->names, name);
        if (!known)
            return xml_error(file, node, err,
                             "<probes packages>: '%s' is in no <packages> of the suite: add it "
                             "there, or correct it",
                             name);
    }
    return 0;
}

static void add_measures(struct suite_probes *probes, const struct strv *names)
{
    enum measure measure;

    for (size_t i = 0; i < names->count; i++)
        if (measure_parse(names->items[i], &measure))
            probes->measures[measure] = true;
}

int load_measures(struct suite *suite, const struct strv *planned, struct error **err)
{
    struct suite_probes *probes = &suite->probes;

    if (planned != NULL)
        add_measures(probes, planned);
    for (enum measure i = 0; i < MEASURE_COUNT; i++) {
        const char *lacks = probes->load == NULL                                ? "load"
                            : i == MEASURE_OVERLOAD && probes->overload == NULL ? "overload"
                                                                                : NULL;

        if (probes->measures[i] && lacks != NULL)
            return error_set(err, -EINVAL,
                             "suite '%s' has no %s, which is needed to measure '%s': give "
                             "<probes %s=\"COMMAND\">",
                             suite->name, lacks, measure_name(i), lacks);
    }
    return 0;
}

int load_probes(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                struct error **err)
{
    struct suite_probes *probes = &suite->probes;
    _cleanup_free_ char *packages = NULL, *measures = NULL;
    _cleanup_strv_ struct strv names = {0};
    int code = 0;

    probes->start = xml_attribute(node, "start");
    probes->stop = xml_attribute(node, "stop");
    probes->load = xml_attribute(node, "load");
    probes->overload = xml_attribute(node, "overload");
    probes->answer = xml_attribute(node, "answer");
    probes->no_services = says_no(node, "services");
    probes->no_commands = says_no(node, "commands");
    probes->no_ports = says_no(node, "ports");
    measures = xml_attribute(node, "measure");
    if (measures != NULL)
        strv_split(&names, measures, " ");
    add_measures(probes, &names);
    packages = xml_attribute(node, "packages");
    if (packages != NULL)
        strv_split(&probes->packages, packages, " ");
    for (const xmlNode *child = xml_child(node, "command"); code == 0 && child != NULL;
         child = xml_next(child, "command"))
        code = read_command(file, child, probes, err);
    for (const xmlNode *child = xml_child(node, "service"); code == 0 && child != NULL;
         child = xml_next(child, "service"))
        *vec_add(&probes->services) = (struct suite_probe_service){
            .name = xml_attribute(child, "name"), .skip = xml_attribute(child, "skip")};
    for (const xmlNode *child = xml_child(node, "port"); code == 0 && child != NULL;
         child = xml_next(child, "port"))
        code = read_port(file, child, probes, err);
    if (code == 0 && (probes->start == NULL) != (probes->stop == NULL))
        return xml_error(file, node, err,
                         "<probes> has %s without %s: a product that is started by a command is "
                         "stopped by one",
                         probes->start != NULL ? "start" : "stop",
                         probes->start != NULL ? "stop" : "start");
    return code == 0 ? check_packages(file, node, suite, err) : code;
}
