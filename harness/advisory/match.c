/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/match.h"

#include <string.h>

#include "advisory/ecosystem.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "store/advisories.h"

struct matching {
    struct advisory_db *db;
    const char *release;
    const struct strv *system;
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

/* The ecosystem's data, read once. */
static int get_cover(struct matching *matching, const char *ecosystem,
                     struct advisory_cover *ret_cover, struct error **err)
{
    int code;

    vec_foreach (cover, &matching->to->covers)
        if (strcmp(cover->ecosystem, ecosystem) == 0) {
            *ret_cover = *cover;
            return 0;
        }
    code = advisory_db_cover_of(matching->db, ecosystem, ret_cover, err);
    if (code == 0)
        *(struct advisory_cover *)vec_add(&matching->to->covers) = *ret_cover;
    return code;
}

/* The place is the package, or in it. */
static bool is_of_system(const struct strv *system, const char *place)
{
    for (size_t i = 0; system != NULL && i < system->count; i++) {
        size_t length = strlen(system->items[i]);

        if (strncmp(place, system->items[i], length) == 0 &&
            (place[length] == '\0' || place[length] == '!'))
            return true;
    }
    return false;
}

/* Why it is not known that nothing is open, where no advisory says so; NULL: it is known. */
static char *find_doubt(const struct matching *matching, const struct component *component,
                        const struct advisory_cover *cover, bool named)
{
    bool package = component->type == COMPONENT_DEB || component->type == COMPONENT_RPM;

    if (cover->stated_ms == 0)
        return text_format("nobody states that the advisories cover '%s' completely",
                           cover->ecosystem);
    if (cover->count == 0)
        return text_format("no advisory of '%s' was imported", cover->ecosystem);
    if (package && !named && !is_of_system(matching->system, component->place))
        return text_format(
            "it is not from the system's repositories, and no advisory of '%s' names "
            "it",
            cover->ecosystem);
    return NULL;
}

static int match_one(struct matching *matching, const struct component *component,
                     struct error **err)
{
    _cleanup_free_ char *ecosystem = ecosystem_of_component(component, matching->release),
                        *reason = NULL;
    _cleanup_(advisory_rows_done) struct advisory_rows rows = {0};
    struct advisory_cover cover = {0};
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
    if (code == 0)
        code = get_cover(matching, ecosystem, &cover, err);
    if (code < 0)
        return code;
    vec_foreach (row, &rows)
        add_advisory(matching, component, ecosystem, row);
    apply_vex(matching->to, from);
    reason = find_doubt(matching, component, &cover, rows.count > 0);
    if (reason != NULL && worst(matching->to, from) > VULNERABILITY_UNKNOWN)
        add(matching, component, VULNERABILITY_UNKNOWN, reason);
    return 0;
}

int advisory_match(struct advisory_db *db, const struct sbom *sbom, const char *release,
                   const struct strv *system, struct vulnerabilities *ret_found, struct error **err)
{
    struct vulnerabilities found = {.components = sbom->components.count};
    struct matching matching = {db, release, system, &found};
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
