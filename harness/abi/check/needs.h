/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether what scripts and units refer to exists on the image or in the package. What a
 * surface does not contain (a public list has no programs, an older surface no users) is collected
 * and reported once. */
#ifndef TS_ABI_CHECK_NEEDS_H
#define TS_ABI_CHECK_NEEDS_H

#include "abi/loader/world.h"
#include "abi/package/package.h"
#include "abi/script/distribution.h"
#include "base/text_map.h"
#include "model/finding.h"

enum need_answer { NEED_THERE, NEED_MISSING, NEED_UNKNOWN };
enum need_kind {
    NEED_PROGRAM,
    NEED_FILE,
    NEED_USER,
    NEED_UNIT,
    NEED_PATH,
    NEED_MODULE,
    NEED_KINDS
};

struct needs {
    const struct package *package;
    const struct world *world;
    struct findings *findings;
    bool reference;
    bool lists_files;    /* the surface contains units and files that scripts source */
    bool lists_folders;  /* it contains all files of /etc, and folders */
    struct strv names;   /* base names of the package's files, sorted */
    struct strv created; /* words of commands that create a user with its group, sorted */
    struct strv created_users, created_groups; /* the same for one of them alone */
    struct strv started;                       /* what units of the package start, sorted */
    struct strv on_failure;                    /* the same, of units that only start after another
                                                  one failed, sorted */
    struct strv unknown[NEED_KINDS];           /* names that could not be checked */
    /* What scripts and tmpfiles.d files make: paths; folders into which they copy, and links, with
     * all that is in them; base names, sorted; patterns of base names. */
    struct strv made, made_copies, made_links, made_names, made_patterns;
    struct text_map modes;   /* 1 + permission bits, by the package's paths */
    bool has_modes;          /* some file of the package may be executed, so modes are recorded */
    const struct strv *path; /* folders of programs; NULL: the usual ones */
    const char *folder;      /* in which relative paths are looked up; NULL: nowhere */
    bool whole;              /* the package is a whole root: it has nothing that is not in it */
    struct text_map answers; /* of needs_path, by the paths in asked */
    struct strv asked;
};

void needs_init(struct needs *needs, const struct package *package, const struct world *world,
                struct findings *findings);
/* For programs that run in a root with all its files, the package: nothing is installed first. */
void needs_init_root(struct needs *needs, const struct package *package, const struct world *world,
                     struct findings *findings, const struct strv *path, const char *folder);
void needs_done(struct needs *needs);

/* name: a path, or a name to look up in PATH. A file of the package with this name in another
 * folder counts. */
enum need_answer needs_program(struct needs *needs, const char *name);
/* The same for a unit that is installed where systemd reads it: only this path, or what scripts of
 * the package make, counts. */
enum need_answer needs_started(struct needs *needs, const char *name);
/* A file that a script sources. */
enum need_answer needs_file(struct needs *needs, const char *path);
/* group: the name is of a group. */
enum need_answer needs_user(struct needs *needs, const char *name, bool group);
/* user: a unit of systemd's user manager. */
enum need_answer needs_unit(struct needs *needs, const char *name, bool user);
/* A file or folder that a unit names. */
enum need_answer needs_path(struct needs *needs, const char *path);

/* A module of the image's kernels; NEED_UNKNOWN without a note if they are not known. */
enum need_answer needs_kernel_module(struct needs *needs, const char *name);
/* A PAM module, or a service (in pam.d). ret_elsewhere: where the package has the module, if PAM
 * does not look there; else NULL. Defined in needs_login.c. */
enum need_answer needs_pam(struct needs *needs, const char *name, bool module,
                           const char **ret_elsewhere);
/* A service of nsswitch.conf: "sss" is libnss_sss.so.2. ret_elsewhere: as above, for the loader. */
enum need_answer needs_name_service(struct needs *needs, const char *name,
                                    const char **ret_elsewhere);
/* True if PAM of the image looks for modules in the folder. */
bool needs_is_pam_folder(const struct needs *needs, const char *folder);

/* True if the package has a file of this name, in any folder. */
bool needs_brings(const struct needs *needs, const char *name);

/* True if the package has the file without permission to execute it, and none of its scripts gives
 * it. */
bool needs_refuses_execution(struct needs *needs, const char *path, unsigned *ret_mode);

/* True if the package's file is neither a program nor a text that begins with "#!": the kernel does
 * not execute it (ENOEXEC), and only a shell reads it as commands. */
bool needs_refuses_format(struct needs *needs, const char *path);

/* True if a script of the package makes a file of this name, or copies the package's own; folder:
 * the name may be a folder's. */
bool needs_makes(const struct needs *needs, const char *path, bool folder);
void needs_read_made(struct needs *needs);

/* True if the path lies in the folder. */
bool needs_is_below(const char *path, const char *folder);

/* True if the package depends on others whose files and scripts are not known: those of a
 * repository, or that nothing provides, which is a finding of its own. */
bool needs_may_come(const struct needs *needs);

/* Reads which users and groups the package creates. Defined in needs_accounts.c. */
void needs_read_accounts(struct needs *needs);

/* The path itself, or a name in one of the folders of PATH, is on the image or in the package. */
bool needs_is_installed(const struct needs *needs, const char *name);

/* What the image answers to questions about its distribution; borrows from needs. Defined in
 * needs_distribution.c. */
struct distribution needs_distribution(const struct needs *needs);

/* True if the program of this name is Python 2 on the image. */
bool needs_is_python2(const struct needs *needs, const char *program);

/* Records that a name could not be checked. Returns NEED_UNKNOWN. */
enum need_answer needs_unknown(struct needs *needs, enum need_kind kind, const char *name);

/* Adds an UNKNOWN finding for each kind of name that could not be checked. */
void needs_report_unknown(struct needs *needs);

#endif
