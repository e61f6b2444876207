/* SPDX-License-Identifier: Apache-2.0 */
/* Both kinds end QEMU: what was only in the guest's memory is lost, what it had flushed to its disk
 * is in the overlay. Resets always end the guest, so an orderly reboot ends it too. */
#include "cell/restart.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "cell/enter.h"
#include "cell/pair.h"
#include "cell/start.h"
#include "job/event.h"
#include "job/limits.h"

/* Gives the agent time to acknowledge the command. */
#define REBOOT "(sleep 1; systemctl reboot || reboot) </dev/null >/dev/null 2>&1 & "

static int shut_down(struct session *session, struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    _cleanup_free_ char *detail = NULL;
    const char *argv[] = {"/bin/sh", "-c", REBOOT, NULL};
    struct guest_command command = {.argv = argv, .output_limit = 4096};
    enum guest_end end;
    int code =
        guest_exec(session->guest, &command,
                   clock_now_ms() + session_limit_ms(session, LIMIT_COMMAND_S), &output, err);

    if (code == 0)
        code = guest_wait_end(session->guest,
                              clock_now_ms() + session_limit_ms(session, LIMIT_SETTLE_S), err);
    if (code < 0)
        return error_prefix(err, "an orderly reboot");
    end = guest_how_it_ended(session->guest, &detail);
    if (end != GUEST_REBOOTED && end != GUEST_POWERED_OFF)
        return error_set(err, -EPIPE, "an orderly reboot ended unexpectedly: %s %s",
                         guest_end_name(end), detail);
    return 0;
}

/* Stores the console of the boot that ends here; the next one starts a new file. */
static void keep_console(struct session *session, const char *case_id)
{
    _cleanup_error_ struct error *err = NULL;

    if (path_exists(session->console) &&
        bundle_add_evidence_file(session->bundle, session->result, case_id, "console",
                                 session->console, LIMIT_EVIDENCE, &err) < 0)
        session_miss(session, BLAME_HOST, error_message(err));
}

static int boot(struct session *session, struct error **err)
{
    enum entry_method entry_method;
    int code = guest_boot(session->hypervisor, &session->spec, &session->guest, err);

    return code == 0 ? enter_boot(session, &entry_method, err) : code;
}

int restart_guest(struct session *session, const char *case_id, enum restart kind, const char *mark,
                  struct error **err)
{
    int64_t started = clock_now_ms();
    _cleanup_free_ char *line = NULL;
    int code = 0;

    event_phase(kind == RESTART_REBOOT ? "rebooting the guest" : "cutting the guest's power");
    if (kind == RESTART_REBOOT)
        code = shut_down(session, err);
    else
        code = guest_cut_power(session->guest,
                               clock_now_ms() + session_limit_ms(session, LIMIT_SETTLE_S), err);
    if (code < 0)
        return code;
    session_note_trouble(session);
    guest_free(steal_ptr(session->guest));
    keep_console(session, case_id);
    code = boot(session, err);
    if (code == 0)
        code = start_measure_again(session, err);
    if (code == 0)
        code = pair_join(session, err);
    if (code < 0)
        return code;
    line = text_format("%s, mark '%s': booted and entered by its %s after %.1f s\n",
                       restart_name(kind), mark, entry_method_name(session->entry_method),
                       (double)(clock_now_ms() - started) / 1000);
    session_add_evidence(session, "restart", case_id, line, strlen(line));
    return 0;
}
