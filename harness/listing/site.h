/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of the public list: written beside its place, and renamed when it is complete. */
#ifndef TS_LISTING_SITE_H
#define TS_LISTING_SITE_H

#include "listing/listing.h"

struct certificate_report;
struct error;

struct site_folder {
    char *path; /* where it is written; removed unless it is finished */
    char *final;
};
void site_folder_done(struct site_folder *site);

/* -EEXIST: the folder exists. Free with site_folder_done. */
int site_begin(const char *folder, struct site_folder *ret_site, struct error **err);

/* Writes the pages of a certificate, from its records, and with `copy` all of its files, and sets
 * the entry's page. One whose signer, rules or content are in doubt gets none: its page would look
 * like that of a good one. */
int site_add(const struct site_folder *site, const struct certificate_report *report,
             const char *certificate, bool copy, struct listing_entry *entry, struct error **err);

/* Writes the feed and the list in each language, and puts the folder in its place. */
int site_finish(struct site_folder *site, const struct listing *listing, struct error **err);

#endif
