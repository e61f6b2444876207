/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "advisory/ecosystem.h"
#include "advisory/read.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

static const char *member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The word of the database, or of the package's ecosystem; else the vector. */
static char *severity_of(const json_t *json)
{
    const json_t *first = json_array_get(json_object_get(json, "affected"), 0);
    const json_t *specific = json_object_get(first, "ecosystem_specific");
    const char *text = member(json_object_get(json, "database_specific"), "severity");

    if (text == NULL)
        text = member(specific, "severity");
    if (text == NULL)
        text = member(specific, "urgency");
    if (text == NULL)
        text = member(json_array_get(json_object_get(json, "severity"), 0), "score");
    return text_dup(text);
}

static json_t *read_events(const json_t *events)
{
    static const char *const kinds[] = {"introduced", "fixed", "last_affected"};
    json_t *list = json_array();
    const json_t *event;
    size_t i;

    json_array_foreach(events, i, event) for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]);
                                              k++) if (member(event, kinds[k]) != NULL)
        json_array_append_new(list, json_pack("[s,s]", kinds[k], member(event, kinds[k])));
    return list;
}

static void read_affected(const json_t *row, struct advisory *advisory)
{
    const json_t *package = json_object_get(row, "package"), *range;
    const char *ecosystem = member(package, "ecosystem"), *name = member(package, "name");
    char *key = ecosystem != NULL ? ecosystem_of_osv(ecosystem) : NULL;
    json_t *ranges = json_array(), *versions = json_array();
    const json_t *version;
    bool unread = false;
    size_t i;

    if (key == NULL || name == NULL) {
        free(key);
        json_decref(ranges);
        json_decref(versions);
        return;
    }
    json_array_foreach(json_object_get(row, "ranges"), i, range)
    {
        const char *type = member(range, "type");

        if (text_equal(type, "SEMVER") || text_equal(type, "ECOSYSTEM"))
            json_array_append_new(ranges, read_events(json_object_get(range, "events")));
        else if (!text_equal(type, "GIT")) /* commits: packages have none */
            unread = true;
    }
    json_array_foreach(json_object_get(row, "versions"), i, version) if (json_is_string(version))
        json_array_append_new(versions, json_string(json_string_value(version)));
    unread |= json_array_size(ranges) == 0 && json_array_size(versions) == 0;
    advisory_add_package(advisory, key, text_dup(name), "affected", ranges, versions, unread);
}

int advisory_read_osv(const json_t *json, const char *what, struct advisories *to,
                      struct error **err)
{
    struct advisory *advisory;
    const json_t *row;
    const char *id, *modified;
    size_t i;
    int code = json_get_string(json, what, "id", &id, err);

    if (code == 0)
        code = json_get_string(json, what, "modified", &modified, err);
    if (code < 0)
        return code;
    advisory = vec_add(to);
    advisory->id = text_dup(id);
    advisory->modified = text_dup(modified);
    advisory->severity = severity_of(json);
    advisory->withdrawn = json_is_string(json_object_get(json, "withdrawn"));
    json_array_foreach(json_object_get(json, "aliases"), i, row) if (json_is_string(row))
        strv_add(&advisory->aliases, json_string_value(row));
    json_array_foreach(json_object_get(json, "upstream"), i, row) if (json_is_string(row))
        strv_add(&advisory->aliases, json_string_value(row));
    json_array_foreach(json_object_get(json, "affected"), i, row) read_affected(row, advisory);
    return 0;
}
