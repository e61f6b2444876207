/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the guard in the guest. Their texts are untrusted and are escaped for display. */
#include "cell/guard.h"

#include <string.h>

#include "base/cleanup.h"
#include "cell/case_run.h"
#include "cell/product.h"

#define VALUE_MAX 1024 /* bytes of an observation; the rest is dropped */

static const struct {
    const char *what, *means;
} meanings[] = {
    {"file", "the suite's or the harness's file '%s' was changed in the guest"},
    {"preload", "'%s' was changed, which is loaded into every program"},
    {"shell", "the guest's shell '%s', its loader or its C library was changed without a package"},
    {"program", "'%s' of the image was changed, and no package of the product has that file"},
    {"mount", "a mount hides what later cases run: %s"},
    {"device", "the /dev entry of disk '%s' points to another device"},
    {"format", "the binary format '%s' was registered, so another program interprets the scripts"},
    {"payload", "the payload disk cannot be read: %s"},
    {"read-only", "the guest's file system '%s' became read-only"},
    {"agent", "the guest's agent is gone: %s"},
    {"stopped", "the guest's %s was stopped by a signal"},
    {"traced", "%s was traced by another process, which can change what it does"},
    {"status", "the case's result is not its own: %s"},
    {"frozen", "the cgroup of the guest's agent was frozen: '%s'"},
    {"limits", "the resource limits of the guest's %s were changed"},
};

static char *describe(const struct fact *fact)
{
    _cleanup_buffer_ struct buffer shown = {0};
    const char *detail = fact_field(fact, 1);

    buffer_printable(&shown, detail, strnlen(detail, 300), false);
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
        if (strcmp(meanings[i].what, fact_field(fact, 0)) == 0)
            return text_format(meanings[i].means, shown.data != NULL ? shown.data : "");
    return text_format("something that later cases depend on was changed: %s",
                       shown.data != NULL ? shown.data : "");
}

const char *guard_state(struct session *session)
{
    bool prepared = session->result->warm && session->installed_by == NULL && !session->guard_begun;

    session->guard_begun = true;
    if (session->guard_state != NULL)
        return session->guard_state;
    /* inside/guard.h, GUARD_PREPARED. */
    return prepared ? "prepared" : "";
}

static void keep_state(struct session *session, const struct facts *facts)
{
    _cleanup_buffer_ struct buffer state = {0};

    vec_foreach (fact, facts) {
        const char *name = fact_field(fact, 0), *hash = fact_field(fact, 1);

        /* From this part, without duplicates; the guest reads them again. */
        if (strcmp(fact->kind, "state") == 0 && text_is_name(name) && strlen(hash) == 16 &&
            strspn(hash, "0123456789abcdef") == 16 && state.length < VALUE_MAX)
            buffer_format(&state, "%s%s=%s", state.length > 0 ? "," : "", name, hash);
    }
    if (state.length > 0)
        text_replace(&session->guard_state, state.data);
}

/* For a change that occurred together with a change of the package database: true if a package of
 * the product caused it. A package that was only removed does not explain a replaced file. */
static bool is_proven(const struct session *session, const struct facts *facts,
                      const struct fact *updated)
{
    const char *what = fact_field(updated, 0);

    /* The product's files could not be read. */
    if (session->result->prediction.state == PREDICTION_FAILED)
        return true;
    if (strcmp(what, "program") == 0)
        return strcmp(fact_field(updated, 2), "gone") == 0 ||
               (session->product != NULL &&
                product_ships(session->product, fact_field(updated, 1)));
    if (strcmp(what, "shell") != 0)
        return true;
    /* The shell, its loader and its library are programs of the image too. */
    vec_foreach (fact, facts)
        if (strcmp(fact->kind, "updated") == 0 && strcmp(fact_field(fact, 0), "program") == 0)
            return true;
    return false;
}

/* NULL: nothing that later cases depend on was changed. */
static const struct fact *find_tampering(const struct session *session, const struct facts *facts)
{
    const struct fact *tampered = facts_find(facts, "tampered");

    if (tampered != NULL)
        return tampered;
    vec_foreach (fact, facts)
        if (strcmp(fact->kind, "updated") == 0 && !is_proven(session, facts, fact))
            return fact;
    return NULL;
}

bool guard_take(struct session *session, const char *case_id, const struct facts *facts)
{
    const struct fact *fact = find_tampering(session, facts);
    bool not_run = facts_find(facts, "not-run") != NULL;
    _cleanup_free_ char *what = NULL, *reason = NULL;

    keep_state(session, facts);
    if (fact == NULL)
        return false;
    what = describe(fact);
    reason = text_format(not_run ? "before case '%s' %s; a process of an earlier case did that"
                                 : "while case '%s' ran, %s",
                         case_id, what);
    session_miss(session, session_blame_cases(session), reason);
    return true;
}

static void observe(struct session *session, const struct facts *facts, const char *kind,
                    const char *key, const char *case_id)
{
    _cleanup_buffer_ struct buffer text = {0};

    vec_foreach (fact, facts) {
        const char *field = fact_field(fact, 0);

        if (strcmp(fact->kind, kind) != 0 || text.length + strlen(field) > VALUE_MAX)
            continue;
        if (text.length > 0)
            buffer_text(&text, ", ");
        buffer_printable(&text, field, strlen(field), false);
    }
    if (text.length > 0)
        result_add_observation(session->result, case_id, key, text.data, NULL);
}

void guard_judge(struct session *session, const struct facts *facts, struct case_result *row)
{
    const struct fact *fact = find_tampering(session, facts);
    bool not_run = facts_find(facts, "not-run") != NULL, tampered = fact != NULL;
    _cleanup_free_ char *what = NULL, *reason = NULL;

    observe(session, facts, "left-mount", "left.mount", row->id);
    observe(session, facts, "left-changed", "left.changed", row->id);
    observe(session, facts, "left-frozen", "left.frozen", row->id);
    observe(session, facts, "updated", "left.updated", row->id);
    if (fact == NULL)
        fact = facts_find(facts, "interfered");
    if (fact == NULL)
        return;
    what = describe(fact);
    if (not_run)
        reason = text_format("not run: %s; a process of an earlier case did that", what);
    else
        reason = text_format("%s%swhile it ran, %s", row->reason != NULL ? row->reason : "",
                             row->reason != NULL ? "; " : "", what);
    /* An ERROR of the suite may be a consequence of the change; a FAIL stays a FAIL. */
    if (not_run || row->status == STATUS_PASS || row->status == STATUS_SKIP ||
        row->status == STATUS_DONE || (tampered && row->status == STATUS_ERROR))
        case_set_reason(row, STATUS_MISS, session_blame_cases(session), reason);
    else
        text_replace(&row->reason, reason);
}

static void forget(struct session *session, const char *first, const char *second)
{
    _cleanup_strv_ struct strv parts = {0};
    _cleanup_buffer_ struct buffer kept = {0};

    if (session->guard_state == NULL)
        return;
    strv_split(&parts, session->guard_state, ",");
    for (size_t i = 0; i < parts.count; i++)
        if (!text_starts(parts.items[i], first) && !text_starts(parts.items[i], second))
            buffer_format(&kept, "%s%s", kept.length > 0 ? "," : "", parts.items[i]);
    text_replace(&session->guard_state, kept.length > 0 ? kept.data : NULL);
}

void guard_forget_boot(struct session *session)
{
    forget(session, "mounts=", "files=");
}

void guard_forget_files(struct session *session)
{
    forget(session, "files=", "files=");
}
