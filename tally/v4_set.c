#include "config.h"

#include "tally/v4_set.h"

enum {
	PAGE_BITS = 16,
	PAGES = 1 << (32 - PAGE_BITS),
	PAGE_WORDS = (1 << PAGE_BITS) / 64,
};

typedef struct {
	guint64 bits[PAGE_WORDS];
	guint32 places[PAGE_WORDS]; /* of the first of each word */
} Page;

struct V4Set {
	guint32 page_of[PAGES]; /* index into pages, plus 1; 0: none of it is in the set */
	GPtrArray *pages;       /* owned; of Page *, owned */
};

V4Set *
v4_set_new(void)
{
	V4Set *set = g_new0(V4Set, 1);

	set->pages = g_ptr_array_new_with_free_func(g_free);
	return set;
}

void
v4_set_free(V4Set *set)
{
	g_ptr_array_unref(set->pages);
	g_free(set);
}

/* NULL: there is none. */
static Page *
find_page(const V4Set *set, guint32 number)
{
	guint32 index = set->page_of[number];

	return index > 0 ? set->pages->pdata[index - 1] : NULL;
}

static guint32
word_of(guint32 address)
{
	return address % (1 << PAGE_BITS) / 64;
}

static guint64
bit_of(guint32 address)
{
	return G_GUINT64_CONSTANT(1) << address % 64;
}

void
v4_set_add(V4Set *set, guint32 address)
{
	Page *page = find_page(set, address >> PAGE_BITS);

	if (!page) {
		page = g_new0(Page, 1);
		g_ptr_array_add(set->pages, page);
		set->page_of[address >> PAGE_BITS] = set->pages->len;
	}
	page->bits[word_of(address)] |= bit_of(address);
}

guint32
v4_set_number(V4Set *set)
{
	guint32 n = 0;

	for (guint32 number = 0; number < PAGES; number++) {
		Page *page = find_page(set, number);
		for (guint word = 0; page && word < PAGE_WORDS; word++) {
			page->places[word] = n;
			n += (guint32)__builtin_popcountll(page->bits[word]);
		}
	}
	return n;
}

gboolean
v4_set_find(const V4Set *set, guint32 address, guint32 *place)
{
	const Page *page = find_page(set, address >> PAGE_BITS);
	guint32 word = word_of(address);
	guint64 bit = bit_of(address);

	if (!page || !(page->bits[word] & bit))
		return FALSE;
	*place = page->places[word] +
		 (guint32)__builtin_popcountll(page->bits[word] & (bit - 1));
	return TRUE;
}

GArray *
v4_set_list(const V4Set *set)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint32));

	for (guint32 number = 0; number < PAGES; number++) {
		const Page *page = find_page(set, number);
		for (guint32 word = 0; page && word < PAGE_WORDS; word++) {
			for (guint64 bits = page->bits[word]; bits != 0; bits &= bits - 1) {
				guint32 address = number << PAGE_BITS | word * 64 |
						  (guint32)__builtin_ctzll(bits);
				g_array_append_val(list, address);
			}
		}
	}
	return list;
}
