/* SPDX-License-Identifier: Apache-2.0 */
/* The start and the end of every job. */
#include "cell/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cell/copies.h"
#include "cell/enter.h"
#include "cell/grade.h"
#include "cell/pair.h"
#include "cell/product.h"
#include "cell/programs.h"
#include "guest/domain/host_log.h"
#include "home/home.h"
#include "job/event.h"
#include "job/limits.h"

static struct result *new_result(const struct job *job)
{
    struct result *result = result_new();

    result->kind = job->kind;
    result->run_id = text_dup(job->run_id);
    result->job_id = text_dup(job->job_id);
    result->attempt = job->attempt;
    result->image = text_dup(job->image);
    result->platform = text_dup(job->platform);
    result->suite = text_dup(job->suite);
    result->accel = job->accel;
    result->started_ms = clock_wall_ms();
    return result;
}

static void set_up_spec(struct session *session)
{
    struct guest_spec *spec = &session->spec;

    session->overlay = path_join(session->work, "disk.qcow2");
    session->payload = path_join(session->work, "payload.raw");
    session->results = path_join(session->work, "results.raw");
    session->console = path_join(session->work, "console");
    spec->platform = session->platform;
    spec->features = session->features;
    spec->image = session->image;
    spec->accel = session->job->accel;
    spec->memory_mib = session->job->memory_mib;
    spec->vcpus = session->platform->vcpus;
    spec->overlay = session->overlay;
    spec->payload = session->payload;
    spec->results = session->results;
    spec->console = session->console;
    spec->network = session->job->network;
    spec->on_trouble = event_trouble;
    spec->contents = session->contents;
}

int session_begin(struct session *session, const struct job *job, struct error **err)
{
    struct hypervisor_options options = {.uri = job->connect, .job = job->job_id};
    struct host_cpu host;
    int code;

    *session = (struct session){
        .job = job, .scale = job->time_scale, .state_lock = -1, .install_lock = -1};
    session->result = new_result(job);
    session->work = text_format("%s.work", job->bundle);
    code = home_folder(&session->home, err);
    if (code == 0)
        code = bundle_writer_new(job->bundle, &session->bundle, err);
    if (code == 0)
        code = path_make_folders(session->work, true, err);
    if (code == 0)
        code = copies_load(session, err);
    if (code < 0)
        return code;
    code = programs_digest(session->image->arch, job->library_file, session->contents, err);
    if (code < 0)
        return code;
    host_cpu_read(&host);
    session->result->grade = grade_of(job->accel, session->platform, &host);
    set_up_spec(session);
    code = enter_plan(session, err);
    if (code < 0)
        return code;
    options.home = session->home;
    code = hypervisor_open(&options, &session->hypervisor, err);
    return code < 0 ? code : hypervisor_admit(session->hypervisor, session->overlay, err);
}

void session_release_state(struct session *session)
{
    if (session->state_lock >= 0)
        close(steal_fd(session->state_lock));
    if (session->install_lock >= 0)
        close(steal_fd(session->install_lock));
}

int64_t session_limit_ms(const struct session *session, unsigned seconds)
{
    return (int64_t)seconds * 1000 * session->scale;
}

void session_miss(struct session *session, enum blame blame, const char *reason)
{
    struct result *result = session->result;

    if (result->reason != NULL)
        return;
    result->outcome = STATUS_MISS;
    result->blame = blame;
    result->reason = session->name != NULL ? text_format("guest '%s': %s", session->name, reason)
                                           : text_dup(reason);
}

/* Decides by how the guest ended. A stock image boots, runs and responds: after cases have run in
 * it, they are responsible for a guest that stops, unless its kernel died on its own. */
