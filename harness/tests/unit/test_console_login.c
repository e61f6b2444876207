/* SPDX-License-Identifier: Apache-2.0 */
/* Logins on consoles: what guests print, in pieces, and what is typed. */
#include "base/cleanup.h"
#include "cunit_run.h"
#include "guest/console/login.h"

#define NONCE "00aa11bb22cc"
#define PROBE "unset HISTFILE; printf 'TS%s-%s-%s.\\n' up " NONCE " $(id -u)\n"
#define SUDO "sudo -k -p TSp''w-" NONCE ": sh -c 'begin'\n"
#define QUIET "\001" /* no output for a while */

struct step {
    const char *prints, *typed;
};

static const struct {
    const char *name;
    struct step steps[12];
    enum login_state end;
    const char *reason;
} dialogues[] = {
    {"root, plain",
     {{"\r\nDebian GNU/Linux 12 standin ttyS0\r\n\r\nstandin login: ", "root\n"},
      {"root\r\nPassword: ", "secret\n"},
      {"\r\nLinux standin 6.1.0\r\nLast login: Mon Nov 23 on ttyS0\r\nroot@standin:~# ", ""},
      {QUIET, PROBE},
      {PROBE "\rTSup-" NONCE "-0.\r\n", "begin\n"},
      {"begin\r\nTSA " NONCE " 0 0/0  c0ffee00\n", ""}},
     LOGIN_DONE,
     NULL},
    {"a kernel's message stands behind the prompt, another before the password's",
     {{"host login: [   45.123] random: crng init done\r\n", "root\n"},
      {"[   46.0] audit: type=1404\r\nPassword: ", "secret\n"},
      {"\r\n", ""},
      {"[   47.0] more\r\n# ", ""},
      {QUIET, PROBE},
      {"TSup-" NONCE "-0.\r\n", "begin\n"},
      {"TSA " NONCE " 0 0/0  c0ffee00\n", ""}},
     LOGIN_DONE,
     NULL},
    {"colours, a title, bracketed paste",
     {{"\x1b[1;32mhost\x1b[0m login: ", "root\n"},
      {"root\r\r\n\x1b[0mPassword: ", "secret\n"},
      {"\x1b]0;root@host:~\x07\x1b[?2004h[root@host ~]# ", ""},
      {QUIET, PROBE},
      {"\x1b[?2004l\r\nTSup-" NONCE "-0.\r\n", "begin\n"},
      {"TSA " NONCE " 0 0/0  c0ffee00\n", ""}},
     LOGIN_DONE,
     NULL},
    {"an ordinary user whose sudo wants the password",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"$ ", ""},
      {QUIET, PROBE},
      {"TSup-" NONCE "-1000.\r\n", SUDO},
      {SUDO "\r\nWe trust you have received the usual lecture\r\n", ""},
      {"TSpw-" NONCE ": ", "secret\n"},
      {"\r\nTSA " NONCE " 0 0/0  c0ffee00\n", ""}},
     LOGIN_DONE,
     NULL},
    {"sudo refuses the password",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"user@host:~$ ", ""},
      {QUIET, PROBE},
      {"TSup-" NONCE "-1000.\r\n", SUDO},
      {"TSpw-" NONCE ": ", "secret\n"},
      {"\r\nSorry, try again.\r\n", ""}},
     LOGIN_FAILED,
     "sudo refused the password"},
    {"no sudo for this one",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"user@host:~$ ", ""},
      {QUIET, PROBE},
      {"TSup-" NONCE "-1000.\r\n", SUDO},
      {"root is not in the sudoers file.  This incident will be reported.\r\n", ""}},
     LOGIN_FAILED,
     "may not use sudo"},
    {"a wrong password, twice",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"\r\nLogin incorrect\r\nhost login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"\r\nLogin incorrect\r\n", ""}},
     LOGIN_FAILED,
     "Login incorrect"},
    {"a wrong password, refused so late that a shell was asked for",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {QUIET, ""},
      {QUIET, ""},
      {QUIET, ""},
      {QUIET, PROBE},
      {"\r\nLogin incorrect\r\n", ""},
      {"\r\nhost login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"\r\nLogin incorrect\r\n", ""}},
     LOGIN_FAILED,
     "Login incorrect"},
    {"a prompt of another kind",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"host> ", ""},
      {QUIET, ""},
      {QUIET, ""},
      {QUIET, ""},
      {QUIET, PROBE}},
     LOGIN_PROBED,
     "no shell responds"},
    {"a starting getty throws the name away",
     {{"host login: ", "root\n"},
      {QUIET, ""},
      {QUIET, ""},
      {QUIET, "\n"},
      {"\r\nhost login: ", "root\n"},
      {"Password: ", "secret\n"}},
     LOGIN_SECRET,
     "the password was typed, with no response"},
    {"Chinese prompts",
     {{"tencent 登录：", "root\n"}, {"密码：", "secret\n"}, {"# ", ""}, {QUIET, PROBE}},
     LOGIN_PROBED,
     "no shell responds"},
    {"logged in already", {{"root@host:~# ", ""}, {QUIET, PROBE}}, LOGIN_PROBED, "no shell"},
    {"a user without a password",
     {{"host login: ", "root\n"}, {"root\r\n$ ", ""}, {QUIET, PROBE}},
     LOGIN_PROBED,
     "no shell"},
    {"an expired password",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"You are required to change your password immediately\r\nCurrent password: ", ""}},
     LOGIN_FAILED,
     "has expired"},
    {"the echo of the question is not the answer",
     {{"host login: ", "root\n"},
      {"Password: ", "secret\n"},
      {"# ", ""},
      {QUIET, PROBE},
      {PROBE, ""}},
     LOGIN_PROBED,
     "no shell"},
    {"a program that says it is logged in",
     {{"TSup-" NONCE "-0.\r\nTSA " NONCE " 0 0/0 x\r\nhost login: ", "root\n"}},
     LOGIN_NAMED,
     "no password prompt appeared"},
    {"the program cannot start",
     {{"# ", ""},
      {QUIET, PROBE},
      {"TSup-" NONCE "-0.\r\n", "begin\n"},
      {"Permission denied\r\nTSno-" NONCE "-x\r\n", ""}},
     LOGIN_FAILED,
     "could not start"},
    {"no prompt at all",
     {{"Starting up ...\r\n", ""}, {QUIET, ""}, {QUIET, ""}},
     LOGIN_AWAITED,
     "no login prompt appeared"},
};

