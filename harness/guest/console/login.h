/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state machine that logs in on a serial console: it is given the guest's output and returns what
 * to type. It recognises prompts but no particular shell: to find out whether a shell is running,
 * it asks for a word to be printed that does not occur in the echo of the command itself. No I/O.
 * The guest's output is not trusted and its size is limited.
 */
#ifndef TS_GUEST_CONSOLE_LOGIN_H
#define TS_GUEST_CONSOLE_LOGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define LOGIN_LINE_MAX 512

enum login_state {
    LOGIN_AWAITED,  /* waiting for a prompt */
    LOGIN_NAMED,    /* the user name was typed */
    LOGIN_SECRET,   /* the password was typed */
    LOGIN_PROBED,   /* a command was typed that makes a shell print the word */
    LOGIN_RAISING,  /* sudo was used to start the program */
    LOGIN_STARTING, /* a root shell was told to start the program */
    LOGIN_DONE,     /* the program responds */
    LOGIN_FAILED,   /* reason is set */
};

struct login {
    const char *user, *password; /* borrowed; password may be NULL */
    const char *nonce;           /* hexadecimal, unique for this attempt */
    const char *start; /* shell command that executes the program; contains no single quote */
    enum login_state state;
    char line[LOGIN_LINE_MAX]; /* the current line, without escape sequences */
    size_t length;
    int escape;        /* state of the parser within an escape sequence */
    bool asked_secret; /* sudo asked for the password */
    unsigned quiet;    /* number of login_quiet() calls in a row */
    unsigned tries;    /* how often the user name was typed */
    char reason[256];
    struct buffer send; /* text to type now; the caller clears it */
};

void login_init(struct login *login, const char *user, const char *password, const char *nonce,
                const char *start);
void login_feed(struct login *login, const char *data, size_t length);

/* Reports that there was no output for a while (about two seconds on real hardware): the current
 * line is a prompt, or a message has overwritten one. */
void login_quiet(struct login *login);

/* What was being waited for when the time ran out; borrowed. */
const char *login_waits_for(const struct login *login);

void login_done(struct login *login);

#endif