static enum blame responsible(const struct session *session, enum guest_end end,
                              const struct error *err)
{
    struct console_marks marks = {0};

    if (session->guest != NULL)
        guest_console_marks(session->guest, &marks);
    switch (end) {
    case GUEST_PANICKED:
        return session_blame_kernel(session);
    case GUEST_HUNG:
        return session->cases_began && !marks.stall && !marks.oops ? session_blame_cases(session)
                                                                   : session_blame_kernel(session);
    case GUEST_BOOT_LOOP:
    case GUEST_REBOOTED:
    case GUEST_POWERED_OFF:
    case GUEST_AGENT_LOST:
        return session->cases_began ? session_blame_cases(session) : BLAME_IMAGE;
    case GUEST_RUNNING:
        if (session->guest == NULL)
            return BLAME_HOST;
        /* It is too slow, or its agent cannot start the harness's program any more. */
        if (err->code == -ETIMEDOUT || err->code == -ENODEV || err->code == -EACCES)
            return session->cases_began ? session_blame_cases(session) : BLAME_IMAGE;
        /* The same applies to its answers: after a restart, everything but the payload was written
         * by the cases. */
        return session->cases_began && (err->code == -EREMOTEIO || err->code == -EBADMSG)
                   ? session_blame_cases(session)
                   : BLAME_HOST;
    default:
        return BLAME_HOST;
    }
}

enum blame session_blame_cases(const struct session *session)
{
    return session->name == NULL ? BLAME_PRODUCT : BLAME_SUITE;
}

enum blame session_blame_kernel(const struct session *session)
{
    return ((session->first_taint | session->taint) & TAINT_OUT_OF_TREE_MODULE) != 0
               ? session_blame_cases(session)
               : BLAME_IMAGE;
}

char *session_runner(const struct session *session)
{
    return session->identity.keeper > 0
               ? text_format("/proc/%lld/exe", (long long)session->identity.keeper)
               : text_dup(PROGRAMS_GUEST);
}

void session_note_taint(struct session *session, uint64_t taint)
{
    session->taint |= taint & ~session->first_taint;
    if ((session->taint & TAINT_DIED) != 0)
        session_miss(session, session_blame_kernel(session),
                     "the guest's kernel oopsed while the cases ran: their results are not "
                     "evidence; see its console");
}

void session_miss_guest(struct session *session, const struct error *err)
{
    _cleanup_free_ char *detail = NULL, *reason = NULL;
    enum guest_end end =
        session->guest != NULL ? guest_how_it_ended(session->guest, &detail) : GUEST_RUNNING;
    reason = end == GUEST_RUNNING ? text_dup(error_message(err))
             : end == GUEST_HOST_FAILED
                 ? text_format("the host failed under the guest: %s", detail)
                 : text_format("the guest %s%s%s", guest_end_name(end), detail != NULL ? ": " : "",
                               detail != NULL ? detail : "");
    session_miss(session, responsible(session, end, err), reason);
}

static bool was_added(struct session *session, int code, const struct error *err)
{
    if (code < 0 && code != -EFBIG)
        session_miss(session, BLAME_HOST, error_message(err));
    return code == 0;
}

bool session_add_evidence(struct session *session, const char *name, const char *case_id,
                          const void *data, size_t length)
{
    _cleanup_error_ struct error *err = NULL;
    int code = bundle_add_evidence_memory(session->bundle, session->result, case_id, name, data,
                                          length, LIMIT_EVIDENCE, &err);

    return was_added(session, code, err);
}

bool session_add_stream(struct session *session, const char *name, const char *case_id,
                        const struct buffer *data, const char *sha256)
{
    _cleanup_error_ struct error *err = NULL;
    int code = bundle_add_evidence_hashed(session->bundle, session->result, case_id, name, data,
                                          sha256, LIMIT_EVIDENCE, &err);

    return was_added(session, code, err);
}

void session_add_console(struct session *session, const char *name)
{
    _cleanup_error_ struct error *err = NULL;

    if (bundle_add_evidence_file(session->bundle, session->result, NULL, name, session->console,
                                 UINT64_C(8) << 20, &err) < 0)
        log_warning("%s", error_said(err));
}

static void note(struct session *session, bool durable)
{
    _cleanup_error_ struct error *err = NULL;

    bounds_describe(session->result);
    if (bundle_note_running(session->bundle, NULL, &err) < 0 ||
        bundle_note_result(session->bundle, session->result, durable, &err) < 0)
        session_miss(session, BLAME_HOST, error_message(err));
}

