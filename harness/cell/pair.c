/* SPDX-License-Identifier: Apache-2.0 */
/* Until its cases run, the second guest records into a result of its own, so that its evidence,
 * observations and identity cannot be taken for those of the guest under test. */
#include "cell/pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cell/enter.h"
#include "cell/start.h"
#include "guest/media/media.h"
#include "job/event.h"
#include "job/limits.h"

/* Exit codes of `touchstone-guest network check`, see inside/README.md. */
enum { NETWORK_LOST = 2, NETWORK_SILENT = 3 };

struct pair {
    struct session client;
    struct result *notes; /* what is recorded of it outside of cases */
    struct case_place place;
};

static const char *name_of(const struct session *session)
{
    return session->name != NULL ? session->name : GUEST_SERVER;
}

static struct pair *new_pair(struct session *session)
{
    struct pair *pair = text_calloc(1, sizeof(*pair));
    struct session *client = &pair->client;
    struct guest_spec *spec = &client->spec;

    pair->notes = result_new();
    pair->notes->grade = session->result->grade;
    *client = (struct session){
        .name = GUEST_CLIENT,
        .job = session->job,
        .home = session->home,
        .platform = session->platform,
        .features = session->features,
        .image = session->image,
        .suite = session->suite,
        .hypervisor = session->hypervisor,
        .spec = session->spec,
        .work = session->work,
        .payload = session->payload,
        .unpacked = session->unpacked,
        .firmware = session->firmware,
        .staged = session->staged,
        .seed_password = session->seed_password,
        .login_user = session->login_user,
        .login_password = session->login_password,
        .state_lock = -1,
        .install_lock = -1,
        .scale = session->scale,
        .result = pair->notes,
        .bundle = session->bundle,
        .overlay = path_join(session->work, GUEST_CLIENT ".qcow2"),
        .results = path_join(session->work, GUEST_CLIENT "-results.raw"),
        .console = path_join(session->work, GUEST_CLIENT "-console"),
        .seed = session->seed != NULL ? path_join(session->work, GUEST_CLIENT "-seed.raw") : NULL,
        .nvram = session->nvram != NULL ? path_join(session->work, GUEST_CLIENT "-nvram") : NULL,
    };
    spec->second = client->name;
    spec->overlay = client->overlay;
    spec->results = client->results;
    spec->console = client->console;
    spec->seed = client->seed;
    spec->nvram = client->nvram;
    return pair;
}

static void free_pair(struct pair *pair)
{
    struct session *client = &pair->client;

    session_release_state(client);
    guest_identity_done(&client->identity);
    free(client->guard_state);
    free(client->overlay);
    free(client->results);
    free(client->console);
    free(client->seed);
    free(client->nvram);
    result_free(pair->notes);
    free(pair);
}

/* Calls `touchstone-guest network WHAT NAME`. *ret_said: what it printed, one line; caller frees.
 */
static int call_network(struct session *session, const char *what, int *ret_exit, char **ret_said,
                        struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_buffer_ struct buffer said = {0};
    _cleanup_free_ char *runner = session_runner(session);
    const char *argv[] = {runner, "network", what, name_of(session), NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};
    int code =
        guest_exec(session->guest, &command,
                   clock_now_ms() + session_limit_ms(session, LIMIT_NETWORK_S), &output, err);

    if (code < 0)
        return code;
    if (output.err.length > 0)
        buffer_printable(
            &said, output.err.data,
            strcspn(output.err.data, "\n") < 300 ? strcspn(output.err.data, "\n") : 300, false);
    *ret_exit = output.exited ? output.code : -1;
    *ret_said = text_dup(said.length > 0 ? said.data : "it printed nothing");
    return 0;
}

int pair_join(struct session *session, struct error **err)
{
    _cleanup_free_ char *said = NULL;
    int result = 0, code;

    if (session->pair == NULL && session->name == NULL)
        return 0;
    code = call_network(session, "set", &result, &said, err);
    if (code == 0 && result != 0) {
        code = error_set(err, -ENETDOWN, "guest '%s' has no network with the other one: %s",
                         name_of(session), said);
        /* A fresh image without a driver; later on, whatever the cases did to it. */
        session_miss(session, session->cases_began ? BLAME_HARNESS : BLAME_IMAGE,
                     error_message(*err));
    }
    return code;
}

/* Asks one guest whether it is configured and hears the other one. Returns false if it does not
 * answer at all, which is recorded. */
static bool ask(struct session *session, int *ret_exit, char **ret_said)
{
    _cleanup_error_ struct error *err = NULL;

    if (call_network(session, "check", ret_exit, ret_said, &err) == 0)
        return true;
    session_miss_guest(session, err);
    return false;
}

/* True if frames pass between the guests. Else the session has the reason. What took the network
 * away cannot be told, so no case is responsible for it. */
