/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging in on a serial console: a machine that is fed what the guest prints and says what to
 * type. It knows prompts, not shells: whether a shell is there it finds out by asking it to print a
 * word that the echo of the question does not hold. Pure; the guest's text is hostile and bounded.
 */
#ifndef TS_GUEST_CONSOLE_LOGIN_H
#define TS_GUEST_CONSOLE_LOGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define LOGIN_LINE_MAX 512

enum login_state {
    LOGIN_AWAITED,  /* no prompt yet */
    LOGIN_NAMED,    /* the user's name was typed */
    LOGIN_SECRET,   /* the password was typed */
    LOGIN_PROBED,   /* whatever answers was asked to print the word */
    LOGIN_RAISING,  /* sudo was asked to start the program */
    LOGIN_STARTING, /* a root shell was asked to start the program */
    LOGIN_DONE,     /* the program answers */
    LOGIN_FAILED,   /* reason says why */
};

struct login {
    const char *user, *password; /* borrowed; password may be NULL */
    const char *nonce;           /* hex; of this attempt */
    const char *start; /* a shell command that becomes the program; no single quote in it */
    enum login_state state;
    char line[LOGIN_LINE_MAX]; /* of what stands on the current line, without escape sequences */
    size_t length;
    int escape;        /* inside an escape sequence */
    bool asked_secret; /* sudo asked for the password */
    unsigned quiet;    /* times that nothing came */
    unsigned tries;    /* times that the name was typed */
    char reason[256];
    struct buffer send; /* what is to be typed now; the caller empties it */
};

void login_init(struct login *login, const char *user, const char *password, const char *nonce,
                const char *start);
void login_feed(struct login *login, const char *data, size_t length);

/* Nothing came for a while (about two seconds on real hardware): what stands there is a prompt, or
 * a message has hidden one. */
void login_quiet(struct login *login);

/* What was waited for when time ran out; borrowed. */
const char *login_waits_for(const struct login *login);

void login_done(struct login *login);

#endif
