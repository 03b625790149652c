/*
 * A set of addresses, to count how many different ones there were. Keyed hash: nobody who
 * chooses addresses can make it slow. Memory: at most 32 octets an IPv4 address, 64 an IPv6
 * one.
 */
#ifndef TALLY_ADDRESS_SET_H
#define TALLY_ADDRESS_SET_H

#include "common/address.h"

typedef struct AddressSet AddressSet;

AddressSet *address_set_new(void);
void address_set_free(AddressSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressSet, address_set_free)

void address_set_add(AddressSet *set, const Address *address);
guint64 address_set_size(const AddressSet *set);

#endif