static bool network_works(struct session *session)
{
    struct session *both[] = {&session->pair->client, session};
    _cleanup_free_ char *silent = NULL;

    for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
        _cleanup_free_ char *said = NULL;
        int result = 0;

        if (!ask(both[i], &result, &said))
            return false;
        if (result == 0)
            continue;
        if (result == NETWORK_SILENT && i == 0) {
            silent = steal_ptr(said);
            continue;
        }
        _cleanup_free_ char *reason =
            text_format("the network between the guests does not work: in guest '%s': %s",
                        name_of(both[i]), said);

        session_miss(session, BLAME_HARNESS, reason);
        return false;
    }
    if (silent == NULL)
        return true;
    _cleanup_free_ char *reason =
        text_format("the network between the guests does not work: in guest '%s': %s",
                    name_of(both[0]), silent);

    session_miss(session, BLAME_HARNESS, reason);
    return false;
}

/* Moves what was recorded of the second guest into the result, under its name. */
static void take_over(struct session *session)
{
    struct result *from = session->pair->notes, *to = session->result;

    vec_foreach (seen, &from->observations) {
        _cleanup_free_ char *key = text_format(GUEST_CLIENT ".%s", seen->key);

        result_add_observation(to, NULL, key, seen->value, seen->unit);
        free(seen->case_id);
        free(seen->key);
        free(seen->value);
        free(seen->unit);
    }
    from->observations.count = 0;
    vec_foreach (blob, &from->evidence) {
        struct evidence *row = vec_add(&to->evidence);

        *row = *blob;
        row->name = text_format(GUEST_CLIENT "/%s", blob->name);
        free(blob->name);
    }
    from->evidence.count = 0;
    if (from->reason != NULL)
        session_miss(session, from->blame, from->reason);
}

static bool is_wanted(struct session *session)
{
    vec_foreach (row, &session->result->cases) {
        if (text_equal(row->guest, GUEST_CLIENT))
            return true;
    }
    return false;
}

static int start_client(struct session *client, struct error **err)
{
    int code = media_make_results(client->results, err);

    if (code == 0)
        code = start_guest(client, err);
    if (code == 0)
        code = start_measure(client, err);
    return code;
}

/* The network was not used by anyone so far: if it does not work now, no case is at fault. */
static bool join(struct session *session, struct session *client)
{
    _cleanup_error_ struct error *err = NULL;

    if (pair_join(session, &err) < 0) {
        session_miss_guest(session, err);
        return false;
    }
    if (pair_join(client, &err) < 0) {
        session_miss_guest(client, err);
        return false;
    }
    return network_works(session);
}

bool pair_start(struct session *session)
{
    _cleanup_error_ struct error *err = NULL;
    struct session *client;
    bool good;

    if (!session->suite->client || !is_wanted(session))
        return true;
    session->pair = new_pair(session);
    client = &session->pair->client;
    event_phase("starting guest '" GUEST_CLIENT "'");
    good = start_client(client, &err) == 0;
    if (!good)
        session_miss_guest(client, err);
    if (good && !result_identity_matches(client->result)) {
        _cleanup_free_ char *reason =
            text_format("guest '" GUEST_CLIENT "': %s", client->result->reason);

        text_replace(&client->result->reason, reason);
        good = false;
    }
    /* As cell/guard does it for the first: its state is known if it was prepared. */
    client->guard_begun = true;
    if (client->result->warm)
        client->guard_state = text_dup("prepared");
    good = good && join(session, client);
    take_over(session);
    return good;
}

/* A case that ran beside a guest under test that ended is no result, as if it had run in it. */
static bool has_server(struct session *session, struct case_result *row)
{
    _cleanup_error_ struct error *err = NULL;

    if (guest_how_it_ended(session->guest, NULL) == GUEST_RUNNING)
        return true;
    error_set(&err, -EPIPE, "guest '" GUEST_SERVER "' ended");
    session_miss_guest(session, err);
    case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
    return false;
}

bool pair_run_case(struct session *session, const struct suite_case *planned,
                   struct case_result *row)
{
    struct pair *pair = session->pair;
    struct session *client = &pair->client;
    bool alive;

    client->result = session->result;
    client->product = session->product;
    client->cases_began = true;
    alive = case_run(client, planned, row, &pair->place);
    client->result = pair->notes;
    client->product = NULL;
    if (!row->started)
        return alive;
    if (!has_server(session, row))
        return false;
    if (!alive || row->status == STATUS_PASS || row->status == STATUS_SKIP ||
        row->status == STATUS_DONE)
        return alive;
    if (network_works(session))
        return true;
    take_over(session);
    case_set_reason(row, STATUS_MISS, session->result->blame, session->result->reason);
    return false;
}

struct session *pair_client(struct session *session)
{
    return session->pair != NULL ? &session->pair->client : NULL;
}

void pair_end(struct session *session)
{
    if (session->pair == NULL)
        return;
    session_keep_guest(&session->pair->client);
    take_over(session);
    free_pair(steal_ptr(session->pair));
}
