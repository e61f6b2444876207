/* SPDX-License-Identifier: Apache-2.0 */
/* Turns <probes> into cases. */
#include "probes/probes.h"

#include <string.h>

/* Where a probe stands among the suite's own cases. */
enum place {
    PROBE_BEFORE,    /* before all */
    PROBE_FIRST,     /* before all; only if the suite does not install by itself */
    PROBE_INSTALLED, /* after the last case that installs: the product is as its packages left it */
    PROBE_ENDING,    /* before the first case that uninstalls: what it does to the services affects
                        no other case */
    PROBE_LAST,      /* after all; only if the suite does not uninstall by itself */
};

struct probe {
    const char *name;
    enum place place;
    enum item item;
    unsigned timeout_s;
    const char *title, *title_zh;
    bool in_client;
};

static const struct probe probes[] = {
#define PROBE(name, place, item, timeout, title, title_zh)                                         \
    {#name, place, item, timeout, title, title_zh, false},
#define CLIENT_PROBE(name, place, item, timeout, title, title_zh)                                  \
    {#name, place, item, timeout, title, title_zh, true},
#define MEASURE(...)
#include "probes/probes.def"
#undef PROBE
#undef CLIENT_PROBE
#undef MEASURE
};

/* Seconds of a probe that measures besides its rounds: starting, stopping and looking at logs. */
enum { MEASURE_TIMEOUT_S = 300 };

static const struct {
    struct probe probe;
    unsigned rounds, minutes;
    bool phases;
} measures[MEASURE_COUNT] = {
#define PROBE(...)
#define CLIENT_PROBE(...)
#define MEASURE(name, measure, item, rounds, minutes, phases, title, title_zh)                     \
    [measure] = {{#name, PROBE_ENDING, item, MEASURE_TIMEOUT_S, title, title_zh, false},           \
                 rounds,                                                                           \
                 minutes,                                                                          \
                 phases},
#include "probes/probes.def"
#undef PROBE
#undef CLIENT_PROBE
#undef MEASURE
};
#define PROBES (sizeof(probes) / sizeof(probes[0]))

VEC_TYPE(case_list, struct suite_case);

static bool is_service_probe(const struct probe *probe)
{
    static const char *const names[] = {"state", "start", "stop", "kill"};
    enum measure measure;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(probe->name, names[i]) == 0)
            return true;
    return measure_parse(probe->name, &measure);
}

/* What a product does not have is skipped there; if its suite says so, that is no gap. */
static bool is_required(const struct suite_probes *wanted, const struct probe *probe)
{
    if (is_service_probe(probe))
        return !wanted->no_services;
    if (strcmp(probe->name, "ports") == 0)
        return wanted->no_ports || wanted->ports.count > 0;
    if (probe->item == ITEM_SECURITY)
        return false; /* not every product has what they are about */
    return strcmp(probe->name, "commands") != 0 || !wanted->no_commands;
}

static void make_case(const struct suite *suite, const struct probe *probe,
                      const struct strv *installs, struct suite_case *to)
{
    to->id = text_format(PROBES_PREFIX "%s", probe->name);
    to->run = text_dup(to->id);
    to->title = text_dup(probe->title);
    to->title_zh = text_dup(probe->title_zh);
    to->item = probe->item;
    to->protocol = PROTOCOL_TAP;
    to->timeout_s = probe->timeout_s;
    to->required = is_required(&suite->probes, probe);
    /* Later attempts that start from the installed product cannot look at the system without it. */
    to->install = probe->place == PROBE_FIRST || probe->place == PROBE_BEFORE;
    to->in_client = probe->in_client;
    to->built_in = true;
    for (size_t i = 0; i < installs->count; i++)
        *vec_add(&to->needs) =
            (struct need){.kind = NEED_CASE, .value = text_dup(installs->items[i])};
}

static void add_probes(const struct suite *suite, enum place place, const struct strv *installs,
                       struct case_list *to)
{
    for (size_t i = 0; i < PROBES; i++)
        if (probes[i].place == place && (!probes[i].in_client || suite->client))
            make_case(suite, &probes[i], installs, vec_add(to));
}

/* What depends on time is judged on real hardware only. */
static void add_measures(const struct suite *suite, const struct strv *installs,
                         struct case_list *to)
{
    for (enum measure i = 0; i < MEASURE_COUNT; i++) {
        struct suite_case *row;

        if (!suite->probes.measures[i])
            continue;
        row = vec_add(to);
        make_case(suite, &measures[i].probe, installs, row);
        row->native_only = true;
        row->rounds = measures[i].rounds;
        row->minutes = measures[i].minutes;
        row->phases = measures[i].phases;
    }
}

void probes_begin(struct suite *suite, bool installs)
{
    const struct strv none = {0};
    struct case_list list = {0};

    add_probes(suite, PROBE_BEFORE, &none, &list);
    if (!installs)
        add_probes(suite, PROBE_FIRST, &none, &list);
    suite->cases.items = list.items;
    suite->cases.count = list.count;
}

void probes_finish(struct suite *suite)
{
    _cleanup_strv_ struct strv installs = {0};
    size_t installed = 0, ending = suite->cases.count;
    bool uninstalls = false;
    struct case_list list = {0};

    for (size_t i = 0; i < suite->cases.count; i++)
        if (suite->cases.items[i].item == ITEM_INSTALL) {
            strv_add(&installs, suite->cases.items[i].id);
            installed = i + 1;
        }
    for (size_t i = suite->cases.count; i-- > installed;)
        if (suite->cases.items[i].item == ITEM_UNINSTALL) {
            ending = i;
            uninstalls = true;
        }
    for (size_t i = 0; i <= suite->cases.count; i++) {
        if (i == installed)
            add_probes(suite, PROBE_INSTALLED, &installs, &list);
        if (i == ending) {
            add_measures(suite, &installs, &list);
            add_probes(suite, PROBE_ENDING, &installs, &list);
        }
        if (i < suite->cases.count)
            *vec_add(&list) = suite->cases.items[i];
    }
    if (!uninstalls)
        add_probes(suite, PROBE_LAST, &installs, &list);
    /* Alone it installs nothing from which a later attempt could start. */
    if (list.count > 1 && list.items[0].built_in && list.items[0].in_client)
        list.items[0].install = list.items[1].install;
    vec_done(&suite->cases);
    suite->cases.items = list.items;
    suite->cases.count = list.count;
}
