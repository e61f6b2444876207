/* SPDX-License-Identifier: Apache-2.0 */
/* The files beside the records: the programme, the images, and what the suite consists of. Each is
 * the file that the run was planned with, by its digest in the plan. A file that cannot be read by
 * this program is a problem; all return 1 if the certificate cannot be judged without it. */
#ifndef TS_CERTIFICATE_DOCUMENTS_H
#define TS_CERTIFICATE_DOCUMENTS_H

struct certificate_scope;
struct error;
struct folder;
struct judged;
struct problems;
struct programme;

int documents_read_programme(struct folder *folder, struct programme **ret_programme,
                             struct problems *problems, struct error **err);
int documents_read_images(struct folder *folder, const struct certificate_scope *scope,
                          struct judged *judged, struct problems *problems, struct error **err);
int documents_read_suite(struct folder *folder, struct judged *judged, struct problems *problems,
                         struct error **err);

#endif
