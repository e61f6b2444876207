/* SPDX-License-Identifier: Apache-2.0 */
/* Security advisories, what they say of packages, and what that means for the components of a
 * product. */
#ifndef TS_MODEL_ADVISORY_H
#define TS_MODEL_ADVISORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "base/vec.h"

/* What an advisory says of one package. `rules` is a JSON object:
 *
 *   "says":     "affected", "not-affected" or "open" (under investigation)
 *   "ranges":   arrays of events, ["introduced" | "fixed" | "last_affected", VERSION]; "0" is the
 *               beginning
 *   "versions": versions that are affected by themselves
 *   "unread":   a range of a kind that is not understood; absent: none
 */
struct advisory_package {
    char *ecosystem; /* "pypi", "deb/debian/12": see advisory/ecosystem.h */
    char *name;      /* as in that ecosystem: "org.example:core", "@scope/name" */
    char *rules;
};

struct advisory {
    char *id;
    char *modified; /* RFC 3339, UTC */
    char *severity; /* a word or a CVSS vector; NULL: not stated */
    struct strv aliases;
    bool withdrawn;
    VEC(struct advisory_package) packages;
};
VEC_TYPE(advisories, struct advisory);
void advisory_done(struct advisory *advisory);
void advisories_done(struct advisories *advisories);

/* A time of an advisory (RFC 3339) in milliseconds of the wall clock; 0: it cannot be read. */
int64_t advisory_time_ms(const char *text);

/* What is known of a component, the worst first. */
enum vulnerability_state {
    VULNERABILITY_AFFECTED,
    VULNERABILITY_UNKNOWN,      /* nothing can be said, for a reason that is given */
    VULNERABILITY_FIXED,        /* an advisory is about it, and its version has the correction */
    VULNERABILITY_NOT_AFFECTED, /* an advisory says so */
    VULNERABILITY_NONE,         /* no advisory is about it, in data that covers its ecosystem */
    VULNERABILITY_STATE_COUNT
};
const char *vulnerability_state_name(enum vulnerability_state state);

/* A component and one advisory; without an advisory, why nothing is known. */
struct vulnerability {
    enum vulnerability_state state;
    char *purl, *place;
    char *advisory, *alias; /* or NULL; the alias is the CVE */
    char *severity, *fixed; /* or NULL; the lowest version that has the correction */
    char *reason;           /* or NULL */
};

/* The data as a whole. */
struct advisory_data {
    int64_t imported_ms; /* wall clock; 0: there is none */
    char *newest;        /* "modified" of the newest advisory; or NULL */
    int64_t newest_ms;
    size_t count;
};

/* The data of one ecosystem. */
struct advisory_cover {
    char *ecosystem;
    size_t count;      /* of its advisories */
    int64_t newest_ms; /* when the newest of them was modified; 0: there is none */
    int64_t stated_ms; /* when the user stated that they are complete; 0: nobody did */
};

/* The age in whole days of what it says: of the statement, or of the newest advisory if that is
 * older. -1: nobody states that it is complete, or there is nothing in it. */
int64_t advisory_cover_days(const struct advisory_cover *cover, int64_t now_ms);

struct vulnerabilities {
    struct advisory_data data;
    VEC(struct advisory_cover) covers; /* of the ecosystems that components are of */
    size_t components, counts[VULNERABILITY_STATE_COUNT]; /* each component once, by the worst */
    VEC(struct vulnerability) rows;
};
void vulnerabilities_done(struct vulnerabilities *found);

#endif
