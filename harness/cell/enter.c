/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware, seed and login of a session. Passwords are stored only in memory and on the seed
 * disk. */
#include "cell/enter.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "guest/media/media.h"
#include "guest/media/seed.h"
#include "home/home.h"
#include "job/event.h"
#include "job/limits.h"

#define PASSWORD_MAX 256

/* The first line of the password file, which must not be readable by others. */
static int read_password(const struct image *image, char **ret_password, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct stat st;
    int code;

    if (stat(image->login_file, &st) == 0 && (st.st_mode & 077) != 0)
        return error_set(err, -EPERM,
                         "image '%s': password file '%s' is readable by others: chmod 600 '%s'",
                         image->name, image->login_file, image->login_file);
    code = path_read(image->login_file, PASSWORD_MAX, &data, err);
    if (code < 0)
        return error_prefix(err, "image '%s': the password of its login", image->name);
    *ret_password = text_ndup(data.data != NULL ? data.data : "",
                              data.data != NULL ? strcspn(data.data, "\r\n") : 0);
    return 0;
}

static int plan_login(struct session *session, struct error **err)
{
    const struct image *image = session->image;

    if (image->login_user == NULL) {
        session->login_user = text_dup(SEED_USER);
        session->login_password = text_dup(session->seed_password);
        return 0;
    }
    session->login_user = text_dup(image->login_user);
    return image->login_file != NULL ? read_password(image, &session->login_password, err) : 0;
}

int enter_plan(struct session *session, struct error **err)
{
    struct guest_spec *spec = &session->spec;
    const struct platform *platform = session->platform;
    int code = 0;

    if (guest_spec_wants_uefi(session->image, platform)) {
        code = firmware_find(platform->arch, platform->machine, &session->firmware, err);
        if (code < 0)
            return error_prefix(err, "image '%s'", session->image->name);
        session->nvram = path_join(session->work, "nvram");
        spec->loader = session->firmware.code;
        spec->nvram = session->nvram;
    }
    if (!guest_spec_wants_seed(session->image))
        return 0;
    session->seed = path_join(session->work, "seed.raw");
    session->seed_password = seed_new_password();
    spec->seed = session->seed;
    return plan_login(session, err);
}

int enter_make_disks(struct session *session, const char *nvram_from, struct error **err)
{
    const char *folder = NULL;
    int code = 0;

    if (session->spec.nvram != NULL)
        code = media_copy_sparse(nvram_from != NULL ? nvram_from : session->firmware.variables,
                                 session->spec.nvram, err);
    if (code == 0 && session->spec.seed != NULL)
        code = home_programs_folder(&folder, err);
    if (code == 0 && session->spec.seed != NULL) {
        _cleanup_free_ char *program =
            text_format("%s/guest/%s/touchstone-guest", folder, arch_name(session->image->arch));

        code = seed_make(session->seed, session->seed_password, program, err);
    }
    return code;
}

/* Boots the guest again from the disks that its first boot wrote. */
static int boot_again(struct session *session, struct error **err)
{
    _cleanup_error_ struct error *problem = NULL;

    event_phase("booting the guest again after it reset itself");
    guest_free(steal_ptr(session->guest));
    if (path_exists(session->console) &&
        bundle_add_evidence_file(session->bundle, session->result, NULL, "console.until-reset",
                                 session->console, LIMIT_EVIDENCE, &problem) < 0)
        session_miss(session, BLAME_HOST, error_message(problem));
    return guest_boot(session->hypervisor, &session->spec, &session->guest, err);
}

static int enter_once(struct session *session, enum entry_method *ret_method, struct error **err)
{
    static const enum entry_method agent_alone[] = {ENTRY_AGENT};
    const struct image *image = session->image;
    _cleanup_free_ char *story = NULL;
    const struct guest_entry entry = {
        .entry_methods = image->entry_methods.count > 0 ? image->entry_methods.items : agent_alone,
        .count = image->entry_methods.count > 0 ? image->entry_methods.count : 1,
        .user = session->login_user,
        .password = session->login_password,
        .agent_ms = session_limit_ms(session, LIMIT_BOOT_S),
        .seed_ms = session_limit_ms(session, LIMIT_SEED_S),
        .console_ms = session_limit_ms(session, LIMIT_BOOT_S + LIMIT_LOGIN_S),
        .grace_ms = session_limit_ms(session, LIMIT_GRACE_S),
        .quiet_ms = (int64_t)LIMIT_QUIET_MS * session->scale,
    };
    int code;

    *ret_method = ENTRY_AGENT;
    code = guest_enter(session->guest, &entry, ret_method, &story, err);

    session_add_evidence(session, "way-in", NULL, story, strlen(story));
    session->entry_method = *ret_method;
    return code;
}

int enter_boot(struct session *session, enum entry_method *ret_method, struct error **err)
{
    int code = enter_once(session, ret_method, err);
    unsigned resets = 0;

    while (code < 0 && resets < LIMIT_RESETS && guest_reset_in_order(session->guest)) {
        error_free(steal_ptr(*err));
        resets++;
        code = boot_again(session, err);
        if (code == 0)
            code = enter_once(session, ret_method, err);
    }
    if (resets > 0) {
        _cleanup_free_ char *count = text_format("%u", resets);

        result_add_observation(session->result, NULL, "boot.resets", count, NULL);
    }
    if (code == 0)
        result_add_observation(session->result, NULL, "boot.entry_method",
                               entry_method_name(*ret_method), NULL);
    return code;
}

int enter_restored(struct session *session, enum entry_method entry_method, struct error **err)
{
    session->entry_method = entry_method;
    return guest_reenter(session->guest, entry_method,
                         clock_now_ms() + session_limit_ms(session, LIMIT_RESTORE_S), err);
}
