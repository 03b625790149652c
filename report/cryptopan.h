/*
 * Crypto-PAn: one-to-one replacement of addresses under a key that keeps their structure: two
 * addresses that have exactly their first k bits in common still have exactly k after it.
 *
 * Source: Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address Anonymization: Measurement-based
 * Security Evaluation and a New Cryptography-based Scheme", ICNP 2002; IPv6 by the same
 * construction over 128 bits. Bit i of the result is bit i of the address, turned when the first
 * bit of AES-128 over the address's first i bits (filled up with a secret pad) is set.
 */
#ifndef REPORT_CRYPTOPAN_H
#define REPORT_CRYPTOPAN_H

#include "common/address.h"

/* Octets of a key: half of it is the cipher's, of the other half the pad is made. */
enum { CRYPTOPAN_KEY_SIZE = 32 };

typedef struct CryptoPan CryptoPan;

CryptoPan *cryptopan_new(const guint8 key[CRYPTOPAN_KEY_SIZE]);
void cryptopan_free(CryptoPan *pan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CryptoPan, cryptopan_free)

/* Costs a run of the cipher a bit: 32, or 128. */
Address cryptopan_map(const CryptoPan *pan, const Address *address);

#endif
