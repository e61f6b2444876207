/* SPDX-License-Identifier: Apache-2.0 */
/* The login state machine. */
#include "guest/console/login.h"

#include <stdio.h>
#include <string.h>

/* Prompts of agetty and login(1) in util-linux and shadow, and their Chinese translations. */
static const char *const login_prompts[] = {"login:", "登录:", "登录：", "Login:"};
static const char *const secret_prompts[] = {"assword:", "密码:", "密码：", "口令:", "口令："};
static const char *const expired_prompts[] = {
    "Current password:", "New password:", "(current) UNIX password:", "当前密码："};
/* A line of login(1), PAM or sudo that contains one of these ends an attempt. */
static const struct {
    const char *text, *means;
} refusals[] = {
    {"Login incorrect", "the guest refused the user or the password ('Login incorrect')"},
    {"登录不正确", "the guest refused the user or the password"},
    {"Authentication failure", "the guest refused the password ('Authentication failure')"},
    {"Permission denied", "the guest refused the login ('Permission denied')"},
    {"account is locked", "the account is locked"},
    {"account has expired", "the account has expired"},
    {"is currently not available", "the account's shell does not permit logins"},
    {"not in the sudoers file", "the user logged in and may not use sudo: root is needed"},
    {"is not allowed to", "the user logged in and sudo does not allow the command: root is needed"},
    {"sudo: command not found", "the user logged in, is not root, and there is no sudo"},
    {"sudo: not found", "the user logged in, is not root, and there is no sudo"},
    {"Sorry, try again", "sudo refused the password"},
};

void login_init(struct login *login, const char *user, const char *password, const char *nonce,
                const char *start)
{
    *login = (struct login){.user = user, .password = password, .nonce = nonce, .start = start};
}

void login_done(struct login *login)
{
    buffer_done(&login->send);
}

static void fail(struct login *login, const char *reason)
{
    login->state = LOGIN_FAILED;
    snprintf(login->reason, sizeof(login->reason), "%s", reason);
}

/* The length of the line without trailing blanks, which prompts are compared with. */
static size_t end_of_line(const struct login *login)
{
    size_t end = login->length;

    while (end > 0 && (login->line[end - 1] == ' ' || login->line[end - 1] == '\t'))
        end--;
    return end;
}

static bool ends_with(const struct login *login, size_t end, const char *word)
{
    size_t size = strlen(word);

    return end >= size && memcmp(login->line + end - size, word, size) == 0;
}

static bool ends_with_any(const struct login *login, size_t end, const char *const *words,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_with(login, end, words[i]))
            return true;
    return false;
}
#define ENDS_WITH_ANY(login, end, words)                                                           \
    ends_with_any(login, end, words, sizeof(words) / sizeof(words[0]))

/* Quotes prevent the expected word from occurring in the echo. */
static void probe(struct login *login)
{
    buffer_format(&login->send, "unset HISTFILE; printf 'TS%%s-%%s-%%s.\\n' up %s $(id -u)\n",
                  login->nonce);
    login->state = LOGIN_PROBED;
    login->quiet = 0;
}

static void start(struct login *login, bool root)
{
    if (root)
        buffer_format(&login->send, "%s\n", login->start);
    else
        buffer_format(&login->send, "sudo -k -p TSp''w-%s: sh -c '%s'\n", login->nonce,
                      login->start);
    login->state = root ? LOGIN_STARTING : LOGIN_RAISING;
    login->quiet = 0;
}

static void type_secret(struct login *login)
{
    if (login->password != NULL)
        buffer_text(&login->send, login->password);
    buffer_text(&login->send, "\n");
}

/* Only two, because some images lock an account after three wrong passwords. */
#define TRIES_MAX 2

static void type_name(struct login *login)
{
    if (login->tries++ == TRIES_MAX) {
        fail(login, "the guest repeatedly asked for the user's name");
        return;
    }
    buffer_format(&login->send, "%s\n", login->user);
    login->state = LOGIN_NAMED;
    login->quiet = 0;
}

/* Every prompt ends with a colon, in ASCII or as U+FF1A. Most bytes of a guest's output do not. */
static bool may_be_prompt(const struct login *login, size_t end)
{
    return end > 0 && (login->line[end - 1] == ':' || ends_with(login, end, "："));
}

/* There may be a prompt on the current line. */
static void look_at_prompt(struct login *login)
{
    size_t end = end_of_line(login);
    char wanted[128];
    bool asks_name;

    if (!may_be_prompt(login, end))
        return;
    asks_name =
        ENDS_WITH_ANY(login, end, login_prompts) && strstr(login->line, "Last login") == NULL;

    if (ENDS_WITH_ANY(login, end, expired_prompts) && login->state != LOGIN_AWAITED &&
        login->state != LOGIN_RAISING) {
        fail(login, "the password has expired and must be changed: set a new one in the image, or "
                    "use a user whose password does not expire");
    } else if (login->state <= LOGIN_SECRET && asks_name) {
        type_name(login);
    } else if (login->state == LOGIN_NAMED && ENDS_WITH_ANY(login, end, secret_prompts)) {
        type_secret(login);
        login->state = LOGIN_SECRET;
    } else if (login->state == LOGIN_RAISING) {
        snprintf(wanted, sizeof(wanted), "TSpw-%s:", login->nonce);
        if (!ends_with(login, end, wanted))
            return;
        if (login->asked_secret || login->password == NULL) {
            fail(login, login->password == NULL ? "sudo requires a password, but none was given"
                                                : "sudo refused the password");
            return;
        }
        login->asked_secret = true;
        type_secret(login);
    } else {
        return;
    }
    login->length = 0;
    login->line[0] = '\0';
}