void session_note_start(struct session *session)
{
    note(session, false);
}

void session_note(struct session *session)
{
    note(session, true);
}

void session_note_running(struct session *session, const char *case_id)
{
    _cleanup_error_ struct error *err = NULL;

    if (bundle_note_running(session->bundle, case_id, &err) < 0)
        session_miss(session, BLAME_HOST, error_message(err));
}

void session_note_trouble(struct session *session)
{
    struct console_trouble troubles[CONSOLE_TROUBLES];
    struct console_marks marks;

    guest_console_marks(session->guest, &marks);
    console_troubles(&marks, troubles);
    for (size_t i = 0; i < CONSOLE_TROUBLES; i++) {
        _cleanup_free_ char *key = text_format("console.%s", troubles[i].name);

        if (troubles[i].seen)
            result_add_observation(session->result, NULL, key, troubles[i].line, NULL);
    }
}

/* Stores the logs of libvirt and QEMU for a guest that failed. */
static void keep_log(struct session *session, const char *name, const char *path)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (path != NULL && path_read(path, LIMIT_EVIDENCE, &text, NULL) == 0 && text.length > 0)
        session_add_evidence(session, name, NULL, text.data, text.length);
}

static void keep_logs(struct session *session)
{
    _cleanup_free_ char *libvirt = NULL, *qemu = NULL;

    if (session->result->reason == NULL)
        return;
    libvirt = host_log_of_libvirt(session->hypervisor);
    qemu = guest_log_path(session->guest);
    keep_log(session, "libvirt.log", libvirt);
    keep_log(session, "qemu.log", qemu);
}

/* The host failed under the guest: that may have caused anything the guest did afterwards. */
static void miss_by_host(struct session *session)
{
    _cleanup_free_ char *detail = NULL;

    if (guest_how_it_ended(session->guest, &detail) == GUEST_HOST_FAILED)
        session_miss(session, BLAME_HOST, detail);
}

void session_keep_guest(struct session *session)
{
    _cleanup_error_ struct error *err = NULL;

    if (session->guest != NULL) {
        const char *xml = guest_domain_xml(session->guest);

        session_note_trouble(session);
        miss_by_host(session);
        keep_logs(session);
        session_add_evidence(session, "domain.xml", NULL, xml, strlen(xml));
        guest_free(steal_ptr(session->guest));
    }
    if (session->console != NULL && path_exists(session->console) &&
        bundle_add_evidence_file(session->bundle, session->result, NULL, "console",
                                 session->console, LIMIT_EVIDENCE, &err) < 0 &&
        err->code != -EFBIG)
        session_miss(session, BLAME_HOST, error_message(err));
}

static void forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

static void free_parts(struct session *session)
{
    hypervisor_close(session->hypervisor);
    bundle_writer_free(session->bundle);
    guest_identity_done(&session->identity);
    platform_free(session->platform);
    feature_table_free(session->features);
    image_free(session->image);
    suite_free(session->suite);
    result_free(session->result);
    free(session->overlay);
    free(session->payload);
    free(session->results);
    free(session->host_busy);
    free(session->console);
    free(session->seed);
    free(session->nvram);
    firmware_done(&session->firmware);
    staged_free(session->staged);
    product_free(session->product);
    forget(session->seed_password);
    free(session->footprint);
    free(session->footprint_problem);
    free(session->guard_state);
    free(session->stands_on);
    free(session->installed_by);
    free(session->login_user);
    forget(session->login_password);
    free(session->work);
    session_release_state(session);
    *session = (struct session){0};
}

int session_done(struct session *session, struct error **err)
{
    _cleanup_error_ struct error *leftover = NULL;
    int code = 0;

    event_phase("cleaning up");
    if (session->bundle != NULL) {
        pair_end(session);
        session_keep_guest(session);
        bounds_describe(session->result);
        session->result->ended_ms = clock_wall_ms();
        code = bundle_finish(session->bundle, session->result, err);
    }
    if (path_remove_tree(session->work, &leftover) < 0)
        log_warning("%s", error_said(leftover));
    free_parts(session);
    return code;
}
