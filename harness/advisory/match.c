/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/match.h"

#include "advisory/ecosystem.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "store/advisories.h"

struct matching {
    struct advisory_db *db;
    const char *release;
    struct vulnerabilities *to;
};

static struct vulnerability *add(struct matching *matching, const struct component *component,
                                 enum vulnerability_state state, const char *reason)
{
    struct vulnerability *row = vec_add(&matching->to->rows);

    row->state = state;
    row->purl = text_dup(component->purl);
    row->place = text_dup(component->place);
    row->reason = text_dup(reason);
    return row;
}

static void add_advisory(struct matching *matching, const struct component *component,
                         const char *ecosystem, const struct advisory_row *said)
{
    char *fixed = NULL;
    const char *reason = NULL;
    enum vulnerability_state state =
        advisory_apply(said->rules, ecosystem, component->version, &fixed, &reason);
    struct vulnerability *row;

    if (state == VULNERABILITY_NONE)
        return;
    row = add(matching, component, state, reason);
    row->advisory = text_dup(said->id);
    row->alias = text_dup(said->alias);
    row->severity = text_dup(said->severity);
    row->fixed = fixed;
}

/* A vendor who says of a flaw that the package is not affected knows more than a range of versions
 * of the same flaw. */
static void apply_vex(struct vulnerabilities *found, size_t from)
{
    for (size_t i = from; i < found->rows.count; i++) {
        struct vulnerability *row = &found->rows.items[i];

        for (size_t k = from; k < found->rows.count && row->state == VULNERABILITY_AFFECTED; k++) {
            const struct vulnerability *other = &found->rows.items[k];

            if (other->state == VULNERABILITY_NOT_AFFECTED && other->alias != NULL &&
                (text_equal(other->alias, row->alias) || text_equal(other->alias, row->advisory))) {
                row->state = VULNERABILITY_NOT_AFFECTED;
                text_replace(&row->reason, other->advisory);
            }
        }
    }
}

static enum vulnerability_state worst(const struct vulnerabilities *found, size_t from)
{
    enum vulnerability_state state = VULNERABILITY_NONE;

    for (size_t i = from; i < found->rows.count; i++)
        if (found->rows.items[i].state < state)
            state = found->rows.items[i].state;
    return state;
}

/* Debian's advisories name source packages, those of others the packages. */
static int find(struct matching *matching, const struct component *component, const char *ecosystem,
                struct advisory_rows *rows, struct error **err)
{
    _cleanup_free_ char *name = ecosystem_name(component->type, component->space, component->name);
    int code = advisory_db_find(matching->db, ecosystem, name, rows, err);

    if (code == 0 && component->source != NULL)
        code = advisory_db_find(matching->db, ecosystem, component->source, rows, err);
    return code;
}

static int match_one(struct matching *matching, const struct component *component,
                     struct error **err)
{
    _cleanup_free_ char *ecosystem = ecosystem_of_component(component, matching->release),
                        *reason = NULL;
    _cleanup_(advisory_rows_done) struct advisory_rows rows = {0};
    size_t from = matching->to->rows.count;
    int code;

    if (matching->db == NULL) {
        add(matching, component, VULNERABILITY_UNKNOWN, "no advisories were imported");
        return 0;
    }
    if (ecosystem == NULL) {
        add(matching, component, VULNERABILITY_UNKNOWN,
            "the system and release that the package is for are not known");
        return 0;
    }
    code = find(matching, component, ecosystem, &rows, err);
    if (code < 0)
        return code;
    vec_foreach (row, &rows)
        add_advisory(matching, component, ecosystem, row);
    apply_vex(matching->to, from);
    code = advisory_db_covers(matching->db, ecosystem, err);
    if (code < 0)
        return code;
    reason = text_format("nobody states that the advisories cover '%s' completely", ecosystem);
    if (code == 0 && worst(matching->to, from) > VULNERABILITY_UNKNOWN)
        add(matching, component, VULNERABILITY_UNKNOWN, reason);
    return 0;
}

int advisory_match(struct advisory_db *db, const struct sbom *sbom, const char *release,
                   struct vulnerabilities *ret_found, struct error **err)
{
    struct vulnerabilities found = {.components = sbom->components.count};
    struct matching matching = {db, release, &found};
    int code = db != NULL ? advisory_db_data(db, &found.data, err) : 0;

    vec_foreach (component, &sbom->components) {
        size_t from = found.rows.count;

        if (code == 0)
            code = match_one(&matching, component, err);
        found.counts[worst(&found, from)]++;
    }
    if (code < 0)
        vulnerabilities_done(&found);
    else
        *ret_found = found;
    return code;
}