static void play(size_t row, size_t piece)
{
    struct login login;

    login_init(&login, "root", "secret", NONCE, "begin");
    for (const struct step *step = dialogues[row].steps; step->prints != NULL; step++) {
        if (strcmp(step->prints, QUIET) == 0)
            login_quiet(&login);
        else
            for (size_t at = 0; at < strlen(step->prints); at += piece)
                login_feed(&login, step->prints + at,
                           strlen(step->prints) - at < piece ? strlen(step->prints) - at : piece);
        if (strcmp(login.send.data != NULL && login.send.length > 0 ? login.send.data : "",
                   step->typed) != 0)
            printf("\n%s: after '%s'\n", dialogues[row].name, step->prints);
        CHECK_TEXT(login.send.length > 0 ? login.send.data : "", step->typed);
        login.send.length = 0;
    }
    if (login.state != dialogues[row].end)
        printf("\n%s\n", dialogues[row].name);
    CHECK_INT(login.state, dialogues[row].end);
    if (dialogues[row].reason != NULL)
        CHECK_HAS(login_waits_for(&login), dialogues[row].reason);
    login_done(&login);
}

static void test_dialogues(void)
{
    for (size_t row = 0; row < sizeof(dialogues) / sizeof(dialogues[0]); row++) {
        play(row, 1);
        play(row, 7);
        play(row, 10000);
    }
}

static void test_hostile(void)
{
    struct login login;
    char flood[3000];

    login_init(&login, "root", "secret", NONCE, "begin");
    memset(flood, 'x', sizeof(flood));
    for (int i = 0; i < 50; i++)
        login_feed(&login, flood, sizeof(flood));
    login_feed(&login, "\x1b]0;never ends", 14);
    login_feed(&login, "\nhost login:", 12);
    CHECK_INT(login.state, LOGIN_NAMED);
    /* One that repeats its prompt is given up. */
    for (int i = 0; i < 10; i++)
        login_feed(&login, " login:", 7);
    CHECK_INT(login.state, LOGIN_FAILED);
    CU_ASSERT(login.send.length < 200);
    login_done(&login);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"dialogues", test_dialogues},
        {"hostile text", test_hostile},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("console_login", tests);
}
