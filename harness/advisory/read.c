/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/read.h"

#include "base/error.h"
#include "base/json.h"

void advisory_add_package(struct advisory *advisory, char *ecosystem, char *name, const char *says,
                          json_t *ranges, json_t *versions, bool unread)
{
    struct advisory_package *package = vec_add(&advisory->packages);
    _cleanup_json_ json_t *rules = json_object();

    json_object_set_new(rules, "says", json_string(says));
    json_object_set_new(rules, "ranges", ranges != NULL ? ranges : json_array());
    json_object_set_new(rules, "versions", versions != NULL ? versions : json_array());
    if (unread)
        json_object_set_new(rules, "unread", json_true());
    package->ecosystem = ecosystem;
    package->name = name;
    package->rules = json_dumps(rules, JSON_COMPACT);
    if (package->rules == NULL)
        text_out_of_memory();
}

int advisory_read(const json_t *json, const char *what, struct advisories *to, struct error **err)
{
    int code;

    if (json_is_object(json_object_get(json, "document")) &&
        json_object_get(json_object_get(json, "document"), "csaf_version") != NULL)
        code = advisory_read_csaf(json, what, to, err);
    else if (json_is_string(json_object_get(json, "id")) &&
             json_is_string(json_object_get(json, "modified")))
        code = advisory_read_osv(json, what, to, err);
    else
        return 0;
    return code < 0 ? code : 1;
}
