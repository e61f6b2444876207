/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the parts of distribution.h. */
#ifndef TS_ABI_SCRIPT_DISTRIBUTION_ASKING_H
#define TS_ABI_SCRIPT_DISTRIBUTION_ASKING_H

#include "abi/script/distribution.h"
#include "abi/script/evaluate.h"
#include "abi/script/shell_flow.h"

#define ASKED_MAX 100 /* number of checks in one script that are examined */

struct asking {
    const char *path;
    const struct shell_script *script;
    const struct distribution *image;
    enum finding_severity ends; /* of a refusal because a program is missing */
    struct findings *findings;
    struct shell_flow flow;
    size_t asked;
    bool uname;           /* the script queries the kernel version */
    struct strv refusing; /* functions that end the script, sorted */
    struct evaluation evaluation;
    VEC(struct known_block {
        enum truth
            truth;     /* of the block's question on this image; unknown unless it asks the image */
        char *fact;    /* what the image answers */
        char *program; /* that the image lacks, if this is the answer */
        bool present;  /* the answer is that a program is there */
        bool reported;
    })
    known; /* in the order of blocks */
};

/* A row about this line; refused: the script ends there. */
struct finding *asking_add(struct asking *asking, unsigned line, bool refused);

/* True if the command ends the script or function with a failure; true for one of the range. */
bool asking_refuses(const struct shell_command *command);
bool asking_range_refuses(const struct shell_script *script, struct shell_range range);

/* Reports commands that refuse and that this image's answers lead to; fills `known`. Defined in
 * distribution_refusal.c, like the functions above. */
void asking_check_refusals(struct asking *asking);

#endif