static void look_at_line(struct login *login)
{
    char wanted[128];
    const char *found;

    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (login->state != LOGIN_AWAITED && login->state != LOGIN_STARTING &&
            strstr(login->line, refusals[i].text) != NULL) {
            /* The first "Login incorrect" may refer to input that a starting getty discarded. It
             * may also arrive late, after a shell was probed: the next prompt is for the second
             * attempt. */
            if (i > 1 || login->tries == TRIES_MAX)
                fail(login, refusals[i].means);
            else if (login->state == LOGIN_PROBED)
                login->state = LOGIN_AWAITED;
            return;
        }
    snprintf(wanted, sizeof(wanted), "TSA %s 0 0/0 ", login->nonce);
    if ((login->state == LOGIN_RAISING || login->state == LOGIN_STARTING) &&
        strstr(login->line, wanted) != NULL) {
        login->state = LOGIN_DONE;
        return;
    }
    snprintf(wanted, sizeof(wanted), "TSno-%s-", login->nonce);
    if ((login->state == LOGIN_RAISING || login->state == LOGIN_STARTING) &&
        strstr(login->line, wanted) != NULL) {
        fail(login, "the root shell could not start the harness's program from the seed disk: see "
                    "the console");
        return;
    }
    snprintf(wanted, sizeof(wanted), "TSup-%s-", login->nonce);
    found = login->state == LOGIN_PROBED ? strstr(login->line, wanted) : NULL;
    if (found != NULL && strchr(found + strlen(wanted), '.') != NULL)
        start(login, strncmp(found + strlen(wanted), "0.", 2) == 0);
}

/* True for a byte of an escape sequence (ECMA-48: CSI, OSC, two-byte ones). */
static bool skip_escape(struct login *login, unsigned char byte)
{
    if (byte == 0x1b) {
        login->escape = 1;
        return true;
    }
    if (login->escape == 0)
        return false;
    if (login->escape == 1)
        login->escape = byte == '[' ? 2 : byte == ']' ? 3 : (byte == '(' || byte == ')') ? 4 : 0;
    else if (login->escape == 2)
        login->escape = byte >= 0x40 && byte <= 0x7e ? 0 : 2;
    else if (login->escape == 3)
        login->escape = byte == 0x07 || byte == '\\' || byte == '\n' ? 0 : 3;
    else
        login->escape = 0;
    return true;
}

void login_feed(struct login *login, const char *data, size_t length)
{
    for (size_t i = 0; i < length && login->state != LOGIN_DONE && login->state != LOGIN_FAILED;
         i++) {
        unsigned char byte = (unsigned char)data[i];

        login->quiet = 0;
        if (skip_escape(login, byte))
            continue;
        if (byte == '\n' || byte == '\r') {
            if (login->length > 0)
                look_at_line(login);
            login->length = 0;
        } else if (byte == '\b' || byte == 0x7f) {
            login->length -= login->length > 0 ? 1 : 0;
        } else if (byte >= ' ') {
            /* Only the end of a long line matters, because a prompt is there. */
            if (login->length + 1 == sizeof(login->line)) {
                memmove(login->line, login->line + 256, login->length - 256);
                login->length -= 256;
            }
            login->line[login->length++] = (char)byte;
        }
        login->line[login->length] = '\0';
        if (byte == ' ' || byte == ':' || byte >= 0x80)
            look_at_prompt(login);
    }
}

static bool stands_at_shell(const struct login *login)
{
    size_t end = end_of_line(login);

    return end > 0 && strchr("#$%", login->line[end - 1]) != NULL;
}

void login_quiet(struct login *login)
{
    login->quiet++;
    switch (login->state) {
    case LOGIN_AWAITED:
        /* Somebody is logged in already. */
        if (stands_at_shell(login))
            probe(login);
        break;
    case LOGIN_NAMED:
        /* The account has no password, or a starting getty discarded the input. */
        if (stands_at_shell(login))
            probe(login);
        else if (login->quiet % 3 == 0)
            buffer_text(&login->send, "\n");
        break;
    case LOGIN_SECRET:
        /* An unknown prompt gets more time: a refusal arrives after several seconds. */
        if (stands_at_shell(login) || login->quiet == 4)
            probe(login);
        break;
    case LOGIN_PROBED:
        if (login->quiet % 4 == 0)
            probe(login);
        break;
    default:
        break;
    }
}

const char *login_waits_for(const struct login *login)
{
    static const char *const words[] = {
        [LOGIN_AWAITED] = "no login prompt appeared",
        [LOGIN_NAMED] = "the user's name was sent, but no password prompt appeared",
        [LOGIN_SECRET] = "the password was typed, with no response",
        [LOGIN_PROBED] = "the password was accepted, but no shell responds",
        [LOGIN_RAISING] = "the user is logged in, and sudo did not finish",
        [LOGIN_STARTING] = "root is logged in, and the harness's program did not start",
        [LOGIN_DONE] = "",
        [LOGIN_FAILED] = "",
    };

    return login->state == LOGIN_FAILED ? login->reason : words[login->state];
}
