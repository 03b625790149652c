/*
 * What a process does about its descriptors before it opens any.
 */
#ifndef COMMON_DESCRIPTORS_H
#define COMMON_DESCRIPTORS_H

/* Raises this process's limit as far as it may: a reader holds a descriptor, and a month of
 * several sensors has more hours than the customary 1,024. Never fails: opening tells. */
void descriptors_allow(void);

/* Puts something in the place of standard input, output or error that the caller closed: else
 * the next file opened would get its number, and what is printed. Writing to it fails. */
void descriptors_keep_standard(void);

#endif
