/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a running job: its request, the files it was planned with, the guest, and the result
 * so far. Both kinds of job begin and end here; each step in between is in a file of its own. */
#ifndef TS_CELL_SESSION_H
#define TS_CELL_SESSION_H

#include "base/digest.h"
#include "bundle/bundle.h"
#include "guest/domain/hypervisor.h"
#include "guest/guest.h"
#include "guest/host/firmware.h"
#include "job/job.h"
#include "model/result.h"
#include "model/suite.h"
#include "stage/stage.h"
#include "suite/identity.h"

struct pair;

struct session {
    const char *name;  /* of a cell's second guest (cell/pair); NULL: the guest under test */
    struct pair *pair; /* the second guest; NULL: there is none */
    const struct job *job;
    const char *home;
    struct platform *platform;
    struct feature_table *features;
    struct image *image;
    struct suite *suite;                 /* NULL for a prepare job */
    char suite_stamps[DIGEST_TEXT_SIZE]; /* taken before it was hashed; "": it was not hashed */
    bool copies_changed;                 /* a copy differs from what the run was planned with */
    struct hypervisor *hypervisor;
    struct guest_spec spec; /* its strings are the members below */
    char *work;             /* folder for this job's disks; removed at the end */
    char *overlay, *payload, *results, *console;
    uint64_t unpacked;               /* bytes that the payload needs in the guest */
    char contents[DIGEST_TEXT_SIZE]; /* digest of the programs in a saved state */
    char *seed, *nvram;              /* NULL: this image needs none */
    struct firmware firmware;
    struct staged *staged;             /* the product's packages; NULL until they are staged */
    char *seed_password;               /* password of the user that the seed creates */
    char *login_user, *login_password; /* for the console login */
    int state_lock;       /* lock of the saved state that the guest depends on; -1: none */
    int install_lock;     /* lock of the saved installation that it depends on; -1: none */
    char *stands_on;      /* key of that installation; NULL: none */
    char *installed_by;   /* the attempt that executed the install cases, if it was not this one; or
                             NULL */
    int64_t began_ms;     /* wall clock time that the guest got before its files were unpacked */
    int64_t installed_ms; /* in that case: wall clock time from which files belong to the product */
    struct guest *guest;
    enum entry_method entry_method; /* the entry method that was used */
    bool preserved_failure;         /* it was already preserved after its first failure */
    struct guest_identity identity; /* measured in this boot */
    uint64_t first_taint;           /* kernel taint before the first case */
    uint64_t taint;                 /* all taint flags seen since, in any boot */
    char *guard_state; /* state of the guard in the guest at the end of the last part, or NULL */
    bool guard_begun;  /* a case was given to the guard */
    bool host_checked; /* whether the host was idle was measured */
    char *host_busy;   /* why it was not; NULL: it was, or it was not measured yet */
    bool cases_began;  /* from now on, the product is responsible for what happens to the guest */
    uint64_t artifact_bytes; /* stored so far, of all cases */
    size_t artifact_files;
    bool footprint_wanted;    /* the plan has a case that installs something */
    char *footprint;          /* SHA-256 of the snapshot from before the first case; NULL: none */
    char *footprint_problem;  /* why there is none; or NULL */
    bool footprint_spoiled;   /* that snapshot was changed or removed in the guest */
    unsigned footprint_taken; /* one bit for each enum footprint_phase */
    struct product *product;  /* the product's files; NULL until they are read */
    unsigned scale; /* factor for every time limit: 1, or more without hardware acceleration */
    struct result *result;
    struct bundle_writer *bundle;
};

/* Loads what the job request names, and opens the bundle and the hypervisor. On failure the session
 * is partly set up, so that session_done can still write a bundle with the reason. */
int session_begin(struct session *session, const struct job *job, struct error **err);

/* Releases the lock of the session's saved state, so that it may be removed. */
void session_release_state(struct session *session);

/* Milliseconds allowed here for a step that takes `seconds` on real hardware. */
int64_t session_limit_ms(const struct session *session, unsigned seconds);

/* Records a failure of the job itself: outcome MISS, unless one was recorded before. */
void session_miss(struct session *session, enum blame blame, const char *reason);

/* The same for a guest that ended or cannot be reached; who is responsible follows from how it
 * ended. */
void session_miss_guest(struct session *session, const struct error *err);

/* The party responsible for what cases do to this guest: the product, but the suite for a guest in
 * which it is not installed. */
enum blame session_blame_cases(const struct session *session);

/* Ends the session's guest, and stores its console, domain XML and, after a failure, logs. */
void session_keep_guest(struct session *session);

/* Path of the harness's program in the guest, through /proc of the process that keeps it open,
 * because a case may replace the file. Caller frees. */
char *session_runner(const struct session *session);

/* Records the kernel's current taint, in whichever boot. A kernel that oopsed and continued cannot
 * be trusted: the job is MISS from then on, even after a reboot has cleared the flag. */
void session_note_taint(struct session *session, uint64_t taint);

/* The party responsible for a kernel that died: the product if an out-of-tree module was loaded,
 * else the image. */
enum blame session_blame_kernel(const struct session *session);

/* Stores evidence. Returns false if it was not stored: a failure of the job (host), unless the
 * bundle's bounds were reached, which the result records. */
bool session_add_evidence(struct session *session, const char *name, const char *case_id,
                          const void *data, size_t length);

/* The same for data whose SHA-256 is known, so that it is not hashed again. */
bool session_add_stream(struct session *session, const char *name, const char *case_id,
                        const struct buffer *data, const char *sha256);

/* Stores the console output so far as `name`; the guest that continues starts a new file. */
void session_add_console(struct session *session, const char *name);

/* Writes the journal, so that what is known survives the death of this process; called before the
 * first case. Not synced: before a case has ended there is nothing to lose. */
void session_note_start(struct session *session);

/* The same, synced; called after each case. */
void session_note(struct session *session);

/* Records in the journal which case is running and is lost if this process dies. */
void session_note_running(struct session *session, const char *case_id);

/* Adds problems that the guest's kernel reported on the console as observations; the guest survived
 * them. */
void session_note_trouble(struct session *session);

/* Ends the guest and the connection, stores console and domain XML, finishes the bundle and removes
 * the work folder. */
int session_done(struct session *session, struct error **err);

#endif
