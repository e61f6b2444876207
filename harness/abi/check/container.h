/* SPDX-License-Identifier: Apache-2.0 */
/* What a runtime does with the configuration of a container image: which program it starts, and
 * whether the kernel executes it for that user. Sources: OCI runtime specification; runc
 * libcontainer/init_linux.go, moby/sys/user. */
#ifndef TS_ABI_CHECK_CONTAINER_H
#define TS_ABI_CHECK_CONTAINER_H

#include "abi/check/check.h"
#include "abi/check/needs.h"
#include "base/text_map.h"

struct container {
    const struct package_image *image;
    const struct world *world;
    struct findings *findings;
    struct needs needs;
    struct strv path;        /* folders in which programs are looked up */
    char *folder;            /* working directory */
    struct text_map entries; /* path without links -> index in the image's entries */
    bool root;               /* the user is root or not known: permission to execute suffices */
    uint32_t uid;
    VEC(uint32_t) gids;
    unsigned commands;       /* number that were followed */
    struct text_map scripts; /* paths of those that were read */
};

void container_init(struct container *container, const struct package_image *image,
                    const struct world *world, struct findings *findings);
void container_done(struct container *container);

/* The path without links of the program that is executed by this name; NULL and the reason if none
 * is. Caller frees both. */
char *container_program(const struct container *container, const char *name, char **ret_reason);

/* What /etc/profile does in a login shell: programs are looked up in the usual folders too. */
void container_read_profile(struct container *container);

/* Whether a file or folder of this name, which may be relative, can be there: in the image, or in a
 * folder that only the running system has. */
bool container_has(const struct container *container, const char *name);

/* True if a volume may bring the path when the container is run. */
bool container_mounts(const struct container *container, const char *path);

/* Reports whether the container's user and working directory can be set. Defined in
 * container_user.c. */
void container_check_user(struct container *container);

/* Reports a command that cannot be executed: of the container, of its health check. */
void container_check_start(struct container *container);

/* A command: what names it in findings, and of which kind these are. */
struct container_command {
    struct container *container;
    const char *name; /* "Entrypoint" */
    enum finding_kind kind;
    bool uncertain; /* what runs before may change it */
    unsigned depth;
    bool changed;  /* what starts it may have changed the environment */
    bool by_shell; /* what starts it takes a file that the kernel does not execute for commands */
    /* Checks words, from an index on, as a command that this one executes. */
    void (*execute)(const struct container_command *command, const struct strv *words, size_t from);
};

/* Commands for this shell. file: the script, or NULL for the argument of -c; words from `rest` on:
 * its "$@". Defined in container_code.c. */
void container_check_code(const struct container_command *command, const char *shell,
                          const char *file, const char *code, const struct strv *words,
                          size_t rest);

struct finding *container_say(const struct container_command *command, const char *program,
                              const char *reason);

#endif
