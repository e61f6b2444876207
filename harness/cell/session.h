/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a job holds while it runs: its order, the files it was planned with, the guest, and the
 * result that grows. Both kinds of job begin and end here; each step between is a file of its own.
 */
#ifndef TS_CELL_SESSION_H
#define TS_CELL_SESSION_H

#include "base/digest.h"
#include "bundle/bundle.h"
#include "guest/domain/hypervisor.h"
#include "guest/guest.h"
#include "guest/host/firmware.h"
#include "model/result.h"
#include "model/suite.h"
#include "order/job.h"
#include "stage/stage.h"
#include "suite/identity.h"

struct session {
    const struct job *job;
    const char *home;
    struct platform *platform;
    struct feature_table *features;
    struct image *image;
    struct suite *suite;                 /* NULL for a prepare job */
    char suite_stamps[DIGEST_TEXT_SIZE]; /* from before it was hashed; "": it was not */
    bool copies_changed;                 /* what the run was planned with is not what is there */
    struct hypervisor *hypervisor;
    struct guest_spec spec; /* its strings are the ones below */
    char *work;             /* a folder for this job's disks; removed at the end */
    char *overlay, *payload, *results, *console;
    uint64_t unpacked;               /* bytes that the payload takes in the guest */
    char contents[DIGEST_TEXT_SIZE]; /* of the programs that a saved state holds */
    char *seed, *nvram;              /* NULL: this image needs none */
    struct firmware firmware;
    struct staged *staged;             /* the product's packages; NULL before they are staged */
    char *seed_password;               /* of the user that the seed makes */
    char *login_user, *login_password; /* of the console */
    int state_hold;                    /* of the saved state that the guest stands on; -1: none */
    int install_hold;                  /* of the saved installation that it stands on; -1: none */
    char *stands_on;                   /* key of that installation; NULL: none */
    char *installed_by;   /* the attempt that it was executed in, where this one did not; or NULL */
    int64_t installed_ms; /* since when files are the product's, in that case */
    struct guest *guest;
    enum way way;                   /* by which the guest was entered */
    bool frozen;                    /* it was kept once, after its first failure */
    struct guest_identity identity; /* of this boot */
    uint64_t first_taint;           /* of the kernel before the first case */
    uint64_t taint;                 /* all that it was tainted with since, in any boot */
    char *guard_state;       /* what the guard in the guest saw as the last leg ended, or NULL */
    bool cases_began;        /* from here on, what becomes of the guest is the product's */
    struct product *product; /* its files; NULL before they are looked at */
    unsigned scale;          /* of every time limit: 1, or more without hardware acceleration */
    struct result *result;
    struct bundle_writer *bundle;
};

/* Loads what the order names, opens the bundle and the hypervisor. On failure the session is as far
 * as it came, so that session_done can still leave a bundle that says why. */
int session_begin(struct session *session, const struct job *job, struct error **err);

/* The session's saved state may be removed again. */
void session_release_state(struct session *session);

/* Milliseconds that a step of `seconds` on real hardware may take here. */
int64_t session_limit_ms(const struct session *session, unsigned seconds);

/* Notes the job's own trouble: outcome MISS, unless something was noted before. */
void session_miss(struct session *session, enum blame blame, const char *reason);

/* The same for a guest that ended or cannot be reached: the blame follows from how it ended. */
void session_miss_guest(struct session *session, const struct error *err);

/* The harness's program in the guest: by the process that keeps it, whatever a case puts in the
 * place of its file. Caller frees. */
char *session_runner(const struct session *session);

/* The kernel's taint as it is now, in whichever boot. One that oopsed and went on may answer
 * anything: the job is a MISS from then on, also once another boot has forgotten it. */
void session_note_taint(struct session *session, uint64_t taint);

/* Who is responsible for a kernel that died: the product where a module from outside the kernel's
 * tree was loaded, else the image. */
enum blame session_blame_kernel(const struct session *session);

/* Evidence. False: it is not kept. That is the job's trouble (host), unless the bundle's bounds
 * left no room, which the result tells. */
bool session_keep(struct session *session, const char *name, const char *case_id, const void *data,
                  size_t length);

/* The console so far, as `name`: the guest that goes on begins a new file. */
void session_keep_console(struct session *session, const char *name);

/* What is known so far survives this process: after each case, with none running. */
void session_note(struct session *session);

/* The case that begins is the one that is lost if this process dies. */
void session_note_running(struct session *session, const char *case_id);

/* What the guest's console told of trouble in its kernel, as observations: it went on, with that.
 */
void session_note_trouble(struct session *session);

/* Ends the guest and the connection, keeps console and domain XML, completes the bundle and removes
 * the work folder. */
int session_done(struct session *session, struct error **err);

#endif
