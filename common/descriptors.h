/*
 * How many files may be open at once.
 */
#ifndef COMMON_DESCRIPTORS_H
#define COMMON_DESCRIPTORS_H

/* Raises this process's limit as far as it may: a reader holds a descriptor, and a month of
 * several sensors has more hours than the customary 1,024. Never fails: opening tells. */
void descriptors_allow(void);

#endif
