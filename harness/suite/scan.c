/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/scan.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define OUTSIDE "scan."
#define INSIDE "port."

static const struct observation *find(const struct result *result, const char *case_id,
                                      const char *key)
{
    vec_foreach (row, &result->observations)
        if (text_equal(row->case_id, case_id) && strcmp(row->key, key) == 0)
            return row;
    return NULL;
}

/* The observation of the same port with another prefix. */
static const struct observation *find_port(const struct result *result, const char *case_id,
                                           const char *prefix, const char *port)
{
    _cleanup_free_ char *key = text_format("%s%s", prefix, port);

    return find(result, case_id, key);
}

/* "ADDRESS NAME, ADDRESS NAME": one of the addresses can be reached by others. */
static bool is_reachable(const char *places)
{
    for (const char *at = places; at != NULL; at = strstr(at, ", ")) {
        at += at == places ? 0 : 2;
        if (!text_starts(at, "127.") && !text_starts(at, "::1 "))
            return true;
    }
    return false;
}

/* The "tcp.6379" of such a key; NULL: it is another one. */
static const char *port_of(const char *key, const char *prefix)
{
    const char *port;

    if (!text_starts(key, prefix))
        return NULL;
    port = key + strlen(prefix);
    return text_starts(port, "tcp.") || text_starts(port, "udp.") ? port : NULL;
}

void scan_compare(struct result *result, const char *outside, const char *inside)
{
    _cleanup_strv_ struct strv differs = {0};
    _cleanup_free_ char *agreed = NULL, *differed = NULL;
    size_t agree = 0;

    if (find(result, outside, "scan.open") == NULL)
        return;
    if (find(result, inside, "ports.product") == NULL) {
        result_add_observation(result, outside, "scan.inside", "not known", NULL);
        return;
    }
    vec_foreach (row, &result->observations) {
        const char *port = port_of(row->key, OUTSIDE);
        const struct observation *place;

        if (!text_equal(row->case_id, outside) || port == NULL)
            continue;
        place = find_port(result, inside, INSIDE, port);
        if (place != NULL && is_reachable(place->value))
            agree++;
        else
            strv_take(&differs,
                      text_format("%s: %s from outside; inside, %s%s", port, row->value,
                                  place != NULL ? "only on " : "no process of the product listens",
                                  place != NULL ? place->value : ""));
    }
    vec_foreach (row, &result->observations) {
        const char *port = port_of(row->key, INSIDE);

        if (!text_equal(row->case_id, inside) || port == NULL || !text_starts(port, "tcp.") ||
            !is_reachable(row->value) || find_port(result, outside, OUTSIDE, port) != NULL)
            continue;
        strv_take(&differs, text_format("%s: inside, it listens on %s; from outside it is closed",
                                        port, row->value));
    }
    agreed = text_format("%zu", agree);
    differed = text_format("%zu", differs.count);
    result_add_observation(result, outside, "scan.inside.agree", agreed, NULL);
    result_add_observation(result, outside, "scan.inside.differ", differed, NULL);
    for (size_t i = 0; i < differs.count && i < 20; i++)
        result_add_observation(result, outside, "scan.inside.differs", differs.items[i], NULL);
}
